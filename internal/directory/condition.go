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
	// change is the first time after now at which other accounts fulfil it; zero
	// if that is never.
	change(s *Snapshot, now time.Time) time.Time
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
			all[i] = one(all[i])&one(hit[i] != t.negated) == 1
		}
		if !slices.Contains(all, true) {
			break
		}
	}
	return all
}

func one(b bool) (n uint8) {
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
		if c := t.change(s, now); next.IsZero() || !c.IsZero() && c.Before(next) {
			next = c
		}
	}
	return next
}

// timeless is a condition that no clock changes.
type timeless struct{}

func (timeless) change(*Snapshot, time.Time) time.Time { return time.Time{} }

// ifFacts asks for some of the facts that are in mask.
type ifFacts struct {
	timeless
	mask, want fact
}

func (c ifFacts) mark(s *Snapshot, _ time.Time, hit []bool) {
	for i, f := range s.facts().of {
		hit[i] = f&c.mask == c.want
	}
}

// ifStatus asks for a status that has no name.
type ifStatus struct {
	timeless
	status hdpclient.Status
}

func (c ifStatus) mark(s *Snapshot, _ time.Time, hit []bool) {
	for i, f := range s.facts().of {
		hit[i] = f&statusKnown != 0 && s.at(i).Status == c.status
	}
}

// ifLock asks for the state of the lock: see the names below.
type ifLock uint8

const (
	lockInForce ifLock = iota
	// noLockInForce: also one that has lapsed. Where the status is not known,
	// nothing is.
	noLockInForce
	lockLapsed
)

func (c ifLock) mark(s *Snapshot, now time.Time, hit []bool) {
	f := s.facts()
	lapsed := s.upTo(now, f.byLockEnd, lockEnd)
	if c == lockLapsed {
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

func (ifLock) change(s *Snapshot, now time.Time) time.Time {
	return s.nextOf(s.facts().byLockEnd, lockEnd, now, 0)
}

// ifExpiry asks for a password that expires after from and up to to, both
// counted from now. Those whose expiration is not known, or never comes, are
// not among them.
type ifExpiry struct{ from, to time.Duration }

const (
	everBefore = time.Duration(math.MinInt64)
	everAfter  = time.Duration(math.MaxInt64)
)

func (c ifExpiry) mark(s *Snapshot, now time.Time, hit []bool) {
	for _, p := range c.among(s, now) {
		hit[p] = true
	}
}

func (c ifExpiry) among(s *Snapshot, now time.Time) []int32 {
	all := s.facts().byExpiry
	if c.to != everAfter {
		all = all[:s.upTo(now.Add(c.to), all, expiry)]
	}
	if c.from != everBefore {
		all = all[s.upTo(now.Add(c.from), all, expiry):]
	}
	return all
}

func (c ifExpiry) change(s *Snapshot, now time.Time) time.Time {
	var next time.Time
	for _, d := range []time.Duration{c.from, c.to} {
		if d == everBefore || d == everAfter {
			continue
		}
		if t := s.nextOf(s.facts().byExpiry, expiry, now, d); next.IsZero() || !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	return next
}

// nextOf is when after now the first of the times is no longer more than d off.
func (s *Snapshot) nextOf(positions []int32, of func(*Account) time.Time, now time.Time, d time.Duration) time.Time {
	k := s.upTo(now.Add(d), positions, of)
	if k == len(positions) {
		return time.Time{}
	}
	return of(s.at(int(positions[k]))).Add(-d)
}

// ifTenant asks for the start of a word in the tenant's name, or its id.
type ifTenant struct {
	timeless
	folded string
	id     int64 // -1 for none
}

func (c ifTenant) mark(s *Snapshot, _ time.Time, hit []bool) {
	fits := make([]bool, len(s.tenants))
	for i, t := range s.tenants {
		fits[i] = t.id == c.id && t.id != 0 || holdsWordStart(t.folded, c.folded)
	}
	for i, t := range s.tenantOf[:s.size] {
		hit[i] = fits[t]
	}
}

// ifRole asks for a role that is known to be the account's.
type ifRole struct {
	timeless
	id int64
}

func (c ifRole) mark(s *Snapshot, _ time.Time, hit []bool) {
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

// ifWord asks for what a word of the query asks for, without its rank.
type ifWord struct {
	timeless
	word word
}

func (c ifWord) mark(s *Snapshot, _ time.Time, hit []bool) {
	got := make([]class, s.size)
	s.eachName([]byte(c.word.folded), func(k, _ int) { got[s.byName[k]] = inside })
	s.markIDs(got, c.word)
	s.markTenants(got, c.word)
	for i, class := range got {
		hit[i] = class != noMatch
	}
}
