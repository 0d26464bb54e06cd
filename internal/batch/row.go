package batch

import (
	"errors"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
)

// Kind says what a preview plans for an account.
type Kind string

// The kinds of a [Row]. Only a Planned row is written.
const (
	NotRead           Kind = "" // not yet, or preparing ended before
	Planned           Kind = "will change"
	NoChange          Kind = "unchanged"
	External          Kind = "external service"
	Own               Kind = "own account"
	LastAdministrator Kind = "last administrator"
	D2cadmin          Kind = "d2cadmin"
	Undocumented      Kind = "not documented"  // a status that HDP's documents do not name
	MaybeDone         Kind = "outcome unknown" // an earlier write may have been done, see [Unfinished]
	NoUndo            Kind = "nothing to undo"
	Changed           Kind = "changed meanwhile" // since it was planned, see [PrepareFile]
	Unreadable        Kind = "could not be read" // see Err
)

// Row is one account of a preview.
type Row struct {
	Index int // in its preview
	ID    int64
	// Account is the account as it was read, zero if it was not.
	Account account.Account
	// SignIns are its sign-in names, nil if they were not read.
	SignIns []hdpclient.AuthUser
	Kind    Kind
	// MayBeOwn says that an Own account is not certain to be the operator's.
	MayBeOwn bool
	// Plan is what is written if the row is Planned.
	Plan change.Plan
	// Why says more about the kind of this account: "unlock", "already unlocked", "external
	// service: skipped". It holds no text from the server.
	Why string
	// Notes are what the operator may want to know but what prevents nothing: "remains
	// inactive".
	Notes []string
	// Err is why the account could not be read.
	Err error
}

// row says what the action would do to an account as it was read.
func (a Action) row(r account.Reading, g Guard) Row {
	row := Row{ID: r.User.ID, Account: r.Account(), SignIns: r.SignIns()}
	plan, err := a.plan(r)
	switch {
	case err != nil:
		return row.asUnreadable(err)
	case a.isInternalOnly() && row.Account.Auth == account.External:
		return row.withKind(External, "external service: skipped")
	case plan.Empty():
		return row.withKind(NoChange, a.alreadyText())
	}
	if status := a.undocumentedStatus(row.Account); status != "" {
		return row.withKind(Undocumented, status+" is not documented: skipped")
	}
	row = row.withKind(Planned, plan.Operation())
	row.Plan, row.Notes = plan, a.notes(r, row.Account)
	return g.skipProtected(row)
}

func (r Row) removesAccess() bool { return r.Kind == Planned && r.Plan.RemovesAccess() }

func (r Row) withKind(k Kind, why string) Row {
	r.Kind, r.Why, r.Plan, r.Notes = k, why, change.Plan{}, nil
	return r
}

func (r Row) asUnreadable(err error) Row {
	r = r.withKind(Unreadable, "could not be read")
	if errors.Is(err, hdpclient.ErrNotFound) {
		r.Why = "account no longer exists"
	}
	r.Err = err
	return r
}

func (a Action) alreadyText() string {
	switch a.verb {
	case unlock:
		return "already unlocked"
	case activate:
		return "already active"
	case deactivate:
		return "already inactive"
	case forceChange:
		return "password change already forced"
	case cancelChange:
		return "no password change forced"
	case setExpiry:
		return "already has this expiry"
	case clearExpiry:
		return "already never expires"
	}
	return string(NoChange)
}

// undocumentedStatus names a status of unknown meaning that the action would replace.
func (a Action) undocumentedStatus(was account.Account) string {
	switch {
	case (a.verb == activate || a.verb == deactivate) && was.Status != hdpclient.Active && was.Status != hdpclient.Inactive:
		return was.Status.String()
	case (a.verb == forceChange || a.verb == cancelChange) && was.PasswordStatus != hdpclient.PasswordActive && was.PasswordStatus != hdpclient.PasswordMustChange:
		return was.PasswordStatus.String()
	}
	return ""
}

func (a Action) notes(r account.Reading, was account.Account) []string {
	var notes []string
	note := func(when bool, words string) {
		if when {
			notes = append(notes, words)
		}
	}
	lock := was.Lock(r.ReadAt)
	note(a.verb == unlock && lock == account.LockExpired, "lock expired")
	note(a.verb == unlock && was.Status == hdpclient.Inactive, "remains inactive")
	note((a.verb == activate || a.verb == deactivate) && was.Locked, "remains locked")
	note(a.verb == cancelChange && was.Expired(r.ReadAt), "password has expired")
	note((a.verb == setExpiry || a.verb == clearExpiry) && was.PasswordStatus == hdpclient.PasswordMustChange, "password change still forced")
	if a.isInternalOnly() {
		note(was.Auth == account.Mixed, "external sign-in not affected")
		note(was.Auth == account.NoAuth, "no sign-in name assigned")
		note(was.Auth == account.NotRead, "sign-in names could not be read")
	}
	return notes
}
