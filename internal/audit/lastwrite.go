package audit

import (
	"time"

	"hdpadmin/internal/address"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// LastWrite is an operator's last write that may have changed an account.
type LastWrite struct {
	Operation string         // see [change.Plan.Operation]
	UserName  string         // of the account then, as logged
	Outcome   change.Outcome // Unknown if none was logged
	At        time.Time      // when it was logged, UTC
	// ThisSession: it was made in this session, by this Log.
	ThisSession bool
	// Running: another console of the operator may still be making it.
	Running bool
	// Since is the last write to the same part of the account by anyone else since, one that is known to
	// be stored if there is one; nil if there is none.
	Since *OtherWrite

	intent file.Entry
}

// OtherWrite is a write by another operator.
type OtherWrite struct {
	By        string // the operator of a service, else the login
	At        time.Time
	Operation string
	// MayBe: it is not known whether it was stored.
	MayBe bool
	// SetsPassword: it set a temporary password, which shows in nothing that can be read.
	SetsPassword bool
}

// LastWrite finds the last write to an account of this server that may have changed it, made by the
// operator who is signed in, in any session. A change that another operator made with a login that they
// share does not count. It returns false if there is none. The error is
// [change.ErrNotLoggedWhole], or why the log cannot be read.
func (l *Log) LastWrite(who change.Subject) (LastWrite, bool, error) {
	id := l.identity()
	outcomes := map[uint64]file.Entry{} // by intent; of several, the newest counts
	others := map[change.Resource]*OtherWrite{}
	for e, err := range file.ReadAccountBackwards(l.file.Path(), who.ID, file.KindIntent, file.KindOutcome) {
		if err != nil {
			return LastWrite{}, false, err
		}
		if e.Kind == file.KindOutcome {
			if _, known := outcomes[e.Of]; !known {
				outcomes[e.Of] = e
			}
			continue
		}
		outcome := outcomes[e.Seq]
		if address.Canonical(e.Server) != id.Server || !mayHaveChanged(outcome.Outcome) {
			continue
		}
		if !id.IsSamePerson(e.Identity) {
			other := &OtherWrite{
				By: e.Who(), At: e.Time, Operation: e.Operation, SetsPassword: setsPassword(e),
				MayBe: outcome.Outcome == "" || outcome.Outcome == file.Unknown,
			}
			if newer := others[partOf(e)]; newer == nil || newer.MayBe && !other.MayBe {
				others[partOf(e)] = other
			}
			continue
		}
		o, err := toOutcome(who, e, outcome)
		return LastWrite{
			Operation: e.Operation, UserName: e.AccountName, Outcome: o, At: e.Time, Since: others[partOf(e)], intent: e,
			ThisSession: e.Session == l.file.Session(), Running: outcome.Outcome == "" && !l.isAbandoned(e),
		}, true, err
	}
	return LastWrite{}, false, nil
}

// partOf returns the part of the account that a write changes. A new password also changes the password
// info.
func partOf(e file.Entry) change.Resource {
	if setsPassword(e) {
		return change.PasswordInfo
	}
	return resourceOf(e)
}

// mayHaveChanged reports whether a write with that outcome may have changed its account.
func mayHaveChanged(o file.OutcomeKind) bool {
	switch o {
	case "", file.Applied, file.Accepted, file.Differs, file.Unknown:
		return true
	case file.Conflict, file.Refused, file.NotSent:
	}
	return false
}

// Settle logs what a later check of an unknown write found.
func (l *Log) Settle(w LastWrite, o change.Outcome) error {
	return l.fileLog().Reopen(w.intent).LogOutcome(toFileOutcome(o))
}
