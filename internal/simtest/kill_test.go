//go:build linux || darwin

package simtest_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// The points of a write at which its console is killed.
const (
	beforeIntent  = "before the intent"
	afterIntent   = "after the intent" // and before the re-read
	beforePut     = "after the re-read, before the PUT"
	whileSent     = "while the PUT has no answer"
	afterPut      = "before the read-back"
	beforeOutcome = "before the outcome is logged"
	afterOutcome  = "after the outcome was logged"
)

func TestTheNextConsoleClearsUpAWriteKilledAtAnyStep(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	for _, op := range []string{"unlock", "force", "reset"} {
		for _, c := range []struct {
			point, name  string
			fault        hdptest.FaultKind
			open         bool // logged without an outcome
			stored, late bool
		}{
			{point: beforeIntent},
			{point: afterIntent, open: true},
			{point: beforePut, open: true},
			{point: whileSent, fault: hdptest.Hang, open: true},
			{point: afterPut, name: "its answer was lost and it arrives late", fault: hdptest.ApplyOnRelease, open: true, late: true},
			{point: afterPut, name: "its answer was lost", fault: hdptest.CloseAfterApply, open: true, stored: true},
			{point: afterPut, open: true, stored: true},
			{point: beforeOutcome, open: true, stored: true},
			{point: afterOutcome, stored: true},
		} {
			t.Run(strings.TrimSpace(op+" "+c.point+" "+c.name), func(t *testing.T) {
				dir := scratchDir(t)
				path := filepath.Join(dir, "audit.jsonl")
				id := server.AddAccount(hdptest.Account{
					TenantID:     56,
					StatusInfo:   `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 11:45:11","riskScore":0.870}`,
					PasswordInfo: `{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"}`,
				})
				was := server.Stored(id)
				who := change.Subject{ID: id, Name: hdpclient.TextOf(was.UserName)}

				// Earlier entries must stay in the audit log.
				first := mustNewConsole(t, server.URL, path, setup{})
				other := change.Subject{ID: 412}
				applyEdit(t, first, other, change.StatusInfo)
				applyEdit(t, first, other, change.PasswordInfo)
				before := mustReadLog(t, path)

				release := func() {}
				if c.fault != "" {
					release = server.Fail(hdptest.Fault{Method: http.MethodPut, Path: fmt.Sprintf("/api/admin/users/%d/*", id), Kind: c.fault})
					defer server.ClearFaults()
				}
				kill(t, server, c.point, "die", server.URL, path, fmt.Sprint(id), op, c.point)

				report := mustVerify(t, path)
				after := mustReadLog(t, path)
				if len(after) < len(before) || !slices.EqualFunc(before, after[:len(before)], func(a, b file.Entry) bool { return a.Hash == b.Hash }) {
					t.Fatalf("only %d of %d entries are left", len(after), len(before))
				}
				if c.open != (len(report.OpenIntents) == 1) || c.open && report.OpenIntents[0].AccountID != id {
					t.Fatalf("open intents: %v", report.OpenIntents)
				}
				if c.fault == hdptest.Hang {
					for now, _ := server.InFlight(); now > 0; now, _ = server.InFlight() {
						runtime.Gosched() // until the server notices that its client is gone
					}
					server.ClearFaults()
				}
				if got := hasChanged(was, server.Stored(id), op, server); got != c.stored {
					t.Fatalf("stored %v, want %v: %+v", got, c.stored, server.Stored(id))
				}

				// The next console writes to the account.
				next := mustNewConsole(t, server.URL, path, setup{})
				if n := len(next.log.Abandoned()); (n == 1) != c.open {
					t.Errorf("the next console finds %d abandoned writes", n)
				}
				r := change.PasswordInfo
				if op == "force" {
					r = change.StatusInfo
				}
				asked := applyEdit(t, next, who, r)
				checkClearedUp(t, path, report, len(after), c.stored && op != "reset")
				reads := 0
				if c.open && op != "reset" {
					reads = 1
				}
				if want := append(slices.Repeat([]string{"GET " + map[string]string{"unlock": "statusinfo", "force": "passwordinfo"}[op]}, reads),
					"GET "+string(r), "PUT "+string(r), "GET "+string(r)); !slices.Equal(asked, want) {
					t.Errorf("sent %q, want %q", asked, want)
				}
				release()
				if c.late != (hasChanged(was, server.Stored(id), op, server) && !c.stored) {
					t.Errorf("late write: %+v", server.Stored(id))
				}
				if end := mustVerify(t, path); len(end.OpenIntents) != 0 {
					t.Errorf("open intents at the end: %v", end.OpenIntents)
				}
			})
		}
	}
}

// kill runs a console until it kills itself at its point. At whileSent it is killed from
// here, after its PUT has arrived.
func kill(t *testing.T, server *hdptest.Server, point string, how ...string) {
	t.Helper()
	server.ResetRequests()
	cmd := child(t, how...)
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if point == whileSent {
		if _, err := server.Await(t.Context(), func(r hdptest.Request) bool { return r.Method == http.MethodPut }); err != nil {
			t.Error(err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("%v: %s", err, said.String())
	}
}

// applyEdit makes a small write and returns the requests that it took.
func applyEdit(t *testing.T, c *console, who change.Subject, r change.Resource) (asked []string) {
	t.Helper()
	var plan change.Plan
	if r == change.StatusInfo {
		s, err := c.client.StatusInfo(t.Context(), who.ID)
		if err != nil {
			t.Fatal(err)
		}
		edited := s
		edited.Status = 1 - s.Status
		plan = change.PlanStatus(who, s, edited)
	} else {
		p, err := c.client.PasswordInfo(t.Context(), who.ID)
		if err != nil {
			t.Fatal(err)
		}
		plan = change.PlanPassword(who, p, change.SetExpiry(p, hdpclient.At(noon.AddDate(0, 6, 0))))
		if plan.Empty() {
			plan = change.PlanPassword(who, p, change.ClearExpiry(p))
		}
	}
	c.requests.asked = nil
	if o := c.writer.Apply(t.Context(), plan); o.Kind != change.Applied || o.LogErr != nil {
		t.Fatalf("%s %v %v", o.Kind, o.Err, o.LogErr)
	}
	return c.requests.asked
}

// hasChanged reports whether the operation was carried out.
func hasChanged(was, is hdptest.Account, op string, server *hdptest.Server) bool {
	switch op {
	case "unlock":
		return was.Locked() && !is.Locked()
	case "force":
		return was.PasswordStatus() == 1 && is.PasswordStatus() == 2
	}
	return server.CheckPassword(is.ID, "Tmp-Kite93!")
}

// checkClearedUp checks the audit log after its first n entries: first the outcome of the
// abandoned write, then the next write.
func checkClearedUp(t *testing.T, path string, report file.Report, n int, applied bool) {
	t.Helper()
	all := mustReadLog(t, path)[n:]
	if len(report.OpenIntents) == 1 {
		left := all[0]
		want := file.Unknown
		if applied {
			want = file.Applied
		}
		if left.Kind != file.KindOutcome || left.Of != report.OpenIntents[0].Seq || left.Outcome != want || left.Message == "" {
			t.Errorf("the abandoned write ended as %+v, want %s", left, want)
		}
		all = all[1:]
	}
	if len(all) != 2 || all[0].Kind != file.KindIntent || all[1].Of != all[0].Seq || all[1].Outcome != file.Applied {
		t.Errorf("the next write: %+v", all)
	}
}
