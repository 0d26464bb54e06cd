package desk

import (
	"context"
	"iter"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

// ListStep is what has been read of the list of all accounts.
type ListStep struct {
	// Accounts holds the accounts read so far. It is partial unless Done is set and Err is nil.
	Accounts *search.Snapshot
	// Read is the number of bytes read so far, and Total that of the whole list, -1 if the server
	// does not say.
	Read, Total int64
	Done        bool
	Err         error // why the list ended early
}

// ListOptions are the options of [Desk.StreamList].
type ListOptions struct {
	// Partial asks for steps before the last one: the first account at once, then a screenful.
	Partial bool
	// Now returns the time of the list; nil: the server's, zero if that is not known.
	Now func() time.Time
}

// StreamList reads all accounts that the operator may see. It yields the accounts read so far, no
// more often than they can be read on a screen, and last the whole list or the reason why there is
// none.
func (d *Desk) StreamList(ctx context.Context, o ListOptions) iter.Seq[ListStep] {
	if o.Now == nil {
		o.Now = func() time.Time { t, _ := d.client.Now(); return t }
	}
	return func(yield func(ListStep) bool) {
		const screenful, pause = 40, 150 * time.Millisecond // pause: between two steps
		var (
			b           search.Builder
			read, total int64
			sent        time.Time
			rows        int
		)
		step := func(accounts *search.Snapshot) ListStep {
			return ListStep{Accounts: accounts, Read: read, Total: total}
		}
		progress := func(n, of int64) { read, total = n, of }
		for u, err := range d.client.Users(ctx, hdpclient.UsersOptions{Progress: progress}) {
			if err != nil {
				last := step(b.Snapshot())
				last.Done, last.Err = true, err
				yield(last)
				return
			}
			if b.AsOf.IsZero() {
				b.AsOf = o.Now()
			}
			b.Add(account.FromUser(u))
			rows++
			if o.Partial && (rows == 1 || rows == screenful || time.Since(sent) > pause) {
				if !yield(step(b.Snapshot())) {
					return
				}
				sent = time.Now()
			}
		}
		if b.AsOf.IsZero() {
			b.AsOf = o.Now()
		}
		last := step(b.Finish())
		last.Done = true
		yield(last)
		if d.onList != nil {
			d.onList(last.Accounts)
		}
	}
}

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
	var last ListStep
	for last = range d.StreamList(ctx, ListOptions{}) {
	}
	return last.Accounts, last.Err
}

// OnList makes the desk call do with every list that was read completely. It must be called before the desk is
// used.
func (d *Desk) OnList(do func(*search.Snapshot)) { d.onList = do }
