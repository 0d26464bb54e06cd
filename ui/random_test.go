package ui_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// hastyClock is a writer's clock that jumps ahead instead of waiting.
type hastyClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *hastyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *hastyClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	fired := make(chan time.Time, 1)
	fired <- c.now
	return fired
}

// attempt is the testing.TB of one sequence. It ends with the sequence and fails only that.
type attempt struct {
	testing.TB
	rt       *rapid.T
	cleanups []func()
}

func (a *attempt) Helper()                      {}
func (a *attempt) Cleanup(f func())             { a.cleanups = append(a.cleanups, f) }
func (a *attempt) Fatal(args ...any)            { a.rt.Fatal(args...) }
func (a *attempt) Fatalf(f string, args ...any) { a.rt.Fatalf(f, args...) }

func (a *attempt) end() {
	for _, f := range slices.Backward(a.cleanups) {
		f()
	}
}

// chaos is a console with someone pressing random keys, and what the test knows about its
// state.
type chaos struct {
	*desk
	rt    *rapid.T
	file  string
	read  int           // log entries checked so far
	doubt map[part]bool // changed by others, or unknowable
	own   int64         // the operator's account
	drawn int           // value of told when view was drawn
	view  string

	enters  int            // pressed without a write so far
	applied map[int64]bool // by the log entries since the last key
}

// part is one of the two parts of an account, "statusinfo" or "passwordinfo".
type part struct {
	id   int64
	name string
}

func partOf(id int64, path string) part {
	name := path[strings.LastIndex(path, "/")+1:]
	if name == "resetpassword" {
		name = "passwordinfo"
	}
	return part{id, name}
}

func newChaos(t *testing.T, rt *rapid.T) (c *chaos, end func()) {
	t.Helper()
	a := &attempt{TB: t, rt: rt}
	c = &chaos{rt: rt, own: 1, doubt: map[part]bool{}, file: uitest.AuditLogFile(a)}
	alias := rapid.Bool().Draw(rt, "alias")
	c.desk = newDesk(a, func(o *ui.Options) {
		if alias {
			o.User, o.Password = "jd|LDAP1", hdpclient.Secret{} // the account does not exist yet
		}
		id := file.Identity{Host: "jump1", PID: os.Getpid(), Server: "http://hdp.example.test", Version: "test"}
		start := time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)
		file, err := file.Open(c.file, id, file.WithClock(func() time.Time { return start }))
		if err != nil {
			rt.Fatal(err)
		}
		if o.AuditLog, err = audit.New(file, id, func(out change.Outcome) change.Outcome { return o.Writer.CheckAgain(t.Context(), out) }); err != nil {
			rt.Fatal(err)
		}
		o.Writer = change.NewWriter(t.Context(), o.Client, change.WithAuditLog(o.AuditLog), change.WithRules(change.Rules{}), change.WithClock(&hastyClock{now: start}))
	})
	if alias {
		c.own = janeDoe
		addJaneDoe(c.server)
		c.types(hdptest.AdminPassword)
		c.press("enter")
	}
	return c, a.end
}

func (c *chaos) puts() (all []hdptest.Request) {
	for _, r := range c.server.Requests() {
		if r.Method != http.MethodGet {
			all = append(all, r)
		}
	}
	return all
}

func (c *chaos) world() map[int64]hdptest.Account {
	all := map[int64]hdptest.Account{}
	for _, id := range c.server.IDs() {
		all[id] = c.server.Stored(id)
	}
	return all
}

// key presses a key at the speed of a human.
func (c *chaos) key(key string) {
	c.hits(key)
	c.looks()
}

// hits presses a key without waiting for its effect.
func (c *chaos) hits(key string) {
	if key == "enter" {
		c.enters++
	}
	if key != "esc" { // which does nothing just after a form has closed, so that the notice stays
		c.applied = map[int64]bool{}
	}
	c.does(key, func() { c.send(uitest.Key(c.t, key)) })
}

// looks lets the terminal draw and answer, so that a dialog takes an enter that came before.
func (c *chaos) looks() { c.does("drawn", c.desk.answers) }

// arrives delivers the nth pending answer.
func (c *chaos) arrives(n int) {
	msg := c.held[n]
	c.held = slices.Delete(c.held, n, n+1)
	c.does("answer", func() { c.send(msg) })
	c.looks()
}

// does runs do and checks its effects.
func (c *chaos) does(key string, do func()) {
	before, was, sent := squeeze(c.screen()), c.world(), len(c.puts())
	do()
	c.confirmed(key, before, c.puts()[sent:])
	c.claims(was)
	// d2cadmin's name may be typed, jane.doe's never is.
	if own := c.server.Stored(c.own); c.own == janeDoe && (own.Status() != 1 || own.PasswordStatus() != 1) {
		c.rt.Fatalf("the operator's own account lost access by %q: %+v\n%s", key, own, before)
	}
}

// screen returns the frame as plain text. It is drawn once per message and checked against the
// size of the terminal.
func (c *chaos) screen() string {
	if c.drawn == c.told {
		return c.view
	}
	c.drawn, c.view = c.told, c.desk.screen()
	lines := strings.Split(c.view, "\n")
	if len(lines) != c.height {
		c.rt.Fatalf("%d lines of %d", len(lines), c.height)
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); w != c.width {
			c.rt.Fatalf("a line of %d cells, not %d: %q", w, c.width, l)
		}
	}
	return c.view
}

var willChange = regexp.MustCompile(`(\d+) of \d+ will change`)

// confirmed checks that the plan of every write was on the screen when enter was pressed.
func (c *chaos) confirmed(key, before string, fresh []hdptest.Request) {
	if len(fresh) == 0 {
		return
	}
	if c.enters--; key != "enter" && key != "drawn" || c.enters < 0 {
		c.rt.Fatalf("%q sent %s\n%s", key, fresh[0].Path, before)
	}
	if strings.HasSuffix(fresh[0].Path, ownPath) && strings.Contains(before, "Your password ·") {
		return
	}
	if m := willChange.FindStringSubmatch(before); m != nil {
		if m[1] != fmt.Sprint(len(fresh)) && len(fresh) > atoi(m[1]) {
			c.rt.Fatalf("%d writes, but %s in the preview", len(fresh), m[1])
		}
		return
	}
	plan := fresh[0].Path
	plan = plan[strings.LastIndex(plan, "/users"):]
	if !strings.Contains(before, plan) {
		c.rt.Fatalf("%s was sent but not shown:\n%s", fresh[0].Path, before)
	}
	switch {
	case len(fresh) == 1:
	case len(fresh) == 2 && strings.HasSuffix(plan, resetPath) && strings.Contains(before, "Also unlock ● yes"):
	default:
		c.rt.Fatalf("%d writes after one enter", len(fresh))
	}
}

func atoi(s string) (n int) {
	_, _ = fmt.Sscan(s, &n)
	return n
}

// claims compares what the log and the screen say about the writes since the last key with what
// is stored. was is the state before the key.
func (c *chaos) claims(was map[int64]hdptest.Account) {
	intents := map[uint64]file.Entry{}
	n := 0
	for r, err := range file.Read(c.file) {
		if err != nil {
			c.rt.Fatal(err)
		}
		if n++; r.Kind == file.KindIntent {
			intents[r.Seq] = r
		}
		if n <= c.read || r.Kind != file.KindOutcome {
			continue
		}
		c.applied[r.AccountID] = r.Outcome == file.Applied
		c.claim(intents[r.Of], r, was[r.AccountID])
	}
	c.read = n
	done := regexp.MustCompile(`✓ [A-Z][a-z ,]* \S+( \(.*\))?, verified \d`)
	if p := c.puts(); done.MatchString(c.screen()) {
		var id int64
		if _, err := fmt.Sscanf(p[len(p)-1].Path, "/api/admin/users/%d/", &id); err != nil {
			c.rt.Fatal(err)
		}
		if !c.applied[id] {
			c.rt.Fatalf("the screen says that %d was changed, and the audit log does not\n%s", id, c.screen())
		}
		if !c.doubt[partOf(id, p[len(p)-1].Path)] {
			c.wants(p[len(p)-1].Path, p[len(p)-1].Body, c.server.Stored(id))
		}
	}
}

func (c *chaos) claim(intent, r file.Entry, was hdptest.Account) {
	now := c.server.Stored(r.AccountID)
	switch r.Outcome {
	case file.Applied:
		c.wants(intent.Request, string(intent.After), now)
		delete(c.doubt, partOf(r.AccountID, intent.Request))
	case file.Conflict, file.Refused, file.NotSent:
		if now.StatusInfo != was.StatusInfo || now.PasswordInfo != was.PasswordInfo {
			c.rt.Fatalf("%s of %d, which is now %+v and was %+v", r.Outcome, r.AccountID, now, was)
		}
	case file.Accepted, file.Unknown, file.Differs:
		c.doubt[partOf(r.AccountID, intent.Request)] = true
	default:
		c.rt.Fatalf("outcome %q", r.Outcome)
	}
}

// wants compares a sent object with the stored one by meaning.
func (c *chaos) wants(path, body string, now hdptest.Account) {
	got := now.StatusInfo
	if strings.HasSuffix(path, "/passwordinfo") {
		got = now.PasswordInfo
	}
	if !maps.Equal(meaning(body), meaning(got)) {
		c.rt.Fatalf("%s is claimed as stored, but is\n%s; sent was\n%s\n%s", path, got, body, c.screen())
	}
}

// meaning returns what an object means to HDP: absent is null, and an absent lock is none.
func meaning(text string) map[string]string {
	raw, m := map[string]json.RawMessage{}, map[string]string{}
	if json.Unmarshal([]byte(text), &raw) != nil {
		return nil
	}
	for name, v := range raw {
		if s := string(v); s != "null" && (name != "accountLocked" || s != "false") {
			m[name] = s
		}
	}
	return m
}

// rows compares the list with what is stored, except for parts that the list cannot know.
func (c *chaos) rows(but map[part]bool) {
	c.resize(99, 60) // every account, and no other pane
	byID := map[string][]string{}
	for _, line := range rowsOf(c.screen()) {
		line = strings.TrimLeft(strings.TrimPrefix(line, "│"), " ▸◆")
		if f := strings.Fields(line); len(f) > 2 {
			byID[f[0]] = append(byID[f[0]], line)
		}
	}
	for id, a := range c.world() {
		row := byID[fmt.Sprint(id)]
		if len(row) != 1 {
			c.rt.Fatalf("%d has %d rows\n%s", id, len(row), c.screen())
		}
		if status := statusOf(a); !but[part{id, "statusinfo"}] && !strings.Contains(squeeze(row[0]), " "+status+" ") {
			c.rt.Fatalf("%d is %s, but its row says %q", id, status, row[0])
		}
		reset := strings.Contains(a.PasswordInfo, `"passwordStatus":2`)
		if shown := !but[part{id, "passwordinfo"}] && !strings.Contains(row[0], "expired") && !strings.Contains(row[0], "external"); shown && strings.Contains(row[0], "must change") != reset {
			c.rt.Fatalf("%d must change: %v, but its row says %q", id, reset, row[0])
		}
	}
}

// statusOf returns the status as the list shows it.
func statusOf(a hdptest.Account) string {
	var s struct {
		Status             int
		AccountLocked      bool
		AccountLockedUntil string
	}
	if err := json.Unmarshal([]byte(a.StatusInfo), &s); err != nil {
		return err.Error()
	}
	expired := s.AccountLockedUntil != "" && s.AccountLockedUntil < "2026-11-22 14:02:31"
	switch {
	case s.Status == 0 && s.AccountLocked && !expired:
		return "inact+lock"
	case s.Status == 0:
		return "inactive"
	case s.Status != 1:
		return fmt.Sprintf("status %d", s.Status)
	case s.AccountLocked && expired:
		return "lock exp."
	case s.AccountLocked:
		return "locked"
	}
	return "active"
}

var asked = regexp.MustCompile(`type (\d+) (?:to confirm|first)`)

// step does one thing: usually at the keyboard, sometimes elsewhere.
func (c *chaos) step() {
	among := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(c.rt, what) }
	account := func() int64 {
		return rapid.SampledFrom([]int64{c.own, 301, 304, 307, 325, 349, 356, 363, 370, 391, 412}).Draw(c.rt, "account")
	}
	switch among("what", "key", "key", "act", "act", "open", "answer", "answer", "type",
		"other", "other", "fault", "size", "task", "task", "task", "task", "many", "hasty", "packet", "slow", "arrives", "arrives", "policy", "lapse") {
	case "key":
		c.key(among("key", "j", "k", "down", "up", "esc", "tab", "shift+tab", "left", "right", "space", "*", "1", "2", "3",
			"4", "5", "6", "o", "O", "J", "g", "G", "?", "l", "v", "y", "n", "ctrl+r", "ctrl+u", "pgdown", "pgup"))
	case "act":
		c.key(among("act", "u", "a", "f", "e", "s", "p", "r", "z", "d"))
	case "open":
		c.finds(account())
	case "task":
		c.leaves()
		c.finds(account())
		c.key(among("act", "u", "u", "a", "f", "e", "s", "p", "r", "z"))
		c.key(among("then", "right", "tab", "I", "I", "I"))
		if rapid.Bool().Draw(c.rt, "meanwhile") {
			c.others(account(), among)
		}
		c.answers()
	case "many":
		c.leaves()
		for _, key := range []string{"esc", "esc", among("view", "2", "3", "4"), among("how many", "*", "space", "J"), among("act", "u", "f", "u")} {
			c.key(key)
		}
		c.answers()
	case "answer":
		c.answers()
	case "type":
		c.text(among("text", "INC-1", "+30d", "never", "2027-02-01", "d2cadmin", "ali", "status:", hdptest.AdminPassword))
	case "other":
		c.others(account(), among)
	case "fault":
		f := hdptest.Fault{Method: http.MethodPut, Kind: rapid.SampledFrom([]hdptest.FaultKind{
			hdptest.Status, hdptest.HTML502, hdptest.CloseBefore, hdptest.Reset, hdptest.CloseAfterApply, hdptest.ApplyLate, hdptest.CutBody,
		}).Draw(c.rt, "fault")}
		if f.Kind == hdptest.Status {
			f.Status = rapid.SampledFrom([]int{400, 401, 403, 404, 500}).Draw(c.rt, "status")
			if f.Body = envelope("222207007", "No."); f.Status != 401 && rapid.Bool().Draw(c.rt, "read") {
				f.Method = http.MethodGet
			}
		}
		c.server.Fail(f)
	case "hasty": // keys in one packet, before anything is drawn
		c.hits(among("act", "u", "u", "a", "f", "e", "s", "p", "r", "z"))
		for range rapid.IntRange(0, 2).Draw(c.rt, "more") {
			c.hits(among("then", "right", "tab", "I", "j"))
		}
		c.hits(among("last", "enter", "enter", "esc"))
		c.hits(among("after", "enter", "j", "u", "esc"))
		c.looks()
	case "packet": // esc and keys
		c.hits("alt+" + among("packet", "/", "j", "u", "shift+o", "[", "]", "esc", "r", "space"))
		for _, r := range among("text", "", "ursula", "ali") {
			c.hits(string(r))
		}
		c.looks()
	case "slow":
		c.slow = !c.slow
	case "arrives":
		if len(c.held) > 0 {
			c.arrives(rapid.IntRange(0, len(c.held)-1).Draw(c.rt, "answer"))
		}
	case "policy":
		c.server.Fail(hdptest.Fault{Path: "/passwordpolicy", Kind: hdptest.Status, Status: 404, Times: rapid.SampledFrom([]int{1, hdptest.Forever}).Draw(c.rt, "times")})
	case "lapse": // the sign-in dialog opens on its own, and then the question about it
		if c.own == 1 {
			c.server.SetPasswordInfo(1, `{"passwordStatus":`+among("own", "1", "2")+`}`)
			c.doubt[part{1, "passwordinfo"}] = true
		}
		c.server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/admin/users", Kind: hdptest.Status, Status: 401, Body: envelope("222207007", "No.")})
		c.key("ctrl+r")
		if rapid.Bool().Draw(c.rt, "signs in") {
			c.leaves()
		}
	case "size":
		size := rapid.SampledFrom([][2]int{{80, 24}, {120, 36}, {100, 30}, {90, 20}}).Draw(c.rt, "size")
		c.resize(size[0], size[1])
		c.screen()
	}
}

// finds opens an account by its id unless a dialog is open.
func (c *chaos) finds(id int64) {
	for _, key := range []string{"/", "ctrl+u", "ctrl+k"} {
		c.key(key)
	}
	c.text(fmt.Sprint(id))
	c.key("enter")
}

// answers confirms a question, with the number of accounts if it is asked for.
func (c *chaos) answers() {
	if m := asked.FindStringSubmatch(c.screen()); m != nil {
		c.key("tab")
		c.text(m[1])
	}
	c.key("enter")
}

// leaves closes dialogs until none is left, and signs in again if asked to.
func (c *chaos) leaves() {
	for range 12 {
		switch screen := c.screen(); {
		case c.quit:
			return
		case strings.Contains(screen, "Sign in to"):
			c.key("ctrl+u")
			c.text(hdptest.AdminPassword)
			c.key("enter")
		case strings.Contains(screen, "enter leave"):
			c.key("enter")
		default:
			if c.key("esc"); c.screen() == screen {
				return
			}
		}
	}
}

// others changes an account without the operator's knowledge.
func (c *chaos) others(id int64, among func(string, ...string) string) {
	if id == c.own {
		return // the operator would be locked out, and the sequence would end
	}
	what := among("of others", "status", "password", "lock")
	c.doubt[part{id, "statusinfo"}] = c.doubt[part{id, "statusinfo"}] || what != "password"
	c.doubt[part{id, "passwordinfo"}] = c.doubt[part{id, "passwordinfo"}] || what == "password"
	switch what {
	case "status":
		c.server.SetStatusInfo(id, `{"status":`+among("status", "0", "1")+`,"note":"others"}`)
	case "lock":
		c.server.SetStatusInfo(id, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:02:00","accountLockedUntil":"2026-11-22 14:3`+among("until", "2", "3")+`:00"}`)
	case "password":
		c.server.SetPasswordInfo(id, `{"passwordStatus":`+among("password", "1", "2")+`}`)
	}
}

func (c *chaos) text(text string) {
	for _, r := range text {
		c.key(string(r))
	}
}

// rests closes every dialog without sending anything and goes back to the whole list. It
// reports whether that was possible: the operator's own password may have been changed.
func (c *chaos) rests() bool {
	c.server.ClearFaults()
	for c.slow = false; len(c.held) > 0; {
		c.arrives(0)
	}
	if !c.server.CheckPassword(c.own, hdptest.AdminPassword) || c.server.Stored(c.own).Status() != 1 {
		return false
	}
	c.leaves()
	c.leaves()
	c.leaves()
	c.key("1")
	return !strings.Contains(c.screen(), "Sign in to")
}

// Whatever keys are pressed, whatever others do and whatever fails: nothing panics, every frame
// fits, nothing is sent that was not shown and confirmed, and every claim is true.
func TestRandomSequences(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) { runRandomSequence(t, rt) })
}

// FuzzKeys is TestRandomSequences with sequences from the fuzzer. Every eight bytes make one
// decision; when they run out, a fixed sequence continues.
func FuzzKeys(f *testing.F) {
	rest := make([]byte, 1<<14)
	_, _ = rand.NewChaCha8([32]byte{}).Read(rest)
	f.Add(rest[:400])
	f.Fuzz(func(t *testing.T, decisions []byte) {
		rapid.MakeFuzz(func(rt *rapid.T) { runRandomSequence(t, rt) })(t, slices.Concat(decisions, rest))
	})
}

func runRandomSequence(t *testing.T, rt *rapid.T) {
	c, end := newChaos(t, rt)
	defer end()
	c.resize(80, 24)
	for range rapid.IntRange(5, 25).Draw(rt, "steps") {
		if c.quit {
			return
		}
		c.step()
	}
	if c.quit || !c.rests() {
		return
	}
	c.rows(c.doubt)
	if c.key("ctrl+r"); strings.Contains(c.screen(), "Sign in to") {
		return // the operator has deactivated their own account
	}
	c.rows(nil)
	if report, err := file.Verify(c.file); err != nil || report.Err() != nil {
		rt.Fatalf("%v %v", err, report)
	}
}
