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

// shortTimeout is how long an answer is waited for in the tests where none comes.
const shortTimeout = 2 * time.Second

// aroundPut is the client, on a line that changes between the read before a write
// and the write, and once more after it.
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

// Whatever the line does to a write, in the middle of it too: what the console
// says of it is what is stored, it comes to an end, and the trail says the same.
func TestWhateverTheNetworkDoesEveryClaimIsTrue(t *testing.T) {
	t.Parallel()
	const headers = 300 // bytes: more than a read needs, and less than a write
	for _, c := range []struct {
		name  string
		all   []toxic // that the line has from the beginning of the write
		put   []toxic // that it has for the PUT
		lasts bool    // and for all that follows
		down  bool    // there is no line any more from the PUT on
		gone  bool    // or from its answer on
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
		{name: "the PUT meets a reset", put: []toxic{reset(up)}, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "the PUT is cut", put: []toxic{cutAfter(up, headers)}, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "the PUT is cut, and so is all that follows", put: []toxic{cutAfter(up, 20)}, lasts: true, want: change.Unknown, reset: change.Unknown},
		{name: "the PUT falls into a black hole half way", put: []toxic{blackHole(up, headers)}, wait: shortTimeout, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "a black hole half way that lasts", put: []toxic{blackHole(up, headers)}, lasts: true, wait: shortTimeout, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown},
		{name: "the PUT arrives when it has been given up", put: []toxic{delayed(up, 3*shortTimeout)}, wait: shortTimeout, want: change.Unknown, seen: change.SeenBefore, reset: change.Unknown, late: true},

		{name: "the answer is reset", put: []toxic{reset(down)}, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "the answer is reset, and so is all that follows", put: []toxic{reset(down)}, lasts: true, want: change.Unknown, reset: change.Unknown, stored: true},
		{name: "the answer is cut", put: []toxic{cutAfter(down, 30)}, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "the answer times out", put: []toxic{swallowed(down, 50*time.Millisecond)}, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "the answer falls into a black hole", put: []toxic{blackHole(down, 0)}, wait: shortTimeout, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "the answer falls into a black hole half way", put: []toxic{blackHole(down, 30)}, wait: shortTimeout, want: change.Applied, seen: change.SeenWanted, reset: change.Unknown, stored: true},
		{name: "nobody can look after the answer", gone: true, want: change.Unknown, reset: change.Accepted, stored: true},
		{name: "a black hole that lasts", put: []toxic{blackHole(down, 0)}, lasts: true, wait: shortTimeout, want: change.Unknown, reset: change.Unknown, stored: true},
	} {
		for _, op := range []string{"unlock", "reset"} {
			t.Run(c.name+", "+op, func(t *testing.T) {
				t.Parallel()
				server := hdptest.NewServer(t)
				line := newLink(t, server)
				at := &aroundPut{before: func() {}, after: func() {}}
				s := setup{
					client: []hdpclient.Option{line.option()},
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

				turns := func(befalls ...toxic) {
					line.setToxics(befalls...)
					console.client.Close() // the next request is the first on the line
				}
				ends := func() {
					line.cut()
					console.client.Close()
				}
				turns(c.all...)
				at.before = func() {
					switch {
					case c.down:
						ends()
					case c.put != nil:
						turns(c.put...)
					}
				}
				at.after = func() {
					switch {
					case c.gone:
						ends()
					case c.put != nil && !c.lasts:
						turns()
					}
				}
				want, seen := c.want, c.seen
				var o change.Outcome
				if op == "unlock" {
					o = console.writer.Apply(t.Context(), change.PlanStatus(who, status, change.Unlock(status)))
				} else {
					o = console.writer.ResetPassword(t.Context(), who, hdpclient.SecretOf("Tmp-Kite93!"), "INC-4711")
					want, seen = c.reset, change.NotSeen
					if want == change.Accepted && !c.gone {
						seen = change.SeenWanted // that the user must change it
					}
				}
				if o.Kind != want || o.Seen != seen || o.LogErr != nil {
					t.Errorf("it is %s, seen %q (%v; %v), want %s, %q", o.Kind, o.Seen, o.Err, o.ReadErr, want, seen)
				}
				waitUntilIdle(t, server)
				if c.late {
					if _, err := server.Await(t.Context(), func(r hdptest.Request) bool { return r.Method == http.MethodPut && r.Status != 0 }); err != nil {
						t.Error(err)
					}
				}
				if got := hasChanged(was, server.Stored(id), op, server); got != (c.stored || c.late) {
					t.Errorf("stored: %v, want %v: %+v", got, c.stored || c.late, server.Stored(id))
				}
				if damaged := storedMeaning(server.Stored(id), change.StatusInfo).diff(meaningOf(was.StatusInfo)); !slices.Equal(damaged, map[bool][]string{true: {"accountLocked", "accountLockedAt"}}[op == "unlock" && (c.stored || c.late)]) {
					t.Errorf("%v was changed", damaged)
				}
				if sent := countPuts(server); sent > 1 {
					t.Errorf("it was sent %d times", sent)
				}

				// Once the line is good again, a look finds out.
				turns()
				o = console.writer.CheckAgain(t.Context(), o)
				if op == "unlock" && o.Kind != change.NotSent {
					want, seen = change.Unknown, change.SeenBefore
					if c.stored || c.late {
						want, seen = change.Applied, change.SeenWanted
					}
					if o.Kind != want || o.Seen != seen {
						t.Errorf("looked at again it is %s, seen %q, want %s, %q", o.Kind, o.Seen, want, seen)
					}
				}
				checkOneWriteLogged(t, console.path, o)
			})
		}
	}
}

// waitUntilIdle waits until the server has done with all that has reached it.
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

// checkOneWriteLogged wants one write on a trail that holds, ending with this outcome.
func checkOneWriteLogged(t *testing.T, path string, o change.Outcome) {
	t.Helper()
	if report := mustVerify(t, path); len(report.OpenIntents) != 0 {
		t.Errorf("unfinished: %v", report.OpenIntents)
	}
	all := mustReadLog(t, path)
	if len(all) < 2 || all[0].Kind != file.KindIntent {
		t.Fatalf("on record: %+v", all)
	}
	for _, r := range all[1:] {
		if r.Kind != file.KindOutcome || r.Of != all[0].Seq {
			t.Errorf("on record: %+v", r)
		}
	}
	if last := all[len(all)-1]; change.Kind(last.Outcome) != o.Kind || !meaningOf(string(o.Stored())).equal(meaningOf(strings.TrimPrefix(last.Stored.String(), "null"))) {
		t.Errorf("on record is %s with %s, told was %s with %s", last.Outcome, last.Stored, o.Kind, o.Stored())
	}
}

// A list that does not come to its end is never taken for a whole one.
func TestWhateverTheNetworkDoesAListIsCompleteOrAnError(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithAccounts(300)) // some 80 kB
	for _, c := range []struct {
		name  string
		line  []toxic
		whole bool
	}{
		{"far away", []toxic{delayed(down, 100*time.Millisecond)}, true},
		{"in slices", []toxic{sliced(down, 0)}, true},
		{"cut", []toxic{cutAfter(down, 40_000)}, false},
		{"cut at once", []toxic{cutAfter(down, 10)}, false},
		{"reset", []toxic{reset(down)}, false},
		{"a black hole", []toxic{blackHole(down, 40_000)}, false},
		{"a black hole from the start", []toxic{blackHole(down, 0)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			line := newLink(t, server)
			client, err := hdpclient.New(server.URL, line.option(), hdpclient.WithTimeout(shortTimeout))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			client.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
			line.setToxics(c.line...)
			n, failed := 0, error(nil)
			for _, err := range client.Users(t.Context(), hdpclient.UsersOptions{}) {
				if err != nil {
					failed = err
					continue
				}
				n++
			}
			if c.whole != (failed == nil) || c.whole != (n == server.Count()) {
				t.Errorf("%d accounts of %d, then %v", n, server.Count(), failed)
			}
		})
	}
}
