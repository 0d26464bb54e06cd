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
	// MustReset: the password must be changed at the next sign-in.
	MustReset
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
		return []term{{condition: ifFacts{mask: isInactive, want: isInactive}}}
	case MustReset:
		return []term{{condition: ifFacts{mask: mustBeReset, want: mustBeReset}}}
	case Expired:
		return []term{{condition: ifExpiry{everBefore, 0}}}
	case Expiring:
		return []term{{condition: ifExpiry{0, orDefault(within)}}}
	case All, Views:
	}
	return nil
}

func orDefault(within time.Duration) time.Duration {
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
		All:       s.size,
		Locked:    f.counts.lockNoEnd + len(f.byLockEnd) - s.upTo(now, f.byLockEnd, lockEnd),
		Inactive:  f.counts.inactive,
		MustReset: f.counts.mustBeReset,
		Expired:   len(ifExpiry{everBefore, 0}.among(s, now)),
		Expiring:  len(ifExpiry{0, orDefault(within)}.among(s, now)),
	}
}

// NextChange is the first time after now at which an account comes into a view
// or leaves one; zero if that is never. Until then Counts stay as they are.
func (s *Snapshot) NextChange(now time.Time, within time.Duration) time.Time {
	return s.nextChange(append(Locked.terms(within), Expiring.terms(within)...), now)
}
