package batch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// The tests in this file run in virtual time, against a server that only takes time.

var lockedStatus = hdpclient.StatusInfo{Status: hdpclient.Active, AccountLocked: hdpclient.Some(true)}

// unlockPreview returns a preview of n unlocks with the IDs 0 to n-1.
func unlockPreview(n int) batch.Preview {
	preview := batch.Preview{Action: batch.Unlock()}
	for i := range n {
		plan := change.PlanStatus(change.Subject{ID: int64(i)}, lockedStatus, change.Unlock(lockedStatus))
		preview.Rows = append(preview.Rows, batch.Row{Index: i, ID: int64(i), Kind: batch.Planned, Plan: plan})
	}
	return preview
}

// slow is a writer whose writes take as long as it returns for the account.
type slow func(id int64) time.Duration

func (s slow) Apply(_ context.Context, p change.Plan) change.Outcome {
	<-time.After(s(p.Subject().ID))
	return change.Outcome{Kind: change.Applied, Plan: p}
}

func (s slow) BatchDemands(int) change.Demands { return change.Demands{} }

func aSecond(int64) time.Duration { return time.Second }

func startBatch(t *testing.T, ctx context.Context, w batch.Writer, n int, opts ...batch.Option) *batch.Run {
	t.Helper()
	r, err := batch.Start(ctx, w, unlockPreview(n), change.Answers{}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// advance lets time pass and waits until everything due by then has happened.
func advance(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// distant is a server that answers after a round trip.
type distant struct {
	change.API
	trip time.Duration

	mu     sync.Mutex
	stored map[int64]hdpclient.StatusInfo
}

func (s *distant) StatusInfo(_ context.Context, id int64) (hdpclient.StatusInfo, error) {
	<-time.After(s.trip)
	s.mu.Lock()
	defer s.mu.Unlock()
	if info, ok := s.stored[id]; ok {
		return info, nil
	}
	return lockedStatus, nil
}

func (s *distant) UpdateStatusInfo(_ context.Context, id int64, info hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	<-time.After(s.trip)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored[id] = info
	return hdpclient.Some(info), nil
}

func (s *distant) Reserve(context.Context) (*hdpclient.Reservation, error) {
	return new(hdpclient.Reservation), nil
}

func (s *distant) Now() (time.Time, bool) { return time.Time{}, false }

func TestABatchTakesNoLongerThanItsRoundTrips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := change.NewWriter(t.Context(), &distant{trip: 50 * time.Millisecond, stored: map[int64]hdpclient.StatusInfo{}})
		start := time.Now()
		r := startBatch(t, t.Context(), w, 1000, batch.WithConcurrency(8))
		<-r.Done()
		if took, want := time.Since(start), 1000/8*3*50*time.Millisecond; took != want {
			t.Errorf("took %v, but its round trips take %v", took, want)
		}
		if n := batch.Totals(r.Rows()); n[batch.Applied] != 1000 {
			t.Errorf("totals %v", n)
		}
	})
}

func TestProgressHasTheRateAndTheTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startBatch(t, t.Context(), slow(aSecond), 10)
		check := func(when string, done int, elapsed time.Duration, rate float64, left time.Duration) {
			t.Helper()
			p := r.Progress()
			if p.Done != done || p.Total != 10 || p.Elapsed != elapsed || p.Rate != rate || p.TimeLeft != left {
				t.Errorf("%s: %+v, want %d done, elapsed %v, rate %v, left %v", when, p, done, elapsed, rate, left)
			}
		}
		synctest.Wait()
		check("at the start", 0, 0, 0, 0)
		advance(2 * time.Second)
		check("after two rounds", 4, 2*time.Second, 2, 3*time.Second)
		r.Pause()
		advance(time.Second)
		check("while paused, after the running rows have ended", 6, 2*time.Second, 3, 4*time.Second/3)
		advance(time.Hour)
		check("an hour later", 6, 2*time.Second, 3, 4*time.Second/3)
		if p := r.Progress(); !p.Paused {
			t.Error("it is not shown as paused")
		}
		r.Resume()
		advance(time.Second)
		check("after the pause", 8, 3*time.Second, 8.0/3, 750*time.Millisecond)
		advance(time.Hour)
		check("at the end", 10, 4*time.Second, 2.5, 0)
		if p := r.Progress(); !p.Ended || p.Paused || p.Stopped != nil {
			t.Errorf("%+v", p)
		}
	})
}

func TestTheRateFollowsTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := slow(func(id int64) time.Duration {
			if id < 100 {
				return time.Second
			}
			return 10 * time.Second
		})
		r := startBatch(t, t.Context(), w, 1000, batch.WithConcurrency(1))
		advance(100 * time.Second)
		if got := r.Progress().Rate; got != 1 {
			t.Errorf("rate %v while it is fast", got)
		}
		advance(640 * time.Second)
		if got := r.Progress().Rate; got != 0.1 {
			t.Errorf("rate %v once it is slow", got)
		}
		r.Stop()
		<-r.Done()
	})
}

func TestTheClockMayBeGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{}
		r := startBatch(t, t.Context(), slow(aSecond), 10, batch.WithClock(c.Now))
		c.After(time.Minute)
		if got := r.Progress().Elapsed; got != time.Minute {
			t.Errorf("elapsed %v", got)
		}
		<-r.Done()
	})
}

func TestAPausedBatchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("the program ends")
		ctx, cancel := context.WithCancelCause(t.Context())
		r := startBatch(t, ctx, slow(aSecond), 10)
		synctest.Wait()
		r.Pause()
		advance(time.Minute)
		cancel(why)
		<-r.Done()
		if p := r.Progress(); !errors.Is(p.Stopped, why) || p.Done != 2 {
			t.Errorf("%+v", p)
		}
		r.Pause()
		r.Resume()
		r.Stop()
		if p := r.Progress(); !errors.Is(p.Stopped, why) || p.Paused {
			t.Errorf("after the end: %+v", p)
		}
	})
}

func TestNothingStartsUnderAnEndedContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := startBatch(t, ctx, slow(aSecond), 10)
		<-r.Done()
		if n := batch.Totals(r.Rows()); n[batch.NotSent] != 10 {
			t.Errorf("totals %v", n)
		}
	})
}

func TestStopWhilePaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startBatch(t, t.Context(), slow(func(int64) time.Duration { return time.Hour }), 10)
		synctest.Wait()
		r.Pause()
		advance(time.Minute)
		r.Stop()
		if p := r.Progress(); p.Paused || !errors.Is(p.Stopped, batch.ErrStopped) || p.Ended {
			t.Errorf("%+v", p)
		}
		<-r.Done()
		if n := batch.Totals(r.Rows()); n[batch.Applied] != 2 || n[batch.NotSent] != 8 {
			t.Errorf("totals %v", n)
		}
	})
}

func TestAReaderMayBeSlowOrGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startBatch(t, t.Context(), slow(aSecond), 10)
		advance(3500 * time.Millisecond)
		p, ok := r.Next(t.Context())
		if !ok || len(p.Changed) != 8 || p.Done != 6 {
			t.Errorf("%d reported at once, %d done, %v", len(p.Changed), p.Done, ok)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, ok := r.Next(ctx); ok {
			t.Error("reported nothing new")
		}
		<-r.Done() // it needs no reader
		p, ok = r.Next(t.Context())
		if !ok || len(p.Changed) != 4 || !p.Ended {
			t.Errorf("at the end: %d, %+v", len(p.Changed), p)
		}
	})
}

func TestAPanicReachesTheReaderAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := slow(func(id int64) time.Duration {
			if id == 4 {
				panic("a mistake")
			}
			return time.Second
		})
		r := startBatch(t, t.Context(), w, 10)
		<-r.Done()
		defer func() {
			if said := fmt.Sprint(recover()); !strings.Contains(said, "a mistake") || !strings.Contains(said, "pool_test.go") {
				t.Errorf("panicked with %q", said)
			}
		}()
		if n := batch.Totals(r.Rows()); n[batch.Applied] < 4 || n[batch.Applied]+n[batch.NotSent] != 9 || n[batch.Unknown] != 1 || r.Rows()[4].State != batch.Unknown {
			t.Errorf("totals %v", n)
		}
		r.Next(t.Context())
		t.Error("the reader does not get the panic")
	})
}

// forgetful is a log that panics when a batch ends.
type forgetful struct{}

func (forgetful) BeginBatch(batch.Beginning) error { return nil }
func (forgetful) EndBatch(string, string) error    { panic("a mistake") }
func (forgetful) ReleaseBatch(string)              {}

func TestAPanicAtTheEndKeepsTheResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startBatch(t, t.Context(), slow(aSecond), 4, batch.WithLog(forgetful{}))
		<-r.Done()
		if n := batch.Totals(r.Rows()); n[batch.Applied] != 4 || !r.Progress().Ended {
			t.Errorf("totals %v, %+v", n, r.Progress())
		}
		defer func() {
			if said := fmt.Sprint(recover()); !strings.Contains(said, "a mistake") || !strings.Contains(said, "forgetful") {
				t.Errorf("panicked with %q", said)
			}
		}()
		r.Next(t.Context())
		t.Error("the reader does not get the panic")
	})
}

func TestAPreviewThatPanickedIsDropped(t *testing.T) {
	p := batch.Prepare(t.Context(), nil, []int64{1}, batch.Unlock(), batch.Guard{})
	<-p.Done()
	if _, ok := p.Preview(); ok {
		t.Error("it has a preview")
	}
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "nil pointer") || !strings.Contains(said, "account.Read") {
			t.Errorf("panicked with %q", said)
		}
	}()
	p.Next(t.Context())
	t.Error("the reader does not get the panic")
}
