package desk

import (
	"context"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

// ReadList reads all accounts that the operator may see. A list that breaks off is an error, because
// the missing accounts may be those that matter.
func (d *Desk) ReadList(ctx context.Context) (*search.Snapshot, error) {
	list, err := d.ReadPartialList(ctx)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// ReadPartialList is ReadList for callers that only show the list: if it breaks off, it returns the
// accounts received until then, and the error.
func (d *Desk) ReadPartialList(ctx context.Context) (*search.Snapshot, error) {
	var b search.Builder
	for u, err := range d.client.Users(ctx, hdpclient.UsersOptions{}) {
		if err != nil {
			b.AsOf, _ = d.client.Now()
			return b.Snapshot(), err
		}
		b.Add(account.FromUser(u))
	}
	b.AsOf, _ = d.client.Now()
	list := b.Finish()
	d.NoteList(list)
	return list, nil
}

// OnList makes the desk call do with every list that was read completely. It must be called before the desk is
// used.
func (d *Desk) OnList(do func(*search.Snapshot)) { d.onList = do }

// NoteList reports a list that was read completely without the desk.
func (d *Desk) NoteList(list *search.Snapshot) {
	if d.onList != nil {
		d.onList(list)
	}
}
