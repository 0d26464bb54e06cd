package desk

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/panics"
	"hdpadmin/internal/search"
)

// sharedList is the list of one login. Its fields are guarded by Lists.mu.
type sharedList struct {
	lists *Lists
	key   listKey
	seats map[*seat]bool

	accounts  *search.Snapshot          // the last whole list, nil if none was read
	changed   map[int64]account.Account // newer rows, put into accounts when someone asks
	begun     time.Time                 // when the request for accounts began
	forbidden bool                      // the server refused the last reload
	reload    *reload                   // nil: none is running
	expiry    *time.Timer               // nil unless the last session has ended
}

func (s *sharedList) add(one *seat) {
	if s.expiry != nil {
		s.expiry.Stop()
		s.expiry = nil
	}
	s.seats[one] = true
	one.list = s
}

// remove takes a seat away. The list is dropped a while after the last one.
func (s *sharedList) remove(one *seat) {
	delete(s.seats, one)
	one.list = nil
	if s.reload != nil {
		for _, w := range slices.Clone(s.reload.waiters) {
			if w.seat == one {
				w.end(ListStep{Accounts: new(search.Snapshot), Done: true, Err: errClosed})
				s.leave(w)
			}
		}
	}
	switch {
	case len(s.seats) > 0:
	case s.accounts == nil:
		delete(s.lists.lists, s.key)
	default:
		s.expiry = time.AfterFunc(s.lists.keep, s.expire)
	}
}

func (s *sharedList) expire() {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	if len(s.seats) == 0 && s.lists.lists[s.key] == s {
		delete(s.lists.lists, s.key)
	}
}

// newest returns the whole list with every change, nil if there is none.
func (s *sharedList) newest() *search.Snapshot {
	if len(s.changed) > 0 {
		rows := slices.SortedFunc(maps.Values(s.changed), func(a, b account.Account) int { return cmp.Compare(a.ID, b.ID) })
		s.accounts = s.accounts.With(rows...)
		clear(s.changed)
	}
	return s.accounts
}

// update applies an update to the list, and to the one that is being read. It reports whether the
// row changed.
func (s *sharedList) update(u RowUpdate, own bool) bool {
	if s.reload != nil {
		s.reload.note(u, own)
	}
	if s.accounts == nil {
		return false
	}
	row, listed := s.changed[u.ID()]
	if !listed {
		row, listed = s.accounts.ByID(u.ID())
	}
	if !listed {
		return false
	}
	apply := u.applyForOthers
	if own {
		apply = u.Apply
	}
	next := apply(row).Completed(row)
	if next == row {
		return false
	}
	s.changed[u.ID()] = next
	return true
}

// apply makes updates in every list that has the accounts, and wakes the other desks. The update of
// a login changes the lists of other logins only in what these may see.
func (l *Lists) apply(from *seat, written bool, updates ...RowUpdate) {
	login := from.client.ProvenLogin()
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, s := range l.lists {
		if k.server != from.server {
			continue
		}
		var ids []int64
		for _, u := range updates {
			if s.update(u, k.login == login) {
				ids = append(ids, u.ID())
			}
		}
		if len(ids) == 0 {
			continue
		}
		for other := range s.seats {
			if other == from {
				continue
			}
			if written {
				other.written = append(other.written, ids...)
				other.written = slices.Clone(other.written[max(0, len(other.written)-maxWritten):])
			}
			other.poke()
		}
	}
}

// reload is one reading of a list. It ends when the list is complete, or when nobody waits for it any
// more, and it does not belong to the session whose client reads.
type reload struct {
	cancel  context.CancelFunc
	reader  *waiter   // its client sends the request; it may have left
	waiters []*waiter // the first that asked comes first
	refused []*hdpclient.Client
	begun   time.Time
	step    ListStep
	// Updates since the request was sent, which may be newer than its rows: by desks with the same
	// login, and by others.
	own, others map[int64]RowUpdate
}

// waiter is a desk that waits for a reload.
type waiter struct {
	seat    *seat
	list    *sharedList
	partial bool
	now     func() time.Time
	ready   chan struct{} // there is another step

	// Guarded by Lists.mu.
	last     *ListStep
	panicked string
}

func (w *waiter) signal() {
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

func (w *waiter) end(last ListStep) {
	w.last = &last
	w.signal()
}

func (s *sharedList) beginReload(ctx context.Context, first *waiter) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.reload = &reload{cancel: cancel, reader: first, waiters: []*waiter{first}}
	s.reload.begin(s.lists.now())
	go s.run(ctx, s.reload)
}

// begin starts over with an empty list.
func (r *reload) begin(now time.Time) {
	r.begun, r.step = now, ListStep{Total: -1}
	r.own, r.others = map[int64]RowUpdate{}, map[int64]RowUpdate{}
}

func (r *reload) join(w *waiter) {
	r.waiters = append(r.waiters, w)
	w.signal()
}

// note keeps an update for the rows that are being read.
func (r *reload) note(u RowUpdate, own bool) {
	id, into := u.ID(), r.others
	if own {
		into = r.own
	}
	if before, has := into[id]; has {
		u = before.then(u)
	}
	into[id] = u
	if seen, has := r.own[id]; has && !own { // it is older, and the login may see all of it
		seen.row = u.applyForOthers(seen.row)
		r.own[id] = seen
	}
}

// update returns the rows with what is newer.
func (r *reload) update(list *search.Snapshot) *search.Snapshot {
	var rows []account.Account
	for id, u := range r.others {
		if row, listed := list.ByID(id); listed {
			rows = append(rows, u.applyForOthers(row))
		}
	}
	list = list.With(rows...)
	return withUpdates(list, maps.Values(r.own))
}

// leave ends the reload if nobody waits for it any more.
func (s *sharedList) leave(w *waiter) {
	r := s.reload
	if r == nil || !slices.Contains(r.waiters, w) {
		return
	}
	r.waiters = slices.DeleteFunc(r.waiters, func(other *waiter) bool { return other == w })
	if len(r.waiters) == 0 {
		s.reload = nil
		r.cancel()
	}
}

// run reads the list with the client of one waiter after the other until one gets an answer.
func (s *sharedList) run(ctx context.Context, r *reload) {
	defer r.cancel()
	for {
		s.lists.mu.Lock()
		reader, peers := r.reader, s.peers()
		s.lists.mu.Unlock()
		var last ListStep
		panicked := panics.Catch(func() {
			for step := range streamUsers(ctx, reader.seat.client, userStream{
				now: reader.now, partial: func() bool { return s.wantsPartial(r) }, login: s.key.login, shared: true, peers: peers,
			}) {
				if last = step; !step.Done {
					s.publish(r, step)
				}
			}
		})
		if !s.readAgain(r, last, panicked) {
			return
		}
	}
}

// peers returns the lists that may have equal accounts. It requires Lists.mu.
func (s *sharedList) peers() []*search.Snapshot {
	var peers []*search.Snapshot
	if s.accounts != nil {
		peers = append(peers, s.accounts)
	}
	for k, other := range s.lists.lists {
		if other != s && k.server == s.key.server && other.accounts != nil && len(peers) < maxPeers {
			peers = append(peers, other.accounts)
		}
	}
	return peers
}

func (s *sharedList) wantsPartial(r *reload) bool {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	return slices.ContainsFunc(r.waiters, func(w *waiter) bool { return w.partial })
}

func (s *sharedList) publish(r *reload, step ListStep) {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	if step.Accounts != nil {
		step.Accounts = r.update(step.Accounts)
	}
	r.step = step
	for _, w := range r.waiters {
		w.signal()
	}
}

// readAgain ends the reload, or makes another waiter's client read the list if the error concerns
// only the session whose client has read.
func (s *sharedList) readAgain(r *reload, last ListStep, panicked string) bool {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	if s.reload != r {
		return false // nobody waits for it
	}
	end := func() bool {
		s.reload = nil
		for _, w := range r.waiters {
			w.end(last)
		}
		return false
	}
	reader := r.reader
	switch {
	case panicked != "":
		reader.panicked = panicked
		last = ListStep{Accounts: new(search.Snapshot), Total: -1, Done: true, Err: errReader}
		return end()
	case last.Err == nil:
		last.Accounts = r.update(last.Accounts)
		s.accounts, s.begun, s.forbidden = last.Accounts, r.begun, false
		clear(s.changed)
		for one := range s.seats {
			if !slices.ContainsFunc(r.waiters, func(w *waiter) bool { return w.seat == one }) {
				one.poke()
			}
		}
		return end()
	case !isAboutSession(last.Err):
		s.forbidden = s.forbidden || errors.Is(last.Err, hdpclient.ErrForbidden)
		return end()
	}
	if !errors.Is(last.Err, hdpclient.ErrNotSent) {
		r.refused = append(r.refused, reader.seat.client)
	}
	reader.end(last)
	r.waiters = slices.DeleteFunc(r.waiters, func(w *waiter) bool { return w == reader })
	next := slices.IndexFunc(r.waiters, func(w *waiter) bool {
		same := func(c *hdpclient.Client) bool { return c.HasSameCredentials(w.seat.client) }
		return w.seat.client.ProvenLogin() == s.key.login && !slices.ContainsFunc(r.refused, same)
	})
	if next < 0 {
		last = ListStep{Accounts: new(search.Snapshot), Total: -1, Done: true, Err: errReader}
		return end()
	}
	r.reader = r.waiters[next]
	r.begin(s.lists.now())
	return true
}

// isAboutSession reports whether an error concerns the session that read and not the list: its login
// was refused, or it signed out before the request was sent.
func isAboutSession(err error) bool {
	return errors.Is(err, hdpclient.ErrUnauthorized) || errors.Is(err, hdpclient.ErrNoCredentials) ||
		errors.Is(err, hdpclient.ErrLoginChanged) || errors.Is(err, hdpclient.ErrUnproven) || RefusesLogin(err)
}

// leave is called by a waiter that stops waiting.
func (w *waiter) leave() {
	if w == nil {
		return
	}
	w.list.lists.mu.Lock()
	defer w.list.lists.mu.Unlock()
	w.list.leave(w)
}

// next returns the next step. It contains accounts only while the server accepts the login of the
// session.
func (w *waiter) next() (step ListStep, panicked string) {
	w.list.lists.mu.Lock()
	defer w.list.lists.mu.Unlock()
	switch {
	case w.panicked != "":
		return step, w.panicked
	case w.last != nil:
		step = *w.last
	default:
		step = w.list.reload.step
		if !w.partial {
			step.Accounts = nil
		}
	}
	if step.Accounts != nil && w.seat.client.ProvenLogin() != w.list.key.login {
		if step.Accounts, step.Rows, step.Whole = new(search.Snapshot), 0, false; step.Done && step.Err == nil {
			step.Err = errReader
		}
	}
	return step, ""
}
