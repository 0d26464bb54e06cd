package desk

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/address"
	"hdpadmin/internal/change"
	"hdpadmin/internal/search"
)

const (
	// FreshList is the age up to which a session begins with a list that another one has read, and
	// how long a list is kept after its last session has ended.
	FreshList = time.Minute
	// newsPause is the shortest time between two pieces of news for a session. Each makes a console
	// search its list again.
	newsPause = 500 * time.Millisecond
	// maxPeers is the number of lists in which a new list looks for equal accounts.
	maxPeers = 16
	// maxWritten is the number of changes by others that a session learns one by one.
	maxWritten = 64
)

var (
	errClosed = errors.New("the session has ended")
	// errReader replaces an error that concerns only the session whose request it was.
	errReader = errors.New("another session was reading the list and could not go on")
)

// Lists holds the lists of accounts that the desks of a process have read: one for each login at
// each server. Desks with the same login share the list and every reload of it. A desk gets nothing
// before the server has accepted the login from that desk. Make one with [NewLists].
type Lists struct {
	now  func() time.Time
	keep time.Duration // how long a list is kept after its last session

	mu    sync.Mutex
	lists map[listKey]*sharedList
}

// NewLists returns lists for the desks of a process; see [WithLists].
func NewLists() *Lists {
	return &Lists{now: time.Now, keep: FreshList, lists: map[listKey]*sharedList{}}
}

// WithLists shares the list with the other desks of the process. Without it, a desk reads its own
// each time.
func WithLists(l *Lists) Option {
	return func(d *Desk) {
		d.seat = &seat{lists: l, client: d.client, server: address.Canonical(d.client.BaseURL().String()), wake: make(chan struct{}, 1)}
		if d.writer != nil {
			d.writer.OnOutcome(func(o change.Outcome) { l.apply(d.seat, true, RowWritten(o)) })
		}
	}
}

// Close leaves the list to the other desks. A reload that other desks wait for goes on.
func (d *Desk) Close() {
	if d.seat != nil {
		d.seat.close()
	}
}

// IsShared reports whether the desk shares its list with others.
func (d *Desk) IsShared() bool { return d.seat != nil }

// AwaitNews waits until another desk has changed the shared list, which [Desk.SharedList] then
// returns. It returns false when ctx ends. Only one goroutine may call it.
func (d *Desk) AwaitNews(ctx context.Context) bool {
	s := d.seat
	select {
	case <-s.wake:
	case <-ctx.Done():
		return false
	}
	if rest := newsPause - time.Since(s.lastNews); rest > 0 {
		select {
		case <-time.After(rest):
		case <-ctx.Done():
			return false
		}
	}
	s.lastNews = time.Now()
	return true
}

// CheckNews makes AwaitNews return once more, since news that came while the login was not accepted
// has not been taken.
func (d *Desk) CheckNews() {
	if d.seat != nil {
		d.seat.poke()
	}
}

// SharedList returns the newest whole list of the login, and the accounts in it that other desks
// have changed since the last call, the last few of them. It returns false if no list is shared, or
// if the server has not accepted the login.
func (d *Desk) SharedList() (list *search.Snapshot, written []int64, ok bool) {
	if d.seat == nil {
		return nil, nil, false
	}
	if list = d.seat.newest(); list == nil {
		return nil, nil, false
	}
	l := d.seat.lists
	l.mu.Lock()
	defer l.mu.Unlock()
	written, d.seat.written = d.seat.written, nil
	return list, written, true
}

// UpdateRows returns the list after updates, and makes them in every list of the process that has
// the accounts: what was read, since what was written is there already. It adds no account to any list.
func (d *Desk) UpdateRows(list *search.Snapshot, updates ...RowUpdate) *search.Snapshot {
	if d.seat != nil {
		// Another session may have changed the account since the writer told the lists.
		read := slices.DeleteFunc(slices.Clone(updates), func(u RowUpdate) bool { return u.written })
		d.seat.lists.apply(d.seat, false, read...)
		if newest := d.seat.newest(); newest != nil && !list.Partial() {
			return newest
		}
	}
	return Updated(list, updates...)
}

// Updated returns the list with updates of the accounts that it has.
func Updated(list *search.Snapshot, updates ...RowUpdate) *search.Snapshot {
	return withUpdates(list, slices.Values(updates))
}

func withUpdates(list *search.Snapshot, updates iter.Seq[RowUpdate]) *search.Snapshot {
	for u := range updates {
		if row, listed := list.ByID(u.ID()); listed {
			if changed := u.Apply(row); changed != row {
				list = list.With(changed)
			}
		}
	}
	return list
}

// seat is a desk's place at the lists.
type seat struct {
	lists    *Lists
	client   *hdpclient.Client
	server   string // canonical
	wake     chan struct{}
	lastNews time.Time // only for AwaitNews

	// Guarded by Lists.mu.
	list    *sharedList
	written []int64 // accounts that others have changed
	closed  bool
}

func (s *seat) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// newest returns the newest whole list, or nil.
func (s *seat) newest() *search.Snapshot {
	login := s.client.ProvenLogin()
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	if login == "" || s.list == nil || s.list.key.login != login {
		return nil
	}
	return s.list.newest()
}

func (s *seat) close() {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	s.closed = true
	s.leave()
}

// leave requires Lists.mu.
func (s *seat) leave() {
	if s.list != nil {
		s.list.remove(s)
	}
	s.written = nil
}

// streamList yields the steps of the shared list. alone reads the list without sharing it, for a
// client without a login.
func (s *seat) streamList(ctx context.Context, o ListOptions, alone iter.Seq[ListStep]) iter.Seq[ListStep] {
	return func(yield func(ListStep) bool) {
		failed := func(err error) { yield(ListStep{Accounts: new(search.Snapshot), Total: -1, Done: true, Err: err}) }
		var a answer
		for a.known == nil && a.waiter == nil {
			login := s.client.Login()
			if login == "" {
				alone(yield)
				return
			}
			var err error
			if a, err = s.ask(ctx, login, o); errors.Is(err, errSignInFirst) {
				// Nothing is shared with a login that only was typed.
				self := func() error { _, err := s.client.Self(ctx); return err }
				if err = tryLogin(ctx, s.client, self); err == nil {
					continue
				}
			}
			if err != nil {
				failed(err)
				return
			}
		}
		if a.known != nil && !yield(ListStep{Accounts: a.known, Whole: true, Rows: a.known.Len(), Total: -1, Done: a.waiter == nil}) {
			a.waiter.leave()
			return
		}
		if a.waiter == nil {
			return
		}
		defer a.waiter.leave()
		for {
			select {
			case <-a.waiter.ready:
			case <-ctx.Done():
				failed(context.Cause(ctx))
				return
			}
			step, panicked := a.waiter.next()
			if panicked != "" {
				panic(panicked)
			}
			if !yield(step) || step.Done {
				return
			}
		}
	}
}

// errSignInFirst means that the login must be accepted before the list can be shared.
var errSignInFirst = errors.New("sign in first")

// answer is what a desk gets that asks for the list.
type answer struct {
	known  *search.Snapshot // a list that another desk has read, nil if there is none
	waiter *waiter          // at the reload, nil if known is fresh
}

// ask begins or joins a reload.
func (s *seat) ask(ctx context.Context, login string, o ListOptions) (a answer, err error) {
	l := s.lists
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.closed {
		return a, errClosed
	}
	accepted := s.client.ProvenLogin() == login
	k := listKey{s.server, login}
	list := l.lists[k]
	if list == nil {
		list = &sharedList{lists: l, key: k, seats: map[*seat]bool{}, changed: map[int64]account.Account{}}
		l.lists[k] = list
	}
	if !accepted && (list.accounts != nil || list.reload != nil) {
		return a, errSignInFirst
	}
	isNew := s.list != list
	if isNew {
		s.leave()
		list.add(s)
	}
	// A login that may no longer read the list begins with none.
	if o.MaxAge > 0 && list.accounts != nil && !(isNew && list.forbidden) {
		a.known, s.written = list.newest(), nil
		if l.now().Sub(list.begun) < o.MaxAge {
			return a, nil
		}
	}
	a.waiter = &waiter{seat: s, list: list, partial: o.Partial && a.known == nil, now: o.Now, ready: make(chan struct{}, 1)}
	if list.reload == nil {
		list.beginReload(ctx, a.waiter)
	} else {
		list.reload.join(a.waiter)
	}
	return a, nil
}

type listKey struct{ server, login string }
