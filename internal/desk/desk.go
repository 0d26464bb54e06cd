// Package desk does the work of an operator signed in to one server, without a screen. It finds and
// reads accounts, and knows what the operator may do, whose accounts must not be locked out, what a
// change demands, and the steps of a reset or of changing one's own password. The console and the
// commands work through a [Desk]; how they ask and what they show is up to them.
package desk

import (
	"context"
	"sync"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/panics"
	"hdpadmin/internal/search"
)

// Desk works for one operator at one server. It is safe for concurrent use.
type Desk struct {
	client *hdpclient.Client
	writer *change.Writer

	onList func(*search.Snapshot) // may be nil
	seat   *seat                  // at the lists of the process, nil without them

	mu         sync.Mutex
	self       hdpclient.Opt[hdpclient.Self]
	operatorID int64 // found by the login, 0 if it was not
	protected  protected
	locks      map[int64]audit.LockChange
}

// Option configures a [Desk].
type Option func(*Desk)

// New returns the desk of the operator who signs in with client. It makes changes through writer.
// With [WithLists] it must be closed.
func New(client *hdpclient.Client, writer *change.Writer, opts ...Option) *Desk {
	d := &Desk{client: client, writer: writer, locks: map[int64]audit.LockChange{}}
	for _, opt := range opts {
		opt(d)
	}
	return d
}

// Read reads an account: its details, status info and password info. If the server does not send
// the time of its answer, ReadAt is zero.
func (d *Desk) Read(ctx context.Context, id int64) (account.Reading, error) {
	return account.Read(ctx, d.client, id)
}

// ReadForChange is Read for an account that is about to be changed. It also reads what the operator
// may do, unless that is known or the server does not say it. That costs no time: with two requests
// at once, the parts of an account leave one of them idle.
func (d *Desk) ReadForChange(ctx context.Context, id int64) (r account.Reading, err error) {
	if _, known := d.Self(); known {
		return d.Read(ctx, id)
	}
	asking := panics.Go(func() {
		if self, err := d.ReadSelf(ctx); err == nil {
			d.SetSelf(self)
		}
	})
	r, err = d.Read(ctx, id)
	asking.Wait()
	return r, err
}

// ChangedBy returns the operator who is changing an account in another session of this process, and
// false if nobody is.
func (d *Desk) ChangedBy(id int64) (who string, busy bool) { return d.writer.ChangedBy(id) }

// AwaitChangedBy waits until ChangedBy no longer returns the given values, or ctx ends, and returns
// the present ones.
func (d *Desk) AwaitChangedBy(ctx context.Context, id int64, who string, busy bool) (nowWho string, nowBusy bool) {
	return d.writer.AwaitChangedBy(ctx, id, who, busy)
}

// Seen holds what was read to decide whether an account needs protection.
type Seen struct {
	// List is the newest list of all accounts, which names the administrators.
	List *search.Snapshot
	// Account is the newest row of the account, if it is known.
	Account hdpclient.Opt[account.Account]
	// SignIns are the account's sign-in names, nil if they have not been read.
	SignIns []hdpclient.AuthUser
}
