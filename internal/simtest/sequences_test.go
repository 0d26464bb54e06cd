//go:build linux || darwin

package simtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

func marshal(v any) (string, error) {
	b, err := jsonv2.Marshal(v)
	return string(b), err
}

// Whatever the operator does, whatever another administrator does between any
// two calls, whatever is lost on the way: what an outcome claims is what is
// stored, nothing changes that no plan named, and the trail tells the same story.
func TestWhateverHappensEveryClaimIsTrueAndLogged(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithClock(func() time.Time { return noon }))
	dir := scratchDir(t)
	n := 0
	told := map[change.Kind]int{}
	rapid.Check(t, func(rt *rapid.T) {
		n++
		p := newSequence(rt, server, filepath.Join(dir, fmt.Sprintf("%d.jsonl", n)))
		defer p.close()
		for range rapid.IntRange(2, 7).Draw(rt, "actions") {
			p.act()
		}
		p.checkLog()
		for kind, k := range p.outcomes {
			told[kind] += k
		}
	})
	t.Logf("%d sequences, outcomes %v", n, told)
	for _, kind := range []change.Kind{
		change.Applied, change.Accepted, change.Conflict, change.Refused, change.Differs, change.Unknown, change.NotSent,
	} {
		if n >= 200 && told[kind] == 0 {
			t.Errorf("no outcome was %s: the sequences do not try that", kind)
		}
	}
}

// sequence is one sequence: an operator's console, another administrator, and the
// account between them.
type sequence struct {
	*rapid.T
	server     *hdptest.Server
	c          *console
	subject    change.Subject
	outcomes   map[change.Kind]int
	last       change.Outcome
	lastChange change.Outcome // the last that may have changed the account
	stalePlan  change.Plan    // the plan of an earlier reading

	// Of the action under way.
	busy       bool
	before     map[change.Resource]meaning
	others     map[change.Resource][]meaning // what the other administrator stored
	read       map[change.Resource]meaning   // as of the last read that succeeded
	readText   map[change.Resource]string    // and how that was written
	reread     meaning                       // as of the last read before the PUT
	rereadText string                        // and how that was written
	failed     bool                          // whether the last read did not succeed
	hidden     bool                          // whether a cache answers without saying so
	mayMove    []string                      // what the operator has seen move once
	faults     int

	lastMayMove []string // mayMove of the last write

	late   map[change.Resource][]meaning // bodies that may still arrive
	resets int                           // resets that may still arrive
	dirty  map[change.Resource]bool      // changed, perhaps, since the last outcome
	claims []claim                       // what was said of each write, in order
}

type claim struct {
	kind   change.Kind
	stored string
}

var knownProperties = []string{"status", "accountLocked", "accountLockedAt", "accountLockedUntil", "passwordStatus", "passwordExpiration"}

var resources = []change.Resource{change.StatusInfo, change.PasswordInfo}

func newSequence(rt *rapid.T, server *hdptest.Server, path string) *sequence {
	server.ClearFaults()
	server.SetVolatile(rapid.SampledFrom([]string{"", "", volatile}).Draw(rt, "volatile"))
	p := &sequence{T: rt, server: server, outcomes: map[change.Kind]int{}, late: map[change.Resource][]meaning{}, dirty: map[change.Resource]bool{}}
	id := server.AddAccount(hdptest.Account{TenantID: 56, StatusInfo: drawStatus(rt), PasswordInfo: drawPassword(rt)})
	p.subject = change.Subject{ID: id, Name: hdpclient.TextOf(server.Stored(id).UserName)}
	c, err := newConsole(rt.Context(), server.URL, path, setup{api: func(a change.API) change.API { return &interferingAPI{a, p} }})
	if err != nil {
		rt.Fatal(err)
	}
	p.c = c
	return p
}

func (p *sequence) close() {
	p.c.client.Close()
	p.server.Delete(p.subject.ID)
	for _, name := range []string{p.c.path, p.c.path + ".lock"} {
		if err := os.Remove(name); err != nil {
			p.Error(err)
		}
	}
}

// interferingAPI is the client, and another administrator who may come before any call.
type interferingAPI struct {
	change.API
	p *sequence
}

func (m *interferingAPI) StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error) {
	m.p.maybeInterfere()
	s, err := m.API.StatusInfo(ctx, id)
	m.p.noteRead(change.StatusInfo, s, err)
	return s, err
}

func (m *interferingAPI) PasswordInfo(ctx context.Context, id int64) (hdpclient.PasswordInfo, error) {
	m.p.maybeInterfere()
	s, err := m.API.PasswordInfo(ctx, id)
	m.p.noteRead(change.PasswordInfo, s, err)
	return s, err
}

func (m *interferingAPI) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	m.p.reread, m.p.rereadText = m.p.read[change.StatusInfo], m.p.readText[change.StatusInfo]
	m.p.maybeInterfere()
	return m.API.UpdateStatusInfo(ctx, id, s)
}

func (m *interferingAPI) UpdatePasswordInfo(ctx context.Context, id int64, s hdpclient.PasswordInfo) (hdpclient.Opt[hdpclient.PasswordInfo], error) {
	m.p.reread, m.p.rereadText = m.p.read[change.PasswordInfo], m.p.readText[change.PasswordInfo]
	m.p.maybeInterfere()
	return m.API.UpdatePasswordInfo(ctx, id, s)
}

func (m *interferingAPI) ResetPassword(ctx context.Context, id int64, s hdpclient.Secret) error {
	m.p.maybeInterfere()
	return m.API.ResetPassword(ctx, id, s)
}

func (p *sequence) noteRead(r change.Resource, v any, err error) {
	if p.failed = err != nil; p.failed {
		return
	}
	text, err := marshal(v)
	if err != nil {
		p.Fatal(err)
	}
	p.read[r], p.readText[r] = meaningOf(text), text
}

func (p *sequence) oneIn(of int, what string) bool {
	return rapid.IntRange(1, of).Draw(p.T, what) == of
}

func (p *sequence) maybeInterfere() {
	if p.busy && p.oneIn(12, "another administrator") {
		p.interfere()
	}
}

// interfere is another administrator's change.
func (p *sequence) interfere() {
	r := rapid.SampledFrom(resources).Draw(p.T, "of")
	if r == change.StatusInfo {
		p.server.SetStatusInfo(p.subject.ID, drawStatus(p.T))
	} else {
		p.server.SetPasswordInfo(p.subject.ID, drawPassword(p.T))
	}
	p.dirty[r] = true
	if p.others != nil {
		p.others[r] = append(p.others[r], p.stored(r))
	}
}

func (p *sequence) stored(r change.Resource) meaning {
	return storedMeaning(p.server.Stored(p.subject.ID), r)
}

func object(members ...string) string {
	return "{" + strings.Join(slices.DeleteFunc(members, func(m string) bool { return m == "" }), ",") + "}"
}

func drawStatus(t *rapid.T) string {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	times := []string{"", "null", `"2026-11-22 11:45:11"`, `"2026-11-22 12:15:11"`}
	member := func(name string, values ...string) string {
		if v := pick(name, values...); v != "" {
			return fmt.Sprintf("%q:%s", name, v)
		}
		return ""
	}
	return object(`"status":`+pick("status", "0", "1"),
		member("accountLocked", "", "null", "false", "true", "true", "true"),
		member("accountLockedAt", times...), member("accountLockedUntil", times...),
		member("riskScore", "", "0.870", "null", `["vip",{"since":2019}]`))
}

func drawPassword(t *rapid.T) string {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	return object(`"passwordStatus":`+pick("passwordStatus", "1", "2"),
		pick("passwordExpiration", "", `"passwordExpiration":null`, `"passwordExpiration":"2026-12-01 00:00:00"`, `"passwordExpiration":"2027-01-01 00:00:00"`),
		pick("origin", "", `"origin":"import"`))
}

// drawFault spoils a request to come. A read that is to fail says how long to
// stay away, or the client would wait and try again.
func (p *sequence) drawFault() {
	f := hdptest.Fault{Method: http.MethodPut}
	kinds := []hdptest.Fault{
		{Kind: hdptest.CloseBefore},
		{Kind: hdptest.Reset},
		{Kind: hdptest.CloseAfterApply},
		{Kind: hdptest.ApplyLate, Reads: rapid.IntRange(1, 12).Draw(p.T, "looks")},
		{Kind: hdptest.HTML502},
		{Kind: hdptest.HTML502, Applied: true},
		{Kind: hdptest.Unavailable503},
		{Kind: hdptest.Unavailable503, Applied: true},
		{Kind: hdptest.CutBody},
		{Kind: hdptest.CutBody, Chunked: true},
		{Kind: hdptest.TooMany},
		{Kind: hdptest.Redirect},
		{Kind: hdptest.Status, Status: 401},
		{Kind: hdptest.Status, Status: 200},
		{Kind: hdptest.Status, Status: 200, Applied: true},
		{Kind: hdptest.Status, Status: 200, Body: `{"error":"upstream request timeout"}`},
		{Kind: hdptest.Status, Status: 200, Body: `{"success":false}`, Applied: true},
		{Kind: hdptest.Status, Status: 200, Body: `<html>Signed out</html>`},
		{Kind: hdptest.Status, Status: 500, Applied: true},
		{Kind: hdptest.Status, Status: 400, Body: `{"error":{"code":222207007,"message":{"lang":"en-US","value":"Invalid JSON Input: no"}}}`},
	}
	if p.oneIn(3, "a read fails") {
		f = hdptest.Fault{Method: http.MethodGet, Skip: rapid.IntRange(0, 3).Draw(p.T, "skip"), Times: rapid.IntRange(1, 12).Draw(p.T, "times")}
		kinds = []hdptest.Fault{
			{Kind: hdptest.HTML502},
			{Kind: hdptest.Unavailable503},
			{Kind: hdptest.TooMany},
			{Kind: hdptest.Status, Status: 500},
			{Kind: hdptest.Status, Status: 401},
			{Kind: hdptest.Status, Status: 403},
		}
	}
	k := rapid.SampledFrom(kinds).Draw(p.T, "fault")
	k.Method, k.Skip, k.Times, k.RetryAfter = f.Method, f.Skip, f.Times, "3600"
	p.server.Fail(k)
	p.faults++
}

// drawCache puts a gateway that keeps answers in front of the server.
func (p *sequence) drawCache() {
	kind := rapid.SampledFrom([]string{"", "", "", "", "", "", "obeys", "admits", "hides"}).Draw(p.T, "cache")
	if kind == "" {
		return
	}
	p.server.SetCache(&hdptest.Cache{HonorsNoCache: kind == "obeys", OmitsAge: kind == "hides"})
	p.hidden = kind == "hides"
	if kind != "obeys" {
		p.faults++
	}
}

func (p *sequence) removeCache() {
	p.server.SetCache(nil)
	p.hidden = false
}

func (p *sequence) act() {
	if p.oneIn(5, "another administrator, between") {
		p.interfere()
	}
	what := rapid.SampledFrom([]string{
		"unlock", "activate", "deactivate", "force", "forgive", "expiry", "never", "lock", "form", "reset",
		"undo", "replan", "look", "look", "stale",
	}).Draw(p.T, "action")

	if p.last.Kind == change.Unknown && p.oneIn(2, "looks first") {
		what = "look"
	}
	var plan change.Plan
	p.faults, p.mayMove = 0, nil
	if what != "look" {
		p.drawCache()
		defer p.removeCache()
	}
	switch what {
	case "look":
		p.lookAgain()
		return
	case "reset":
		if p.oneIn(2, "looks before the reset") {
			_, _ = p.c.client.PasswordInfo(p.Context(), p.subject.ID)
		}
	default:
		var ok bool
		if plan, ok = p.plan(what); !ok {
			return
		}
	}

	p.busy = p.oneIn(3, "busy")
	for range rapid.IntRange(0, 2).Draw(p.T, "faults") {
		p.drawFault()
	}
	p.start()
	if what == "reset" {
		p.reset()
	} else {
		p.applyPlan(plan)
	}
	p.busy = false
	p.server.ClearFaults()
	p.signInAgain()
}

func (p *sequence) start() {
	p.server.ResetRequests()
	p.before = map[change.Resource]meaning{}
	for _, r := range resources {
		p.before[r] = p.stored(r)
	}
	p.others, p.read, p.readText, p.failed = map[change.Resource][]meaning{}, map[change.Resource]meaning{}, map[change.Resource]string{}, false
	p.reread, p.rereadText = nil, "{}"
}

// signInAgain is for after a refused login; now and then the operator is slow.
func (p *sequence) signInAgain() {
	if _, err := p.c.client.StatusInfo(p.Context(), p.subject.ID); errors.Is(err, hdpclient.ErrUnauthorized) && !p.oneIn(4, "stays signed out") {
		p.c.client.SetCredentials(helpdesk())
	}
	p.expectLateWrites()
}

// expectLateWrites notes that a look may have let a late write arrive.
func (p *sequence) expectLateWrites() {
	for _, r := range resources {
		if len(p.late[r]) > 0 || p.resets > 0 {
			p.dirty[r] = true
		}
	}
}

// plan is the operator's next plan, made from a fresh reading as a rule.
func (p *sequence) plan(what string) (change.Plan, bool) {
	switch what {
	case "undo":
		back, err := p.c.writer.Undo(p.subject.ID)
		if err != nil {
			return back, false
		}
		from, to := planMeanings(back)
		before, after := planMeanings(p.lastChange.Plan)
		for _, name := range to.diff(from) {
			if !slices.Contains(after.diff(before), name) || to[name] != before[name] {
				p.Fatalf("the undo of %s would set %s to %s, it was %s", p.lastChange.Plan.Operation(), name, to[name], before[name])
			}
		}
		return back, true
	case "replan":
		p.mayMove = p.last.Plan.Volatile()
		if p.last.Kind == change.Conflict {
			for _, row := range p.last.Rows {
				if p.last.LockMoved || !slices.Contains(knownProperties, row.Name) {
					p.mayMove = append(p.mayMove, row.Name)
				}
			}
			if p.last.LockMoved {
				p.mayMove = append(p.mayMove, "accountLockedAt", "accountLockedUntil")
			}
		}
		return p.last.Replan(), p.last.Kind != "" && p.last.Plan.Resource() != change.PasswordReset && !p.last.Replan().Empty()
	case "stale":
		return p.stalePlan, !p.stalePlan.Empty()
	}
	s, err := p.c.client.StatusInfo(p.Context(), p.subject.ID)
	if err != nil {
		p.c.client.SetCredentials(helpdesk())
		return change.Plan{}, false
	}
	w, err := p.c.client.PasswordInfo(p.Context(), p.subject.ID)
	if err != nil {
		p.Fatal(err)
	}
	p.expectLateWrites()
	var plan change.Plan
	at := hdpclient.At(noon.AddDate(0, 0, rapid.IntRange(1, 3).Draw(p.T, "days")))
	switch what {
	case "unlock":
		plan = change.PlanStatus(p.subject, s, change.Unlock(s))
	case "activate":
		plan = change.PlanStatus(p.subject, s, change.Activate(s))
	case "deactivate":
		plan = change.PlanStatus(p.subject, s, change.Deactivate(s))
	case "lock":
		locked := s
		locked.AccountLocked, locked.AccountLockedAt, locked.AccountLockedUntil = hdpclient.Some(true), hdpclient.Some(hdpclient.At(noon)), hdpclient.Some(at)
		plan = change.PlanStatus(p.subject, s, locked)
	case "form":
		plan = change.PlanStatus(p.subject, s, change.Deactivate(change.Unlock(s)))
	case "force":
		plan = change.PlanPassword(p.subject, w, change.ForceChange(w))
	case "forgive":
		plan = change.PlanPassword(p.subject, w, change.CancelForcedChange(w))
	case "expiry":
		plan = change.PlanPassword(p.subject, w, change.SetExpiry(w, at))
	case "never":
		plan = change.PlanPassword(p.subject, w, change.ClearExpiry(w))
	}
	p.stalePlan = plan
	return plan, !plan.Empty()
}

// findPut is the write that reached the server, if one did.
func (p *sequence) findPut() (hdptest.Request, bool) {
	var puts []hdptest.Request
	for _, r := range p.server.Requests() {
		if r.Method == http.MethodPut {
			puts = append(puts, r)
		}
	}
	if len(puts) > 1 {
		p.Fatalf("sent %d times", len(puts))
	}
	if len(puts) == 0 {
		return hdptest.Request{}, false
	}
	return puts[0], true
}

// applyPlan makes a write and holds its outcome against the server.
func (p *sequence) applyPlan(plan change.Plan) {
	r := plan.Resource()
	before, after := planMeanings(plan)
	o := p.c.writer.Apply(p.Context(), plan.WithReason("INC-4711"))
	p.noteOutcome(o)

	put, sent := p.findPut()
	body := meaningOf(put.Body)
	if sent {
		named := after.diff(before)
		for _, name := range p.reread.diff(before) {
			if !slices.Contains(p.mayMove, name) || p.reread[name] == "" || before[name] == "" {
				p.Fatalf("sent although %s had moved", name)
			}
		}
		for _, name := range body.diff(p.reread) {
			if !slices.Contains(named, name) {
				p.Fatalf("%s was sent as %s, read %s, and no plan named it", name, body[name], p.reread[name])
			}
		}
		for _, name := range rawProperties(put.Body).diff(rawProperties(p.rereadText)) {
			if !slices.Contains(named, name) {
				p.Fatalf("%s does not go back as it came: %s, read %s", name, put.Body, p.rereadText)
			}
		}
		for _, name := range body.diff(after) {
			if !slices.Contains(p.mayMove, name) || slices.Contains(named, name) {
				p.Fatalf("%s is not sent as planned: %v, want %v", name, body, after)
			}
		}
	}
	switch o.Kind {
	case change.Applied, change.Differs, change.Unknown:
		if !sent {
			p.Fatalf("%s, and nothing was sent", o.Kind)
		}
	case change.Conflict, change.NotSent:
		if sent {
			p.Fatalf("%s, and it was sent", o.Kind)
		}
	case change.Refused:
		if put.Status < 400 || put.Status > 499 {
			p.Fatalf("refused, and answered with %d", put.Status)
		}
	default:
		p.Fatalf("ended as %q", o.Kind)
	}
	if put.Fault == hdptest.ApplyLate {
		p.late[r] = append(p.late[r], body)
	}
	p.checkVolatile(o)
	p.checkStored(r, o, sent, body, put)
	quiet := p.faults == 0 && len(p.others[r]) == 0 && len(p.late[r]) == 0 && p.resets == 0
	if quiet && o.Kind == change.Unknown || quiet && o.Kind == change.Differs {
		p.Fatalf("%s (%v), and nothing was in the way", o.Kind, o.Err)
	}
	if quiet && before.equal(p.before[r]) && o.Kind != change.Applied && !errors.Is(o.Err, hdpclient.ErrUnauthorized) {
		p.Fatalf("%s (%v), and nothing was in the way", o.Kind, o.Err)
	}
}

// checkVolatile fails if a property was left out of the comparison without need.
// Another administrator's changes never look volatile: that takes three values, and
// the properties drawn here have two at most.
func (p *sequence) checkVolatile(o change.Outcome) {
	for _, name := range o.Plan.Volatile() {
		if name != volatile && !slices.Contains(p.lastMayMove, name) {
			p.Fatalf("%s was not compared, but does not change on its own", name)
		}
	}
}

// checkStored holds what is stored now against all that could have come to be
// stored, and against what the outcome says.
func (p *sequence) checkStored(r change.Resource, o change.Outcome, sent bool, body meaning, put hdptest.Request) {
	for _, of := range resources {
		now := p.stored(of)
		may := append([]meaning{p.before[of]}, p.others[of]...)
		may = append(may, p.late[of]...)
		if of == r && sent && mayHaveStored(put) {
			may = append(may, body)
		}
		if of == change.PasswordInfo && p.resets > 0 {
			may = append(may, withReset(may)...)
		}
		if !slices.ContainsFunc(may, now.equal) {
			p.Fatalf("%s of %s is stored as %v, which nobody sent: %v", o.Kind, of, now, may)
		}
	}
	p.checkClaims(r, o)
}

// mayHaveStored reports whether the server did, or may have done, what a PUT says.
func mayHaveStored(put hdptest.Request) bool {
	switch put.Fault {
	case hdptest.CloseBefore, hdptest.Reset, hdptest.TooMany, hdptest.Redirect:
		return false
	}
	return put.Status != 401 && put.Status != 400
}

func withReset(list []meaning) []meaning {
	var out []meaning
	for _, m := range list {
		c := meaning{}
		for k, v := range m {
			c[k] = v
		}
		c["passwordStatus"] = "2"
		out = append(out, c)
	}
	return out
}

// checkClaims holds what the outcome says is stored against the last read and, since
// nobody acts after that but a late write, against the server.
func (p *sequence) checkClaims(r change.Resource, o change.Outcome) {
	says := meaningOf(string(o.Stored()))
	if (says == nil) != (o.Seen == change.NotSeen) {
		p.Fatalf("seen %q, and stored as %v", o.Seen, says)
	}
	p.dirty[r] = false
	if says == nil {
		p.dirty[r] = true
		if o.Kind == change.Applied {
			p.Fatal("applied, and not seen")
		}
		return
	}
	if !says.equal(p.read[r]) {
		p.Fatalf("says %v is stored, and the last read found %v", says, p.read[r])
	}
	late := len(p.late[r]) > 0 || r == change.PasswordInfo && p.resets > 0
	if p.hidden {
		p.dirty[r] = true // nobody can tell what is stored
		if o.Kind == change.Applied {
			p.Fatal("applied, and a cache answered")
		}
		return
	}
	switch o.Kind {
	case change.Applied:
		_, after := planMeanings(o.Plan)
		for _, name := range o.Plan.Volatile() { // its value is not compared
			if says[name] != "" {
				after[name] = says[name]
			}
		}
		if p.failed || !says.equal(after) {
			p.Fatalf("applied, and read back %v (failed: %v), want %v", says, p.failed, after)
		}
		if !late && !p.stored(r).equal(after) {
			p.Fatalf("applied, and stored as %v, want %v", p.stored(r), after)
		}
	case change.Conflict:
		before, _ := planMeanings(o.Plan)
		if says.equal(before) {
			p.Fatal("a conflict, and nothing has moved")
		}
	case change.Refused, change.NotSent:
		p.dirty[r] = true // after the read somebody may have come
		return
	}
	if late || p.failed {
		p.dirty[r] = true
		return
	}
	if !says.equal(p.stored(r)) {
		p.Fatalf("%s: says %v is stored, and it is %v", o.Kind, says, p.stored(r))
	}
}

func (p *sequence) reset() {
	password := fmt.Sprintf("Tmp-Kite%02d!", rapid.IntRange(0, 99).Draw(p.T, "password"))
	if p.oneIn(6, "weak") {
		password = "weak"
	}
	had := p.server.CheckPassword(p.subject.ID, password)
	o := p.c.writer.ResetPassword(p.Context(), p.subject, hdpclient.SecretOf(password), "INC-4711")
	p.noteOutcome(o)
	put, sent := p.findPut()
	if put.Fault == hdptest.ApplyLate && password != "weak" {
		p.resets++
	}
	has := p.server.CheckPassword(p.subject.ID, password)
	switch o.Kind {
	case change.Accepted:
		if put.Status == 200 && put.Fault == hdptest.Status && p.read[change.PasswordInfo]["passwordStatus"] == "1" {
			p.Fatal("accepted, and the password need not be changed")
		}
		// A 200 without a body that a proxy made up is taken for one where the password
		// was to be changed before. An earlier reset may arrive after this one.
		if !has && put.Fault != hdptest.Status && p.resets == 0 {
			p.Fatal("accepted, and not in force")
		}
	case change.Refused, change.NotSent:
		if has && !had {
			p.Fatalf("%s, and in force", o.Kind)
		}
	case change.Unknown:
		meddled := len(p.others[change.PasswordInfo]) > 0 || len(p.late[change.PasswordInfo]) > 0
		if !sent || p.faults == 0 && !meddled {
			p.Fatal("unknown, and nothing was in the way")
		}
	default:
		p.Fatalf("a reset is %s", o.Kind)
	}
	now, may := p.stored(change.PasswordInfo), append([]meaning{p.before[change.PasswordInfo]}, p.others[change.PasswordInfo]...)
	may = append(may, p.late[change.PasswordInfo]...)
	if o.Kind == change.Accepted || o.Kind == change.Unknown || p.resets > 0 {
		may = append(may, withReset(may)...)
	}
	if !slices.ContainsFunc(may, now.equal) {
		p.Fatalf("%s, and the password info is %v, of %v", o.Kind, now, may)
	}
	p.dirty[change.PasswordInfo] = true
}

// lookAgain is the operator looking at a write whose outcome is unknown.
func (p *sequence) lookAgain() {
	if p.last.Kind != change.Unknown {
		return
	}
	r := p.last.Plan.Resource()
	p.start()
	was := p.last
	p.last = p.c.writer.CheckAgain(p.Context(), was)
	if _, sent := p.findPut(); sent {
		p.Fatal("a look sent something")
	}
	p.checkVolatile(p.last)
	if r == change.PasswordReset {
		if p.last.Kind != change.Unknown {
			p.Fatalf("looked at a reset, and it is %s", p.last.Kind)
		}
		return
	}
	if p.last.Kind != was.Kind || p.last.Seen != was.Seen {
		p.noteClaim(p.last)
	} else {
		p.dirty[r] = true // what was seen again is not recorded again
	}
	if p.read[r] != nil {
		dirty := p.dirty[r]
		p.checkClaims(r, p.last)
		p.dirty[r] = p.dirty[r] || dirty && p.last.Kind == was.Kind && p.last.Seen == was.Seen
	}
	p.expectLateWrites()
}

// noteOutcome notes an outcome of a write of this action.
func (p *sequence) noteOutcome(o change.Outcome) {
	if o.LogErr != nil {
		p.Fatalf("not recorded: %v", o.LogErr)
	}
	p.outcomes[o.Kind]++
	p.noteClaim(o)
	p.last, p.lastMayMove = o, p.mayMove
}

func (p *sequence) noteClaim(o change.Outcome) {
	switch o.Kind {
	case change.Applied, change.Accepted, change.Differs, change.Unknown:
		p.lastChange = o
	}
	p.claims = append(p.claims, claim{o.Kind, string(o.Stored())})
}

// checkLog reads the trail from its first record: it holds, it says of each write
// what the operator was told, and it ends where the server is.
func (p *sequence) checkLog() {
	report, err := file.Verify(p.c.path)
	if err != nil || report.Err() != nil || len(report.OpenIntents) > 0 || len(report.Torn) > 0 {
		p.Fatalf("%v %v", err, report)
	}
	all, err := readLog(p.c.path)
	if err != nil {
		p.Fatal(err)
	}
	var said []claim
	end := map[change.Resource]meaning{}
	intents := map[uint64]bool{}
	for _, r := range all {
		if r.Kind == file.KindIntent {
			intents[r.Seq] = true
			continue
		}
		if !intents[r.Of] {
			p.Fatalf("an outcome without an intent: %+v", r)
		}
		said = append(said, claim{change.Kind(r.Outcome), r.Stored.String()})
		of := change.Resource(r.Request[strings.LastIndexByte(r.Request, '/')+1:])
		if len(r.Stored) > 0 {
			end[of] = meaningOf(string(r.Stored))
		}
	}
	if len(said) != len(p.claims) {
		p.Fatalf("%d outcomes on record, %d told", len(said), len(p.claims))
	}
	for i, s := range said {
		w := p.claims[i]
		if s.kind != w.kind || s.stored != "null" && w.stored != "" && !meaningOf(s.stored).equal(meaningOf(w.stored)) || (w.stored == "") != (s.stored == "null") {
			p.Fatalf("on record %v, told %v", s, w)
		}
	}
	for _, r := range resources {
		if end[r] != nil && !p.dirty[r] && !end[r].equal(p.stored(r)) {
			p.Fatalf("the trail ends with %s %v, the server has %v", r, end[r], p.stored(r))
		}
	}
}
