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
func WithClock(now func() time.Time) Option { return func(t *Log) { t.now = now } }

// New keeps the record in to, in the name of id. What other consoles have left
// without an outcome, then or later, is looked at with look before anything more
// is sent to the account; look is given an Unknown outcome, see
// [change.Writer.Look].
func New(to *file.Log, id file.Identity, look func(change.Outcome) change.Outcome, opts ...Option) (*Log, error) {
	id.Server = canonicalServer(id.Server)
	t := &Log{file: to, id: id, check: look, now: time.Now, open: openIntents{follower: file.NewFollower(to.Path())}}
	for _, opt := range opts {
		opt(t)
	}
	return t, t.open.update()
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
func (t *Log) Path() string { return t.file.Path() }

// Abandoned returns the writes that consoles no longer at it have left without
// an outcome, oldest first, as of the start or the last write. They are looked at
// before anything more is sent to the account.
func (t *Log) Abandoned() []file.Entry {
	return slices.DeleteFunc(t.open.all(), func(r file.Entry) bool { return !t.isAbandoned(r) })
}

// Unwritten is how many records could not be written yet, and why not. They go first
// at the next try; Flush is one.
func (t *Log) Unwritten() (n int, why error) { return t.file.Unwritten() }

// Warning is what else is wrong with the file: see [file.Log.Warning].
func (t *Log) Warning() error { return t.file.Warning() }

func (t *Log) identity() file.Identity {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.id
}

// fileLog is the file in the name of whoever is signed in.
func (t *Log) fileLog() *file.Log { return t.file.As(t.identity()) }

// SignedIn records that the server knows the login, and writes in its name from
// now on, also if that could not be recorded.
func (t *Log) SignedIn(login string) error {
	t.mu.Lock()
	t.id.Login = login
	t.mu.Unlock()
	return t.fileLog().LogEvent(file.KindSignIn, file.Details{})
}

// SignInRefused records that the server refused a login. Whoever is signed in
// stays so.
func (t *Log) SignInRefused(login string, err error) error {
	id := t.identity()
	id.Login = login
	status, code, message := errorParts(err)
	return t.file.As(id).LogEvent(file.KindSignInRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// ConsoleLocked records that the console was locked, and why.
func (t *Log) ConsoleLocked(why string) error {
	return t.fileLog().LogEvent(file.KindConsoleLocked, file.Details{Message: why})
}

// ConsoleUnlocked records that the operator came back to a locked console.
func (t *Log) ConsoleUnlocked() error {
	return t.fileLog().LogEvent(file.KindConsoleReturned, file.Details{})
}

// ConsoleUnlockRefused records that the server refused the login at a locked console.
func (t *Log) ConsoleUnlockRefused(err error) error {
	status, code, message := errorParts(err)
	return t.fileLog().LogEvent(file.KindReturnRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// PasswordRevealed records that a temporary password was shown.
func (t *Log) PasswordRevealed(who change.Subject) error {
	return t.fileLog().LogEvent(file.KindPasswordRevealed, file.Details{Subject: toFileSubject(who)})
}

// PasswordCopied records that a temporary password was sent to the clipboard.
func (t *Log) PasswordCopied(who change.Subject) error {
	return t.fileLog().LogEvent(file.KindPasswordCopied, file.Details{Subject: toFileSubject(who)})
}

// Exported records that accounts were written to a file.
func (t *Log) Exported(path string, rows int) error {
	return t.fileLog().LogEvent(file.KindExport, file.Details{File: path, Count: rows})
}

// Flush writes what could not be written before.
func (t *Log) Flush() error { return t.file.Flush() }

// LogIntent implements change.AuditLog.
func (t *Log) LogIntent(in change.Intent) (change.LogOutcome, error) {
	if err := t.settleAbandoned(in.Subject.ID); err != nil {
		return nil, err
	}
	to := t.fileLog()
	if strings.HasSuffix(in.Path, "/"+string(change.OwnPassword)) {
		// It is sent with a login of its own, and may be what lets the operator in.
		id := t.identity()
		id.Login = in.Subject.Name.Raw()
		to = t.file.As(id)
	}
	entry, err := to.LogIntent(file.Intent{
		Operation: in.Operation, Batch: in.Batch, Subject: toFileSubject(in.Subject), Reason: in.Reason,
		Request: in.Method + " " + in.Path, Before: in.Before, After: in.After,
	})
	if err != nil {
		return nil, err
	}
	write := t.addToHistory(entry.Entry())
	owed := false
	return func(o change.Outcome) error {
		out := toFileOutcome(o)
		t.setOutcome(write, out)
		var err error
		if owed {
			// The file has kept it, with its time, and may have written it meanwhile: what
			// is recorded after an error is the same outcome.
			err = t.file.Flush()
		} else {
			err = entry.LogOutcome(out)
		}
		owed = err != nil
		return err
	}, nil
}
