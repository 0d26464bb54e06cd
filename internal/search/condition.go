package search

import (
	"math"
	"slices"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// condition is true or false for an account; it does not rank. Equal conditions are
// equal with ==.
type condition interface {
	// mark marks the positions of the accounts that fulfil it at now.
	mark(s *Snapshot, now time.Time, hit []bool)
	// nextChange returns the first time after now at which other accounts fulfil it;
	// zero if there is none.
	nextChange(s *Snapshot, now time.Time) time.Time
}

// term is a condition or its negation.
type term struct {
	condition
	negated bool
}

// allowed reports for each position whether the account fulfils all terms. It returns
// nil if there are none.
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
		// Not &&, because the processor could not predict its branch.
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

// nextChange returns the first time after now at which other accounts may fulfil one of
// the terms; zero if there is none.
func (s *Snapshot) nextChange(terms []term, now time.Time) time.Time {
	var next time.Time
	for _, t := range terms {
		if c := t.nextChange(s, now); next.IsZero() || !c.IsZero() && c.Before(next) {
			next = c
		}
	}
	return next
}

// timelessCondition is embedded in conditions that do not depend on the time.
type timelessCondition struct{}

func (timelessCondition) nextChange(*Snapshot, time.Time) time.Time { return time.Time{} }

// factsCondition requires the facts in mask to equal want.
type factsCondition struct {
	timelessCondition
	mask, want fact
}

func (c factsCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	for i, f := range s.facts().of {
		hit[i] = f&c.mask == c.want
	}
}

// statusCondition requires a status without a name.
type statusCondition struct {
	timelessCondition
	status hdpclient.Status
}

func (c statusCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	for i, f := range s.facts().of {
		hit[i] = f&statusKnown != 0 && s.at(i).Status == c.status
	}
}

// lockCondition requires a state of the lock.
type lockCondition uint8

const (
	lockInForce lockCondition = iota
	// noLockInForce includes expired locks, but not accounts with an unknown status.
	noLockInForce
	lockExpired
)

func (c lockCondition) mark(s *Snapshot, now time.Time, hit []bool) {
	f := s.facts()
	expired := s.countUpTo(now, f.byLockEnd, lockEnd)
	if c == lockExpired {
		for _, p := range f.byLockEnd[:expired] {
			hit[p] = true
		}
		return
	}
	for i, f := range f.of {
		hit[i] = f&lockNoEnd != 0
	}
	for _, p := range f.byLockEnd[expired:] {
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

// expiryCondition requires a password that expires after now+from and no later than
// now+to. Passwords that never expire, or whose expiration is unknown, do not match.
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

// nextChangeOf returns when, after now, the next of the times will be only d away.
func (s *Snapshot) nextChangeOf(positions []int32, of func(*account.Account) time.Time, now time.Time, d time.Duration) time.Time {
	k := s.countUpTo(now.Add(d), positions, of)
	if k == len(positions) {
		return time.Time{}
	}
	return of(s.at(int(positions[k]))).Add(-d)
}

// tenantCondition requires the start of a word in the tenant's name, or the tenant's
// id.
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

// roleCondition requires a role that the account is known to have.
type roleCondition struct {
	timelessCondition
	id int64
}

func (c roleCondition) mark(s *Snapshot, _ time.Time, hit []bool) {
	fits := map[account.Roles]bool{}
	var last account.Roles // most accounts have the roles of the one before
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

// wordCondition requires a word of the query, without its rank.
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
