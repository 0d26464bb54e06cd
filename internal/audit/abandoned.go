package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/address"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// maxWriteTime is longer than any write takes from its intent to its outcome: three reads of
// 30 s, pauses of at most 10 s between them, 20 s for the PUT and 40 s of reading back, unless
// it must wait for its turn.
const maxWriteTime = 3 * time.Minute

// isAbandoned reports whether this console may settle an intent without an outcome. It may
// not while the console that wrote it may still be running the write:
//
//   - an intent of this session never is abandoned, since its Writer knows it, nor is one to
//     another server;
//   - an intent of this host is abandoned once its session has ended, which its lease shows; without a
//     lease, once its process is gone;
//   - any other is abandoned once it is older than any write takes. That includes a session of
//     this host that has not ended: it may hang, and the number of a process may have been reused.
//
// The clocks of two hosts may differ, so an intent from the future counts like one from the
// past. If its console continues after all, as after ctrl+z, it logs its own outcome, and the
// last one counts.
func (l *Log) isAbandoned(e file.Entry) bool { return isAbandoned(e, l.file, l.identity(), l.now()) }

func isAbandoned(e file.Entry, in *file.Log, id file.Identity, now time.Time) bool {
	if address.Canonical(e.Server) != id.Server || e.Session == in.Session() {
		return false
	}
	if e.Host != "" && e.Host == id.Host && hasEnded(e, in) {
		return true
	}
	return now.Sub(e.Time).Abs() > maxWriteTime
}

// hasEnded reports whether the session of this host that wrote an entry has ended.
func hasEnded(e file.Entry, in *file.Log) bool {
	if e.Lease {
		return in.HasEnded(e.Session)
	}
	return e.PID != 0 && !isAlive(e.PID)
}

// isAlive reports whether this machine has a process with that number. If unsure, it returns
// true.
func isAlive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false // only Windows returns an error here
	}
	defer p.Release() //nolint:errcheck // nothing was requested from it
	return !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// openIntents holds the intents without an outcome, of any console.
type openIntents struct {
	mu       sync.Mutex
	follower *file.Follower
}

func (l *openIntents) update() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.follower.Update()
}

func (l *openIntents) all() []file.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.follower.OpenIntents()
}

// errNotChecked is why nothing is sent to an account whose earlier write cannot be settled.
var errNotChecked = errors.New("an earlier write to this account has no logged outcome, and the account cannot be read now")

// settleAbandoned finds and logs the outcome of the account's writes that other consoles have
// abandoned. If one cannot be checked now, it stays open and nothing is sent. Two consoles may
// check at the same time; the first to log its result wins, before either of them sends
// anything.
func (l *Log) settleAbandoned(id int64) error {
	l.settling.Lock()
	defer l.settling.Unlock()
	if err := l.open.update(); err != nil {
		return err
	}
	cleared := false
	for _, e := range l.open.all() {
		if e.AccountID != id || !l.isAbandoned(e) {
			continue
		}
		found, err := l.findOutcome(e)
		if err != nil {
			return err
		}
		if _, err := l.fileLog().Reopen(e).LogOutcomeIfNone(found); err != nil {
			return fmt.Errorf("an earlier write to this account: %w", err)
		}
		cleared = true
	}
	if cleared {
		return l.open.update()
	}
	return nil
}

// SettleAbandoned finds and logs the outcomes of all writes to this server that other consoles have
// abandoned, one after the other. A write stays open if the login may not read its account; the rest
// stays open once ctx ends or the server does not answer. If another session of the process is at it
// already, see [WithTurn], it returns at once.
//
// It may run while this console writes: if a change to the same account comes first, that has logged the
// outcome before it was sent, and what is found here counts no more.
func (l *Log) SettleAbandoned(ctx context.Context) error {
	if !l.turn.TryLock() {
		return nil
	}
	defer l.turn.Unlock()
	if err := l.open.update(); err != nil {
		return err
	}
	for _, e := range l.Abandoned() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		found, err := l.findOutcome(e)
		switch {
		case err != nil && isOfAccount(err):
			continue
		case err != nil:
			return err
		}
		if _, err := l.fileLog().Reopen(e).LogOutcomeIfNone(found); err != nil {
			return fmt.Errorf("an earlier write to %s: %w", hdpclient.Clean(e.AccountName), err)
		}
	}
	return l.open.update()
}

// isOfAccount reports whether another account may be readable after an error.
func isOfAccount(err error) bool {
	e, answered := errors.AsType[*hdpclient.Error](err)
	return answered && e.Status != 0 && !e.MayBeAboutLogin() && !errors.Is(err, hdpclient.ErrUnavailable)
}

// findOutcome finds out how an abandoned write ended.
func (l *Log) findOutcome(e file.Entry) (file.Outcome, error) {
	unknown := func(why string) (file.Outcome, error) {
		return file.Outcome{Kind: file.Unknown, Message: "its console ended before it logged the outcome; " + why}, nil
	}
	if setsPassword(e) {
		return unknown("a password cannot be read back: the new one may be active")
	}
	o, err := toOutcome(change.Subject{ID: e.AccountID, Name: hdpclient.TextOf(e.AccountName)}, e, file.Entry{})
	if err != nil {
		return unknown("its entry does not say enough to check it")
	}
	o = l.check(o)
	switch {
	case errors.Is(o.ReadErr, hdpclient.ErrNotFound):
		return unknown("the account no longer exists")
	case o.Seen == change.NotSeen:
		return file.Outcome{}, errors.Join(errNotChecked, o.ReadErr)
	}
	return toFileOutcome(o), nil
}
