package audit

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// maxWriteTime is longer than any write takes, from its intent to its outcome: three
// reads of 30 s, pauses of at most 10 s between them, 20 s for the PUT and 40 s
// of looking, if it need not wait for its turn.
const maxWriteTime = 3 * time.Minute

// isAbandoned reports whether an intent without an outcome is ours to clear up.
// It is not, while the console that wrote it may still be at it:
//
//   - one of this session never is, for its Writer knows of it, nor is one to
//     another server;
//   - one of this host is as soon as its process has gone;
//   - any other is once it is older than any write takes. That holds for a
//     process of this host that is there too: its number may have been given to
//     another one since, or it hangs.
//
// The clocks of two hosts may differ, so an intent from the future is no younger
// than one from the past. Should its console come back to it all the same, as
// after ctrl+z, it records its own outcome, and the last one holds.
func (l *Log) isAbandoned(e file.Entry) bool {
	id := l.identity()
	if canonicalServer(e.Server) != id.Server || e.Session == l.file.Session() {
		return false
	}
	if e.Host != "" && e.Host == id.Host && e.PID != 0 && !isAlive(e.PID) {
		return true
	}
	return l.now().Sub(e.Time).Abs() > maxWriteTime
}

// isAlive reports whether there is a process of that number on this machine. In
// doubt there is.
func isAlive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false // only Windows says so here
	}
	defer p.Release() //nolint:errcheck // nothing was asked of it
	return !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// openIntents are the intents without an outcome, of whatever console.
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

// errNotChecked is why nothing is sent to an account whose earlier write cannot
// be cleared up.
var errNotChecked = errors.New("an earlier write to this account has no logged outcome, and the account cannot be read now")

// settleAbandoned finds out what became of the writes to the account that other consoles
// have abandoned, and records it. One that cannot be looked at now stays open,
// and nothing is sent. Two consoles may look at the same time; the first to
// record what it saw has cleared up, and that was before either of them sends
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

// findOutcome looks at what became of an abandoned write.
func (l *Log) findOutcome(e file.Entry) (file.Outcome, error) {
	unknown := func(why string) (file.Outcome, error) {
		return file.Outcome{Kind: file.Unknown, Message: "its console ended before it logged the outcome; " + why}, nil
	}
	if setsPassword(e) {
		return unknown("a password cannot be read back: the new one may be in force")
	}
	o, ok := toUnknownOutcome(e)
	if !ok {
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
