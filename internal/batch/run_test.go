package batch_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// agree holds the results, what is stored and what is on record against each
// other, for an unlock of accounts that were all locked.
func (d *desk) agree(runs ...*batch.Run) {
	d.t.Helper()
	puts := d.puts()
	applied := map[int64]int{}
	begun := map[int64]int{}
	for _, r := range runs {
		for _, res := range r.Rows() {
			if res.State == batch.Applied {
				applied[res.ID]++
			}
			if res.Outcome.Kind != "" {
				begun[res.ID]++
			}
			if res.Replanned {
				begun[res.ID]++
			}
		}
	}
	for _, r := range runs {
		for _, res := range r.Rows() {
			id := res.ID
			unlocked := !d.Stored(id).Locked()
			switch res.State {
			case batch.Applied, batch.AlreadySo:
				if !unlocked {
					d.t.Errorf("%d: %s, and still locked", id, res.State)
				}
			case batch.Refused:
				if unlocked && applied[id] == 0 {
					d.t.Errorf("%d: refused, and unlocked", id)
				}
			case batch.NotSent, batch.Conflict, batch.LeftOut:
				if applied[id] == 0 && puts[id] > 0 {
					d.t.Errorf("%d: %s, and a write arrived", id, res.State)
				}
			case batch.Waiting, batch.UnderWay:
				d.t.Errorf("%d: %s after the end", id, res.State)
			}
			if puts[id] > begun[id] || applied[id] > 1 {
				d.t.Errorf("%d: %d writes of %d, applied %d times", id, puts[id], begun[id], applied[id])
			}
			d.onRecord(res, begun[id], len(runs))
		}
	}
}

func (d *desk) onRecord(res batch.Result, begun, runs int) {
	d.t.Helper()
	d.tape.mu.Lock()
	defer d.tape.mu.Unlock()
	intents := d.tape.intents[res.ID]
	busy := errors.Is(res.Outcome.Err, change.ErrBusy)
	if len(intents) > begun || len(intents) < begun && !busy && runs == 1 {
		d.t.Errorf("%d: %d intents for %d writes", res.ID, len(intents), begun)
	}
	for _, in := range intents {
		if in.Batch == "" || in.Reason != "INC-4711" {
			d.t.Errorf("%d: on record in batch %q for %q", res.ID, in.Batch, in.Reason)
		}
	}
	if runs == 1 && res.Outcome.Kind != "" && !busy && d.tape.last[res.ID] != res.Outcome.Kind {
		d.t.Errorf("%d: %s on record as %q", res.ID, res.Outcome.Kind, d.tape.last[res.ID])
	}
}

func TestThirtySevenAreUnlocked(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(37)
	r := d.run(d.draft(ids, batch.Unlock(), batch.Guard{}))
	ended := map[int64]bool{}
	for p, ok := r.Next(t.Context()); ok; p, ok = r.Next(t.Context()) {
		for _, res := range p.Changed {
			if res.State == batch.Applied {
				ended[res.ID] = true
			}
		}
		if p.Done < len(ended) {
			t.Errorf("%d done, and %d told of", p.Done, len(ended))
		}
	}
	p := r.Progress()
	if len(ended) != 37 || batch.Totals(r.Rows())[batch.Applied] != 37 || p.Stopped != nil || p.Done != 37 || !p.Ended || r.LogErr() != nil {
		t.Errorf("%d applied, %+v", len(ended), p)
	}
	d.agree(r)
	lines := d.tape.wrote()
	if want := fmt.Sprintf("batch %s: unlock, INC-4711, %v", r.ID(), ids); lines[0] != want {
		t.Errorf("the first line is %q, want %q", lines[0], want)
	}
	if want := "ended " + r.ID() + ": written to its end"; lines[len(lines)-1] != want {
		t.Errorf("the last line is %q", lines[len(lines)-1])
	}
}

func TestEveryTenthFails(t *testing.T) {
	for name, c := range map[string]struct {
		fault hdptest.Fault
		state batch.State
	}{
		"refused":                     {refused(), batch.Refused},
		"a proxy's 502":               {hdptest.Fault{Kind: hdptest.HTML502}, batch.Unknown},
		"answer lost, and it was":     {hdptest.Fault{Kind: hdptest.CloseAfterApply}, batch.Applied},
		"answer lost, and it was not": {hdptest.Fault{Kind: hdptest.Reset}, batch.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ids := d.locked(40)
			sheet := d.draft(ids, batch.Unlock(), batch.Guard{})
			for i, id := range ids {
				if i%10 == 9 {
					d.failPut(id, c.fault)
				}
			}
			r := d.finish(sheet, batch.WithConcurrency(3))
			for i, res := range r.Rows() {
				want := batch.Applied
				if i%10 == 9 {
					want = c.state
				}
				if res.State != want {
					t.Errorf("row %d: %s, %v", i, res.State, res.Problem())
				}
			}
			d.agree(r)
		})
	}
}

func TestARefusedLoginStopsTheBatch(t *testing.T) {
	for name, fault := range map[string]hdptest.Fault{
		"at the read before": {Method: http.MethodGet, Path: "/statusinfo", Skip: 16},
		"at the write":       {Method: http.MethodPut, Skip: 8},
		"at the read after":  {Method: http.MethodGet, Path: "/statusinfo", Skip: 17},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			sheet := d.draft(d.locked(40), batch.Unlock(), batch.Guard{})
			d.ResetRequests()
			f := unauthorized()
			f.Method, f.Path, f.Skip, f.Times = fault.Method, fault.Path, fault.Skip, hdptest.Forever
			d.Fail(f)
			r := d.finish(sheet)
			if err := r.Progress().Stopped; !errors.Is(err, hdpclient.ErrUnauthorized) || errors.Is(err, batch.ErrFailing) {
				t.Errorf("stopped by %v", err)
			}
			attempts := 0
			for _, q := range d.Requests() {
				if q.Status == http.StatusUnauthorized {
					attempts++
				}
			}
			if attempts < 1 || attempts > 2 {
				t.Errorf("%d attempts with a refused login, 2 at once", attempts)
			}
			n := batch.Totals(r.Rows())
			if n[batch.Applied] < 5 || n[batch.NotSent] < 28 {
				t.Errorf("totals %v", n)
			}
			if last := r.Rows()[39]; last.State != batch.NotSent || !errors.Is(last.Held, hdpclient.ErrUnauthorized) || last.Outcome.Kind != "" {
				t.Errorf("the last is %s, %v", last.State, last.Held)
			}
			d.agree(r)
			for _, line := range d.tape.wrote() {
				if strings.HasPrefix(line, "ended") {
					t.Errorf("on record: %q", line)
				}
			}
		})
	}
}

// errNoRoute is a line that is cut; the client does not try again by itself.
var errNoRoute = errors.New("no route to host")

func TestALineThatIsCutStopsTheBatch(t *testing.T) {
	d := newDesk(t)
	var cut atomic.Bool
	d.client = newClient(t, d.URL, hdpclient.WithTransport(func(tr *http.Transport) {
		tr.DisableKeepAlives = true
		dial := tr.DialContext
		tr.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if cut.Load() {
				return nil, errNoRoute
			}
			return dial(ctx, network, addr)
		}
	}))
	api := &meddled{API: d.client, put: func(n int64) { cut.Store(n > 10) }}
	d.writer = change.NewWriter(t.Context(), api, change.WithClock(&clock{}), change.WithRecorder(d.tape))
	r := d.finish(d.draft(d.locked(40), batch.Unlock(), batch.Guard{}))
	if err := r.Progress().Stopped; !errors.Is(err, batch.ErrFailing) || !errors.Is(err, hdpclient.ErrUnavailable) {
		t.Errorf("stopped by %v", err)
	}
	n := batch.Totals(r.Rows())
	if n[batch.Applied] < 8 || n[batch.Applied] > 10 || n[batch.NotSent] < 28 {
		t.Errorf("totals %v", n)
	}
	d.agree(r)

	cut.Store(false)
	again, err := batch.Retry(t.Context(), d.client, r, batch.Guard{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sheet := d.sheet(again)
	if left := sheet.Totals(); left[batch.Planned]+left[batch.Already] != 40-n[batch.Applied] || left[batch.Planned] < n[batch.NotSent] || sheet.Replaces != r.ID() {
		t.Errorf("to be retried: %v of %v, in place of %q", sheet.Totals(), n, sheet.Replaces)
	}
	api.put = func(int64) {}
	d.finish(sheet)
	for _, id := range d.IDs() {
		if d.Stored(id).Locked() && strings.HasPrefix(d.Stored(id).UserName, "locked.") {
			t.Errorf("%d is still locked", id)
		}
	}
}

// meddled calls put before each write of a status info, counted from 1.
type meddled struct {
	change.API
	n   atomic.Int64
	put func(n int64)
}

func (m *meddled) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	m.put(m.n.Add(1))
	return m.API.UpdateStatusInfo(ctx, id, s)
}

func TestAServerThatFailsInARowStopsTheBatch(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(40)
	sheet := d.draft(ids, batch.Unlock(), batch.Guard{})
	for i, id := range ids { // four in a row never stop it, the fifth in a row does
		if i%5 != 4 || i > 20 {
			d.failPut(id, hdptest.Fault{Kind: hdptest.HTML502})
		}
	}
	r := d.finish(sheet, batch.WithConcurrency(1))
	if err := r.Progress().Stopped; !errors.Is(err, batch.ErrFailing) {
		t.Errorf("stopped by %v", err)
	}
	want := map[batch.State]int{batch.Applied: 4, batch.Unknown: 21, batch.NotSent: 15}
	for state, n := range batch.Totals(r.Rows()) {
		if n != want[state] {
			t.Errorf("%s: %d, want %d", state, n, want[state])
		}
	}
	d.agree(r)
}

func TestStopLetsWhatIsInFlightFinish(t *testing.T) {
	d := newDesk(t)
	sheet := d.draft(d.locked(20), batch.Unlock(), batch.Guard{})
	release := d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang, Skip: 4, Times: hdptest.Forever})
	r := d.run(sheet)
	for p, ok := r.Next(t.Context()); ok && p.Done < 4; p, ok = r.Next(t.Context()) {
	}
	for range 2 {
		if _, err := d.Await(t.Context(), func(q hdptest.Request) bool { return q.Fault == hdptest.Hang }); err != nil {
			t.Fatal(err)
		}
	}
	r.Stop()
	release()
	<-r.Done()
	n := batch.Totals(r.Rows())
	if n[batch.Applied] < 5 || n[batch.Applied] > 6 || n[batch.NotSent] != 20-n[batch.Applied] {
		t.Errorf("totals %v", n)
	}
	if last := r.Rows()[19]; !errors.Is(last.Held, batch.ErrStopped) || !errors.Is(r.Progress().Stopped, batch.ErrStopped) {
		t.Errorf("held: %v", last.Held)
	}
	d.agree(r)
	if lines := d.tape.wrote(); lines[len(lines)-1] != "ended "+r.ID()+": stopped by the operator" {
		t.Errorf("the last line is %q", lines[len(lines)-1])
	}
}

func TestWhereTheWriterShutsDownTheRestIsNotSentAndMayBeResumed(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(20)
	api := &meddled{API: d.client}
	d.writer = change.NewWriter(t.Context(), api, change.WithClock(&clock{}), change.WithRecorder(d.tape))
	shut := make(chan struct{})
	api.put = func(n int64) {
		if n == 6 {
			go func() { d.writer.Shutdown(0); close(shut) }()
			<-shut
		}
	}
	r := d.finish(d.draft(ids, batch.Unlock(), batch.Guard{}), batch.WithConcurrency(1))
	n := batch.Totals(r.Rows())
	if n[batch.Applied] != 5 || n[batch.Unknown] != 1 || n[batch.NotSent] != 14 || !errors.Is(r.Progress().Stopped, change.ErrShutdown) {
		t.Errorf("totals %v, stopped by %v", n, r.Progress().Stopped)
	}
	if lines := d.tape.wrote(); strings.HasPrefix(lines[len(lines)-1], "ended") {
		t.Errorf("on record: %q", lines[len(lines)-1])
	}
}

func TestALockThatMovedIsPlannedAnewOnce(t *testing.T) {
	moved := func(i int) string {
		return fmt.Sprintf(`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:%02d:00"}`, i)
	}
	for _, c := range []struct {
		name   string
		action batch.Action
		moves  []string // what is stored before the first and the second try
		state  batch.State
		anew   bool
		puts   int
	}{
		{"once", batch.Unlock(), []string{moved(50)}, batch.Applied, true, 1},
		{"twice", batch.Unlock(), []string{moved(50), moved(51)}, batch.Conflict, true, 0},
		{"and was deactivated", batch.Unlock(), []string{`{"status":0,"accountLocked":true}`}, batch.Conflict, false, 0},
		{"was unlocked by another", batch.Unlock(), []string{unlockedInfo}, batch.AlreadySo, false, 0},
		{"under a deactivation", batch.Deactivate(), []string{moved(50)}, batch.Conflict, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			id := d.locked(1)[0]
			sheet := d.draft([]int64{id}, c.action, batch.Guard{})
			w := &before{Writer: d.writer, apply: func(n int) {
				if n < len(c.moves) {
					d.SetStatusInfo(id, c.moves[n])
				}
			}}
			r, err := batch.Start(t.Context(), w, sheet, "INC-4711")
			if err != nil {
				t.Fatal(err)
			}
			<-r.Done()
			res := r.Rows()[0]
			if res.State != c.state || res.Replanned != c.anew || d.puts()[id] != c.puts {
				t.Errorf("%s, planned anew %v, %d writes", res.State, res.Replanned, d.puts()[id])
			}
			for _, in := range d.tape.intents[id] {
				if in.Batch != r.ID() || in.Reason != "INC-4711" {
					t.Errorf("on record in batch %q for %q", in.Batch, in.Reason)
				}
			}
		})
	}
}

// before calls apply before each write, counted from 0.
type before struct {
	*change.Writer
	n     int
	apply func(n int)
}

func (b *before) Apply(ctx context.Context, p change.Plan) change.Outcome {
	b.apply(b.n)
	b.n++
	return b.Writer.Apply(ctx, p)
}

func TestTwoBatchesWithTheSameAccounts(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(30)
	one := d.draft(ids, batch.Unlock(), batch.Guard{})
	slices.Reverse(ids)
	two := d.draft(append(ids, ids...), batch.Unlock(), batch.Guard{})
	if len(two.Rows) != 30 {
		t.Errorf("%d rows of 30 accounts, each named twice", len(two.Rows))
	}
	a, b := d.run(one), d.run(two)
	<-a.Done()
	<-b.Done()
	d.agree(a, b)
	n := map[batch.State]int{}
	for _, r := range []*batch.Run{a, b} {
		for state, k := range batch.Totals(r.Rows()) {
			n[state] += k
		}
	}
	if n[batch.Applied] != 30 || n[batch.AlreadySo]+n[batch.NotSent] != 30 {
		t.Errorf("totals %v", n)
	}
	if len(d.puts()) != 30 {
		t.Errorf("%d accounts written", len(d.puts()))
	}
}

func TestNothingIsSentThatCannotBeRecorded(t *testing.T) {
	d := newDesk(t)
	sheet := d.draft(d.locked(20), batch.Unlock(), batch.Guard{})
	d.tape.full = errors.New("no space left on device")
	if _, err := batch.Start(t.Context(), d.writer, sheet, "", batch.WithLog(d.tape)); !errors.Is(err, d.tape.full) {
		t.Errorf("started: %v", err)
	}
	r, err := batch.Start(t.Context(), d.writer, sheet, "") // it fills up only now
	if err != nil {
		t.Fatal(err)
	}
	<-r.Done()
	if n := batch.Totals(r.Rows()); n[batch.NotSent] != 20 || !errors.Is(r.Progress().Stopped, batch.ErrFailing) {
		t.Errorf("totals %v, stopped by %v", n, r.Progress().Stopped)
	}
	if len(d.puts()) != 0 {
		t.Error("sent all the same")
	}
}
