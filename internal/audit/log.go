// Package audit logs what the console does: every write before it is sent and once its outcome
// is known, sign-ins, and passwords shown or copied. It connects change, which decides when to
// log, with audit/file, which keeps the file. If a console crashed in the middle of a write,
// this package finds the outcome before that account is written to again.
package audit

import (
	"slices"
	"strings"
	"sync"
	"time"

	"hdpadmin/internal/address"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// Log is the audit log of one console. It is safe for concurrent use.
type Log struct {
	file  *file.Log
	check func(change.Outcome) change.Outcome
	now   func() time.Time

	mu      sync.Mutex
	id      file.Identity
	history history

	turn     *sync.Mutex // held while all abandoned writes are settled; may be that of a process
	settling sync.Mutex  // held while an account's abandoned writes are settled
	open     openIntents
}

// Option configures a [Log].
type Option func(*Log)

// WithClock sets the clock that tells whether another console may still be running a write.
// The default is time.Now. Use the clock of the file.
func WithClock(now func() time.Time) Option { return func(l *Log) { l.now = now } }

// WithTurn makes the logs of a process take turns in SettleAbandoned. Give each the same mutex.
func WithTurn(turn *sync.Mutex) Option { return func(l *Log) { l.turn = turn } }

// New logs to the given file under id. Before anything more is sent to an account, it calls
// check with the Unknown outcome of each write to it that another console left without an
// outcome, now or later; see [change.Writer.CheckAgain].
func New(to *file.Log, id file.Identity, check func(change.Outcome) change.Outcome, opts ...Option) (*Log, error) {
	id.Server = address.Canonical(id.Server)
	l := &Log{file: to, id: id, check: check, now: time.Now, turn: new(sync.Mutex), open: openIntents{follower: file.NewFollower(to.Path())}}
	for _, opt := range opts {
		opt(l)
	}
	return l, l.open.update()
}

// Path returns the path of the file.
func (l *Log) Path() string { return l.file.Path() }

// Abandoned returns the writes that consoles no longer running have left without an outcome,
// oldest first, as of the start or the last write. They are checked before anything more is
// sent to the account.
func (l *Log) Abandoned() []file.Entry {
	return slices.DeleteFunc(l.open.all(), func(e file.Entry) bool { return !l.isAbandoned(e) })
}

// Unwritten returns how many entries could not be written yet, and why. They are written first
// at the next try, for example by Flush.
func (l *Log) Unwritten() (n int, why error) { return l.file.Unwritten() }

// Warning returns what else is wrong with the file: see [file.Log.Warning].
func (l *Log) Warning() error { return l.file.Warning() }

func (l *Log) identity() file.Identity {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.id
}

// fileLog writes under the login of the operator who is signed in.
func (l *Log) fileLog() *file.Log { return l.file.As(l.identity()) }

// SignedIn logs that the server accepted the login. Entries carry this login from now on, even
// if the sign-in could not be logged.
func (l *Log) SignedIn(login string) error {
	l.mu.Lock()
	l.id.Login = login
	l.mu.Unlock()
	return l.fileLog().LogEvent(file.KindSignIn, file.Details{})
}

// SignInRefused logs that the server refused a login. An operator who is signed in stays so.
func (l *Log) SignInRefused(login string, err error) error {
	id := l.identity()
	id.Login = login
	status, code, message := errorParts(err)
	return l.file.As(id).LogEvent(file.KindSignInRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// ConsoleLocked logs that the console was locked, and why.
func (l *Log) ConsoleLocked(why string) error {
	return l.fileLog().LogEvent(file.KindConsoleLocked, file.Details{Message: why})
}

// ConsoleUnlocked logs that the operator unlocked the console.
func (l *Log) ConsoleUnlocked() error {
	return l.fileLog().LogEvent(file.KindConsoleReturned, file.Details{})
}

// ConsoleUnlockRefused logs that the server refused the login at a locked console.
func (l *Log) ConsoleUnlockRefused(err error) error {
	status, code, message := errorParts(err)
	return l.fileLog().LogEvent(file.KindReturnRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// PasswordRevealed logs that a temporary password was shown.
func (l *Log) PasswordRevealed(who change.Subject) error {
	return l.fileLog().LogEvent(file.KindPasswordRevealed, file.Details{Subject: toFileSubject(who)})
}

// PasswordCopied logs that a temporary password was sent to the clipboard.
func (l *Log) PasswordCopied(who change.Subject) error {
	return l.fileLog().LogEvent(file.KindPasswordCopied, file.Details{Subject: toFileSubject(who)})
}

// PasswordSaved logs that a temporary password was written to a file or a descriptor.
func (l *Log) PasswordSaved(who change.Subject, to string) error {
	return l.fileLog().LogEvent(file.KindPasswordCopied, file.Details{Subject: toFileSubject(who), Message: "to " + to})
}

// Exported logs that accounts were written to a file.
func (l *Log) Exported(path string, rows int) error {
	return l.fileLog().LogEvent(file.KindExport, file.Details{File: path, Count: rows})
}

// Flush writes the entries that could not be written before.
func (l *Log) Flush() error { return l.file.Flush() }

// Close ends the session once its Writer has shut down: its batches and any write without an outcome
// are for others to take over, at once. It does not flush.
func (l *Log) Close() { l.file.Close() }

// LogIntent implements change.AuditLog.
func (l *Log) LogIntent(in change.Intent) (change.LogOutcome, error) {
	if err := l.settleAbandoned(in.Subject.ID); err != nil {
		return nil, err
	}
	to := l.fileLog()
	if strings.HasSuffix(in.Path, "/"+string(change.OwnPassword)) {
		// This request carries its own login, and may be what lets the operator in.
		id := l.identity()
		id.Login = in.Subject.Name.Raw()
		to = l.file.As(id)
	}
	intent, err := to.LogIntent(file.Intent{
		Operation: in.Operation, Batch: in.Batch, Subject: toFileSubject(in.Subject), Reason: in.Reason,
		Request: in.Method + " " + in.Path, Before: in.Before, After: in.After,
	})
	if err != nil {
		return nil, err
	}
	write := l.addToHistory(intent.Entry())
	unwritten := false
	return func(o change.Outcome) error {
		out := toFileOutcome(o)
		l.setOutcome(write, out)
		var err error
		if unwritten {
			// The file kept the outcome with its time and may have written it meanwhile. After an
			// error the caller always logs the same outcome again.
			err = l.file.Flush()
		} else {
			err = intent.LogOutcome(out)
		}
		unwritten = err != nil
		return err
	}, nil
}
