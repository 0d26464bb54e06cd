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

// Random operators write to an account while another administrator changes it between any
// two requests and the network fails. Each outcome must match what is stored, nothing may
// change that no plan has named, and the audit log must have the same outcomes.
func TestWhateverHappensEveryClaimIsTrueAndLogged(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithClock(func() time.Time { return noon }))
	dir := scratchDir(t)
	n := 0
	outcomes := map[change.Kind]int{}
	rapid.Check(t, func(rt *rapid.T) {
		n++
		seq := newSequence(rt, server, filepath.Join(dir, fmt.Sprintf("%d.jsonl", n)))
		defer seq.close()
		for range rapid.IntRange(2, 7).Draw(rt, "actions") {
			seq.act()
		}
		seq.checkLog()
		for kind, k := range seq.outcomes {
			outcomes[kind] += k
		}
	})
	t.Logf("%d sequences, outcomes %v", n, outcomes)
	for _, kind := range []change.Kind{
		change.Applied, change.Accepted, change.Conflict, change.Refused, change.Differs, change.Unknown, change.NotSent,
	} {
		if n >= 2000 && outcomes[kind] == 0 { // fewer may miss one by chance
			t.Errorf("no outcome was %s: the sequences do not cover it", kind)
		}
	}
}

// sequence is a series of actions on one account, by an operator and another
// administrator.
type sequence struct {
	*rapid.T
	server     *hdptest.Server
	c          *console
	subject    change.Subject
	outcomes   map[change.Kind]int
	last       change.Outcome
	lastChange change.Outcome // the last one that may have changed the account
	stalePlan  change.Plan    // made from an earlier read

	// The current action.
	busy       bool                          // the other administrator may come in between
	before     map[change.Resource]meaning   // stored before it
	others     map[change.Resource][]meaning // stored by the other administrator
	read       map[change.Resource]meaning   // by the last read that succeeded
	readText   map[change.Resource]string    // and its text
	reread     meaning                       // by the last read before the PUT
	rereadText string                        // and its text
	failed     bool                          // the last read failed
	hidden     bool                          // a cache answers without an Age
	mayMove    []string                      // properties that the operator has seen change once
	faults     int

	lastMayMove []string // mayMove of the last write

	// The whole sequence.
	late   map[change.Resource][]meaning // bodies that may still arrive
	resets int                           // resets that may still arrive
	dirty  map[change.Resource]bool      // may have changed since the last outcome
	claims []claim                       // in the order of the outcomes
}

// claim is what an outcome said.
type claim struct {
	kind   change.Kind
	stored string
}

var knownProperties = []string{"status", "accountLocked", "accountLockedAt", "accountLockedUntil", "passwordStatus", "passwordExpiration"}

var resources = []change.Resource{change.StatusInfo, change.PasswordInfo}

func newSequence(rt *rapid.T, server *hdptest.Server, path string) *sequence {
	server.ClearFaults()
	server.SetVolatile(rapid.SampledFrom([]string{"", "", volatile}).Draw(rt, "volatile"))
	seq := &sequence{T: rt, server: server, outcomes: map[change.Kind]int{}, late: map[change.Resource][]meaning{}, dirty: map[change.Resource]bool{}}
	id := server.AddAccount(hdptest.Account{TenantID: 56, StatusInfo: drawStatus(rt), PasswordInfo: drawPassword(rt)})
	seq.subject = change.Subject{ID: id, Name: hdpclient.TextOf(server.Stored(id).UserName)}
	c, err := newConsole(rt.Context(), server.URL, path, setup{api: func(a change.API) change.API { return &interferingAPI{a, seq} }})
	if err != nil {
		rt.Fatal(err)
	}
	seq.c = c
	return seq
}

func (seq *sequence) close() {
	seq.c.client.Close()
	seq.server.Delete(seq.subject.ID)
	for _, name := range []string{seq.c.path, seq.c.path + ".lock"} {
		if err := os.Remove(name); err != nil {
			seq.Error(err)
		}
	}
}

// interferingAPI lets another administrator change the account before any request.
type interferingAPI struct {
	change.API
	seq *sequence
}

func (m *interferingAPI) StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error) {
	m.seq.maybeInterfere()
	s, err := m.API.StatusInfo(ctx, id)
	m.seq.noteRead(change.StatusInfo, s, err)
	return s, err
}

func (m *interferingAPI) PasswordInfo(ctx context.Context, id int64) (hdpclient.PasswordInfo, error) {
	m.seq.maybeInterfere()
	s, err := m.API.PasswordInfo(ctx, id)
	m.seq.noteRead(change.PasswordInfo, s, err)
	return s, err
}

func (m *interferingAPI) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	m.seq.reread, m.seq.rereadText = m.seq.read[change.StatusInfo], m.seq.readText[change.StatusInfo]
	m.seq.maybeInterfere()
	return m.API.UpdateStatusInfo(ctx, id, s)
}

func (m *interferingAPI) UpdatePasswordInfo(ctx context.Context, id int64, s hdpclient.PasswordInfo) (hdpclient.Opt[hdpclient.PasswordInfo], error) {
	m.seq.reread, m.seq.rereadText = m.seq.read[change.PasswordInfo], m.seq.readText[change.PasswordInfo]
	m.seq.maybeInterfere()
	return m.API.UpdatePasswordInfo(ctx, id, s)
}

func (m *interferingAPI) ResetPassword(ctx context.Context, id int64, s hdpclient.Secret) error {
	m.seq.maybeInterfere()
	return m.API.ResetPassword(ctx, id, s)
}

func (seq *sequence) noteRead(r change.Resource, v any, err error) {
	if seq.failed = err != nil; seq.failed {
		return
	}
	text, err := marshal(v)
	if err != nil {
		seq.Fatal(err)
	}
	seq.read[r], seq.readText[r] = meaningOf(text), text
}

func (seq *sequence) oneIn(of int, what string) bool {
	return rapid.IntRange(1, of).Draw(seq.T, what) == of
}

func (seq *sequence) maybeInterfere() {
	if seq.busy && seq.oneIn(12, "another administrator") {
		seq.interfere()
	}
}

// interfere changes the account as another administrator would.
func (seq *sequence) interfere() {
	r := rapid.SampledFrom(resources).Draw(seq.T, "of")
	if r == change.StatusInfo {
		seq.server.SetStatusInfo(seq.subject.ID, drawStatus(seq.T))
	} else {
		seq.server.SetPasswordInfo(seq.subject.ID, drawPassword(seq.T))
	}
	seq.dirty[r] = true
	if seq.others != nil {
		seq.others[r] = append(seq.others[r], seq.stored(r))
	}
}

func (seq *sequence) stored(r change.Resource) meaning {
	return storedMeaning(seq.server.Stored(seq.subject.ID), r)
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

// drawFault makes a later request fail. Retry-After is long, so that the client does not
// wait and retry a read.
func (seq *sequence) drawFault() {
	f := hdptest.Fault{Method: http.MethodPut}
	kinds := []hdptest.Fault{
		{Kind: hdptest.CloseBefore},
		{Kind: hdptest.Reset},
		{Kind: hdptest.CloseAfterApply},
		{Kind: hdptest.ApplyLate, Reads: rapid.IntRange(1, 12).Draw(seq.T, "reads")},
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
	if seq.oneIn(3, "a read fails") {
		f = hdptest.Fault{Method: http.MethodGet, Skip: rapid.IntRange(0, 3).Draw(seq.T, "skip"), Times: rapid.IntRange(1, 12).Draw(seq.T, "times")}
		kinds = []hdptest.Fault{
			{Kind: hdptest.HTML502},
			{Kind: hdptest.Unavailable503},
			{Kind: hdptest.TooMany},
			{Kind: hdptest.Status, Status: 500},
			{Kind: hdptest.Status, Status: 401},
			{Kind: hdptest.Status, Status: 403},
		}
	}
	k := rapid.SampledFrom(kinds).Draw(seq.T, "fault")
	k.Method, k.Skip, k.Times, k.RetryAfter = f.Method, f.Skip, f.Times, "3600"
	seq.server.Fail(k)
	seq.faults++
}

// drawCache may put a cache in front of the server.
func (seq *sequence) drawCache() {
	kind := rapid.SampledFrom([]string{"", "", "", "", "", "", "obeys", "admits", "hides"}).Draw(seq.T, "cache")
	if kind == "" {
		return
	}
	seq.server.SetCache(&hdptest.Cache{HonorsNoCache: kind == "obeys", OmitsAge: kind == "hides"})
	seq.hidden = kind == "hides"
	if kind != "obeys" {
		seq.faults++
	}
}

func (seq *sequence) removeCache() {
	seq.server.SetCache(nil)
	seq.hidden = false
}

func (seq *sequence) act() {
	if seq.oneIn(5, "another administrator, between") {
		seq.interfere()
	}
	what := rapid.SampledFrom([]string{
		"unlock", "activate", "deactivate", "force", "forgive", "expiry", "never", "lock", "form", "reset",
		"undo", "replan", "check", "check", "stale",
	}).Draw(seq.T, "action")

	if seq.last.Kind == change.Unknown && seq.oneIn(2, "checks first") {
		what = "check"
	}
	var plan change.Plan
	seq.faults, seq.mayMove = 0, nil
	if what != "check" {
		seq.drawCache()
		defer seq.removeCache()
	}
	switch what {
	case "check":
		seq.checkAgain()
		return
	case "reset":
		if seq.oneIn(2, "reads before the reset") {
			_, _ = seq.c.client.PasswordInfo(seq.Context(), seq.subject.ID)
		}
	default:
		var ok bool
		if plan, ok = seq.plan(what); !ok {
			return
		}
	}

	seq.busy = seq.oneIn(3, "busy")
	for range rapid.IntRange(0, 2).Draw(seq.T, "faults") {
		seq.drawFault()
	}
	seq.start()
	if what == "reset" {
		seq.reset()
	} else {
		seq.applyPlan(plan)
	}
	seq.busy = false
	seq.server.ClearFaults()
	seq.signInAgain()
}

func (seq *sequence) start() {
	seq.server.ResetRequests()
	seq.before = map[change.Resource]meaning{}
	for _, r := range resources {
		seq.before[r] = seq.stored(r)
	}
	seq.others, seq.read, seq.readText, seq.failed = map[change.Resource][]meaning{}, map[change.Resource]meaning{}, map[change.Resource]string{}, false
	seq.reread, seq.rereadText = nil, "{}"
}

// signInAgain signs in after a refused login, though not always at once.
func (seq *sequence) signInAgain() {
	if _, err := seq.c.client.StatusInfo(seq.Context(), seq.subject.ID); errors.Is(err, hdpclient.ErrUnauthorized) && !seq.oneIn(4, "stays signed out") {
		seq.c.client.SetCredentials(helpdesk())
	}
	seq.expectLateWrites()
}

// expectLateWrites marks what a late write may have changed: each read may apply one.
func (seq *sequence) expectLateWrites() {
	for _, r := range resources {
		if len(seq.late[r]) > 0 || seq.resets > 0 {
			seq.dirty[r] = true
		}
	}
}

// plan makes the operator's next plan, usually from a new read.
func (seq *sequence) plan(what string) (change.Plan, bool) {
	switch what {
	case "undo":
		back, err := seq.c.writer.Undo(seq.subject.ID)
		if err != nil {
			return back, false
		}
		from, to := planMeanings(back)
		before, after := planMeanings(seq.lastChange.Plan)
		for _, name := range to.diff(from) {
			if !slices.Contains(after.diff(before), name) || to[name] != before[name] {
				seq.Fatalf("the undo of %s would set %s to %s, which was %s before", seq.lastChange.Plan.Operation(), name, to[name], before[name])
			}
		}
		return back, true
	case "replan":
		seq.mayMove = seq.last.Plan.Volatile()
		for _, name := range seq.lastMayMove {
			// That the lock may move is kept, and the rest until the account is read again.
			if seq.last.Seen == change.NotSeen || name == "accountLockedAt" || name == "accountLockedUntil" {
				seq.mayMove = append(seq.mayMove, name)
			}
		}
		if seq.last.Kind == change.Conflict {
			for _, row := range seq.last.Rows {
				if seq.last.LockMoved || !slices.Contains(knownProperties, row.Name) {
					seq.mayMove = append(seq.mayMove, row.Name)
				}
			}
			if seq.last.LockMoved {
				seq.mayMove = append(seq.mayMove, "accountLockedAt", "accountLockedUntil")
			}
		}
		return seq.last.Replan(), seq.last.Kind != "" && seq.last.Plan.Resource() != change.PasswordReset && !seq.last.Replan().Empty()
	case "stale":
		return seq.stalePlan, !seq.stalePlan.Empty()
	}
	s, err := seq.c.client.StatusInfo(seq.Context(), seq.subject.ID)
	if err != nil {
		seq.c.client.SetCredentials(helpdesk())
		return change.Plan{}, false
	}
	w, err := seq.c.client.PasswordInfo(seq.Context(), seq.subject.ID)
	if err != nil {
		seq.Fatal(err)
	}
	seq.expectLateWrites()
	var plan change.Plan
	at := hdpclient.At(noon.AddDate(0, 0, rapid.IntRange(1, 3).Draw(seq.T, "days")))
	switch what {
	case "unlock":
		plan = change.PlanStatus(seq.subject, s, change.Unlock(s))
	case "activate":
		plan = change.PlanStatus(seq.subject, s, change.Activate(s))
	case "deactivate":
		plan = change.PlanStatus(seq.subject, s, change.Deactivate(s))
	case "lock":
		locked := s
		locked.AccountLocked, locked.AccountLockedAt, locked.AccountLockedUntil = hdpclient.Some(true), hdpclient.Some(hdpclient.At(noon)), hdpclient.Some(at)
		plan = change.PlanStatus(seq.subject, s, locked)
	case "form":
		plan = change.PlanStatus(seq.subject, s, change.Deactivate(change.Unlock(s)))
	case "force":
		plan = change.PlanPassword(seq.subject, w, change.ForceChange(w))
	case "forgive":
		plan = change.PlanPassword(seq.subject, w, change.CancelForcedChange(w))
	case "expiry":
		plan = change.PlanPassword(seq.subject, w, change.SetExpiry(w, at))
	case "never":
		plan = change.PlanPassword(seq.subject, w, change.ClearExpiry(w))
	}
	seq.stalePlan = plan
	return plan, !plan.Empty()
}

// findPut returns the write that reached the server, if one did.
func (seq *sequence) findPut() (hdptest.Request, bool) {
	var puts []hdptest.Request
	for _, r := range seq.server.Requests() {
		if r.Method == http.MethodPut {
			puts = append(puts, r)
		}
	}
	if len(puts) > 1 {
		seq.Fatalf("sent %d times", len(puts))
	}
	if len(puts) == 0 {
		return hdptest.Request{}, false
	}
	return puts[0], true
}

// applyPlan applies a plan and checks its outcome against the server.
func (seq *sequence) applyPlan(plan change.Plan) {
	r := plan.Resource()
	before, after := planMeanings(plan)
	o := seq.c.writer.Apply(seq.Context(), plan.WithReason("INC-4711"))
	seq.noteOutcome(o)

	put, sent := seq.findPut()
	body := meaningOf(put.Body)
	if sent {
		named := after.diff(before)
		for _, name := range seq.reread.diff(before) {
			if !slices.Contains(seq.mayMove, name) || seq.reread[name] == "" || before[name] == "" {
				seq.Fatalf("sent although %s had changed", name)
			}
		}
		for _, name := range body.diff(seq.reread) {
			if !slices.Contains(named, name) {
				seq.Fatalf("%s was sent as %s instead of %s, which no plan has named", name, body[name], seq.reread[name])
			}
		}
		for _, name := range rawProperties(put.Body).diff(rawProperties(seq.rereadText)) {
			if !slices.Contains(named, name) {
				seq.Fatalf("%s is not sent as it was read: sent %s, read %s", name, put.Body, seq.rereadText)
			}
		}
		for _, name := range body.diff(after) {
			if !slices.Contains(seq.mayMove, name) || slices.Contains(named, name) {
				seq.Fatalf("%s is not sent as planned: sent %v, want %v", name, body, after)
			}
		}
	}
	switch o.Kind {
	case change.Applied, change.Differs, change.Unknown:
		if !sent {
			seq.Fatalf("%s, but nothing was sent", o.Kind)
		}
	case change.Conflict, change.NotSent:
		if sent {
			seq.Fatalf("%s, but it was sent", o.Kind)
		}
	case change.Refused:
		if put.Status < 400 || put.Status > 499 {
			seq.Fatalf("refused, but answered with %d", put.Status)
		}
	default:
		seq.Fatalf("unknown kind of outcome %q", o.Kind)
	}
	if put.Fault == hdptest.ApplyLate {
		seq.late[r] = append(seq.late[r], body)
	}
	seq.checkVolatile(o)
	seq.checkStored(r, o, sent, body, put)
	quiet := seq.faults == 0 && len(seq.others[r]) == 0 && len(seq.late[r]) == 0 && seq.resets == 0
	if quiet && o.Kind == change.Unknown || quiet && o.Kind == change.Differs {
		seq.Fatalf("%s (%v), although nothing went wrong", o.Kind, o.Err)
	}
	if quiet && before.equal(seq.before[r]) && o.Kind != change.Applied && !errors.Is(o.Err, hdpclient.ErrUnauthorized) {
		seq.Fatalf("%s (%v), although nothing went wrong", o.Kind, o.Err)
	}
}

// checkVolatile fails if a property was left out of the comparison without need.
// Another administrator's changes never look volatile: that takes three values, and
// the properties drawn here have two at most.
func (seq *sequence) checkVolatile(o change.Outcome) {
	for _, name := range o.Plan.Volatile() {
		if name != volatile && !slices.Contains(seq.lastMayMove, name) {
			seq.Fatalf("%s was not compared, but does not change on its own", name)
		}
	}
}

// checkStored checks that somebody has sent what is stored now, and that the outcome's
// claim is true.
func (seq *sequence) checkStored(r change.Resource, o change.Outcome, sent bool, body meaning, put hdptest.Request) {
	for _, of := range resources {
		now := seq.stored(of)
		may := append([]meaning{seq.before[of]}, seq.others[of]...)
		may = append(may, seq.late[of]...)
		if of == r && sent && mayHaveStored(put) {
			may = append(may, body)
		}
		if of == change.PasswordInfo && seq.resets > 0 {
			may = append(may, withReset(may)...)
		}
		if !slices.ContainsFunc(may, now.equal) {
			seq.Fatalf("%s: %s is stored as %v, which nobody sent: %v", o.Kind, of, now, may)
		}
	}
	seq.checkClaims(r, o)
}

// mayHaveStored reports whether the server may have stored a PUT.
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

// checkClaims compares what the outcome says is stored with the last read and with the
// server: after that read, only a late write can have changed it.
func (seq *sequence) checkClaims(r change.Resource, o change.Outcome) {
	says := meaningOf(string(o.Stored()))
	if (says == nil) != (o.Seen == change.NotSeen) {
		seq.Fatalf("seen %q, but stored as %v", o.Seen, says)
	}
	seq.dirty[r] = false
	if says == nil {
		seq.dirty[r] = true
		if o.Kind == change.Applied {
			seq.Fatal("applied, but not read back")
		}
		return
	}
	if !says.equal(seq.read[r]) {
		seq.Fatalf("says that %v is stored, but the last read found %v", says, seq.read[r])
	}
	late := len(seq.late[r]) > 0 || r == change.PasswordInfo && seq.resets > 0
	if seq.hidden {
		seq.dirty[r] = true // the cache hides what is stored
		if o.Kind == change.Applied {
			seq.Fatal("applied, but a cache answered")
		}
		return
	}
	switch o.Kind {
	case change.Applied:
		_, after := planMeanings(o.Plan)
		for _, name := range o.Plan.Volatile() { // their values are not compared
			if says[name] != "" {
				after[name] = says[name]
			}
		}
		if seq.failed || !says.equal(after) {
			seq.Fatalf("applied, but read back %v (failed: %v), want %v", says, seq.failed, after)
		}
		if !late && !seq.stored(r).equal(after) {
			seq.Fatalf("applied, but stored as %v, want %v", seq.stored(r), after)
		}
	case change.Conflict:
		before, _ := planMeanings(o.Plan)
		if says.equal(before) {
			seq.Fatal("a conflict, but nothing has changed")
		}
	case change.Refused, change.NotSent:
		seq.dirty[r] = true // somebody may have come after the read
		return
	}
	if late || seq.failed {
		seq.dirty[r] = true
		return
	}
	if !says.equal(seq.stored(r)) {
		seq.Fatalf("%s: says that %v is stored, which is %v", o.Kind, says, seq.stored(r))
	}
}

func (seq *sequence) reset() {
	password := fmt.Sprintf("Tmp-Kite%02d!", rapid.IntRange(0, 99).Draw(seq.T, "password"))
	if seq.oneIn(6, "weak") {
		password = "weak"
	}
	had := seq.server.CheckPassword(seq.subject.ID, password)
	o := seq.c.writer.ResetPassword(seq.Context(), change.PlanReset(seq.subject).WithReason("INC-4711"), hdpclient.SecretOf(password))
	seq.noteOutcome(o)
	put, sent := seq.findPut()
	if put.Fault == hdptest.ApplyLate && password != "weak" {
		seq.resets++
	}
	has := seq.server.CheckPassword(seq.subject.ID, password)
	switch o.Kind {
	case change.Accepted:
		if put.Status == 200 && put.Fault == hdptest.Status && seq.read[change.PasswordInfo]["passwordStatus"] == "1" {
			seq.Fatal("accepted, but the password need not be changed")
		}
		// A proxy's empty 200 passes for HDP's if the password had to be changed anyway. And
		// an earlier reset may arrive after this one.
		if !has && put.Fault != hdptest.Status && seq.resets == 0 {
			seq.Fatal("accepted, but not in force")
		}
	case change.Refused, change.NotSent:
		if has && !had {
			seq.Fatalf("%s, but in force", o.Kind)
		}
	case change.Unknown:
		interfered := len(seq.others[change.PasswordInfo]) > 0 || len(seq.late[change.PasswordInfo]) > 0
		if !sent || seq.faults == 0 && !interfered {
			seq.Fatal("unknown, although nothing went wrong")
		}
	default:
		seq.Fatalf("a reset ended as %s", o.Kind)
	}
	now, may := seq.stored(change.PasswordInfo), append([]meaning{seq.before[change.PasswordInfo]}, seq.others[change.PasswordInfo]...)
	may = append(may, seq.late[change.PasswordInfo]...)
	if o.Kind == change.Accepted || o.Kind == change.Unknown || seq.resets > 0 {
		may = append(may, withReset(may)...)
	}
	if !slices.ContainsFunc(may, now.equal) {
		seq.Fatalf("%s, but the password info is %v, not one of %v", o.Kind, now, may)
	}
	seq.dirty[change.PasswordInfo] = true
}

// checkAgain checks a write again whose outcome is unknown.
func (seq *sequence) checkAgain() {
	if seq.last.Kind != change.Unknown {
		return
	}
	r := seq.last.Plan.Resource()
	seq.start()
	was := seq.last
	seq.last = seq.c.writer.CheckAgain(seq.Context(), was)
	if _, sent := seq.findPut(); sent {
		seq.Fatal("a check sent a write")
	}
	seq.checkVolatile(seq.last)
	if r == change.PasswordReset {
		if seq.last.Kind != change.Unknown {
			seq.Fatalf("a reset was checked again, and is %s", seq.last.Kind)
		}
		return
	}
	if seq.last.Kind != was.Kind || seq.last.Seen != was.Seen {
		seq.noteClaim(seq.last)
	} else {
		seq.dirty[r] = true // the same result is not logged again
	}
	if seq.read[r] != nil {
		dirty := seq.dirty[r]
		seq.checkClaims(r, seq.last)
		seq.dirty[r] = seq.dirty[r] || dirty && seq.last.Kind == was.Kind && seq.last.Seen == was.Seen
	}
	seq.expectLateWrites()
}

func (seq *sequence) noteOutcome(o change.Outcome) {
	if o.LogErr != nil {
		seq.Fatalf("not logged: %v", o.LogErr)
	}
	seq.outcomes[o.Kind]++
	seq.noteClaim(o)
	seq.last, seq.lastMayMove = o, seq.mayMove
}

func (seq *sequence) noteClaim(o change.Outcome) {
	switch o.Kind {
	case change.Applied, change.Accepted, change.Differs, change.Unknown:
		seq.lastChange = o
	}
	seq.claims = append(seq.claims, claim{o.Kind, string(o.Stored())})
}

// checkLog reads the audit log from its first entry. It must be intact, have the outcome
// that the operator saw of each write, and end with what the server has.
func (seq *sequence) checkLog() {
	report, err := file.Verify(seq.c.path)
	if err != nil || report.Err() != nil || len(report.OpenIntents) > 0 || len(report.Torn) > 0 {
		seq.Fatalf("%v %v", err, report)
	}
	all, err := readLog(seq.c.path)
	if err != nil {
		seq.Fatal(err)
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
			seq.Fatalf("an outcome without an intent: %+v", r)
		}
		said = append(said, claim{change.Kind(r.Outcome), r.Stored.String()})
		of := change.Resource(r.Request[strings.LastIndexByte(r.Request, '/')+1:])
		if len(r.Stored) > 0 {
			end[of] = meaningOf(string(r.Stored))
		}
	}
	if len(said) != len(seq.claims) {
		seq.Fatalf("%d outcomes logged, %d seen", len(said), len(seq.claims))
	}
	for i, s := range said {
		w := seq.claims[i]
		if s.kind != w.kind || s.stored != "null" && w.stored != "" && !meaningOf(s.stored).equal(meaningOf(w.stored)) || (w.stored == "") != (s.stored == "null") {
			seq.Fatalf("logged %v, seen %v", s, w)
		}
	}
	for _, r := range resources {
		if end[r] != nil && !seq.dirty[r] && !end[r].equal(seq.stored(r)) {
			seq.Fatalf("the audit log ends with %s %v, the server has %v", r, end[r], seq.stored(r))
		}
	}
}
