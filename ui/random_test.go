package ui_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
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

// chaos is a console with someone pressing random keys, and what the test knows about its
// state.
type chaos struct {
	*uitest.Console
	rt     *rapid.T
	tb     testing.TB
	file   string
	proven *uitest.Claims
	own    int64 // the operator's account
	drawn  int   // value of told when view was drawn
	view   string

	enters  int            // pressed without a write so far
	applied map[int64]bool // by the log entries since the last key
}

func newChaos(t *testing.T, rt *rapid.T) (c *chaos, end func()) {
	t.Helper()
	a := uitest.NewSequence(t, rt)
	c = &chaos{rt: rt, tb: a, own: 1, file: uitest.AuditLogFile(a)}
	alias := rapid.Bool().Draw(rt, "alias")
	c.Console = uitest.NewConsole(a, func(o *ui.Options) {
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
		o.Writer = change.NewWriter(t.Context(), o.Client, change.WithAuditLog(o.AuditLog), change.WithRules(change.Rules{}), change.WithClock(uitest.NewHastyClock(start)))
	})
	c.proven = uitest.NewClaims(c.Server, c.file)
	if alias {
		c.own = janeDoe
		addJaneDoe(c.Server)
		c.Types(hdptest.AdminPassword)
		c.Presses("enter")
	}
	return c, a.End
}

func (c *chaos) puts() (all []hdptest.Request) {
	for _, r := range c.Server.Requests() {
		if r.Method != http.MethodGet {
			all = append(all, r)
		}
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
	c.does(key, func() { c.Send(uitest.Key(c.tb, key)) })
}

// looks lets the terminal draw and answer, so that a dialog takes an enter that came before.
func (c *chaos) looks() { c.does("drawn", c.Answers) }

// arrives delivers the nth pending answer.
func (c *chaos) arrives(n int) {
	msg := c.Held[n]
	c.Held = slices.Delete(c.Held, n, n+1)
	c.does("answer", func() { c.Send(msg) })
	c.looks()
}

// does runs do and checks its effects.
func (c *chaos) does(key string, do func()) {
	before, was, sent := uitest.Squeeze(c.screen()), uitest.World(c.Server), len(c.puts())
	do()
	c.confirmed(key, before, c.puts()[sent:])
	c.claims(was)
	// d2cadmin's name may be typed, jane.doe's never is.
	if own := c.Server.Stored(c.own); c.own == janeDoe && (own.Status() != 1 || own.PasswordStatus() != 1) {
		c.rt.Fatalf("the operator's own account lost access by %q: %+v\n%s", key, own, before)
	}
}

// screen returns the frame as plain text. It is drawn once per message and checked against the
// size of the terminal.
func (c *chaos) screen() string {
	if c.drawn == c.Told {
		return c.view
	}
	c.drawn, c.view = c.Told, c.Screen()
	lines := strings.Split(c.view, "\n")
	if len(lines) != c.Height {
		c.rt.Fatalf("%d lines of %d", len(lines), c.Height)
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); w != c.Width {
			c.rt.Fatalf("a line of %d cells, not %d: %q", w, c.Width, l)
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
	fresh, err := c.proven.Check(was)
	if err != nil {
		c.rt.Fatalf("%v\n%s", err, c.screen())
	}
	for _, claim := range fresh {
		c.applied[claim.Outcome.AccountID] = claim.Outcome.Outcome == file.Applied
	}
	done := regexp.MustCompile(`✓ [A-Z][a-z ,]* \S+( \(.*\))?, verified \d`)
	if p := c.puts(); done.MatchString(c.screen()) {
		last := p[len(p)-1]
		var id int64
		if _, err := fmt.Sscanf(last.Path, "/api/admin/users/%d/", &id); err != nil {
			c.rt.Fatal(err)
		}
		if !c.applied[id] {
			c.rt.Fatalf("the screen says that %d was changed, and the audit log does not\n%s", id, c.screen())
		}
		if !c.proven.Doubt[uitest.PartOf(id, last.Path)] {
			if err := uitest.CheckStored(last.Path, last.Body, c.Server.Stored(id)); err != nil {
				c.rt.Fatalf("%v\n%s", err, c.screen())
			}
		}
	}
}

// rows compares the list with what is stored, except for parts that the list cannot know.
func (c *chaos) rows(but map[uitest.Part]bool) {
	c.Resizes(99, 60) // every account, and no other pane
	if err := c.CheckRows(but); err != nil {
		c.rt.Fatalf("%v\n%s", err, c.screen())
	}
}

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
		c.Server.Fail(f)
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
		c.Slow = !c.Slow
	case "arrives":
		if len(c.Held) > 0 {
			c.arrives(rapid.IntRange(0, len(c.Held)-1).Draw(c.rt, "answer"))
		}
	case "policy":
		c.Server.Fail(hdptest.Fault{Path: "/passwordpolicy", Kind: hdptest.Status, Status: 404, Times: rapid.SampledFrom([]int{1, hdptest.Forever}).Draw(c.rt, "times")})
	case "lapse": // the sign-in dialog opens on its own, and then the question about it
		if c.own == 1 {
			c.Server.SetPasswordInfo(1, `{"passwordStatus":`+among("own", "1", "2")+`}`)
			c.proven.Doubt[uitest.Part{ID: 1, Name: "passwordinfo"}] = true
		}
		c.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/admin/users", Kind: hdptest.Status, Status: 401, Body: envelope("222207007", "No.")})
		c.key("ctrl+r")
		if rapid.Bool().Draw(c.rt, "signs in") {
			c.leaves()
		}
	case "size":
		size := rapid.SampledFrom([][2]int{{80, 24}, {120, 36}, {100, 30}, {90, 20}}).Draw(c.rt, "size")
		c.Resizes(size[0], size[1])
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
func (c *chaos) answers() { c.keys(uitest.KeysToConfirm(c.screen())) }

// leaves closes dialogs until none is left, and signs in again if asked to.
func (c *chaos) leaves() {
	for range 12 {
		screen := c.screen()
		if c.HasQuit {
			return
		}
		keys := uitest.KeysToLeave(screen, hdptest.AdminPassword)
		c.keys(keys)
		if keys[0] == "esc" && c.screen() == screen {
			return
		}
	}
}

func (c *chaos) keys(keys []string) {
	for _, key := range keys {
		c.key(key)
	}
}

// others changes an account without the operator's knowledge.
func (c *chaos) others(id int64, among func(string, ...string) string) {
	if id == c.own {
		return // the operator would be locked out, and the sequence would end
	}
	what := among("of others", "status", "password", "lock")
	c.proven.Doubt[uitest.Part{ID: id, Name: "statusinfo"}] = c.proven.Doubt[uitest.Part{ID: id, Name: "statusinfo"}] || what != "password"
	c.proven.Doubt[uitest.Part{ID: id, Name: "passwordinfo"}] = c.proven.Doubt[uitest.Part{ID: id, Name: "passwordinfo"}] || what == "password"
	switch what {
	case "status":
		c.Server.SetStatusInfo(id, `{"status":`+among("status", "0", "1")+`,"note":"others"}`)
	case "lock":
		c.Server.SetStatusInfo(id, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:02:00","accountLockedUntil":"2026-11-22 14:3`+among("until", "2", "3")+`:00"}`)
	case "password":
		c.Server.SetPasswordInfo(id, `{"passwordStatus":`+among("password", "1", "2")+`}`)
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
	c.Server.ClearFaults()
	for c.Slow = false; len(c.Held) > 0; {
		c.arrives(0)
	}
	if !c.Server.CheckPassword(c.own, hdptest.AdminPassword) || c.Server.Stored(c.own).Status() != 1 {
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
	c.Resizes(80, 24)
	for range rapid.IntRange(5, 25).Draw(rt, "steps") {
		if c.HasQuit {
			return
		}
		c.step()
	}
	if c.HasQuit || !c.rests() {
		return
	}
	c.rows(c.proven.Doubt)
	if c.key("ctrl+r"); strings.Contains(c.screen(), "Sign in to") {
		return // the operator has deactivated their own account
	}
	c.rows(nil)
	if report, err := file.Verify(c.file); err != nil || report.Err() != nil {
		rt.Fatalf("%v %v", err, report)
	}
}
