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

// Trail is the record that one console keeps. It is safe for concurrent use.
type Trail struct {
	file *file.Trail
	look func(change.Outcome) change.Outcome
	now  func() time.Time

	mu   sync.Mutex
	id   file.Identity
	mine history

	clearing sync.Mutex // held while an account is cleared up
	left     leftovers
}

// Option changes how a [Trail] is kept.
type Option func(*Trail)

// WithClock sets the clock by which it is judged whether another console can
// still be at a write. It is time.Now without it, and belongs with the clock of
// the file.
func WithClock(now func() time.Time) Option { return func(t *Trail) { t.now = now } }

// New keeps the record in to, in the name of id. What other consoles have left
// without an outcome, then or later, is looked at with look before anything more
// is sent to the account; look is given an Unknown outcome, see
// [change.Writer.Look].
func New(to *file.Trail, id file.Identity, look func(change.Outcome) change.Outcome, opts ...Option) (*Trail, error) {
	id.Server = address(id.Server)
	t := &Trail{file: to, id: id, look: look, now: time.Now, left: leftovers{follower: file.Follow(to.Path())}}
	for _, opt := range opts {
		opt(t)
	}
	return t, t.left.update()
}

// address is the one spelling of a server's address, by which records are compared:
// whoever types it in capitals, or with the port that goes without saying, means the
// same server. A login in it does not count.
func address(server string) string {
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
func (t *Trail) Path() string { return t.file.Path() }

// Unfinished returns the writes that consoles no longer at it have left without
// an outcome, oldest first, as of the start or the last write. They are looked at
// before anything more is sent to the account.
func (t *Trail) Unfinished() []file.Record {
	return slices.DeleteFunc(t.left.all(), func(r file.Record) bool { return !t.abandoned(r) })
}

// Owed is how many records could not be written yet, and why not. They go first
// at the next try; Flush is one.
func (t *Trail) Owed() (n int, why error) { return t.file.Pending() }

// Trouble is what else is wrong with the file: see [audit.Trail.Trouble].
func (t *Trail) Trouble() error { return t.file.Trouble() }

func (t *Trail) identity() file.Identity {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.id
}

// as is the file in the name of whoever is signed in.
func (t *Trail) as() *file.Trail { return t.file.As(t.identity()) }

// SignedIn records that the server knows the login, and writes in its name from
// now on, also if that could not be recorded.
func (t *Trail) SignedIn(login string) error {
	t.mu.Lock()
	t.id.Login = login
	t.mu.Unlock()
	return t.as().Event(file.KindSignIn, file.Details{})
}

// SignInRefused records that the server refused a login. Whoever is signed in
// stays so.
func (t *Trail) SignInRefused(login string, err error) error {
	id := t.identity()
	id.Login = login
	status, code, message := refusal(err)
	return t.file.As(id).Event(file.KindSignInRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// Locked records that the console was locked, and why.
func (t *Trail) Locked(why string) error {
	return t.as().Event(file.KindConsoleLocked, file.Details{Message: why})
}

// Returned records that the operator came back to a locked console.
func (t *Trail) Returned() error {
	return t.as().Event(file.KindConsoleReturned, file.Details{})
}

// ReturnRefused records that the server refused the login at a locked console.
func (t *Trail) ReturnRefused(err error) error {
	status, code, message := refusal(err)
	return t.as().Event(file.KindReturnRefused, file.Details{HTTPStatus: status, Code: code, Message: message})
}

// PasswordRevealed records that a temporary password was shown.
func (t *Trail) PasswordRevealed(who change.Subject) error {
	return t.as().Event(file.KindPasswordRevealed, file.Details{Subject: subject(who)})
}

// PasswordCopied records that a temporary password was sent to the clipboard.
func (t *Trail) PasswordCopied(who change.Subject) error {
	return t.as().Event(file.KindPasswordCopied, file.Details{Subject: subject(who)})
}

// Exported records that accounts were written to a file.
func (t *Trail) Exported(path string, rows int) error {
	return t.as().Event(file.KindExport, file.Details{File: path, Count: rows})
}

// Flush writes what could not be written before.
func (t *Trail) Flush() error { return t.file.Flush() }

// Intent implements change.Recorder.
func (t *Trail) Intent(in change.Intent) (change.Record, error) {
	if err := t.clearUp(in.Subject.ID); err != nil {
		return nil, err
	}
	to := t.as()
	if strings.HasSuffix(in.Path, "/"+string(change.OwnPassword)) {
		// It is sent with a login of its own, and may be what lets the operator in.
		id := t.identity()
		id.Login = in.Subject.Name.Raw()
		to = t.file.As(id)
	}
	entry, err := to.Intent(file.Intent{
		Operation: in.Operation, Batch: in.Batch, Subject: subject(in.Subject), Reason: in.Reason,
		Request: in.Method + " " + in.Path, Before: in.Before, After: in.After,
	})
	if err != nil {
		return nil, err
	}
	write := t.began(entry.Record())
	owed := false
	return func(o change.Outcome) error {
		out := outcome(o)
		t.ended(write, out)
		var err error
		if owed {
			// The file has kept it, with its time, and may have written it meanwhile: what
			// is recorded after an error is the same outcome.
			err = t.file.Flush()
		} else {
			err = entry.Outcome(out)
		}
		owed = err != nil
		return err
	}, nil
}
