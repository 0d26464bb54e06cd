package directory

import (
	"math"
	"slices"
	"time"

	"hdpadmin/hdpclient"
)

// condition is something that an account fulfils or not, without a rank. Two
// that ask the same are equal with ==.
type condition interface {
	// mark marks the positions of those that fulfil it at now.
	mark(s *Snapshot, now time.Time, hit []bool)
	// nextChange is the first time after now at which other accounts fulfil it; zero
	// if that is never.
	nextChange(s *Snapshot, now time.Time) time.Time
}

// term is a condition, or its opposite.
type term struct {
	condition
	negated bool
}

// allowed says of each position whether the account there fulfils all terms,
// and nil where there are none.
func (s *Snapshot) allowed(terms []term, now time.Time) []bool {
	if len(terms) == 0 {
		return nil
	}
	all, hit := make([]bool, s.size), make([]bool, s.size)
	for i := range all {
		all[i] = true
	}
	for _, t := range terms {
		clear(hit)
		t.mark(s, now, hit)
		// Not &&, which would be a branch that nobody can predict.
		for i := range all {
			all[i] = bit(all[i])&bit(hit[i] != t.negated) == 1
		}
		if !slices.Contains(all, true) {
			break
		}
	}
	return all
}

func bit(b bool) (n uint8) {
	if b {
		n = 1
	}
	return n
}

// nextChange is the first time after now at which one of the terms may be
// fulfilled by others; zero if that is never.
func (s *Snapshot) nextChange(terms []term, now time.Time) time.Time {
	var next time.Time
	for _, t := range terms {
		if c := t.nextChange(s, now); next.IsZero() || !c.IsZero() && c.Before(next) {
			next = c
		}
	}
	return next
}

// timelessCondition is a condition that no clock changes.
type timelessCondition struct{}

func (timelessCondition) nextChange(*Snapshot, time.Time) time.Time { return time.Time{} }

// factsCondition asks for some of the facts that are in mask.
type factsCondition struct {
	timelessCondition
	mask, want fact
}

func (c factsCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	for i, f := range s.facts().of {
		hit[i] = f&c.mask == c.want
	}
}

// statusCondition asks for a status that has no name.
type statusCondition struct {
	timelessCondition
	status hdpclient.Status
}

func (c statusCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	for i, f := range s.facts().of {
		hit[i] = f&statusKnown != 0 && s.at(i).Status == c.status
	}
}

// lockCondition asks for the state of the lock: see the names below.
type lockCondition uint8

const (
	lockInForce lockCondition = iota
	// noLockInForce: also one that has lapsed. Where the status is not known,
	// nothing is.
	noLockInForce
	lockExpired
)

func (c lockCondition) mark(s *Snapshot, now time.Time, hit []bool) {
	f := s.facts()
	lapsed := s.countUpTo(now, f.byLockEnd, lockEnd)
	if c == lockExpired {
		for _, p := range f.byLockEnd[:lapsed] {
			hit[p] = true
		}
		return
	}
	for i, f := range f.of {
		hit[i] = f&lockNoEnd != 0
	}
	for _, p := range f.byLockEnd[lapsed:] {
		hit[p] = true
	}
	if c == noLockInForce {
		for i, f := range f.of {
			hit[i] = f&statusKnown != 0 && !hit[i]
		}
	}
}

func (lockCondition) nextChange(s *Snapshot, now time.Time) time.Time {
	return s.nextChangeOf(s.facts().byLockEnd, lockEnd, now, 0)
}

// expiryCondition asks for a password that expires after from and up to to, both
// counted from now. Those whose expiration is not known, or never comes, are
// not among them.
type expiryCondition struct{ from, to time.Duration }

const (
	noLowerBound = time.Duration(math.MinInt64)
	noUpperBound = time.Duration(math.MaxInt64)
)

func (c expiryCondition) mark(s *Snapshot, now time.Time, hit []bool) {
	for _, p := range c.positions(s, now) {
		hit[p] = true
	}
}

func (c expiryCondition) positions(s *Snapshot, now time.Time) []int32 {
	all := s.facts().byExpiry
	if c.to != noUpperBound {
		all = all[:s.countUpTo(now.Add(c.to), all, expiry)]
	}
	if c.from != noLowerBound {
		all = all[s.countUpTo(now.Add(c.from), all, expiry):]
	}
	return all
}

func (c expiryCondition) nextChange(s *Snapshot, now time.Time) time.Time {
	var next time.Time
	for _, d := range []time.Duration{c.from, c.to} {
		if d == noLowerBound || d == noUpperBound {
			continue
		}
		if t := s.nextChangeOf(s.facts().byExpiry, expiry, now, d); next.IsZero() || !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	return next
}

// nextChangeOf is when after now the first of the times is no longer more than d off.
func (s *Snapshot) nextChangeOf(positions []int32, of func(*Account) time.Time, now time.Time, d time.Duration) time.Time {
	k := s.countUpTo(now.Add(d), positions, of)
	if k == len(positions) {
		return time.Time{}
	}
	return of(s.at(int(positions[k]))).Add(-d)
}

// tenantCondition asks for the start of a word in the tenant's name, or its id.
type tenantCondition struct {
	timelessCondition
	folded string
	id     int64 // -1 for none
}

func (c tenantCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	fits := make([]bool, len(s.tenants))
	for i, t := range s.tenants {
		fits[i] = t.id == c.id && t.id != 0 || holdsWordStart(t.folded, c.folded)
	}
	for i, t := range s.tenantOf[:s.size] {
		hit[i] = fits[t]
	}
}

// roleCondition asks for a role that is known to be the account's.
type roleCondition struct {
	timelessCondition
	id int64
}

func (c roleCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	fits := map[Roles]bool{}
	var last Roles // as most accounts have those of the one before
	fit := false
	for i := range hit {
		if roles := s.at(i).Roles; roles != last {
			known := false
			if fit, known = fits[roles]; !known {
				fit = roles.Has(c.id)
				fits[roles] = fit
			}
			last = roles
		}
		hit[i] = fit
	}
}

// wordCondition asks for what a word of the query asks for, without its rank.
type wordCondition struct {
	timelessCondition
	word word
}

func (c wordCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	got := make([]class, s.size)
	s.eachName([]byte(c.word.folded), func(k, _ int) { got[s.byName[k]] = inside })
	s.markIDs(got, c.word)
	s.markTenants(got, c.word)
	for i, class := range got {
		hit[i] = class != noMatch
	}
}
