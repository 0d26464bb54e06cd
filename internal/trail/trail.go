// Package trail puts what the console does on record: every write before it is
// sent and once its outcome is known, sign-ins, and passwords shown or copied.
// It joins change, which says when, with audit, which keeps the file; and it
// clears up what a console that crashed left open before that account is
// written to again.
package trail

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
)

// Trail is the record that one console keeps. It is safe for concurrent use.
type Trail struct {
	file *audit.Trail
	look func(change.Outcome) change.Outcome

	mu   sync.Mutex
	id   audit.Identity
	mine []audit.Record // of this session, oldest first
	open map[int64][]audit.Record
}

// New keeps the record in file, in the name of id. What other consoles left
// unfinished in it is looked at with look before anything more is sent to the
// account.
func New(file *audit.Trail, id audit.Identity, look func(change.Outcome) change.Outcome) (*Trail, error) {
	unfinished, err := audit.Unfinished(file.Path())
	if err != nil {
		return nil, err
	}
	t := &Trail{file: file, id: id, look: look, open: map[int64][]audit.Record{}}
	for _, r := range unfinished {
		if r.Server == id.Server {
			t.open[r.AccountID] = append(t.open[r.AccountID], r)
		}
	}
	return t, nil
}

// Path is the file that is written.
func (t *Trail) Path() string { return t.file.Path() }

// Unfinished is how many writes other consoles have left without an outcome.
func (t *Trail) Unfinished() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, r := range t.open {
		n += len(r)
	}
	return n
}

// as is the file in the name of whoever is signed in.
func (t *Trail) as() *audit.Trail {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.file.As(t.id)
}

// SignedIn records that the server knows the login, and writes in its name from
// now on.
func (t *Trail) SignedIn(login string) error {
	t.mu.Lock()
	t.id.Login = login
	t.mu.Unlock()
	return t.as().Event(audit.KindSignIn, audit.Details{})
}

// SignInRefused records that the server refused a login.
func (t *Trail) SignInRefused(login string, err error) error {
	t.mu.Lock()
	id := t.id
	t.mu.Unlock()
	id.Login = login
	status, code, message := refusal(err)
	return t.file.As(id).Event(audit.KindSignInRefused, audit.Details{HTTPStatus: status, Code: code, Message: message})
}

// PasswordRevealed records that a temporary password was shown.
func (t *Trail) PasswordRevealed(who change.Subject) error {
	return t.as().Event(audit.KindPasswordRevealed, audit.Details{Subject: subject(who)})
}

// PasswordCopied records that a temporary password was sent to the clipboard.
func (t *Trail) PasswordCopied(who change.Subject) error {
	return t.as().Event(audit.KindPasswordCopied, audit.Details{Subject: subject(who)})
}

// Flush writes what could not be written before, at the end.
func (t *Trail) Flush() error { return t.file.Flush() }

// Intent implements change.Recorder.
func (t *Trail) Intent(in change.Intent) (change.Record, error) {
	if err := t.clearUp(in.Subject.ID); err != nil {
		return nil, err
	}
	entry, err := t.as().Intent(audit.Intent{
		Operation: in.Operation, Subject: subject(in.Subject), Reason: in.Reason,
		Request: in.Method + " " + in.Path, Before: in.Before, After: in.After,
	})
	if err != nil {
		return nil, err
	}
	t.remember(entry.Record())
	return func(o change.Outcome) error {
		out := outcome(o)
		r := entry.Record()
		r.Kind, r.Of = audit.KindOutcome, r.Seq
		r.Outcome, r.HTTPStatus, r.Code, r.Message, r.Stored = out.Kind, out.HTTPStatus, out.Code, out.Message, out.Stored
		t.remember(r)
		return entry.Outcome(out)
	}, nil
}

// clearUp finds out what became of the writes to the account that another
// console left open, and records it. One that cannot be looked at now stays open,
// and nothing is sent.
func (t *Trail) clearUp(id int64) error {
	t.mu.Lock()
	open := t.open[id]
	t.mu.Unlock()
	for len(open) > 0 {
		found := audit.Outcome{Kind: audit.Unknown, Message: "the console ended before an answer came; there is nothing to look at"}
		if o, canLook := leftOpen(open[0]); canLook {
			if o = t.look(o); o.Seen == change.NotSeen {
				return errors.Join(errUnfinished, o.LookErr)
			}
			found = outcome(o)
		}
		if err := t.file.Resume(open[0]).Outcome(found); err != nil {
			return err
		}
		open = open[1:]
		t.mu.Lock()
		t.open[id] = open
		t.mu.Unlock()
	}
	return nil
}

var errUnfinished = errors.New("an earlier write to this account has no recorded outcome, and it cannot be looked at now")

func (t *Trail) remember(r audit.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mine = append(t.mine, r)
}

// refusal is what an error says that belongs on record.
func refusal(err error) (status int, code int64, message string) {
	var e *hdpclient.Error
	if !errors.As(err, &e) {
		if err != nil {
			message = err.Error()
		}
		return 0, 0, message
	}
	// A code that is no number is in the message.
	code, _ = strconv.ParseInt(e.Code, 10, 64)
	return e.Status, code, e.Error()
}

// Write is one write of this session, for the operator to look back on.
type Write struct {
	Intent  audit.Record
	Outcome audit.Record // the last one recorded; its Seq is 0 while there is none
}

// Mine returns the writes of this session, newest first.
func (t *Trail) Mine() []Write {
	t.mu.Lock()
	defer t.mu.Unlock()
	var writes []Write
	at := map[uint64]int{}
	for _, r := range t.mine {
		if r.Kind == audit.KindIntent {
			at[r.Seq] = len(writes)
			writes = append(writes, Write{Intent: r})
		} else {
			writes[at[r.Of]].Outcome = r
		}
	}
	slices.Reverse(writes)
	return writes
}

// Unlocked returns when each account was last unlocked, by anybody whose console
// writes to this file, as far back as since.
func (t *Trail) Unlocked(since time.Time) map[int64]time.Time {
	unlocked := map[int64]time.Time{}
	for r, err := range audit.Read(t.file.Path()) {
		if err != nil || r.Time.Before(since) {
			continue
		}
		if r.Kind == audit.KindOutcome && r.Outcome == audit.Applied && r.Server == t.id.Server && strings.Contains(r.Operation, "unlock") {
			unlocked[r.AccountID] = r.Time
		}
	}
	return unlocked
}
