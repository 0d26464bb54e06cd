// Package audit puts what the console does on record: every write before it is
// sent and once its outcome is known, sign-ins, and passwords shown or copied.
// It joins change, which says when, with audit/file, which keeps the file; and it
// clears up what a console that crashed left open before that account is
// written to again.
package audit

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// Log is the record that one console keeps. It is safe for concurrent use.
type Log struct {
	file  *file.Log
	check func(change.Outcome) change.Outcome
	now   func() time.Time

	mu      sync.Mutex
	id      file.Identity
	history history

	settling sync.Mutex // held while an account is cleared up
	open     openIntents
}

// Option changes how a [Trail] is kept.
type Option func(*Log)

// WithClock sets the clock by which it is judged whether another console can
// still be at a write. It is time.Now without it, and belongs with the clock of
// the file.
func WithClock(now func() time.Time) Option { return func(l *Log) { l.now = now } }

// New keeps the record in to, in the name of id. What other consoles have left
// without an outcome, then or later, is looked at with look before anything more
// is sent to the account; look is given an Unknown outcome, see
// [change.Writer.Look].
func New(to *file.Log, id file.Identity, look func(change.Outcome) change.Outcome, opts ...Option) (*Log, error) {
	id.Server = canonicalServer(id.Server)
	l := &Log{file: to, id: id, check: look, now: time.Now, open: openIntents{follower: file.NewFollower(to.Path())}}
	for _, opt := range opts {
		opt(l)
	}
	return l, l.open.update()
}

// canonicalServer is the one spelling of a server's address, by which records are compared:
// whoever types it in capitals, or with the port that goes without saying, means the
// same server. A login in it does not count.
func canonicalServer(server string) string {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" {
		return server
	}
	u.User, u.Host, u.Path = nil, strings.ToLower(u.Host), strings.TrimRight(u.Path, "/")
	if port, usual := u.Port(), map[string]string{"https": "443", "http": "80"}[u.Scheme]; port == usual && port != "" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	return u.String()
}

// Path is the file that is written.
func (l *Log) Path() string { return l.file.Path() }

// Abandoned returns the writes that consoles no longer at it have left without
// an outcome, oldest first, as of the start or the last write. They are looked at
// before anything more is sent to the account.
func (l *Log) Abandoned() []file.Entry {
	return slices.DeleteFunc(l.open.all(), func(e file.Entry) bool { return !l.isAbandoned(e) })
}

// Unwritten is how many records could not be written yet, and why not. They go first
// at the next try; Flush is one.
func (l *Log) Unwritten() (n int, why error) { return l.file.Unwritten() }

// Warning is what else is wrong with the file: see [file.Log.Warning].
func (l *Log) Warning() error { return l.file.Warning() }

func (l *Log) identity() file.Identity {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.id
}

// fileLog is the file in the name of whoever is signed in.
func (l *Log) fileLog() *file.Log { return l.file.As(l.identity()) }

// SignedIn records that the server knows the login, and writes in its name from
// now on, also if that could not be recorded.
func (l *Log) SignedIn(login string) error {
	l.mu.Lock()
	l.id.Login = login
	l.mu.Unlock()
	return l.fileLog().LogEvent(file.KindSignIn, file.Details{})
}

// SignInRefused records that the server refused a login. Whoever is signed in
// stays so.
func (l *Log) SignInRefused(login string, err error) error {
	id := l.identity()
	id.Login = login
	status, code, message := errorParts(err)
	return l.file.As(id).LogEvent(file.KindSignInRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// ConsoleLocked records that the console was locked, and why.
func (l *Log) ConsoleLocked(why string) error {
	return l.fileLog().LogEvent(file.KindConsoleLocked, file.Details{Message: why})
}

// ConsoleUnlocked records that the operator came back to a locked console.
func (l *Log) ConsoleUnlocked() error {
	return l.fileLog().LogEvent(file.KindConsoleReturned, file.Details{})
}

// ConsoleUnlockRefused records that the server refused the login at a locked console.
func (l *Log) ConsoleUnlockRefused(err error) error {
	status, code, message := errorParts(err)
	return l.fileLog().LogEvent(file.KindReturnRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// PasswordRevealed records that a temporary password was shown.
func (l *Log) PasswordRevealed(who change.Subject) error {
	return l.fileLog().LogEvent(file.KindPasswordRevealed, file.Details{Subject: toFileSubject(who)})
}

// PasswordCopied records that a temporary password was sent to the clipboard.
func (l *Log) PasswordCopied(who change.Subject) error {
	return l.fileLog().LogEvent(file.KindPasswordCopied, file.Details{Subject: toFileSubject(who)})
}

// Exported records that accounts were written to a file.
func (l *Log) Exported(path string, rows int) error {
	return l.fileLog().LogEvent(file.KindExport, file.Details{File: path, Count: rows})
}

// Flush writes what could not be written before.
func (l *Log) Flush() error { return l.file.Flush() }

// LogIntent implements change.AuditLog.
func (l *Log) LogIntent(in change.Intent) (change.LogOutcome, error) {
	if err := l.settleAbandoned(in.Subject.ID); err != nil {
		return nil, err
	}
	to := l.fileLog()
	if strings.HasSuffix(in.Path, "/"+string(change.OwnPassword)) {
		// It is sent with a login of its own, and may be what lets the operator in.
		id := l.identity()
		id.Login = in.Subject.Name.Raw()
		to = l.file.As(id)
	}
	entry, err := to.LogIntent(file.Intent{
		Operation: in.Operation, Batch: in.Batch, Subject: toFileSubject(in.Subject), Reason: in.Reason,
		Request: in.Method + " " + in.Path, Before: in.Before, After: in.After,
	})
	if err != nil {
		return nil, err
	}
	write := l.addToHistory(entry.Entry())
	owed := false
	return func(o change.Outcome) error {
		out := toFileOutcome(o)
		l.setOutcome(write, out)
		var err error
		if owed {
			// The file has kept it, with its time, and may have written it meanwhile: what
			// is recorded after an error is the same outcome.
			err = l.file.Flush()
		} else {
			err = entry.LogOutcome(out)
		}
		owed = err != nil
		return err
	}, nil
}
