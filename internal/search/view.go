package search

import "time"

// View is a part of the list with its own key. It follows the words of the table: an
// account is in a view if its row says so.
type View int

const (
	All View = iota
	// Locked contains accounts with a lock in force, even external ones. An
	// expired lock does not count.
	Locked
	// Inactive contains inactive accounts, locked or not.
	Inactive
	// MustChange contains accounts whose password must be changed at the next sign-in.
	MustChange
	// Expired contains accounts whose password has expired.
	Expired
	// Expiring contains accounts whose password will expire within a given time.
	Expiring
	// Views is the number of views.
	Views
)

// ExpiringWithin is the default time within which a password counts as Expiring.
const ExpiringWithin = 14 * day

// terms returns the conditions of the view. The password of a known external account is
// in no view, because HDP does not use it. The rows of the list do not say who is
// external, so they count.
func (v View) terms(within time.Duration) []term {
	switch v {
	case Locked:
		return []term{{condition: lockInForce}}
	case Inactive:
		return []term{{condition: factsCondition{mask: isInactive, want: isInactive}}}
	case MustChange:
		return []term{{condition: factsCondition{mask: mustChange, want: mustChange}}}
	case Expired:
		return []term{{condition: expiryCondition{noLowerBound, 0}}}
	case Expiring:
		return []term{{condition: expiryCondition{0, withinOrDefault(within)}}}
	case All, Views:
	}
	return nil
}

// Sort returns the order of the view unless another is asked for: the view Expiring begins
// with what expires first.
func (v View) Sort() Sort {
	if v == Expiring {
		return Sort{By: ColumnPassword}
	}
	return Sort{}
}

func withinOrDefault(within time.Duration) time.Duration {
	if within <= 0 {
		return ExpiringWithin
	}
	return within
}

// Counts holds the number of accounts in each view.
type Counts [Views]int

// Counts counts every view at now, the server's time; within is as in [Filter]. The
// first call takes some milliseconds for 100,000 accounts. Later calls take next to
// nothing, also for snapshots that [Snapshot.With] returns.
func (s *Snapshot) Counts(now time.Time, within time.Duration) Counts {
	f := s.facts()
	return Counts{
		All:        s.size,
		Locked:     f.counts.lockNoEnd + len(f.byLockEnd) - s.countUpTo(now, f.byLockEnd, lockEnd),
		Inactive:   f.counts.inactive,
		MustChange: f.counts.mustChange,
		Expired:    len(expiryCondition{noLowerBound, 0}.positions(s, now)),
		Expiring:   len(expiryCondition{0, withinOrDefault(within)}.positions(s, now)),
	}
}

// NextChange returns the first time after now at which an account enters or leaves a
// view; zero if there is none. Until then Counts stays the same.
func (s *Snapshot) NextChange(now time.Time, within time.Duration) time.Time {
	return s.nextChange(append(Locked.terms(within), Expiring.terms(within)...), now)
}
