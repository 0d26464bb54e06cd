package search

import (
	"cmp"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// fact is a property of an account that does not depend on the time.
type fact uint8

const (
	statusKnown fact = 1 << iota
	isActive
	isInactive
	lockNoEnd
	lockTimed      // with an end, which may have passed
	passwordCounts // known, and used for signing in
	mustChange
	neverExpires
)

func factsOf(a *account.Account) fact {
	var f fact
	set := func(one fact, is bool) {
		if is {
			f |= one
		}
	}
	set(statusKnown, a.HasStatus)
	set(isActive, a.HasStatus && a.Status == hdpclient.Active)
	set(isInactive, a.HasStatus && a.Status == hdpclient.Inactive)
	locked := a.HasStatus && a.Locked
	set(lockNoEnd, locked && a.LockedUntil.IsZero())
	set(lockTimed, locked && !a.LockedUntil.IsZero())
	password := a.HasPassword && a.Auth != account.External
	set(passwordCounts, password)
	set(mustChange, password && a.PasswordStatus == hdpclient.PasswordMustChange)
	set(neverExpires, password && a.PasswordExpires.IsZero() && !a.PasswordExpiresUnreadable)
	return f
}

func hasExpiry(f fact, a *account.Account) bool {
	return f&passwordCounts != 0 && !a.PasswordExpires.IsZero()
}

func lockEnd(a *account.Account) time.Time { return a.LockedUntil }
func expiry(a *account.Account) time.Time  { return a.PasswordExpires }

// facts holds the facts of all accounts in a form that is fast to search. It is
// replaced, never changed.
type facts struct {
	of     []fact // by position
	counts counts // independent of the time

	// The positions of the accounts that have such a time, in its order, so that a
	// binary search for now finds those that have passed.
	byLockEnd, byExpiry []int32
}

type counts struct{ inactive, lockNoEnd, mustChange int }

func (c *counts) add(f fact, n int) {
	if f&isInactive != 0 {
		c.inactive += n
	}
	if f&lockNoEnd != 0 {
		c.lockNoEnd += n
	}
	if f&mustChange != 0 {
		c.mustChange += n
	}
}

// memo caches what is computed about a snapshot on first use.
type memo struct {
	known   cached[facts]
	columns [columns]cached[column]
	roles   cached[[]int64] // the ids of all roles, in no order
}

// cached is computed once, although all consoles with the same list need it at the same time.
type cached[T any] struct {
	atomic.Pointer[T]
	computing sync.Mutex
}

func (c *cached[T]) get(compute func() *T) *T {
	if known := c.Load(); known != nil {
		return known
	}
	c.computing.Lock()
	defer c.computing.Unlock()
	if known := c.Load(); known != nil {
		return known
	}
	known := compute()
	c.Store(known)
	return known
}

func (s *Snapshot) facts() *facts {
	if s.memo == nil {
		return &facts{}
	}
	return s.memo.known.get(func() *facts { return newFacts(s) })
}

func newFacts(s *Snapshot) *facts {
	f := &facts{of: make([]fact, s.size)}
	var ends, expiries []timedPosition
	for i := range f.of {
		a := s.at(i)
		f.of[i] = factsOf(a)
		f.counts.add(f.of[i], 1)
		if f.of[i]&lockTimed != 0 {
			ends = append(ends, newTimedPosition(a.LockedUntil, i))
		}
		if hasExpiry(f.of[i], a) {
			expiries = append(expiries, newTimedPosition(a.PasswordExpires, i))
		}
	}
	f.byLockEnd, f.byExpiry = sortByTime(ends), sortByTime(expiries)
	return f
}

// timedPosition is the position of an account and its time, small enough to sort many.
type timedPosition struct {
	seconds  int64
	nanos    int32
	position int32
}

func newTimedPosition(t time.Time, position int) timedPosition {
	return timedPosition{t.Unix(), int32(t.Nanosecond()), int32(position)}
}

func sortByTime(all []timedPosition) []int32 {
	slices.SortFunc(all, func(a, b timedPosition) int {
		if a.seconds != b.seconds {
			return cmp.Compare(a.seconds, b.seconds)
		}
		return cmp.Or(cmp.Compare(a.nanos, b.nanos), cmp.Compare(a.position, b.position))
	})
	positions := make([]int32, len(all))
	for k, m := range all {
		positions[k] = m.position
	}
	return positions
}

// countUpTo returns how many of the positions have their time at t or before.
func (s *Snapshot) countUpTo(t time.Time, positions []int32, of func(*account.Account) time.Time) int {
	return sort.Search(len(positions), func(k int) bool { return of(s.at(int(positions[k]))).After(t) })
}

// updated returns the memo for next. next may differ from the snapshot of m only in the
// account at position i, and not in its name.
func (m *memo) updated(next *Snapshot, i int, old *account.Account) *memo {
	n := &memo{}
	for c := range columns {
		if c != ColumnPassword {
			n.columns[c].Store(m.columns[c].Load())
		}
	}
	a := next.at(i)
	if a.Roles == old.Roles {
		n.roles.Store(m.roles.Load())
	}
	f := m.known.Load()
	if f == nil {
		return n
	}
	was, is := f.of[i], factsOf(a)
	g := &facts{of: f.of, counts: f.counts, byLockEnd: f.byLockEnd, byExpiry: f.byExpiry}
	if was != is {
		g.of = slices.Clone(f.of)
		g.of[i] = is
		g.counts.add(was, -1)
		g.counts.add(is, 1)
	}
	g.byLockEnd = next.reposition(f.byLockEnd, i, old, was&lockTimed != 0, is&lockTimed != 0, lockEnd)
	g.byExpiry = next.reposition(f.byExpiry, i, old, hasExpiry(was, old), hasExpiry(is, a), expiry)
	n.known.Store(g)
	return n
}

// reposition returns the positions in the order of their times after the account at
// position i has changed.
func (s *Snapshot) reposition(positions []int32, i int, old *account.Account, was, is bool, of func(*account.Account) time.Time) []int32 {
	if was == is && (!is || of(old).Equal(of(s.at(i)))) {
		return positions
	}
	own := int32(i)
	rest := make([]int32, 0, len(positions)+1)
	for _, p := range positions {
		if p != own {
			rest = append(rest, p)
		}
	}
	if !is {
		return rest
	}
	t := of(s.at(i))
	k := sort.Search(len(rest), func(k int) bool {
		other := of(s.at(int(rest[k])))
		return other.After(t) || other.Equal(t) && rest[k] > own
	})
	return slices.Insert(rest, k, own)
}
