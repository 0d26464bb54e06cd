package change

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"hdpadmin/internal/address"
)

// ErrBusy is why a write is not sent while another one to its account is running. It is a
// [BusyError].
var ErrBusy = errors.New("another write to this account is still running")

// BusyError is an [ErrBusy] that names the other operator.
type BusyError struct {
	By string // "" for the operator's own console
}

func (e *BusyError) Error() string {
	if e.By == "" {
		return ErrBusy.Error()
	}
	return e.By + " is still changing this account"
}

// Unwrap returns ErrBusy, for errors.Is.
func (e *BusyError) Unwrap() error { return ErrBusy }

// Locks gives an account of a server one write at a time, over all the writers that share it: from
// before the intent until the outcome is logged and the request has ended. It is safe for concurrent
// use.
type Locks struct {
	mu      sync.Mutex
	held    map[lockKey]lock
	changed chan struct{} // closed and replaced when a lock is taken or released
}

// NewLocks returns locks for the writers of a process; see [WithLocks].
func NewLocks() *Locks { return &Locks{held: map[lockKey]lock{}, changed: make(chan struct{})} }

// lockKey names an account. The name is empty unless the ID is not known, as that of operators who
// may not read their own account.
type lockKey struct {
	server string
	id     int64
	name   string
}

type lock struct {
	writer *Writer
	holder string
}

func keyOf(server string, s Subject) lockKey {
	k := lockKey{server: server, id: s.ID}
	if s.ID == 0 {
		k.name = strings.ToLower(s.Name.Raw())
	}
	return k
}

// Holder returns who is changing an account, and false if nobody is.
func (l *Locks) Holder(server string, id int64) (who string, held bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, held := l.held[lockKey{server: address.Canonical(server), id: id}]
	return now.holder, held
}

// take takes the lock of an account, or returns the one that is held and a channel that is closed at
// the next change of any lock.
func (l *Locks) take(k lockKey, mine lock) (held lock, changed <-chan struct{}, taken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if held, taken := l.held[k]; taken {
		return held, l.changed, false
	}
	l.held[k] = mine
	l.notify()
	return mine, nil, true
}

func (l *Locks) release(k lockKey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, k)
	l.notify()
}

// notify requires mu.
func (l *Locks) notify() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// changedBy returns who holds the lock if another writer does.
func (l *Locks) changedBy(k lockKey, w *Writer) (who string, busy bool, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	held, taken := l.held[k]
	if !taken || held.writer == w {
		return "", false, l.changed
	}
	return held.holder, true, l.changed
}

// WithLocks shares the locks of accounts with the other writers of the process. The server is the
// one that the writer writes to; holder says to others who is changing an account. Without this
// option, a writer keeps its own writes apart only.
func WithLocks(l *Locks, server, holder string) Option {
	return func(w *Writer) { w.locks, w.server, w.holder = l, address.Canonical(server), holder }
}

// Holder returns the name that others see while this writer changes an account, "" without
// [WithLocks].
func (w *Writer) Holder() string { return w.holder }

// SharesLocks reports whether the writer shares its locks, see [WithLocks].
func (w *Writer) SharesLocks() bool { return w.holder != "" }

// ChangedBy returns who is changing an account through another writer, and false if nobody is.
func (w *Writer) ChangedBy(id int64) (who string, busy bool) {
	who, busy, _ = w.locks.changedBy(lockKey{server: w.server, id: id}, w)
	return who, busy
}

// AwaitChangedBy waits until ChangedBy returns something else than the values given, or ctx ends. It
// returns the newest values; what came and went while the caller was busy is left out.
func (w *Writer) AwaitChangedBy(ctx context.Context, id int64, who string, busy bool) (nowWho string, nowBusy bool) {
	for {
		nowWho, nowBusy, changed := w.locks.changedBy(lockKey{server: w.server, id: id}, w)
		if nowWho != who || nowBusy != busy {
			return nowWho, nowBusy
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nowWho, nowBusy
		}
	}
}

// busyLimit is how long a row of a batch waits for another write to its account. Most take less than
// a second; the operator can try the row again after one that takes longer.
const busyLimit = 10 * time.Second

// lock takes the lock of a plan's account. A row of a batch waits for it a little, because nobody
// looks at it; for a single write the operator decides again.
func (w *Writer) lock(ctx context.Context, p Plan) (unlock func(), err error) {
	k := keyOf(w.server, p.subject)
	var expired <-chan time.Time
	for {
		if err := context.Cause(w.closing); err != nil {
			return nil, err
		}
		held, changed, taken := w.locks.take(k, lock{w, w.holder})
		if taken {
			return func() { w.locks.release(k) }, nil
		}
		busy := &BusyError{By: held.holder}
		if held.writer == w {
			busy.By = ""
		}
		if p.batch == "" {
			return nil, busy
		}
		if expired == nil {
			expired = w.clock.After(busyLimit)
		}
		select {
		case <-changed:
		case <-expired:
			return nil, busy
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-w.closing.Done():
		}
	}
}
