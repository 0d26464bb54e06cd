//go:build unix

package cli_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
)

// randomCommand is a command, and what the server has stored after it.
type randomCommand struct {
	args string
	info string // the resource that it changes
	is   func(hdptest.Account) bool
}

func randomCommands() []randomCommand {
	mustChange := func(a hdptest.Account) bool { return strings.Contains(a.PasswordInfo, `"passwordStatus":2`) }
	return []randomCommand{
		{"unlock NAME", "/statusinfo", func(a hdptest.Account) bool { return !a.Locked() }},
		{"activate NAME", "/statusinfo", func(a hdptest.Account) bool { return a.Status() == 1 }},
		{"deactivate NAME --yes", "/statusinfo", func(a hdptest.Account) bool { return a.Status() == 0 }},
		{"force-change NAME --yes", "/passwordinfo", mustChange},
		{"forgive-change NAME --yes", "/passwordinfo", func(a hdptest.Account) bool { return !mustChange(a) }},
		{"expire NAME --at 2031-05-06 --yes", "/passwordinfo", func(a hdptest.Account) bool { return strings.Contains(a.PasswordInfo, `"2031-05-06 00:00:00"`) }},
		{"expire NAME --never --yes", "/passwordinfo", func(a hdptest.Account) bool { return !strings.Contains(a.PasswordInfo, `"passwordExpiration":"`) }},
	}
}

// randomTrouble is something that goes wrong during a command.
type randomTrouble struct {
	name  string
	codes []int // with which a command may exit that had something to change
	fault func(info string) []hdptest.Fault
}

// colleague is the trouble that somebody else changes the account between the two reads before a write.
const colleague = "a colleague is faster"

// letColleagueIn changes the account once its second read has arrived, and then lets that read go on.
func letColleagueIn(ctx context.Context, s *hdptest.Server, id int64, info string, random *rand.Rand, release func()) {
	status := []string{`{"status":0,"accountLocked":false}`, `{"status":1,"accountLocked":false}`, `{"status":1,"accountLocked":true}`}
	password := []string{`{"passwordStatus":1}`, `{"passwordStatus":2}`, `{"passwordStatus":1,"passwordExpiration":"2031-05-06 00:00:00"}`}
	n := random.IntN(3)
	if _, err := s.Await(ctx, func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		return // there was nothing to change, so nothing was read again
	}
	if info == "/statusinfo" {
		s.SetStatusInfo(id, status[n])
	} else {
		s.SetPasswordInfo(id, password[n])
	}
	release()
}

func randomTroubles() []randomTrouble {
	put := func(f hdptest.Fault) func(string) []hdptest.Fault {
		return func(info string) []hdptest.Fault {
			f.Method, f.Path = http.MethodPut, info
			return []hdptest.Fault{f}
		}
	}
	return []randomTrouble{
		{"none", []int{0}, func(string) []hdptest.Fault { return nil }},
		{"none", []int{0}, func(string) []hdptest.Fault { return nil }},
		{"refused", []int{5}, put(hdptest.Fault{
			Kind: hdptest.Status, Status: 400, Body: `{"error":{"code":222206001,"message":{"lang":"en-US","value":"The account is reserved."}}}`,
		})},
		{"login refused", []int{4}, put(hdptest.Fault{
			Kind: hdptest.Status, Status: 401, Body: `{"error":{"code":222206002,"message":{"lang":"en-US","value":"Invalid user ID or password."}}}`,
		})},
		{"401 of a gateway", []int{7}, put(hdptest.Fault{Kind: hdptest.Status, Status: 401})},
		{"answer lost", []int{0}, put(hdptest.Fault{Kind: hdptest.CloseAfterApply})},
		{"answer cut off", []int{0}, put(hdptest.Fault{Kind: hdptest.CutBody})},
		{"502, but applied", []int{0}, put(hdptest.Fault{Kind: hdptest.HTML502, Applied: true})},
		{"lost, and never seen again", []int{7}, func(info string) []hdptest.Fault {
			return []hdptest.Fault{
				{Method: http.MethodPut, Path: info, Kind: hdptest.CloseBefore},
				{Method: http.MethodGet, Path: info, Kind: hdptest.Status, Status: 403, Skip: 2, Times: hdptest.Forever},
			}
		}},
		{"applied, and never seen again", []int{7}, func(info string) []hdptest.Fault {
			return []hdptest.Fault{
				{Method: http.MethodPut, Path: info, Kind: hdptest.CloseAfterApply},
				{Method: http.MethodGet, Path: info, Kind: hdptest.Status, Status: 403, Skip: 2, Times: hdptest.Forever},
			}
		}},
		{colleague, []int{0, 6}, func(info string) []hdptest.Fault {
			return []hdptest.Fault{{Method: http.MethodGet, Path: info, Kind: hdptest.Hang, Skip: 1}}
		}},
		{"a read is refused", []int{5}, func(info string) []hdptest.Fault {
			return []hdptest.Fault{{Method: http.MethodGet, Path: info, Kind: hdptest.Status, Status: 403}}
		}},
	}
}

// Whatever happens, the exit code, the document and the audit log say what the server has stored.
func TestRandomCommandsClaimWhatIsStored(t *testing.T) {
	t.Parallel()
	var conflicts atomic.Int64
	t.Cleanup(func() {
		if conflicts.Load() == 0 {
			t.Error("no colleague was ever faster")
		}
	})
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 0))
			s := hdptest.NewServer(t)
			folder := signInFolder(t)
			names := []string{"alice.smith", "bao.tran", "elif.yildiz", "ines.costa", "anna.lind"}
			writes := 0
			for step := range 30 {
				name := names[random.IntN(len(names))]
				c := randomCommands()[random.IntN(len(randomCommands()))]
				trouble := randomTroubles()[random.IntN(len(randomTroubles()))]
				id, _ := s.Find(name)
				before := s.Stored(id)
				var release []func()
				for _, f := range trouble.fault(c.info) {
					release = append(release, s.Fail(f))
				}
				s.ResetRequests()
				ctx, noMore := context.WithCancel(t.Context())
				theirs := make(chan hdptest.Account, 1)
				if trouble.name == colleague {
					go func() {
						letColleagueIn(ctx, s, id, c.info, random, func() {
							theirs <- s.Stored(id)
							release[0]()
						})
						close(theirs)
					}()
				} else {
					close(theirs)
				}
				code, document := changes(t, s, folder, strings.ReplaceAll(c.args, "NAME", name))
				noMore()
				if stored, changed := <-theirs; changed {
					before = stored
				}
				s.ClearFaults()
				for _, r := range release {
					r()
				}
				after := s.Stored(id)
				sent := 0
				for _, r := range s.Requests() {
					if r.Method == http.MethodPut {
						sent++
					}
				}
				writes += sent
				isSame := before.StatusInfo == after.StatusInfo && before.PasswordInfo == after.PasswordInfo
				ok := false
				switch {
				case code == 0 && document.Outcome == "unchanged":
					ok = c.is(before) && isSame && sent == 0 && !document.Changed
				case code == 0:
					ok = document.Outcome == "applied" && document.Changed && !c.is(before) && c.is(after) && sent == 1
				case code == 7:
					ok = document.Outcome == "unknown" && !document.Changed && sent == 1
				case code == 6:
					conflicts.Add(1)
					ok = isSame && !document.Changed && document.Outcome == "conflict" && sent == 0
				case code == 4, code == 5:
					ok = isSame && !document.Changed && (document.Outcome == "refused" || document.Outcome == "not-sent" || document.Outcome == "")
				}
				if !c.is(before) && !slices.Contains(trouble.codes, code) {
					ok = false
				}
				if c.info == "/statusinfo" && before.PasswordInfo != after.PasswordInfo || c.info == "/passwordinfo" && before.StatusInfo != after.StatusInfo {
					ok = false
				}
				if !ok {
					t.Fatalf("step %d, %s of %s, %s: exit code %d, %+v, %d sent\nbefore: %s %s\nafter:  %s %s", step, c.args, name, trouble.name, code, document, sent,
						before.StatusInfo, before.PasswordInfo, after.StatusInfo, after.PasswordInfo)
				}
			}
			report, err := file.Verify(filepath.Join(folder, "audit.jsonl"))
			if err != nil || !report.OK() || len(report.OpenIntents) > 0 || writes == 0 {
				t.Errorf("%v, %d writes, the audit log: %s", err, writes, report.String())
			}
		})
	}
}
