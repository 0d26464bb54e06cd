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

// ReadPartialList is ReadList for those who only show the list: if it breaks off, they get the
// accounts that came, and the error.
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

// OnList has do called with every list that was read to its end. It must be called before the desk is
// used.
func (d *Desk) OnList(do func(*search.Snapshot)) { d.onList = do }

// NoteList reports that a list was read to its end without the desk.
func (d *Desk) NoteList(list *search.Snapshot) {
	if d.onList != nil {
		d.onList(list)
	}
}
