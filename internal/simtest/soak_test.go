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
	soakSeed = flag.Uint64("simtest.seed", 0, "`seed` of the soak's random actions and lines, 0 for a new one")
)

const (
	soakers      = 12
	accountsEach = 12                      // accounts of each
	soakTimeout  = 1500 * time.Millisecond // for an answer
	// restTime is how long nobody touches an account to which a write may still
	// arrive: longer than a line can keep one.
	restTime = 20 * time.Second
	// maxWriteTime is how long no write takes: the half minute for which it is looked
	// for, the last look, and a machine that has other things to do.
	maxWriteTime = 90 * time.Second
	// The heap may grow between a third of the time and the end, by what is kept of
	// each write for the operator to look back on, up to some number, and a little.
	bytesPerWrite = 2 << 10
	leeway        = 2 << 20
)

// Operators do what they do, for a long time, on lines that do what they like:
// every claim is true and on record, nothing hangs, memory stays level, and no
// goroutine is left behind.
func TestSoak(t *testing.T) {
	seed := *soakSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("the same actions and lines again, though not at the same moments: -simtest.seed=%d", seed)
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

	told := map[change.Kind]int{}
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
		for kind, n := range s.told {
			told[kind] += n
		}
	}
	t.Logf("outcomes %v; %+d kB on the heap for %d writes since %s", told, grown>>10, later, *soakTime/3)
	if grown > leeway+later*bytesPerWrite {
		t.Errorf("more on the heap than after a third of the time:%s", where)
	}
	for _, kind := range []change.Kind{change.Applied, change.Accepted, change.Conflict, change.Unknown, change.NotSent} {
		if told[kind] == 0 {
			t.Errorf("no outcome was %s: the soak does not try that", kind)
		}
	}
}

// heap is how many bytes are in use, by the function that asked for them and the
// one of ours, if any, that it did so for.
type heap map[string]int64

// heapNow leaves out what the proxy keeps of connections that were closed under it.
func heapNow() heap {
	runtime.GC()
	runtime.GC() // a pool is empty after two
	records := make([]runtime.MemProfileRecord, 1<<16)
	n, ok := runtime.MemProfile(records, false)
	if !ok {
		panic("more places in the profile than there is room for")
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

// grown is by how much, and where it is most.
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

// soaker is an operator with accounts that nobody else looks after.
type soaker struct {
	*testing.T
	*rand.Rand
	server  *hdptest.Server
	link    *link
	c       *console
	writes  *atomic.Int64 // of all of them
	own     []int64
	resting map[int64]rest
	told    map[change.Kind]int
	logged  map[string]int // the outcomes that must be on record: how many, by account and kind
}

// rest is what an account waits for.
type rest struct {
	change.Outcome
	until       time.Time
	was, wanted meaning
}

func newSoaker(t *testing.T, server *hdptest.Server, path string, r *rand.Rand, patient bool) *soaker {
	t.Helper()
	s := &soaker{
		T: t, Rand: r, server: server, link: newLink(t, server),
		resting: map[int64]rest{}, told: map[change.Kind]int{}, logged: map[string]int{},
	}
	how := setup{
		client: []hdpclient.Option{s.link.option(), hdpclient.WithTimeout(soakTimeout)},
		api: func(a change.API) change.API {
			if r, ok := a.(*requestRecorder); ok {
				return r.API // what was asked would be kept for ever
			}
			return a
		},
	}
	if patient {
		how.clock = realClock{}
	}
	s.c = mustNewConsole(t, server.URL, path, how)
	for range accountsEach {
		s.own = append(s.own, server.AddAccount(hdptest.Account{TenantID: 56}))
	}
	return s
}

// realClock is the clock of a writer that really waits.
type realClock struct{}

func (realClock) Now() time.Time                         { return time.Now() }
func (realClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// act is one thing that an operator does, on whatever the line has become.
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
	if s.IntN(6) == 0 { // it breaks while something is done
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

// weather is what a line may become.
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
	// The one that cuts still looks at what it has passed on: it is to be the last.
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

// plan reads an account and plans something; empty if it could not be read.
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
		s.Errorf("read %v, stored is %v", before, s.stored(id, plan.Resource()))
	}
	if s.IntN(10) == 0 { // another administrator
		s.server.SetStatusInfo(id, fmt.Sprintf(`{"status":%d,"riskScore":%d}`, s.IntN(2), s.IntN(9)))
		s.server.SetPasswordInfo(id, fmt.Sprintf(`{"passwordStatus":%d,"origin":"import"}`, 1+s.IntN(2)))
	}
	was := s.stored(id, plan.Resource())
	s.checkOutcome(s.c.writer.Apply(ctx, plan), was)
}

// holds compares what was told of a write with what is stored; nobody else
// touches the account.
func (s *soaker) checkOutcome(o change.Outcome, was meaning) {
	id, of := o.Plan.Subject().ID, o.Plan.Resource()
	now, says := s.stored(id, of), meaningOf(string(o.Stored()))
	before, after := planMeanings(o.Plan)
	s.countOutcome(o)
	switch o.Kind {
	case change.Applied:
		if !now.equal(after) || !says.equal(after) {
			s.Errorf("applied to %d, which is %v, says %v, want %v", id, now, says, after)
		}
	case change.Conflict:
		if !now.equal(was) || was.equal(before) || !says.equal(was) {
			s.Errorf("a conflict over %d, which was %v, is %v, says %v, planned from %v", id, was, now, says, before)
		}
	case change.NotSent:
		if !now.equal(was) {
			s.Errorf("not sent to %d, which was %v and is %v (%v)", id, was, now, o.Err)
		}
	case change.Unknown:
		if !now.equal(was) && !now.equal(after) {
			s.Errorf("unknown of %d, which was %v and is %v, wanted was %v", id, was, now, after)
		}
		s.resting[id] = rest{o, time.Now().Add(restTime), was, after}
	default:
		s.Errorf("%s of %d: %v", o.Kind, id, o.Err)
	}
}

// wakes looks at an account, over a good line, to which nothing can arrive any more.
func (s *soaker) checkRested(id int64) {
	r := s.resting[id]
	delete(s.resting, id)
	of := r.Plan.Resource()
	now := s.stored(id, of)
	if of == change.PasswordReset {
		r.wanted = withReset([]meaning{r.was})[0]
	}
	if !now.equal(r.was) && !now.equal(r.wanted) {
		s.Errorf("%d was %v, was to be %v, and is %v", id, r.was, r.wanted, now)
	}
	if of == change.PasswordReset {
		return
	}
	o := s.c.writer.CheckAgain(s.Context(), r.Outcome)
	for range 9 {
		if o.ReadErr == nil {
			break // it may fail where the machine has too much to do
		}
		o = s.c.writer.CheckAgain(s.Context(), r.Outcome)
	}
	if o.ReadErr != nil || !meaningOf(string(o.Stored())).equal(now) || (o.Kind == change.Applied) != now.equal(r.wanted) {
		s.Errorf("looked at again %d is %s (%v) with %s, stored is %v, wanted was %v", id, o.Kind, o.ReadErr, o.Stored(), now, r.wanted)
	}
	if o.Kind != r.Kind || o.Seen != r.Seen {
		s.countOutcome(o)
	}
}

func (s *soaker) countOutcome(o change.Outcome) {
	if o.LogErr != nil {
		s.Errorf("not recorded: %v", o.LogErr)
	}
	s.writes.Add(1)
	s.told[o.Kind]++
	s.logged[fmt.Sprint(o.Plan.Subject().ID, " ", o.Kind)]++
}

func (s *soaker) resetOne(ctx context.Context, id int64) {
	password := fmt.Sprintf("Tmp-K%06d!", s.IntN(1_000_000))
	was := s.stored(id, change.PasswordReset)
	o := s.c.writer.ResetPassword(ctx, change.Subject{ID: id}, hdpclient.SecretOf(password), "INC-4711")
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
		s.Errorf("a reset is %s: %v", o.Kind, o.Err)
	}
}

func (s *soaker) readList(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, 3*soakTimeout) // on a slow line it would take minutes
	defer stop()
	n := 0
	for _, err := range s.c.client.Users(ctx, hdpclient.UsersOptions{}) {
		if err != nil {
			return
		}
		n++
	}
	if n < soakers*accountsEach {
		s.Errorf("a whole list of %d accounts", n)
	}
}

func (s *soaker) runBatch(ctx context.Context, ids []int64) {
	actions := []batch.Action{batch.Unlock(), batch.Activate(), batch.Deactivate(), batch.ForceChange(), batch.ClearExpiry()}
	drafting := batch.Prepare(ctx, s.c.client, ids, actions[s.IntN(len(actions))], batch.Guard{})
	<-drafting.Done()
	sheet, ok := drafting.Preview()
	if !ok {
		s.Error("a draft has ended, and there is none")
		return
	}
	was := map[int64]map[change.Resource]meaning{}
	for _, id := range ids {
		was[id] = map[change.Resource]meaning{}
		for _, of := range resources {
			was[id][of] = s.stored(id, of)
		}
	}
	run, err := batch.Start(ctx, s.c.writer, sheet, "INC-4711", batch.WithLog(s.c.trail))
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

// replays wants the trail to hold, and to say what was told.
func (s *soaker) checkLog() {
	if report := mustVerify(s.T, s.c.path); len(report.OpenIntents) > 0 {
		s.Errorf("unfinished: %v", report.OpenIntents)
	}
	said := map[string]int{}
	for _, r := range mustReadLog(s.T, s.c.path) {
		if r.Kind == file.KindOutcome {
			said[fmt.Sprint(r.AccountID, " ", r.Outcome)]++
		}
	}
	if !maps.Equal(said, s.logged) {
		s.Errorf("on record %v, told was %v", said, s.logged)
	}
}
