//go:build unix

package cli_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

var sequences = flag.Int("cli.sequences", 10, "`number` of random sequences of operators to try")

// Two operators change the same accounts at the same server, with one audit log: each in a console, by
// commands, and at a desk without either. Connections break, the server refuses, and a colleague without
// hdpadmin comes in between. Whatever they do, what the console shows, what a command prints and what the
// log says is what the server has stored, and nothing changes that no plan has named.
func TestRandomOperatorsClaimWhatIsStored(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		o, end := newOffice(t, rt)
		defer end()
		for range rapid.IntRange(3, 12).Draw(rt, "steps") {
			o.step()
		}
		o.closes()
		for what, times := range o.seen {
			seen[what] += times
		}
	})
	t.Logf("%d sequences: %v", n, seen)
	wanted := []string{"console undoes command", "command undoes console"}
	for _, way := range []string{"console", "command", "desk"} {
		wanted = append(wanted, way+" applied", way+" refused", way+" unknown")
	}
	for _, what := range wanted {
		if n >= 300 && seen[what] == 0 { // fewer may miss one by chance
			t.Errorf("never %s: the sequences do not cover it", what)
		}
	}
}

// office is a server with its operators and their audit log.
type office struct {
	*rapid.T
	tb     *uitest.Sequence
	server *hdptest.Server
	now    atomic.Int64 // the time of server and operators
	folder string
	log    string
	proven *uitest.Claims
	people []*person
	seen   map[string]int
	plans  []*plannedBatch
	madeBy map[uint64]string // how the write of an intent was made

	before map[int64]hdptest.Account // stored before this step
	theirs chan hdptest.Account      // stored by the colleague in this step
	last   uint64                    // the last intent before this step
}

// person is an operator with a login.
type person struct {
	login, password string
	passwordFile    string
	console         *uitest.Console
	client          *hdpclient.Client
	desk            *desk.Desk
	writer          *change.Writer
	log             *audit.Log // of the desk
}

// plannedBatch is a plan file that has not been applied.
type plannedBatch struct {
	file string
	verb officeVerb
}

func newOffice(t *testing.T, rt *rapid.T) (o *office, end func()) {
	t.Helper()
	tb := uitest.NewSequence(t, rt)
	o = &office{T: rt, tb: tb, seen: map[string]int{}, madeBy: map[uint64]string{}, log: uitest.AuditLogFile(tb)}
	o.folder = filepath.Dir(o.log)
	o.now.Store(time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC).Unix())
	o.server = hdptest.NewServer(tb, hdptest.WithClock(o.Now))
	o.proven = uitest.NewClaims(o.server, o.log)
	for _, id := range officeAccounts() {
		a := o.server.Stored(id)
		o.server.SetStatusInfo(id, strings.TrimSuffix(a.StatusInfo, "}")+`,"riskScore":0.870,"groups":["vip",{"since":2019}]}`)
		o.server.SetPasswordInfo(id, strings.TrimSuffix(a.PasswordInfo, "}")+`,"origin":"import"}`)
	}
	for _, p := range []*person{{login: "d2cadmin", password: hdptest.AdminPassword}, {login: "helpdesk", password: hdptest.HelpdeskPassword}} {
		o.people = append(o.people, p)
		p.passwordFile = filepath.Join(o.folder, p.login)
		if err := os.WriteFile(p.passwordFile, []byte(p.password), 0o600); err != nil {
			rt.Fatal(err)
		}
		o.opensConsole(p)
		o.sitsDown(p)
	}
	return o, tb.End
}

// officeAccounts returns accounts that both operators may change.
func officeAccounts() []int64 { return []int64{304, 307, 325, 338, 342, 349} }

// Now returns the time of the office.
func (o *office) Now() time.Time { return time.Unix(o.now.Load(), 0).UTC() }

func (o *office) must(err error) {
	if err != nil {
		o.Fatal(err)
	}
}

// openLog opens the audit log as another hdpadmin does, and returns a writer that logs there.
func (o *office) openLog(client *hdpclient.Client, login string) (*change.Writer, *audit.Log) {
	id := file.Identity{Host: "jump1", PID: os.Getpid(), Server: o.server.URL, Login: login, Version: "test"}
	logFile, err := file.Open(o.log, id)
	o.must(err)
	var w *change.Writer
	log, err := audit.New(logFile, id, func(out change.Outcome) change.Outcome { return w.CheckAgain(o.Context(), out) })
	o.must(err)
	w = change.NewWriter(o.Context(), client, change.WithAuditLog(log), change.WithRules(change.Rules{}), change.WithClock(uitest.NewHastyClock(o.Now())))
	return w, log
}

func (o *office) opensConsole(p *person) {
	p.console = uitest.NewConsoleAt(o.tb, o.server, func(c *ui.Options) {
		c.User, c.Password = p.login, hdpclient.SecretOf(p.password)
		c.Writer, c.AuditLog = o.openLog(c.Client, "")
	})
	p.console.Resizes(160, 80) // every account, and a dialog that covers none of its lines
}

func (o *office) sitsDown(p *person) {
	client, err := hdpclient.New(o.server.URL)
	o.must(err)
	o.tb.Cleanup(client.Close)
	p.client = client
	p.client.SetCredentials(hdpclient.Credentials{User: p.login, Password: hdpclient.SecretOf(p.password)})
	p.writer, p.log = o.openLog(client, p.login)
	p.desk = desk.New(client, p.writer)
}

// officeVerb is a change that an operator can make.
type officeVerb struct {
	name string // of the command
	args string
	info string                     // the part that it changes; "" for undo, which finds that out
	is   func(hdptest.Account) bool // whether it is stored; nil if that is not known

	keys  []string // in the console, up to the dialog
	title string   // of the dialog
	plan  func(change.Subject, account.Reading) change.Plan
}

// GoString is what rapid prints.
func (p *person) GoString() string       { return p.login }
func (v officeVerb) GoString() string    { return v.name + " " + v.args }
func (t officeTrouble) GoString() string { return t.name }
func (p *plannedBatch) GoString() string { return p.verb.GoString() }

func mustChange(a hdptest.Account) bool {
	return strings.Contains(a.PasswordInfo, `"passwordStatus":2`)
}

func officeVerbs() []officeVerb {
	at := time.Date(2031, 5, 6, 0, 0, 0, 0, time.UTC)
	status := func(edit func(hdpclient.StatusInfo) hdpclient.StatusInfo) func(change.Subject, account.Reading) change.Plan {
		return func(who change.Subject, r account.Reading) change.Plan {
			s, _ := r.Status.Get()
			return change.PlanStatus(who, s, edit(s))
		}
	}
	password := func(edit func(hdpclient.PasswordInfo) hdpclient.PasswordInfo) func(change.Subject, account.Reading) change.Plan {
		return func(who change.Subject, r account.Reading) change.Plan {
			p, _ := r.Password.Get()
			return change.PlanPassword(who, p, edit(p))
		}
	}
	typing := func(text string) []string {
		return slices.Concat([]string{"e", "ctrl+u", "ctrl+k"}, strings.Split(text, ""), []string{"tab"})
	}
	return []officeVerb{
		{
			name: "unlock", info: "/statusinfo", is: func(a hdptest.Account) bool { return !a.Locked() },
			keys: []string{"u"}, title: "Unlock ·", plan: status(change.Unlock),
		},
		{
			name: "activate", info: "/statusinfo", is: func(a hdptest.Account) bool { return a.Status() == 1 },
			keys: []string{"a"}, title: "Activate ·", plan: status(change.Activate),
		},
		{
			name: "deactivate", args: "--yes", info: "/statusinfo", is: func(a hdptest.Account) bool { return a.Status() == 0 },
			keys: []string{"a"}, title: "Deactivate ·", plan: status(change.Deactivate),
		},
		{
			name: "force-change", args: "--yes", info: "/passwordinfo", is: mustChange,
			keys: []string{"f"}, title: "Force a password change ·", plan: password(change.ForceChange),
		},
		{
			name: "forgive-change", args: "--yes", info: "/passwordinfo", is: func(a hdptest.Account) bool { return !mustChange(a) },
			keys: []string{"f"}, title: "Cancel the forced password change ·", plan: password(change.CancelForcedChange),
		},
		{
			name: "expire", args: "--at 2031-05-06 --yes", info: "/passwordinfo",
			is:   func(a hdptest.Account) bool { return strings.Contains(a.PasswordInfo, `"2031-05-06 00:00:00"`) },
			keys: typing("2031-05-06"), title: "Set the password expiry",
			plan: password(func(p hdpclient.PasswordInfo) hdpclient.PasswordInfo { return change.SetExpiry(p, hdpclient.At(at)) }),
		},
		{
			name: "expire", args: "--never --yes", info: "/passwordinfo",
			is:   func(a hdptest.Account) bool { return !strings.Contains(a.PasswordInfo, `"passwordExpiration":"`) },
			keys: typing("never"), title: "Set the password expiry", plan: password(change.ClearExpiry),
		},
		{name: "reset", args: "--yes", info: "/resetpassword", keys: []string{"r"}, title: "Reset password ·"},
		{name: "undo", args: "--yes", keys: []string{"z"}, title: "Undo"},
		{name: "undo", args: "--yes", keys: []string{"z"}, title: "Undo"},
		{name: "undo", args: "--yes", keys: []string{"z"}, title: "Undo"},
	}
}

// properties returns what the verb may change.
func (v officeVerb) properties() []string {
	return map[string][]string{
		"unlock":   {"accountLocked", "accountLockedAt", "accountLockedUntil"},
		"activate": {"status"}, "deactivate": {"status"},
		"force-change": {"passwordStatus"}, "forgive-change": {"passwordStatus"},
		"expire": {"passwordExpiration"},
		"reset":  {"passwordStatus", "passwordExpiration", "accountLocked", "accountLockedAt", "accountLockedUntil"}, // the console also unlocks
	}[v.name]
}

// opposite returns the verb that does what v would undo.
func (v officeVerb) opposite() officeVerb {
	all := officeVerbs()
	other := map[string]int{"unlock": 2, "activate": 2, "deactivate": 1, "force-change": 4, "forgive-change": 3}
	if v.name == "expire" {
		return all[3]
	}
	return all[other[v.name]]
}

// changedBy returns the accounts that an operator may have changed.
func (o *office) changedBy(p *person) (ids []int64) {
	for _, c := range o.readLog() {
		if c.Intent.Login == p.login && c.MayHaveChanged() && !slices.Contains(ids, c.Intent.AccountID) {
			ids = append(ids, c.Intent.AccountID)
		}
	}
	return ids
}

// officeTrouble is something that goes wrong in a step.
type officeTrouble struct {
	name  string
	fault func(put, get string, reads int) []hdptest.Fault // reads of that part come first
}

func officeTroubles() []officeTrouble {
	put := func(f hdptest.Fault) func(string, string, int) []hdptest.Fault {
		return func(put, _ string, _ int) []hdptest.Fault {
			f.Method, f.Path = http.MethodPut, put
			return []hdptest.Fault{f}
		}
	}
	andUnseen := func(kind hdptest.FaultKind) func(string, string, int) []hdptest.Fault {
		return func(put, get string, reads int) []hdptest.Fault {
			return []hdptest.Fault{
				{Method: http.MethodPut, Path: put, Kind: kind},
				{Method: http.MethodGet, Path: get, Kind: hdptest.Status, Status: 403, Skip: reads + 1, Times: hdptest.Forever},
			}
		}
	}
	envelope := func(code, text string) string {
		return `{"error":{"code":` + code + `,"message":{"lang":"en-US","value":"` + text + `"}}}`
	}
	none := officeTrouble{"none", func(string, string, int) []hdptest.Fault { return nil }}
	return []officeTrouble{
		none, none, none, none, none, none,
		{"refused", put(hdptest.Fault{Kind: hdptest.Status, Status: 400, Body: envelope("222206001", "The account is reserved.")})},
		{"login refused", put(hdptest.Fault{Kind: hdptest.Status, Status: 401, Body: envelope("222206002", "Invalid user ID or password.")})},
		{"401 of a gateway", put(hdptest.Fault{Kind: hdptest.Status, Status: 401})},
		{"200 of a proxy", put(hdptest.Fault{Kind: hdptest.Status, Status: 200})},
		{"answer lost", put(hdptest.Fault{Kind: hdptest.CloseAfterApply})},
		{"answer cut off", put(hdptest.Fault{Kind: hdptest.CutBody})},
		{"502, but applied", put(hdptest.Fault{Kind: hdptest.HTML502, Applied: true})},
		{"lost, and never seen again", andUnseen(hdptest.CloseBefore)},
		{"applied, and never seen again", andUnseen(hdptest.CloseAfterApply)},
		{colleague, func(_, get string, reads int) []hdptest.Fault {
			return []hdptest.Fault{{Method: http.MethodGet, Path: get, Kind: hdptest.Hang, Skip: reads}}
		}},
		{"a read is refused", func(_, get string, _ int) []hdptest.Fault {
			return []hdptest.Fault{{Method: http.MethodGet, Path: get, Kind: hdptest.Status, Status: 403}}
		}},
		{"a cache", nil},
	}
}

// colleague is the trouble that somebody else changes the account between the two reads before a write.
const colleague = "a colleague is faster"

// statement is what a console or a command says that it did.
type statement struct {
	outcome string           // as commands name it; "" if nothing is claimed
	rows    map[int64]string // the outcomes of a batch
	counts  map[string]int   // the same, without the accounts
	shown   []documentRow    // the accounts as they are shown
	text    string           // what was said
}

// step lets an operator do one thing.
func (o *office) step() {
	o.now.Add(rapid.SampledFrom([]int64{0, 0, 20, 200}).Draw(o.T, "seconds"))
	for _, p := range o.people {
		p.console.Time = o.Now()
	}
	p := rapid.SampledFrom(o.people).Draw(o.T, "who")
	way := rapid.SampledFrom([]string{"console", "console", "command", "command", "desk"}).Draw(o.T, "how")
	id := rapid.SampledFrom(officeAccounts()).Draw(o.T, "account")
	switch rapid.SampledFrom([]string{"one", "one", "one", "one", "one", "one", "one", "batch", "plan", "apply", "others"}).Draw(o.T, "what") {
	case "others":
		o.others(id)
	case "batch":
		if way == "console" {
			o.does(p, way, officeVerbs()[0], 0, func(func(int)) statement { return o.batchInConsole(p) })
			break
		}
		v := rapid.SampledFrom(officeVerbs()[:7]).Draw(o.T, "verb")
		o.does(p, "command", v, 0, func(arm func(int)) statement {
			arm(1)
			return o.command(p, v.name+" "+o.some()+" --yes "+v.args)
		})
	case "plan":
		v := rapid.SampledFrom(officeVerbs()[:7]).Draw(o.T, "verb")
		plan := &plannedBatch{file: filepath.Join(o.folder, fmt.Sprintf("plan%d.json", len(o.plans))), verb: v}
		o.does(p, "command", v, 0, func(func(int)) statement {
			c := o.command(p, "plan "+v.name+" "+o.some()+" "+strings.ReplaceAll(v.args, "--yes", "")+" -o "+plan.file)
			if _, err := os.Stat(plan.file); err == nil {
				o.plans = append(o.plans, plan)
			}
			return c
		})
	case "apply":
		if len(o.plans) == 0 {
			return
		}
		plan := rapid.SampledFrom(o.plans).Draw(o.T, "plan")
		o.does(p, "command", plan.verb, 0, func(arm func(int)) statement {
			arm(1)
			return o.command(p, "apply "+plan.file+" --yes")
		})
	default:
		v := rapid.SampledFrom(officeVerbs()).Draw(o.T, "verb")
		if v.is != nil && v.is(o.server.Stored(id)) && rapid.IntRange(0, 3).Draw(o.T, "even so") > 0 {
			v = v.opposite()
		}
		if mine := o.changedBy(p); v.name == "undo" && len(mine) > 0 {
			id = rapid.SampledFrom(mine).Draw(o.T, "account of the undo")
		}
		o.does(p, way, v, id, func(arm func(int)) statement {
			switch way {
			case "console":
				return o.inConsole(p, v, id, arm)
			case "command":
				arm(1)
				args := v.name + " " + o.server.Stored(id).UserName + " " + v.args
				if v.name == "reset" {
					args += fmt.Sprintf(" --password-to %s/%d", o.folder, o.last)
				}
				return o.command(p, args)
			}
			return o.atDesk(p, v, id, arm)
		})
	}
}

// some returns the names of some accounts.
func (o *office) some() string {
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom(officeAccounts()), 2, 4, rapid.ID).Draw(o.T, "accounts")
	var names []string
	for _, id := range ids {
		names = append(names, o.server.Stored(id).UserName)
	}
	return strings.Join(names, " ")
}

// others changes an account without hdpadmin.
func (o *office) others(id int64) {
	set, text := drawOthers(o.T)
	if set == "/statusinfo" {
		o.server.SetStatusInfo(id, text)
	} else {
		o.server.SetPasswordInfo(id, text)
	}
}

func drawOthers(t *rapid.T) (part, text string) {
	part = rapid.SampledFrom([]string{"/statusinfo", "/passwordinfo"}).Draw(t, "part")
	if part == "/statusinfo" {
		return part, rapid.SampledFrom([]string{
			`{"status":0,"accountLocked":false,"riskScore":0.3}`, `{"status":1}`, `{"status":1,"accountLocked":true,"note":"others"}`,
			`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:02:00","accountLockedUntil":"2026-11-22 14:32:00"}`,
		}).Draw(t, "status")
	}
	return part, rapid.SampledFrom([]string{
		`{"passwordStatus":1}`, `{"passwordStatus":2,"origin":"others"}`, `{"passwordStatus":1,"passwordExpiration":"2031-05-06 00:00:00"}`,
	}).Draw(t, "password")
}

// does lets something go wrong while do runs, and then compares what it claims with what is stored. do
// calls arm when that many reads of the part are left before the last one before the write.
func (o *office) does(p *person, way string, v officeVerb, id int64, do func(arm func(reads int)) statement) {
	trouble := rapid.SampledFrom(officeTroubles()).Draw(o.T, "trouble")
	put := v.info
	for _, c := range o.readLog() {
		if v.name == "undo" && c.Intent.AccountID == id && c.Intent.Login == p.login && c.MayHaveChanged() {
			put = "/" + c.Part().Name
		}
	}
	get := strings.ReplaceAll(put, "resetpassword", "passwordinfo")
	if id == 0 && trouble.name == colleague {
		trouble = officeTroubles()[0] // of many accounts, it is not known which one is read
	}
	part, text := drawOthers(o.T)

	o.before = uitest.World(o.server)
	o.theirs = make(chan hdptest.Account, 1)
	o.server.ResetRequests()
	ctx, noMore := context.WithCancel(o.Context())
	defer noMore()
	var release []func()
	came := make(chan struct{})
	close(came)
	said := do(func(reads int) {
		if trouble.fault == nil {
			o.server.SetCache(&hdptest.Cache{HonorsNoCache: true})
			return
		}
		for _, f := range trouble.fault(put, get, reads) {
			release = append(release, o.server.Fail(f))
		}
		if trouble.name != colleague {
			return
		}
		came = make(chan struct{})
		go func() {
			defer close(came)
			if _, err := o.server.Await(ctx, func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
				return // there was nothing to change, so nothing was read again
			}
			if part == "/statusinfo" {
				o.server.SetStatusInfo(id, text)
			} else {
				o.server.SetPasswordInfo(id, text)
			}
			o.theirs <- o.server.Stored(id)
			release[0]()
		}()
	})
	noMore()
	<-came
	o.server.SetCache(nil)
	o.server.ClearFaults()
	for _, r := range release {
		r()
	}
	base := o.before
	select {
	case a := <-o.theirs:
		base[id] = a
	default:
	}
	o.check(p, way, v, id, trouble.name, said, base)
}

// check compares what was said and logged with what is stored.
func (o *office) check(p *person, way string, v officeVerb, chosen int64, trouble string, said statement, before map[int64]hdptest.Account) {
	var fresh []uitest.Claim
	fail := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		text += fmt.Sprintf("\n%s by the %s of %s to %d, %s: it says %q %v %v\n%s", v.name+" "+v.args, way, p.login, chosen, trouble, said.outcome, said.rows, said.counts, said.text)
		for _, c := range fresh {
			text += fmt.Sprintf("\nlogged: %d %s %s %s, before %s, after %s, stored %s (%s)", c.Outcome.AccountID, c.Intent.Operation, c.Intent.Request, c.Outcome.Outcome, c.Intent.Before, c.Intent.After, c.Outcome.Stored, c.Outcome.Message)
		}
		for id, was := range before {
			if now := o.server.Stored(id); now.StatusInfo != was.StatusInfo || now.PasswordInfo != was.PasswordInfo {
				text += fmt.Sprintf("\n%d was  %s %s\n%d is now %s %s", id, was.StatusInfo, was.PasswordInfo, id, now.StatusInfo, now.PasswordInfo)
			}
		}
		o.Fatal(text)
	}
	fresh, err := o.proven.Check(before)
	if err != nil {
		fail("%v", err)
	}
	ended := map[int64]file.OutcomeKind{}
	var writes []uitest.Claim
	for _, c := range fresh {
		if c.Intent.Seq > o.last { // else the outcome of an earlier write was found out
			if v.name != "reset" || c.Part().Name == "passwordinfo" {
				ended[c.Outcome.AccountID] = c.Outcome.Outcome
			}
			o.madeBy[c.Intent.Seq] = way
			writes = append(writes, c)
		}
	}

	// Everything that was sent is logged, and once.
	sent := map[string]int{}
	for _, r := range o.server.Requests() {
		if r.Method != http.MethodGet {
			sent[r.Method+" "+r.Path]++
		}
	}
	for _, c := range writes {
		sent[c.Intent.Request]--
	}
	for request, n := range sent {
		if n > 0 {
			fail("%s was sent %d times more than logged", request, n)
		}
	}
	// Nothing was lost or gained that no plan has named, and no plan has named anything else.
	for _, c := range writes {
		for _, name := range edited(c) {
			if v.name != "undo" && !slices.Contains(v.properties(), name) {
				fail("%s of %d was to be changed", name, c.Outcome.AccountID)
			}
		}
	}
	for id, was := range before {
		for _, part := range []uitest.Part{{ID: id, Name: "statusinfo"}, {ID: id, Name: "passwordinfo"}} {
			named := map[string]bool{}
			for _, c := range writes {
				if c.Part() == part && c.MayHaveChanged() {
					for _, name := range edited(c) {
						named[name] = true
					}
				}
			}
			for _, name := range differing(uitest.Meaning(part.Of(was)), uitest.Meaning(part.Of(o.server.Stored(id)))) {
				if !named[name] {
					fail("%s of %d has changed, which no plan has named", name, id)
				}
			}
		}
	}
	// What was said is what is logged.
	if said.rows == nil && said.counts == nil {
		if chosen != 0 {
			said.rows = map[int64]string{chosen: said.outcome}
		}
		o.seen[way+" "+said.outcome]++
	}
	if said.counts != nil {
		o.checkCounts(said, writes, fail)
	} else {
		for id, kind := range ended {
			if !agree(said.rows[id], kind) {
				fail("%d: %q is said, and %q is logged", id, said.rows[id], kind)
			}
		}
		for id, outcome := range said.rows {
			if !agree(outcome, ended[id]) {
				fail("%d: %q is said, and %q is logged", id, outcome, ended[id])
			}
			now := o.server.Stored(id)
			if v.is != nil && (outcome == "applied" || outcome == "unchanged" && (way != "console" || ended[id] == file.Conflict)) && !v.is(now) {
				fail("%d: %q is said, and it is not so", id, outcome)
			}
			if trouble == "none" && way != "console" && chosen != 0 && v.is != nil && outcome != "applied" && outcome != "unchanged" {
				fail("nothing went wrong")
			}
		}
	}
	for _, r := range said.shown {
		if (r.Outcome == "applied" || r.Outcome == "unchanged") && r.Account.ID != 0 && !r.isStored(o.server.Stored(r.Account.ID), v.info) {
			fail("%+v is shown", r.Account)
		}
	}
	if v.name == "undo" {
		o.checkUndo(p, way, chosen, trouble, said, writes, before, fail)
	}
	if way == "console" {
		o.checkRow(p, writes, fail)
	}
	for _, c := range o.readLog() {
		o.last = c.Intent.Seq
	}
}

// edited returns the properties that a write changes.
func edited(c uitest.Claim) []string {
	if strings.HasSuffix(c.Intent.Request, "/resetpassword") {
		return []string{"passwordStatus", "passwordExpiration"} // the policy may set one
	}
	return differing(uitest.Meaning(string(c.Intent.Before)), uitest.Meaning(string(c.Intent.After)))
}

// differing returns the names of the properties that are not the same.
func differing(a, b map[string]string) (names []string) {
	for name, value := range a {
		if b[name] != value {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	return names
}

// agree reports whether a claim agrees with the outcome in the log, which is "" without a write.
func agree(said string, logged file.OutcomeKind) bool {
	switch logged {
	case file.Applied, file.Accepted:
		return said == "applied"
	case file.Unknown:
		return said == "unknown" || said == "signed out"
	case file.Refused:
		return said == "refused" || said == "signed out"
	case file.Differs:
		return said == "differs"
	case file.Conflict:
		return said == "conflict" || said == "unchanged"
	case file.NotSent:
		return said == "not-sent" || said == "signed out"
	}
	return said != "applied" && said != "unknown" && said != "differs" && said != "refused"
}

func (o *office) checkCounts(said statement, writes []uitest.Claim, fail func(string, ...any)) {
	logged := map[string]int{}
	for _, c := range writes {
		switch c.Outcome.Outcome {
		case file.Applied, file.Unknown, file.Refused, file.Differs:
			logged[string(c.Outcome.Outcome)]++
		}
	}
	for _, outcome := range []string{"applied", "unknown", "refused", "differs"} {
		if said.counts[outcome] != logged[outcome] {
			fail("%d rows are said to be %s, and %d are logged", said.counts[outcome], outcome, logged[outcome])
		}
	}
}

// checkUndo compares an undo with the last write of the operator, in whatever way it was made.
func (o *office) checkUndo(p *person, way string, id int64, trouble string, said statement, writes []uitest.Claim, before map[int64]hdptest.Account, fail func(string, ...any)) {
	var last uitest.Claim
	var since []uitest.Claim
	for _, c := range slices.Backward(o.readLog()) {
		if c.Intent.AccountID != id || c.Intent.Seq > o.last || !c.MayHaveChanged() {
			continue
		}
		if c.Intent.Login == p.login {
			last = c
			break
		}
		since = append(since, c)
	}
	if len(writes) > 0 && last.Intent.Seq == 0 {
		fail("an undo was sent, although %s never changed the account", p.login)
	}
	since = slices.DeleteFunc(since, func(c uitest.Claim) bool { return c.Part() != last.Part() })
	isTheirs := slices.ContainsFunc(since, func(c uitest.Claim) bool { return c.Outcome.Outcome != file.Unknown })
	for _, c := range writes {
		if c.Part() != last.Part() {
			fail("an undo of %s", last.Intent.Operation)
		}
		if c.Outcome.Outcome != file.Applied {
			continue
		}
		o.seen[way+" undoes "+o.madeBy[last.Intent.Seq]]++
		was, now := uitest.Meaning(string(last.Intent.Before)), uitest.Meaning(c.Part().Of(o.server.Stored(id)))
		for _, name := range edited(c) {
			if !slices.Contains(edited(last), name) || now[name] != was[name] {
				fail("%s is %s after the undo of %s, and was %s before that", name, now[name], last.Intent.Operation, was[name])
			}
		}
		if isTheirs {
			fail("the undo of %s reverts a later change of another operator", last.Intent.Operation)
		}
	}
	stored := uitest.Meaning(last.Part().Of(before[id]))
	if trouble == "none" && last.Outcome.Outcome == file.Applied && len(since) == 0 && len(differing(stored, uitest.Meaning(string(last.Outcome.Stored)))) == 0 && said.outcome != "applied" {
		fail("%s could be undone, and was not", last.Intent.Operation)
	}
}

// readLog returns every write in the log with its newest outcome, in the order of the intents.
func (o *office) readLog() (all []uitest.Claim) {
	at := map[uint64]int{}
	for e, err := range file.Read(o.log) {
		o.must(err)
		switch e.Kind {
		case file.KindIntent:
			at[e.Seq] = len(all)
			all = append(all, uitest.Claim{Intent: e})
		case file.KindOutcome:
			all[at[e.Of]].Outcome = e
		}
	}
	return all
}

// changeDocument is the JSON document of a change or of a batch.
type changeDocument struct {
	documentRow
	Rows []documentRow
}

type documentRow struct {
	Changed bool
	Outcome string
	Message string
	Account struct {
		ID                 int64
		Status             string
		Locked             bool
		PasswordStatus     string
		PasswordExpiration string
	}
}

// isStored reports whether the account in the document has what is stored in the part that was changed.
func (r documentRow) isStored(a hdptest.Account, part string) bool {
	switch part {
	case "/statusinfo":
		return (r.Account.Status == "active") == (a.Status() == 1) && (!r.Account.Locked || a.Locked())
	case "/passwordinfo":
		day, _, _ := strings.Cut(r.Account.PasswordExpiration, "T")
		return (r.Account.PasswordStatus == "must reset") == mustChange(a) && (day != "") == strings.Contains(a.PasswordInfo, `"passwordExpiration":"`+day)
	}
	return true
}

// command runs a command of an operator in this process.
func (o *office) command(p *person, args string) statement {
	code, stdout, stderr := inProcess(o.Context(), o.server, p.login, p.passwordFile, o.log, args+" --json")
	said := statement{text: fmt.Sprintf("hdpadmin %s: exit code %d %s%s", args, code, stdout, stderr)}
	var d changeDocument
	if stdout != "" {
		if err := json.Unmarshal([]byte(stdout), &d); err != nil {
			o.Fatalf("%v: %s", err, said.text)
		}
	}
	if (code == 0) != (stderr == "") {
		o.Fatalf("standard error does not fit: %s", said.text)
	}
	said.outcome = d.Outcome
	said.shown = append(d.Rows, d.documentRow)
	if d.Rows == nil {
		codes := map[string][]int{
			"applied": {0}, "unchanged": {0}, "planned": {0}, "conflict": {6}, "unknown": {7}, "refused": {4, 5}, "differs": {1},
			"not-sent": {1, 4, 5}, "": {1, 4, 5},
		}
		if !slices.Contains(codes[d.Outcome], code) || d.Changed != hasChanged(d.Outcome) {
			o.Fatalf("exit code and outcome do not fit: %s", said.text)
		}
		return said
	}
	said.rows = map[int64]string{}
	changed, good := false, 0
	for _, r := range d.Rows {
		said.rows[r.Account.ID] = r.Outcome
		changed = changed || r.Changed
		if r.Changed != hasChanged(r.Outcome) {
			o.Fatalf("changed: %v for a row that is %s: %s", r.Changed, r.Outcome, said.text)
		}
		if r.Outcome == "applied" || r.Outcome == "unchanged" || r.Outcome == "planned" {
			good++
		}
	}
	if d.Changed != changed || (code == 0) != (good == len(d.Rows)) || code != 0 && code != 8 && good > 0 {
		o.Fatalf("exit code and outcomes do not fit: %s", said.text)
	}
	return said
}

// hasChanged reports whether an account with that outcome is different now.
func hasChanged(outcome string) bool { return outcome == "applied" || outcome == "differs" }

// atDesk changes an account without a console or a command.
func (o *office) atDesk(p *person, v officeVerb, id int64, arm func(int)) statement {
	p.client.SetCredentials(hdpclient.Credentials{User: p.login, Password: hdpclient.SecretOf(p.password)})
	ctx := o.Context()
	r, err := p.desk.ReadForChange(ctx, id)
	if err != nil {
		return statement{outcome: "not-sent", text: err.Error()}
	}
	var plan change.Plan
	switch v.name {
	case "undo":
		u, err := p.desk.PlanUndo(ctx, p.log, r)
		if err != nil {
			return statement{outcome: "conflict", text: err.Error()}
		}
		plan = u.Plan
	case "reset":
		plan = change.PlanReset(change.SubjectOf(r.User))
	default:
		if plan = v.plan(change.SubjectOf(r.User), r); plan.Empty() {
			return statement{outcome: "unchanged"}
		}
	}
	seen, err := p.desk.See(ctx, plan, r)
	if err != nil {
		return statement{outcome: "not-sent", text: err.Error()}
	}
	arm(0)
	plan = p.desk.Guarded(plan, seen).WithAnswers(change.Answers{Reason: "INC-1"})
	var out change.Outcome
	if v.name == "reset" {
		out = p.desk.Reset(ctx, plan, hdpclient.SecretOf("Tmp-Kite77!"))
	} else {
		out = p.writer.Apply(ctx, plan)
	}
	said := statement{outcome: strings.ReplaceAll(string(out.Kind), " ", "-"), text: fmt.Sprint(out.Err)}
	switch {
	case out.Kind == change.Accepted:
		said.outcome = "applied"
	case out.IsUnchanged():
		said.outcome = "unchanged"
	}
	return said
}

// inConsole changes an account with the keys of the console.
func (o *office) inConsole(p *person, v officeVerb, id int64, arm func(int)) statement {
	c := p.console
	o.leaves(p)
	c.Presses("/", "ctrl+u", "ctrl+k")
	c.Types(fmt.Sprint(id))
	c.Presses("enter")
	c.Presses(v.keys...)
	if screen := c.Screen(); !strings.Contains(screen, v.title) {
		return statement{outcome: consoleClaim(screen), text: written(screen)}
	}
	arm(0)
	c.Presses("enter")
	return statement{outcome: consoleClaim(c.Screen()), text: written(c.Screen())}
}

// batchInConsole unlocks the accounts that the console shows as locked.
func (o *office) batchInConsole(p *person) statement {
	c := p.console
	o.leaves(p)
	c.Presses("2", "*", "u")
	screen := c.Screen()
	if !strings.Contains(screen, " will change") {
		return statement{text: written(screen)}
	}
	c.Presses(uitest.KeysToConfirm(screen)...)
	if screen = c.Screen(); strings.Contains(screen, "Sign in to") {
		c.Presses(uitest.KeysToLeave(screen, p.password)...)
		screen = c.Screen()
	}
	said := statement{text: written(screen), counts: map[string]int{}}
	for _, m := range regexp.MustCompile(`(\d+) (applied|unknown|refused|differs)`).FindAllStringSubmatch(screen, -1) {
		var n int
		_, _ = fmt.Sscan(m[1], &n)
		said.counts[m[2]] = n
	}
	return said
}

// consoleClaim returns what the screen says about a change, as commands name it.
func consoleClaim(screen string) string {
	has := func(text string) bool { return strings.Contains(screen, text) }
	isDialog := func(title string) bool { return regexp.MustCompile(`╭ (\S )?` + title + " ").MatchString(screen) }
	switch {
	case has("Outcome unknown"):
		return "unknown"
	case has("✓ Reset accepted"), regexp.MustCompile(`✓ [A-Z][^│]*verified`).MatchString(screen):
		return "applied"
	case isDialog("Changed meanwhile"), isDialog("Lock renewed"):
		return "conflict"
	case isDialog("Unchanged"):
		return "unchanged"
	case isDialog("Not stored as sent"), isDialog("Locked again"):
		return "differs"
	case isDialog("Refused"), has("✗ Refused"):
		return "refused"
	case has("Sign in to"):
		return "signed out"
	case has("Nothing was sent"), has("Not sent"):
		return "not-sent"
	}
	return ""
}

// written returns the lines of a screen on which something is written.
func written(screen string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(screen, "\n"), func(line string) bool { return strings.Trim(line, " │") == "" }), "\n")
}

// leaves closes the dialogs of a console, and signs in again if asked to.
func (o *office) leaves(p *person) {
	for range 12 {
		screen := p.console.Screen()
		keys := uitest.KeysToLeave(screen, p.password)
		p.console.Presses(keys...)
		if keys[0] == "esc" && p.console.Screen() == screen {
			break
		}
	}
	p.console.Presses("esc", "esc", "1")
}

// checkRow compares the rows of the accounts that a console has just changed with what is stored.
func (o *office) checkRow(p *person, writes []uitest.Claim, fail func(string, ...any)) {
	but := o.everyPart()
	for _, c := range writes {
		if k := c.Outcome.Outcome; k == file.Applied || k == file.Conflict {
			delete(but, c.Part())
		}
	}
	o.leaves(p)
	if err := o.checkRows(p, but); err != nil {
		fail("%v\n%s", err, written(p.console.Screen()))
	}
}

func (o *office) everyPart() map[uitest.Part]bool {
	all := map[uitest.Part]bool{}
	for _, id := range o.server.IDs() {
		all[uitest.Part{ID: id, Name: "statusinfo"}], all[uitest.Part{ID: id, Name: "passwordinfo"}] = true, true
	}
	return all
}

func (o *office) checkRows(p *person, but map[uitest.Part]bool) error {
	p.console.Resizes(99, 80)
	defer p.console.Resizes(160, 80)
	return p.console.CheckRows(but)
}

// closes compares every list and the log with what is stored at the end.
func (o *office) closes() {
	for _, p := range o.people {
		o.leaves(p)
		p.console.Presses("ctrl+r")
		but := map[uitest.Part]bool{}
		for id := range uitest.World(o.server) {
			if p.login != "d2cadmin" && !slices.Contains([]int64{32, 56, 57, 61, 88}, o.server.Stored(id).TenantID) {
				but[uitest.Part{ID: id, Name: "statusinfo"}], but[uitest.Part{ID: id, Name: "passwordinfo"}] = true, true
			}
		}
		if err := o.checkRows(p, but); err != nil {
			o.Fatalf("%s: %v\n%s", p.login, err, written(p.console.Screen()))
		}
	}
	report, err := file.Verify(o.log)
	if err != nil || !report.OK() || len(report.OpenIntents) > 0 {
		o.Fatalf("%v, the audit log: %s", err, report.String())
	}
}
