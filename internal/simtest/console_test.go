//go:build linux || darwin

package simtest_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
	"hdpadmin/ui/uitest"
)

var sequences = flag.Int("simtest.sequences", defaultSequences, "`number` of random sequences of writes to try")

// TestMain turns the test binary into a console if childEnv is set. It runs no tests then.
func TestMain(m *testing.M) {
	if how := os.Getenv(childEnv); how != "" {
		if err := runChild(how); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	uitest.SetDefaultFlag("rapid.checks", *sequences)
	uitest.SetDefaultFlag("test.parallel", 32) // most tests mostly wait for the network
	quietProxies()
	uitest.Main(m, proxyLeaks()...)
}

// console is hdpadmin without a screen: the real client, writer and audit log.
type console struct {
	client   *hdpclient.Client
	writer   *change.Writer
	log      *audit.Log
	path     string
	login    hdpclient.Credentials
	requests *requestRecorder // of the writer
}

// setup has the options of a console. The zero value is the usual one.
type setup struct {
	login  hdpclient.Credentials
	api    func(change.API) change.API
	log    func(change.AuditLog) change.AuditLog
	clock  change.Clock
	client []hdpclient.Option
	now    func() time.Time // of the audit log; nil for the system clock
}

func helpdesk() hdpclient.Credentials {
	return hdpclient.Credentials{User: "helpdesk", Password: hdpclient.SecretOf(hdptest.HelpdeskPassword)}
}

func newConsole(ctx context.Context, url, path string, s setup) (*console, error) {
	if s.login.User == "" {
		s.login = helpdesk()
	}
	client, err := hdpclient.New(url, s.client...)
	if err != nil {
		return nil, err
	}
	client.SetCredentials(s.login)
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	id := file.Identity{Host: host, OSUser: "jd", PID: os.Getpid(), Server: url, Login: s.login.User, Version: "simtest"}
	if s.now == nil {
		s.now = time.Now
	}
	file, err := file.Open(path, id, file.WithClock(s.now))
	if err != nil {
		return nil, err
	}
	c := &console{client: client, path: path, login: s.login, requests: &requestRecorder{API: client}}
	check := func(o change.Outcome) change.Outcome { return c.writer.CheckAgain(ctx, o) }
	if c.log, err = audit.New(file, id, check, audit.WithClock(s.now)); err != nil {
		return nil, err
	}
	var api change.API = c.requests
	if s.api != nil {
		api = s.api(api)
	}
	var log change.AuditLog = c.log
	if s.log != nil {
		log = s.log(log)
	}
	if s.clock == nil {
		s.clock = &clock{}
	}
	c.writer = change.NewWriter(ctx, api, change.WithAuditLog(log), change.WithClock(s.clock))
	return c, nil
}

func mustNewConsole(t *testing.T, url, path string, s setup) *console {
	t.Helper()
	c, err := newConsole(t.Context(), url, path, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.client.Close)
	return c
}

// requestRecorder records the requests of a writer.
type requestRecorder struct {
	change.API
	mu    sync.Mutex
	asked []string
}

func (r *requestRecorder) note(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, what)
}

func (r *requestRecorder) StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error) {
	r.note("GET statusinfo")
	return r.API.StatusInfo(ctx, id)
}

func (r *requestRecorder) PasswordInfo(ctx context.Context, id int64) (hdpclient.PasswordInfo, error) {
	r.note("GET passwordinfo")
	return r.API.PasswordInfo(ctx, id)
}

func (r *requestRecorder) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	r.note("PUT statusinfo")
	return r.API.UpdateStatusInfo(ctx, id, s)
}

func (r *requestRecorder) UpdatePasswordInfo(ctx context.Context, id int64, p hdpclient.PasswordInfo) (hdpclient.Opt[hdpclient.PasswordInfo], error) {
	r.note("PUT passwordinfo")
	return r.API.UpdatePasswordInfo(ctx, id, p)
}

// scratchDir makes a folder in memory, where a sync costs nothing, or else on disk.
func scratchDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "hdpadmin-simtest-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// clock advances instead of waiting.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return noon.Add(c.ahead)
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	fired := make(chan time.Time, 1)
	fired <- noon.Add(c.ahead)
	return fired
}

// volatile is a property that has another value in every answer after SetVolatile. It has
// no meaning.
const volatile = "etag"

// meaning holds what the properties of an object mean to HDP: absent means null, an absent
// lock means unlocked, fractions of a second do not count, and "1" means 1. It shares no
// code with package change.
type meaning map[string]string

func meaningOf(text string) meaning {
	if text == "" {
		return nil
	}
	m := meaning{}
	for name, value := range rawProperties(text) {
		v := strings.Join(strings.Fields(value), "")
		switch name {
		case "status", "accountLocked", "passwordStatus":
			v = strings.Trim(v, `"`)
			value = v
		}
		if v == "null" || name == "accountLocked" && v == "false" || name == volatile {
			continue
		}
		m[name] = strings.ReplaceAll(value, `.0"`, `"`)
	}
	return m
}

func (m meaning) equal(o meaning) bool { return maps.Equal(m, o) }

// rawProperties reads an object as it is written: absent is not null.
func rawProperties(text string) meaning {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		panic(fmt.Sprintf("%v in %q", err, text))
	}
	m := meaning{}
	for name, value := range raw {
		m[name] = string(value)
	}
	return m
}

// diff returns the names of the properties that differ, sorted.
func (m meaning) diff(o meaning) []string {
	names := map[string]bool{}
	for name := range m {
		names[name] = m[name] != o[name]
	}
	for name := range o {
		names[name] = m[name] != o[name]
	}
	var list []string
	for name, differs := range names {
		if differs {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// planMeanings returns what a plan was made from and what it will send.
func planMeanings(p change.Plan) (before, after meaning) {
	text := func(v any) meaning {
		b, err := marshal(v)
		if err != nil {
			panic(err)
		}
		return meaningOf(b)
	}
	if b, a, ok := p.StatusInfo(); ok {
		return text(b), text(a)
	}
	if b, a, ok := p.PasswordInfo(); ok {
		return text(b), text(a)
	}
	return nil, nil
}

func storedMeaning(a hdptest.Account, r change.Resource) meaning {
	if r == change.StatusInfo {
		return meaningOf(a.StatusInfo)
	}
	return meaningOf(a.PasswordInfo)
}

func readLog(path string) ([]file.Entry, error) {
	var list []file.Entry
	for r, err := range file.Read(path) {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

func mustReadLog(t *testing.T, path string) []file.Entry {
	t.Helper()
	list, err := readLog(path)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func mustVerify(t *testing.T, path string) file.Report {
	t.Helper()
	r, err := file.Verify(path)
	if err != nil {
		t.Fatal(err)
	}
	if r.Err() != nil {
		t.Fatal(r)
	}
	return r
}
