package batch_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

func TestThirtySevenAreUnlocked(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(37)
	r := d.run(d.preview(ids, batch.Unlock(), batch.Guard{}))
	ended := map[int64]bool{}
	for p, ok := r.Next(t.Context()); ok; p, ok = r.Next(t.Context()) {
		for _, res := range p.Changed {
			if res.State == batch.Applied {
				ended[res.ID] = true
			}
		}
		if p.Done < len(ended) {
			t.Errorf("%d done, but %d reported", p.Done, len(ended))
		}
	}
	p := r.Progress()
	if len(ended) != 37 || batch.Totals(r.Rows())[batch.Applied] != 37 || p.Stopped != nil || p.Done != 37 || !p.Ended || r.LogErr() != nil {
		t.Errorf("%d applied, %+v", len(ended), p)
	}
	d.checkAgreement(r)
	lines := d.tape.wrote()
	if want := fmt.Sprintf("batch %s: unlock, INC-4711, %v", r.ID(), ids); lines[0] != want {
		t.Errorf("the first line is %q, want %q", lines[0], want)
	}
	if want := "ended " + r.ID() + ": finished"; lines[len(lines)-1] != want {
		t.Errorf("the last line is %q", lines[len(lines)-1])
	}
}

func TestEveryTenthFails(t *testing.T) {
	for name, c := range map[string]struct {
		fault hdptest.Fault
		state batch.State
	}{
		"refused":                  {refused(), batch.Refused},
		"a proxy's 502":            {hdptest.Fault{Kind: hdptest.HTML502}, batch.Unknown},
		"answer lost, but applied": {hdptest.Fault{Kind: hdptest.CloseAfterApply}, batch.Applied},
		"answer lost, not applied": {hdptest.Fault{Kind: hdptest.Reset}, batch.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ids := d.locked(40)
			preview := d.preview(ids, batch.Unlock(), batch.Guard{})
			for i, id := range ids {
				if i%10 == 9 {
					d.failPut(id, c.fault)
				}
			}
			r := d.finish(preview, batch.WithConcurrency(3))
			for i, res := range r.Rows() {
				want := batch.Applied
				if i%10 == 9 {
					want = c.state
				}
				if res.State != want {
					t.Errorf("row %d: %s, %v", i, res.State, res.Problem())
				}
			}
			d.checkAgreement(r)
		})
	}
}

func TestAMovedLockIsReplannedOnce(t *testing.T) {
	moved := func(i int) string {
		return fmt.Sprintf(`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:%02d:00","accountLockedUntil":"2036-11-22 14:%02[1]d:00"}`, i)
	}
	for _, c := range []struct {
		name      string
		action    batch.Action
		moves     []string // what is stored before the first and the second try
		state     batch.State
		replanned bool
		puts      int
	}{
		{"once", batch.Unlock(), []string{moved(50)}, batch.Applied, true, 1},
		{"twice", batch.Unlock(), []string{moved(50), moved(51)}, batch.Applied, true, 1},
		{"set by somebody", batch.Unlock(), []string{strings.Replace(moved(50), "2036", "2099", 1)}, batch.Conflict, false, 0},
		{"without an end", batch.Unlock(), []string{`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:50:00"}`}, batch.Conflict, false, 0},
		{"and deactivated", batch.Unlock(), []string{`{"status":0,"accountLocked":true}`}, batch.Conflict, false, 0},
		{"unlocked by somebody else", batch.Unlock(), []string{unlockedInfo}, batch.Unchanged, false, 0},
		{"under a deactivation", batch.Deactivate(), []string{moved(50)}, batch.Conflict, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			id := d.locked(1)[0]
			preview := d.preview([]int64{id}, c.action, batch.Guard{})
			w := &before{Writer: d.writer, apply: func(n int) {
				if n < len(c.moves) {
					d.SetStatusInfo(id, c.moves[n])
				}
			}}
			r, err := batch.Start(t.Context(), w, preview, change.Answers{Reason: "INC-4711"})
			if err != nil {
				t.Fatal(err)
			}
			<-r.Done()
			res := r.Rows()[0]
			if res.State != c.state || res.Replanned != c.replanned || d.puts()[id] != c.puts {
				t.Errorf("%s, replanned %v, %d writes", res.State, res.Replanned, d.puts()[id])
			}
			for _, in := range d.tape.intents[id] {
				if in.Batch != r.ID() || in.Reason != "INC-4711" {
					t.Errorf("logged in batch %q for %q", in.Batch, in.Reason)
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
	one := d.preview(ids, batch.Unlock(), batch.Guard{})
	slices.Reverse(ids)
	two := d.preview(append(ids, ids...), batch.Unlock(), batch.Guard{})
	if len(two.Rows) != 30 {
		t.Errorf("%d rows of 30 accounts, each named twice", len(two.Rows))
	}
	a, b := d.run(one), d.run(two)
	<-a.Done()
	<-b.Done()
	d.checkAgreement(a, b)
	n := map[batch.State]int{}
	for _, r := range []*batch.Run{a, b} {
		for state, k := range batch.Totals(r.Rows()) {
			n[state] += k
		}
	}
	if n[batch.Applied] != 30 || n[batch.Unchanged]+n[batch.NotSent] != 30 {
		t.Errorf("totals %v", n)
	}
	if len(d.puts()) != 30 {
		t.Errorf("%d accounts written", len(d.puts()))
	}
}

func TestNothingIsSentThatCannotBeLogged(t *testing.T) {
	d := newDesk(t)
	preview := d.preview(d.locked(20), batch.Unlock(), batch.Guard{})
	d.tape.full = errors.New("no space left on device")
	if _, err := batch.Start(t.Context(), d.writer, preview, change.Answers{}, batch.WithLog(d.tape)); !errors.Is(err, d.tape.full) {
		t.Errorf("started: %v", err)
	}
	r, err := batch.Start(t.Context(), d.writer, preview, change.Answers{}) // the disk fills up only now
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

func TestABatchDoesNotBeginBeforeItsDemandsAreMet(t *testing.T) {
	d := newDesk(t)
	preview := d.preview(d.locked(11), batch.Unlock(), batch.Guard{})
	w := change.NewWriter(t.Context(), d.client, change.WithAuditLog(d.tape), change.WithRules(change.Rules{}))
	if _, err := batch.Start(t.Context(), w, preview, change.Answers{Number: "10"}, batch.WithLog(d.tape)); !errors.As(err, new(*change.UnmetError)) {
		t.Errorf("started with the wrong number: %v", err)
	}
	if len(d.puts()) != 0 || len(d.tape.lines) != 0 {
		t.Errorf("sent %v, logged %v", d.puts(), d.tape.lines)
	}
	r, err := batch.Start(t.Context(), w, preview, change.Answers{Number: "11"}, batch.WithLog(d.tape))
	if err != nil {
		t.Fatal(err)
	}
	<-r.Done()
	if n := batch.Totals(r.Rows()); n[batch.Applied] != 11 {
		t.Errorf("totals %v", n)
	}
}
