//go:build linux || darwin

package simtest_test

import (
	"context"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// shortTimeout is the timeout of requests that get no answer.
const shortTimeout = 2 * time.Second

// aroundPut runs a function before and after each write, such as to change the network.
type aroundPut struct {
	change.API
	before, after func()
}

func (a *aroundPut) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	a.before()
	defer a.after()
	return a.API.UpdateStatusInfo(ctx, id, s)
}

func (a *aroundPut) ResetPassword(ctx context.Context, id int64, password hdpclient.Secret) error {
	a.before()
	defer a.after()
	return a.API.ResetPassword(ctx, id, password)
}

// Whatever the network does to a write, even halfway: it must finish, its outcome must
// match what is stored, and the audit log must say the same.
func TestWhateverTheNetworkDoesEveryClaimIsTrue(t *testing.T) {
	t.Parallel()
	const headers = 300 // bytes: more than a read needs, less than a write
	for _, c := range []struct {
		name  string
		all   []toxic // from the beginning of the write
		put   []toxic // for the PUT
		lasts bool    // and for everything after it
		down  bool    // no connection from the PUT on
		gone  bool    // or after its answer
		wait  time.Duration

		want, reset  change.Kind
		seen         change.Seen
		stored, late bool
	}{
		{name: "20 ms away", all: []toxic{delayed(up, 10*time.Millisecond), delayed(down, 10*time.Millisecond)}, want: change.Applied, seen: change.SeenWanted, reset: change.Accepted, stored: true},
		{name: "5 s away", all: []toxic{delayed(down, 5*time.Second)}, want: change.Applied, seen: change.SeenWanted, reset: change.Accepted, stored: true},
		{name: "9,600 baud", all: []toxic{slow(up), slow(down)}, want: change.Applied, seen: change.SeenWanted, reset: change.Accepted, stored: true},
		{name: "in slices", all: []toxic{sliced(up, time.Millisecond), sliced(down, time.Millisecond)}, want: change.Applied, seen: change.SeenWanted, reset: change.Accepted, stored: true},
		{name: "all at once", all: []toxic{delayed(up, 50*time.Millisecond), sliced(up, time.Millisecond), slow(down)}, want: change.Applied, seen: change.SeenWanted, reset: change.Accepted, stored: true},

		{name: "refused from the PUT on", down: true, want: change.NotSent, seen: change.SeenBefore, reset: change.NotSent},
		{name: "the PUT is reset", put: []toxic{reset(up)}, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "the PUT is cut", put: []toxic{cutAfter(up, headers)}, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "the PUT and everything after it is cut", put: []toxic{cutAfter(up, 20)}, lasts: true, want: change.Unknown, reset: change.Unknown},
		{name: "half of the PUT is lost", put: []toxic{blackHole(up, headers)}, wait: shortTimeout, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "half of the PUT and everything after it is lost", put: []toxic{blackHole(up, headers)}, lasts: true, wait: shortTimeout, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "the PUT arrives after its timeout", put: []toxic{delayed(up, 3*shortTimeout)}, wait: shortTimeout, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown, late: true},

		{name: "the answer is reset", put: []toxic{reset(down)}, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "the answer and everything after it is reset", put: []toxic{reset(down)}, lasts: true, want: change.Unknown, reset: change.Unknown, stored: true},
		{name: "the answer is cut", put: []toxic{cutAfter(down, 30)}, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "the answer times out", put: []toxic{swallowed(down, 50*time.Millisecond)}, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "the answer is lost", put: []toxic{blackHole(down, 0)}, wait: shortTimeout, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "half of the answer is lost", put: []toxic{blackHole(down, 30)}, wait: shortTimeout, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "nothing can be read back", gone: true, want: change.Unknown, reset: change.Accepted, stored: true},
		{name: "the answer and everything after it is lost", put: []toxic{blackHole(down, 0)}, lasts: true, wait: shortTimeout, want: change.Unknown, reset: change.Unknown, stored: true},
	} {
		for _, op := range []string{"unlock", "reset"} {
			t.Run(c.name+", "+op, func(t *testing.T) {
				t.Parallel()
				server := hdptest.NewServer(t)
				link := newLink(t, server)
				at := &aroundPut{before: func() {}, after: func() {}}
				s := setup{
					client: []hdpclient.Option{link.option()},
					api:    func(api change.API) change.API { at.API = api; return at },
				}
				if c.wait > 0 {
					s.client = append(s.client, hdpclient.WithTimeout(c.wait))
				}
				console := mustNewConsole(t, server.URL, filepath.Join(scratchDir(t), "audit.jsonl"), s)
				id := server.AddAccount(hdptest.Account{
					TenantID:   56,
					StatusInfo: `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 11:45:11","riskScore":0.870}`,
				})
				was := server.Stored(id)
				who := change.Subject{ID: id, Name: hdpclient.TextOf(was.UserName)}
				status, err := console.client.StatusInfo(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}

				setToxics := func(toxics ...toxic) {
					link.setToxics(toxics...)
					console.client.Close() // so that the next request makes a connection
				}
				cut := func() {
					link.cut()
					console.client.Close()
				}
				setToxics(c.all...)
				at.before = func() {
					switch {
					case c.down:
						cut()
					case c.put != nil:
						setToxics(c.put...)
					}
				}
				at.after = func() {
					switch {
					case c.gone:
						cut()
					case c.put != nil && !c.lasts:
						setToxics()
					}
				}
				want, seen := c.want, c.seen
				var o change.Outcome
				if op == "unlock" {
					o = console.writer.Apply(t.Context(), change.PlanStatus(who, status, change.Unlock(status)))
				} else {
					o = console.writer.ResetPassword(t.Context(), change.PlanReset(who).WithReason("INC-4711"), hdpclient.SecretOf("Tmp-Kite93!"))
					want, seen = c.reset, change.NotSeen
					if want == change.Accepted && !c.gone {
						seen = change.SeenWanted // as the password status was read
					}
				}
				if o.Kind != want || o.Seen != seen || o.LogErr != nil {
					t.Errorf("got %s, seen %q (%v; %v), want %s, %q", o.Kind, o.Seen, o.Err, o.ReadErr, want, seen)
				}
				waitUntilIdle(t, server)
				if c.late {
					if _, err := server.Await(t.Context(), func(r hdptest.Request) bool { return r.Method == http.MethodPut && r.Status != 0 }); err != nil {
						t.Error(err)
					}
				}
				if got := hasChanged(was, server.Stored(id), op, server); got != (c.stored || c.late) {
					t.Errorf("stored %v, want %v: %+v", got, c.stored || c.late, server.Stored(id))
				}
				if damaged := storedMeaning(server.Stored(id), change.StatusInfo).diff(meaningOf(was.StatusInfo)); !slices.Equal(damaged, map[bool][]string{true: {"accountLocked", "accountLockedAt"}}[op == "unlock" && (c.stored || c.late)]) {
					t.Errorf("%v was changed", damaged)
				}
				if sent := countPuts(server); sent > 1 {
					t.Errorf("it was sent %d times", sent)
				}

				// On a good network, another check finds out.
				setToxics()
				o = console.writer.CheckAgain(t.Context(), o)
				if op == "unlock" && o.Kind != change.NotSent {
					want, seen = change.Unknown, change.SeenBefore
					if c.stored || c.late {
						want, seen = change.Applied, change.SeenWanted
					}
					if o.Kind != want || o.Seen != seen {
						t.Errorf("checked again: %s, seen %q, want %s, %q", o.Kind, o.Seen, want, seen)
					}
				}
				checkOneWriteLogged(t, console.path, o)
			})
		}
	}
}

// waitUntilIdle waits until the server has handled all requests that have reached it.
func waitUntilIdle(t *testing.T, server *hdptest.Server) {
	t.Helper()
	for now, _ := server.InFlight(); now > 0; now, _ = server.InFlight() {
		if t.Context().Err() != nil {
			t.Fatal("the server is still busy")
		}
		runtime.Gosched()
	}
}

func countPuts(server *hdptest.Server) (n int) {
	for _, r := range server.Requests() {
		if r.Method == http.MethodPut {
			n++
		}
	}
	return n
}

// checkOneWriteLogged checks that the audit log is intact and has one write, which ends
// with this outcome.
func checkOneWriteLogged(t *testing.T, path string, o change.Outcome) {
	t.Helper()
	if report := mustVerify(t, path); len(report.OpenIntents) != 0 {
		t.Errorf("open intents: %v", report.OpenIntents)
	}
	all := mustReadLog(t, path)
	if len(all) < 2 || all[0].Kind != file.KindIntent {
		t.Fatalf("logged: %+v", all)
	}
	for _, r := range all[1:] {
		if r.Kind != file.KindOutcome || r.Of != all[0].Seq {
			t.Errorf("logged: %+v", r)
		}
	}
	if last := all[len(all)-1]; change.Kind(last.Outcome) != o.Kind || !meaningOf(string(o.Stored())).equal(meaningOf(strings.TrimPrefix(last.Stored.String(), "null"))) {
		t.Errorf("logged %s with %s, the outcome was %s with %s", last.Outcome, last.Stored, o.Kind, o.Stored())
	}
}

// A list that ends early must not pass for a complete one.
func TestWhateverTheNetworkDoesAListIsCompleteOrAnError(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithAccounts(300)) // some 80 kB
	for _, c := range []struct {
		name     string
		toxics   []toxic
		complete bool
	}{
		{"far away", []toxic{delayed(down, 100*time.Millisecond)}, true},
		{"in slices", []toxic{sliced(down, 0)}, true},
		{"cut", []toxic{cutAfter(down, 40_000)}, false},
		{"cut at once", []toxic{cutAfter(down, 10)}, false},
		{"reset", []toxic{reset(down)}, false},
		{"the rest is lost", []toxic{blackHole(down, 40_000)}, false},
		{"all is lost", []toxic{blackHole(down, 0)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			link := newLink(t, server)
			client, err := hdpclient.New(server.URL, link.option(), hdpclient.WithTimeout(shortTimeout))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			client.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
			link.setToxics(c.toxics...)
			n, failed := 0, error(nil)
			for _, err := range client.Users(t.Context(), hdpclient.UsersOptions{}) {
				if err != nil {
					failed = err
					continue
				}
				n++
			}
			if c.complete != (failed == nil) || c.complete != (n == server.Count()) {
				t.Errorf("%d of %d accounts, then %v", n, server.Count(), failed)
			}
		})
	}
}
