package uitest

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// AuditLog is the audit log of the operator's console, for tests to read and damage.
type AuditLog struct {
	tb         testing.TB
	path       string
	log        *audit.Log
	checkAgain func(change.Outcome) change.Outcome
}

func newAuditLog(tb testing.TB, path string, c *Clock) (*AuditLog, error) {
	tb.Helper()
	if path == "" {
		path = AuditLogFile(tb)
	}
	id := file.Identity{
		Host: "jump1", OSUser: "jd", PID: os.Getpid(), Server: "http://hdp.example.test", Version: "test",
	}
	file, err := file.Open(path, id, file.WithClock(c.Now))
	if err != nil {
		return nil, err
	}
	r := &AuditLog{tb: tb, path: path}
	// The writer that checks outcomes is made after the log that it writes to.
	r.log, err = audit.New(file, id, func(o change.Outcome) change.Outcome { return r.checkAgain(o) }, audit.WithClock(c.Now))
	return r, err
}

// All these folders have names of the same length, so that lines with a path break in the same
// place everywhere.
const (
	inMemory = "/dev/shm/hdpadmin-ui-"
	onDisk   = "/tmp/hdpadmin-console"
	random   = 10
)

// AuditLogFile returns a path for an audit log, on a file system where sync is cheap if there is
// one. The folder is removed after the test.
func AuditLogFile(tb testing.TB) string {
	tb.Helper()
	name := rand.Text()[:random]
	dir := inMemory + name
	if err := os.Mkdir(dir, 0o700); err != nil {
		dir = onDisk + name
		if err := os.Mkdir(dir, 0o700); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	return filepath.Join(dir, "audit.jsonl")
}

// Path returns the path of the file.
func (r *AuditLog) Path() string { return r.path }

// Text returns the whole file.
func (r *AuditLog) Text() string {
	r.tb.Helper()
	b, err := os.ReadFile(r.path)
	if err != nil {
		r.tb.Fatal(err)
	}
	return string(b)
}

// Breaks makes every write to the audit log fail until Recovers, because others may read the
// file.
func (r *AuditLog) Breaks() { r.chmod(0o644) }

// Recovers ends Breaks.
func (r *AuditLog) Recovers() { r.chmod(0o600) }

func (r *AuditLog) chmod(mode os.FileMode) {
	r.tb.Helper()
	if err := os.Chmod(r.path, mode); err != nil {
		r.tb.Fatal(err)
	}
}

// All returns every entry. It fails the test if the chain is broken.
func (r *AuditLog) All() []file.Entry {
	r.tb.Helper()
	report, err := file.Verify(r.path)
	if err != nil || report.Err() != nil {
		r.tb.Fatalf("the audit log is broken: %v %v", err, report)
	}
	all, err := r.read()
	if err != nil {
		r.tb.Fatal(err)
	}
	return all
}

func (r *AuditLog) read() (all []file.Entry, err error) {
	for rec, err := range file.Read(r.path) {
		if err != nil {
			return all, err
		}
		all = append(all, rec)
	}
	return all, nil
}

// Summary returns a few words for each entry: "intent unlock 307", "applied unlock 307",
// "password-revealed 307". It omits sign-ins and the entries of batches.
func (r *AuditLog) Summary() []string {
	r.tb.Helper()
	var summary []string
	for _, rec := range r.All() {
		switch rec.Kind {
		case file.KindSignIn, file.KindSignInRefused, file.KindBatch, file.KindBatchEnded:
		default:
			summary = append(summary, summarize(rec))
		}
	}
	return summary
}

func summarize(r file.Entry) string {
	words := []string{string(r.Kind)}
	if r.Kind == file.KindOutcome {
		words[0] = string(r.Outcome)
	}
	if r.Operation != "" {
		words = append(words, r.Operation)
	}
	if r.AccountID != 0 {
		words = append(words, fmt.Sprint(r.AccountID))
	}
	if r.Reason != "" && r.Kind == file.KindIntent {
		words = append(words, "“"+r.Reason+"”")
	}
	return strings.Join(words, " ")
}

// maskFolder replaces the file's folder, which differs in every run and may be cut off.
func (r *AuditLog) maskFolder(screen string) string {
	dir := filepath.Dir(r.path)
	const instead = "/home/jdo/.local/state/hdpadmin"
	for n := min(len(dir), len(instead)); n > len("/tmp/"); n-- {
		screen = strings.ReplaceAll(screen, dir[:n], instead[:n])
	}
	return screen
}
