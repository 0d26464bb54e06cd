package directory

import "time"

// View is a part of the list that an operator looks at by itself. It follows
// the words of the table, so an account is in a view when its row says so.
type View int

const (
	All View = iota
	// Locked: a lock is in force, whoever authenticates the account. A lock that
	// has lapsed is none.
	Locked
	// Inactive, locked or not.
	Inactive
	// MustChange: the password must be changed at the next sign-in.
	MustChange
	// Expired: the password's expiration has passed.
	Expired
	// Expiring: it has not, but will within a given time.
	Expiring
	// Views is how many there are.
	Views
)

// ExpiringWithin is the time within which a password is Expiring, where the
// caller does not say.
const ExpiringWithin = 14 * day

// terms are what the view asks for. The password of an account that is known to
// be external is in no view: HDP has no say in it. Rows of the list do not say
// who is external, so those count.
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

func withinOrDefault(within time.Duration) time.Duration {
	if within <= 0 {
		return ExpiringWithin
	}
	return within
}

// Counts are how many accounts are in each view.
type Counts [Views]int

// Counts counts every view at now, the server's time; within as in [Filter].
// The first time costs some milliseconds for 100,000 accounts; after that it
// costs next to nothing, at any time and for what [Snapshot.With] returns.
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

// NextChange is the first time after now at which an account comes into a view
// or leaves one; zero if that is never. Until then Counts stay as they are.
func (s *Snapshot) NextChange(now time.Time, within time.Duration) time.Time {
	return s.nextChange(append(Locked.terms(within), Expiring.terms(within)...), now)
}
