//go:build linux || darwin

package simtest_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

const attempts = 200

// childRaces sets the expiry of an account repeatedly, each time to one that nobody else
// sets. Before each attempt it reads the status info, so that the server's log shows where
// an attempt begins.
func childRaces(ctx context.Context, url, path string, who change.Subject, login, first string) error {
	c, err := newConsole(ctx, url, path, setup{login: hdpclient.Credentials{User: login, Password: hdpclient.SecretOf(pairPassword)}})
	if err != nil {
		return err
	}
	at, err := strconv.Atoi(first)
	if err != nil {
		return err
	}
	var again change.Plan
	for i := range attempts {
		if _, err := c.client.StatusInfo(ctx, who.ID); err != nil {
			return err
		}
		p, err := c.client.PasswordInfo(ctx, who.ID)
		if err != nil {
			return err
		}
		plan := change.PlanPassword(who, p, change.SetExpiry(p, hdpclient.At(noon.AddDate(0, 0, at+i))))
		if i%3 == 0 && !again.Empty() {
			plan = again // the last conflict, reviewed
		}
		o := c.writer.Apply(ctx, plan)
		if o.LogErr != nil {
			return o.LogErr
		}
		again = change.Plan{}
		if o.Kind == change.Conflict {
			again = o.Replan()
		}
	}
	return nil
}

const pairPassword = "Pair-Pine7"

func TestTwoConsolesOnOneAccountMakeTrueClaims(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	path := filepath.Join(scratchDir(t), "audit.jsonl")
	id := server.AddAccount(hdptest.Account{TenantID: 56, PasswordInfo: `{"passwordStatus":2,"origin":"import"}`})
	const view, modify = 14, 15
	var cmds [2]*exec.Cmd
	var errs [2]bytes.Buffer
	for i := range cmds {
		login := fmt.Sprintf("op%d", i)
		server.AddOperator(login, pairPassword, []int64{56}, view, modify)
		cmds[i] = child(t, "race", server.URL, path, fmt.Sprint(id), login, fmt.Sprint(1+i*1000))
		cmds[i].Stderr = &errs[i]
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("console %d: %v: %s", i, err, &errs[i])
		}
	}

	report := mustVerify(t, path)
	if report.Entries != 4*attempts || len(report.OpenIntents) != 0 || len(report.Torn) != 0 {
		t.Errorf("%d entries: %v", report.Entries, report)
	}
	log := map[string][][]hdptest.Request{} // by login and attempt
	for _, r := range server.Requests() {
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/statusinfo") {
			log[r.Login] = append(log[r.Login], nil)
		}
		last := len(log[r.Login]) - 1
		log[r.Login][last] = append(log[r.Login][last], r)
	}
	seen := map[string]int{}
	outcomes := map[file.OutcomeKind]int{}
	ended := map[string]file.OutcomeKind{} // by the expiry of the plan
	intents := map[uint64]file.Entry{}
	for _, r := range mustReadLog(t, path) {
		if r.Kind == file.KindIntent {
			intents[r.Seq] = r
			continue
		}
		in := intents[r.Of]
		asked := log[r.Login][seen[r.Login]]
		seen[r.Login]++
		outcomes[r.Outcome]++
		var puts []hdptest.Request
		for _, q := range asked {
			if q.Method == http.MethodPut {
				puts = append(puts, q)
			}
		}
		after, stored := meaningOf(string(in.After)), meaningOf(string(r.Stored))
		switch r.Outcome {
		case file.Conflict:
			if len(puts) != 0 || stored.equal(meaningOf(string(in.Before))) {
				t.Errorf("a conflict: sent %d, stored %v, planned from %s", len(puts), stored, in.Before)
			}
		case file.Applied, file.Differs:
			if len(puts) != 1 || puts[0].Status != 200 || !meaningOf(puts[0].Body).equal(after) {
				t.Errorf("%s: sent %+v, planned %s", r.Outcome, puts, in.After)
			}
			if stored.equal(after) != (r.Outcome == file.Applied) {
				t.Errorf("%s: stored %v, want %v", r.Outcome, stored, after)
			}
		default:
			t.Errorf("%s: %s", r.Outcome, r.Message)
		}
		if r.Outcome != file.Conflict {
			if _, twice := ended[after["passwordExpiration"]]; twice {
				t.Errorf("%s was set twice", after["passwordExpiration"])
			}
			ended[after["passwordExpiration"]] = r.Outcome
		}
		if stored["origin"] != `"import"` || stored["passwordStatus"] != "2" {
			t.Errorf("damaged: %v", stored)
		}
	}
	for login, n := range seen {
		if n != attempts || len(log[login]) != attempts {
			t.Errorf("%s: %d outcomes, %d attempts", login, n, len(log[login]))
		}
	}
	if end := meaningOf(server.Stored(id).PasswordInfo); ended[end["passwordExpiration"]] == "" {
		t.Errorf("stored %v, which nobody claims to have set", end)
	}
	t.Logf("outcomes %v", outcomes)
	if outcomes[file.Applied] == 0 || outcomes[file.Conflict] == 0 {
		t.Error("the consoles did not conflict")
	}
}
