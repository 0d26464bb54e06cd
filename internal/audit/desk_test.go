package audit_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var alice = change.Subject{ID: 307, Name: hdpclient.TextOf("alice.smith"), TenantID: hdpclient.Some(int64(56)), TenantName: hdpclient.TextOf("Sales")}

// desk is a console without a screen: the real client, writer, log and file, and the server.
type desk struct {
	*hdptest.Server
	t       *testing.T
	client  *hdpclient.Client
	writer  *change.Writer
	log     *audit.Log
	logFile *file.Log

	// heard is called when a request has arrived.
	heard *atomic.Pointer[func()]
}

// api lets a test act between a PUT and what follows it.
type api struct {
	*hdpclient.Client
	after func()
}

func (a *api) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	defer a.after()
	return a.Client.UpdateStatusInfo(ctx, id, s)
}

func logPath(t *testing.T) string { return filepath.Join(t.TempDir(), "audit.jsonl") }

func newDesk(t *testing.T, path string, opts ...audit.Option) *desk {
	t.Helper()
	heard := new(atomic.Pointer[func()])
	s := hdptest.NewServer(t, hdptest.WithClock(func() time.Time {
		if f := heard.Load(); f != nil {
			(*f)()
		}
		return time.Now()
	}))
	d := newDeskAt(t, s, path, opts...)
	d.heard = heard
	return d
}

// newDeskAt opens another console at a server.
func newDeskAt(t *testing.T, s *hdptest.Server, path string, opts ...audit.Option) *desk {
	t.Helper()
	d := &desk{Server: s, t: t, client: dial(t, s), logFile: open(t, path, identity(s.URL))}
	var err error
	if d.log, err = audit.New(d.logFile, identity(s.URL), d.check, opts...); err != nil {
		t.Fatal(err)
	}
	d.writer = change.NewWriter(t.Context(), d.client, change.WithAuditLog(d.log), change.WithClock(&clock{}))
	return d
}

func (d *desk) check(o change.Outcome) change.Outcome { return d.writer.CheckAgain(d.t.Context(), o) }

func dial(t *testing.T, s *hdptest.Server) *hdpclient.Client {
	t.Helper()
	c, err := hdpclient.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.SetCredentials(hdpclient.Credentials{User: "helpdesk", Password: hdpclient.SecretOf(hdptest.HelpdeskPassword)})
	return c
}

func identity(server string) file.Identity {
	return file.Identity{Host: "jump1", OSUser: "jd", PID: os.Getpid(), Server: server, Login: "helpdesk", Version: "test"}
}

func open(t *testing.T, path string, id file.Identity, opts ...file.Option) *file.Log {
	t.Helper()
	file, err := file.Open(path, id, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// openWithoutLease returns a log whose entries are judged by their process, as those of older versions.
func openWithoutLease(t *testing.T, path string, id file.Identity, opts ...file.Option) *file.Log {
	t.Helper()
	log := open(t, path, id, opts...)
	log.Close()
	return log
}

func (d *desk) status(id int64) hdpclient.StatusInfo {
	d.t.Helper()
	s, err := d.client.StatusInfo(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *desk) unlock() change.Plan {
	s := d.status(alice.ID)
	return change.PlanStatus(alice, s, change.Unlock(s)).WithReason("INC-4711")
}

func (d *desk) apply(p change.Plan) change.Outcome { return d.writer.Apply(d.t.Context(), p) }

// sent returns the requests since the last reset.
func (d *desk) sent() []string {
	var out []string
	for _, r := range d.Requests() {
		out = append(out, r.Method+" "+r.Path[strings.LastIndexByte(r.Path, '/')+1:])
	}
	return out
}

func entries(t *testing.T, path string) []file.Entry {
	t.Helper()
	var list []file.Entry
	for e, err := range file.Read(path) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// summary returns the log in a few words: "intent unlock", "applied 1".
func summary(t *testing.T, path string) []string {
	t.Helper()
	var lines []string
	for _, e := range entries(t, path) {
		switch e.Kind {
		case file.KindIntent:
			lines = append(lines, "intent "+e.Operation)
		case file.KindOutcome:
			lines = append(lines, string(e.Outcome)+" "+string('0'+rune(e.Of)))
		default:
			lines = append(lines, string(e.Kind))
		}
	}
	return lines
}

func mustContain(t *testing.T, path string, want ...string) {
	t.Helper()
	if got := summary(t, path); !slices.Equal(got, want) {
		t.Errorf("logged\n%q, want\n%q", got, want)
	}
	report, err := file.Verify(path)
	if err != nil {
		t.Fatal(err)
	}
	if report.Err() != nil {
		t.Error(report)
	}
}

// clock runs ahead instead of waiting.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	fired := make(chan time.Time, 1)
	fired <- time.Now().Add(c.ahead)
	return fired
}
