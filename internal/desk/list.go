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
	// Accounts holds the accounts read so far, or the whole list if Whole is set. It is nil before
	// the last step unless Partial accounts were asked for.
	Accounts *search.Snapshot
	Whole    bool
	Rows     int // how many accounts were read so far
	// Read is the number of bytes read so far, and Total that of the whole list, -1 if the server
	// does not say.
	Read, Total int64
	Done        bool
	Err         error // why the list ended early
}

// ListOptions are the options of [Desk.StreamList].
type ListOptions struct {
	// Partial asks for the accounts read so far: the first one at once, then a screenful.
	Partial bool
	// Now returns the time of the list; nil: the server's, zero if that is not known.
	Now func() time.Time
	// MaxAge is the age up to which a list that another session has read is used as it is. An
	// older one is the first step, and is read again. Zero: it is always read again.
	MaxAge time.Duration
}

// StreamList reads all accounts that the operator may see. It yields what has been read so far, no
// more often than it can be read on a screen, and last the whole list or the reason why there is
// none.
func (d *Desk) StreamList(ctx context.Context, o ListOptions) iter.Seq[ListStep] {
	if o.Now == nil {
		o.Now = func() time.Time { t, _ := d.client.Now(); return t }
	}
	steps := streamUsers(ctx, d.client, userStream{now: o.Now, partial: func() bool { return o.Partial }})
	if d.seat != nil {
		steps = d.seat.streamList(ctx, o, steps)
	}
	return func(yield func(ListStep) bool) {
		for s := range steps {
			if !yield(s) {
				return
			}
			if s.Done && s.Err == nil && d.onList != nil {
				d.onList(s.Accounts)
			}
		}
	}
}

// userStream says how to read the list.
type userStream struct {
	now     func() time.Time
	partial func() bool        // whether the accounts read so far are wanted
	login   string             // the only one that may read it, "" for any
	shared  bool               // the accounts share memory with those of peers
	peers   []*search.Snapshot // lists of the same server
}

// streamUsers reads the list with a client.
func streamUsers(ctx context.Context, client *hdpclient.Client, o userStream) iter.Seq[ListStep] {
	return func(yield func(ListStep) bool) {
		const screenful, pause = 40, 150 * time.Millisecond // pause: between two steps
		var b search.Builder
		if o.shared {
			b.ShareWith(o.peers...)
		}
		step := ListStep{Total: -1}
		var sent time.Time
		rows := 0
		progress := func(n, of int64) { step.Read, step.Total = n, of }
		for u, err := range client.Users(ctx, hdpclient.UsersOptions{Progress: progress, Login: o.login}) {
			if err != nil {
				step.Accounts, step.Rows, step.Done, step.Err = b.Snapshot(), b.Len(), true, err
				yield(step)
				return
			}
			if b.AsOf.IsZero() {
				b.AsOf = o.now()
			}
			b.Add(account.FromUser(u))
			rows++
			if rows == 1 || rows == screenful || time.Since(sent) > pause {
				step.Accounts, step.Rows = nil, b.Len()
				if o.partial() {
					step.Accounts = b.Snapshot()
				}
				if !yield(step) {
					return
				}
				sent = time.Now()
			}
		}
		if b.AsOf.IsZero() {
			b.AsOf = o.now()
		}
		step.Accounts, step.Rows, step.Whole, step.Done = b.Finish(), b.Len(), true, true
		yield(step)
	}
}

// ReadList reads all accounts that the operator may see. A list that breaks off is an error, because
// the missing accounts may be those that matter.
func (d *Desk) ReadList(ctx context.Context) (*search.Snapshot, error) {
	return d.readList(ctx, FreshList)
}

// readNewList reads the list again: the one of a minute ago must not decide who the last administrator is.
func (d *Desk) readNewList(ctx context.Context) (*search.Snapshot, error) { return d.readList(ctx, 0) }

func (d *Desk) readList(ctx context.Context, maxAge time.Duration) (*search.Snapshot, error) {
	last := d.readToEnd(ctx, maxAge)
	if last.Err != nil {
		return nil, last.Err
	}
	return last.Accounts, nil
}

func (d *Desk) readToEnd(ctx context.Context, maxAge time.Duration) (last ListStep) {
	for last = range d.StreamList(ctx, ListOptions{MaxAge: maxAge}) {
	}
	return last
}

// ReadPartialList is ReadList for callers that only show the list: if it breaks off, it returns the
// accounts received until then, and the error.
func (d *Desk) ReadPartialList(ctx context.Context) (*search.Snapshot, error) {
	last := d.readToEnd(ctx, FreshList)
	return last.Accounts, last.Err
}

// OnList makes the desk call do with every list that was read completely. It must be called before the desk is
// used.
func (d *Desk) OnList(do func(*search.Snapshot)) { d.onList = do }
