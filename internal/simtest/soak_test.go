//go:build soak && (linux || darwin)

package simtest_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

var (
	soakTime = flag.Duration("simtest.soak", 10*time.Minute, "how `long` the soak lasts")
	soakSeed = flag.Uint64("simtest.seed", 0, "`seed` of the soak's random actions and networks, 0 for a new one")
)

const (
	soakers      = 12
	accountsEach = 12
	soakTimeout  = 1500 * time.Millisecond // for an answer
	// restTime is how long an account is left alone while a write may still arrive: longer
	// than a link can hold one back.
	restTime = 20 * time.Second
	// maxWriteTime is longer than any write takes: half a minute of reads, the last read,
	// and some time for a busy machine.
	maxWriteTime = 90 * time.Second
	// After a third of the time, the heap may grow by what the history keeps of each write,
	// and by a little more.
	bytesPerWrite = 2 << 10
	leeway        = 2 << 20
)

// Random operators work for a long time on random networks. Every claim must be true and
// logged, nothing may hang, memory must not grow, and no goroutine may leak.
func TestSoak(t *testing.T) {
	seed := *soakSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("to repeat the actions and networks, though with other timing: -simtest.seed=%d", seed)
	server := hdptest.NewServer(t, hdptest.WithAccounts(300))
	dir := scratchDir(t)
	ctx, stop := context.WithTimeout(t.Context(), *soakTime)
	defer stop()
	runtime.MemProfileRate = 1
	var writes atomic.Int64
	var warm heap
	since := make(chan int64, 1)
	time.AfterFunc(*soakTime/3, func() {
		server.ResetRequests()
		warm = heapNow()
		since <- writes.Load()
	})
	all := make([]*soaker, soakers)
	for i := range all {
		all[i] = newSoaker(t, server, filepath.Join(dir, fmt.Sprintf("%d.jsonl", i)), rand.New(rand.NewPCG(seed, uint64(i))), i%2 == 0)
		all[i].writes = &writes
	}
	var works sync.WaitGroup
	for _, s := range all {
		works.Go(func() {
			for ctx.Err() == nil && !t.Failed() {
				s.act(ctx)
			}
		})
	}
	works.Wait()
	if t.Failed() {
		return
	}
	later := writes.Load() - <-since
	server.ResetRequests()
	grown, where := heapNow().growth(warm)

	outcomes := map[change.Kind]int{}
	for _, s := range all {
		s.link.cut()
	}
	waitUntilIdle(t, server)
	for _, s := range all {
		s.link.setToxics()
		for _, id := range slices.Sorted(maps.Keys(s.resting)) {
			s.checkRested(id)
		}
		s.checkLog()
		for kind, n := range s.outcomes {
			outcomes[kind] += n
		}
	}
	t.Logf("outcomes %v; %+d kB on the heap for %d writes since %s", outcomes, grown>>10, later, *soakTime/3)
	if grown > leeway+later*bytesPerWrite {
		t.Errorf("the heap grew too much after a third of the time:%s", where)
	}
	for _, kind := range []change.Kind{change.Applied, change.Accepted, change.Conflict, change.Unknown, change.NotSent} {
		if outcomes[kind] == 0 {
			t.Errorf("no outcome was %s: the soak does not cover it", kind)
		}
	}
}

// heap counts the bytes in use by the function that allocated them, and by the first of
// our functions that called it.
type heap map[string]int64

// heapNow omits what the proxies leak.
func heapNow() heap {
	runtime.GC()
	runtime.GC() // two empty a pool
	records := make([]runtime.MemProfileRecord, 1<<16)
	n, ok := runtime.MemProfile(records, false)
	if !ok {
		panic("the profile has too many places")
	}
	h := heap{}
	for _, r := range records[:n] {
		var first, ours string
		frames := runtime.CallersFrames(r.Stack())
		for {
			f, more := frames.Next()
			if strings.Contains(f.Function, "toxiproxy") {
				first = ""
				break
			}
			first = cmp.Or(first, f.Function)
			if ours == "" && strings.HasPrefix(f.Function, "hdpadmin/") {
				ours = f.Function
			}
			if !more {
				break
			}
		}
		if first != "" {
			h[first+" for "+ours] += r.InUseBytes()
		}
	}
	return h
}

// growth returns the bytes that were added since, and where most of them are.
func (h heap) growth(since heap) (bytes int64, where string) {
	by := heap{}
	for at, n := range h {
		by[at] = n - since[at]
	}
	for at, n := range since {
		by[at] = h[at] - n
	}
	places := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Compare(by[b], by[a]) })
	for i, at := range places {
		bytes += by[at]
		if i < 10 {
			where += fmt.Sprintf("\n%8d %s", by[at], at)
		}
	}
	return bytes, where
}

// soaker is an operator with accounts that nobody else changes.
type soaker struct {
	*testing.T
	*rand.Rand
	server   *hdptest.Server
	link     *link
	c        *console
	writes   *atomic.Int64 // of all soakers
	own      []int64
	resting  map[int64]rest
	outcomes map[change.Kind]int
	logged   map[string]int // the outcomes that must be logged, by account and kind
}

// rest is a write that may still arrive at an account.
type rest struct {
	change.Outcome
	until       time.Time
	was, wanted meaning
}

func newSoaker(t *testing.T, server *hdptest.Server, path string, r *rand.Rand, realTime bool) *soaker {
	t.Helper()
	s := &soaker{
		T: t, Rand: r, server: server, link: newLink(t, server),
		resting: map[int64]rest{}, outcomes: map[change.Kind]int{}, logged: map[string]int{},
	}
	how := setup{
		client: []hdpclient.Option{s.link.option(), hdpclient.WithTimeout(soakTimeout)},
		api: func(a change.API) change.API {
			if r, ok := a.(*requestRecorder); ok {
				return r.API // the recorder would keep every request
			}
			return a
		},
	}
	if realTime {
		how.clock = realClock{}
	}
	s.c = mustNewConsole(t, server.URL, path, how)
	for range accountsEach {
		s.own = append(s.own, server.AddAccount(hdptest.Account{TenantID: 56}))
	}
	return s
}

// realClock makes a writer really wait.
type realClock struct{}

func (realClock) Now() time.Time                         { return time.Now() }
func (realClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// act lets the operator do one thing, perhaps on a new network.
func (s *soaker) act(ctx context.Context) {
	for id, r := range s.resting {
		if time.Now().After(r.until) {
			s.link.cut()
			s.link.setToxics()
			s.checkRested(id)
		}
	}
	if s.IntN(2) == 0 {
		s.link.setToxics(s.randomToxics()...)
	}
	if s.IntN(6) == 0 { // it breaks during the action
		defer time.AfterFunc(time.Duration(s.IntN(300))*time.Millisecond, s.link.cut).Stop()
	}
	awake := slices.DeleteFunc(slices.Clone(s.own), func(id int64) bool { _, rests := s.resting[id]; return rests })
	if len(awake) == 0 {
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
		return
	}
	s.Shuffle(len(awake), func(i, k int) { awake[i], awake[k] = awake[k], awake[i] })
	began := time.Now()
	switch s.IntN(12) {
	case 0:
		s.readList(ctx)
	case 1:
		s.runBatch(ctx, awake[:min(5, len(awake))])
	case 2:
		s.resetOne(ctx, awake[0])
	default:
		s.editOne(ctx, awake[0])
	}
	if took := time.Since(began); took > maxWriteTime {
		s.Errorf("it took %s", took)
	}
}

// randomToxics returns the faults of a link: none, one or two.
func (s *soaker) randomToxics() []toxic {
	way := []string{up, down}[s.IntN(2)]
	distance := time.Duration(20+s.IntN(200)) * time.Millisecond
	if s.IntN(20) == 0 {
		distance = 5 * time.Second
	}
	bytes := int64(s.IntN(900))
	all := []toxic{
		delayed(way, distance), slow(way), sliced(way, 100*time.Microsecond), reset(way),
		swallowed(way, distance), cutAfter(way, bytes), blackHole(way, bytes),
	}
	s.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	some := all[:[]int{0, 0, 1, 1, 1, 2}[s.IntN(6)]]
	// cutAfter must come last: it still reads what it has passed on.
	if len(some) == 2 && some[0].Type == cutAfter(way, 0).Type {
		some[0], some[1] = some[1], some[0]
	}
	return some
}

func (s *soaker) stored(id int64, r change.Resource) meaning {
	if r == change.PasswordReset {
		r = change.PasswordInfo
	}
	return storedMeaning(s.server.Stored(id), r)
}

// plan reads an account and makes a random plan. It is empty if the read fails.
func (s *soaker) plan(ctx context.Context, id int64) change.Plan {
	who := change.Subject{ID: id}
	if s.IntN(2) == 0 {
		p, err := s.c.client.PasswordInfo(ctx, id)
		if err != nil {
			return change.Plan{}
		}
		edits := []hdpclient.PasswordInfo{change.ForceChange(p), change.CancelForcedChange(p), change.ClearExpiry(p), change.SetExpiry(p, hdpclient.At(noon.AddDate(0, 0, s.IntN(300))))}
		return change.PlanPassword(who, p, edits[s.IntN(len(edits))])
	}
	i, err := s.c.client.StatusInfo(ctx, id)
	if err != nil {
		return change.Plan{}
	}
	locked := i
	locked.AccountLocked, locked.AccountLockedAt = hdpclient.Some(true), hdpclient.Some(hdpclient.At(noon))
	edits := []hdpclient.StatusInfo{change.Unlock(i), locked, change.Activate(i), change.Deactivate(i)}
	return change.PlanStatus(who, i, edits[s.IntN(len(edits))])
}

func (s *soaker) editOne(ctx context.Context, id int64) {
	plan := s.plan(ctx, id)
	if plan.Empty() {
		return
	}
	if before, _ := planMeanings(plan); !before.equal(s.stored(id, plan.Resource())) {
		s.Errorf("read %v, but %v is stored", before, s.stored(id, plan.Resource()))
	}
	if s.IntN(10) == 0 { // another administrator
		s.server.SetStatusInfo(id, fmt.Sprintf(`{"status":%d,"riskScore":%d}`, s.IntN(2), s.IntN(9)))
		s.server.SetPasswordInfo(id, fmt.Sprintf(`{"passwordStatus":%d,"origin":"import"}`, 1+s.IntN(2)))
	}
	was := s.stored(id, plan.Resource())
	s.checkOutcome(s.c.writer.Apply(ctx, plan), was)
}

// checkOutcome compares the outcome of a write with what is stored. Nobody else changes
// the account.
func (s *soaker) checkOutcome(o change.Outcome, was meaning) {
	id, of := o.Plan.Subject().ID, o.Plan.Resource()
	now, says := s.stored(id, of), meaningOf(string(o.Stored()))
	before, after := planMeanings(o.Plan)
	s.countOutcome(o)
	switch o.Kind {
	case change.Applied:
		if !now.equal(after) || !says.equal(after) {
			s.Errorf("%d: applied, but %v is stored and %v was read; want %v", id, now, says, after)
		}
	case change.Conflict:
		if !now.equal(was) || was.equal(before) || !says.equal(was) {
			s.Errorf("%d: a conflict, with %v stored before, %v after and %v read; planned from %v", id, was, now, says, before)
		}
	case change.NotSent:
		if !now.equal(was) {
			s.Errorf("%d: not sent, with %v stored before and %v after (%v)", id, was, now, o.Err)
		}
	case change.Unknown:
		if !now.equal(was) && !now.equal(after) {
			s.Errorf("%d: unknown, with %v stored before and %v after; want %v", id, was, now, after)
		}
		s.resting[id] = rest{o, time.Now().Add(restTime), was, after}
	default:
		s.Errorf("%d: %s (%v)", id, o.Kind, o.Err)
	}
}

// checkRested checks an account again, on a good network, when nothing can arrive any more.
func (s *soaker) checkRested(id int64) {
	r := s.resting[id]
	delete(s.resting, id)
	of := r.Plan.Resource()
	now := s.stored(id, of)
	if of == change.PasswordReset {
		r.wanted = withReset([]meaning{r.was})[0]
	}
	if !now.equal(r.was) && !now.equal(r.wanted) {
		s.Errorf("%d: %v is stored, want %v as before or %v as planned", id, now, r.was, r.wanted)
	}
	if of == change.PasswordReset {
		return
	}
	o := s.c.writer.CheckAgain(s.Context(), r.Outcome)
	for range 9 {
		if o.ReadErr == nil {
			break // it may fail on a busy machine
		}
		o = s.c.writer.CheckAgain(s.Context(), r.Outcome)
	}
	if o.ReadErr != nil || !meaningOf(string(o.Stored())).equal(now) || (o.Kind == change.Applied) != now.equal(r.wanted) {
		s.Errorf("%d: checked again, %s (%v) with %s; %v is stored, want %v", id, o.Kind, o.ReadErr, o.Stored(), now, r.wanted)
	}
	if o.Kind != r.Kind || o.Seen != r.Seen {
		s.countOutcome(o)
	}
}

func (s *soaker) countOutcome(o change.Outcome) {
	if o.LogErr != nil {
		s.Errorf("not logged: %v", o.LogErr)
	}
	s.writes.Add(1)
	s.outcomes[o.Kind]++
	s.logged[fmt.Sprint(o.Plan.Subject().ID, " ", o.Kind)]++
}

func (s *soaker) resetOne(ctx context.Context, id int64) {
	password := fmt.Sprintf("Tmp-K%06d!", s.IntN(1_000_000))
	was := s.stored(id, change.PasswordReset)
	o := s.c.writer.ResetPassword(ctx, change.PlanReset(change.Subject{ID: id}).WithReason("INC-4711"), hdpclient.SecretOf(password))
	s.countOutcome(o)
	has := s.server.CheckPassword(id, password)
	switch o.Kind {
	case change.Accepted, change.NotSent:
		if has != (o.Kind == change.Accepted) {
			s.Errorf("%s, in force: %v", o.Kind, has)
		}
	case change.Unknown:
		s.resting[id] = rest{Outcome: o, until: time.Now().Add(restTime), was: was}
	default:
		s.Errorf("a reset ended as %s: %v", o.Kind, o.Err)
	}
}

func (s *soaker) readList(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, 3*soakTimeout) // on a slow network it would take minutes
	defer stop()
	n := 0
	for _, err := range s.c.client.Users(ctx, hdpclient.UsersOptions{}) {
		if err != nil {
			return
		}
		n++
	}
	if n < soakers*accountsEach {
		s.Errorf("a complete list of %d accounts", n)
	}
}

func (s *soaker) runBatch(ctx context.Context, ids []int64) {
	actions := []batch.Action{batch.Unlock(), batch.Activate(), batch.Deactivate(), batch.ForceChange(), batch.ClearExpiry()}
	drafting := batch.Prepare(ctx, s.c.client, ids, actions[s.IntN(len(actions))], batch.Guard{})
	<-drafting.Done()
	sheet, ok := drafting.Preview()
	if !ok {
		s.Error("the preview is done, but missing")
		return
	}
	was := map[int64]map[change.Resource]meaning{}
	for _, id := range ids {
		was[id] = map[change.Resource]meaning{}
		for _, of := range resources {
			was[id][of] = s.stored(id, of)
		}
	}
	run, err := batch.Start(ctx, s.c.writer, sheet, change.Answers{Reason: "INC-4711"}, batch.WithLog(s.c.log))
	if errors.Is(err, batch.ErrNothing) {
		return
	}
	if err != nil {
		s.Error(err)
		return
	}
	<-run.Done()
	for _, r := range run.Rows() {
		if r.Outcome.Kind != "" {
			s.checkOutcome(r.Outcome, was[r.ID][r.Plan.Resource()])
		}
	}
}

// checkLog checks that the audit log is intact and has every outcome.
func (s *soaker) checkLog() {
	if report := mustVerify(s.T, s.c.path); len(report.OpenIntents) > 0 {
		s.Errorf("open intents: %v", report.OpenIntents)
	}
	said := map[string]int{}
	for _, r := range mustReadLog(s.T, s.c.path) {
		if r.Kind == file.KindOutcome {
			said[fmt.Sprint(r.AccountID, " ", r.Outcome)]++
		}
	}
	if !maps.Equal(said, s.logged) {
		s.Errorf("logged %v, want %v", said, s.logged)
	}
}
