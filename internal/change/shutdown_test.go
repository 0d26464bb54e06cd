package change_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// The tests in this file run in synctest's bubble: the clock stops while anything runs, and a wait
// takes no time.

func TestAnAccountHasOneWriteAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{status: lockedAccount()}
		answer := make(chan struct{})
		f.write = func(store func()) error { <-answer; store(); return nil }
		w := change.NewWriter(t.Context(), f)
		first := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()

		if in := w.InFlight(); len(in) != 1 || in[0].Plan.Operation() != "unlock" || in[0].Stage != change.Sent {
			t.Errorf("in flight %v", in)
		}
		if o := w.Apply(t.Context(), unlockPlan()); o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrBusy) {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
		if o := w.ResetPassword(t.Context(), change.PlanReset(alice), hdpclient.SecretOf("x")); !errors.Is(o.Err, change.ErrBusy) {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
		close(answer)
		if o := <-first; o.Kind != change.Applied {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
		if len(w.InFlight()) > 0 {
			t.Error("still in flight")
		}
	})
}

func start(do func() change.Outcome) <-chan change.Outcome {
	done := make(chan change.Outcome, 1)
	go func() { done <- do() }()
	return done
}

func TestShutdownAwaitsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{status: lockedAccount()}
		f.write = func(store func()) error { time.Sleep(4 * time.Second); store(); return nil } //nolint:forbidigo // synctest's clock
		w := change.NewWriter(t.Context(), f)
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		began := time.Now()
		left := w.Shutdown(10 * time.Second)
		if took := time.Since(began); took != 4*time.Second {
			t.Errorf("took %v", took)
		}
		if o := <-running; o.Kind != change.Applied || len(left) != 1 || left[0].Kind != change.Applied {
			t.Errorf("%s, left %v", o.Kind, left)
		}
	})
}

func TestAShutdownCanBeHurried(t *testing.T) {
	for name, after := range map[string]time.Duration{"later": 2 * time.Second, "before it begins": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &stalled{put: true}
				s.status, s.release = lockedAccount(), make(chan struct{})
				w := change.NewWriter(t.Context(), s)
				running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
				synctest.Wait()
				if after == 0 {
					w.HurryShutdown()
				} else {
					time.AfterFunc(after, w.HurryShutdown)
				}
				began := time.Now()
				left := w.Shutdown(time.Hour)
				if took := time.Since(began); took != after {
					t.Errorf("took %v", took)
				}
				if o := <-running; o.Kind != change.Unknown || len(left) != 1 {
					t.Errorf("%s, left %v", o.Kind, left)
				}
				w.HurryShutdown()
				close(s.release)
			})
		})
	}
}

func TestShutdownGivesUpAtTheEndOfItsGrace(t *testing.T) {
	for _, c := range []struct {
		name string
		*stalled
	}{
		{"the answer does not come", &stalled{put: true}},
		{"the answer does not come, and the client does not give up", &stalled{put: true, deaf: true}},
		{"the read-back does not come", &stalled{get: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := c.stalled
				s.status, s.release = lockedAccount(), make(chan struct{})
				r := &tape{}
				w := change.NewWriter(t.Context(), s, change.WithAuditLog(r))
				running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
				synctest.Wait()
				began := time.Now()
				left := w.Shutdown(6 * time.Second)
				if took := time.Since(began); took != 6*time.Second {
					t.Errorf("took %v", took)
				}
				if len(left) != 1 || left[0].Kind != change.Unknown || s.put && !errors.Is(left[0].Err, change.ErrShutdown) {
					t.Errorf("left %v", left)
				}
				want := []string{"intent 1: unlock 307", "outcome 1: unknown"}
				if !slices.Equal(r.wrote(), want) {
					t.Errorf("logged %q", r.wrote())
				}
				if s.deaf {
					close(s.release) // the answer comes after all, but too late
				}
				if o := <-running; o.Kind != change.Unknown || o.Seen != left[0].Seen {
					t.Errorf("the caller got %s", o.Kind)
				}
				if took := time.Since(began); took != 6*time.Second {
					t.Errorf("the caller got it after %v", took)
				}
				if !slices.Equal(r.wrote(), want) {
					t.Errorf("logged %q", r.wrote())
				}
			})
		})
	}
}

func TestRequestsWithoutAnAnswerTimeOut(t *testing.T) {
	for _, c := range []struct {
		name string
		*stalled
		seen change.Seen
		took time.Duration
	}{
		{"the write", &stalled{put: true}, change.SeenBefore, 30 * time.Second},
		{"the read-back", &stalled{get: true}, change.NotSeen, 31500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := c.stalled
				s.status, s.release = lockedAccount(), make(chan struct{})
				w := change.NewWriter(t.Context(), s)
				began := time.Now()
				o := w.Apply(t.Context(), unlockPlan())
				if took := time.Since(began); o.Kind != change.Unknown || o.Seen != c.seen || took != c.took {
					t.Errorf("%s, seen %q, after %v", o.Kind, o.Seen, took)
				}
			})
		})
	}
}

// stalled answers no PUT, or no GET after it, until it is released. It gives up when the context
// ends, unless it is deaf.
type stalled struct {
	fake
	put, get, deaf bool
	release        chan struct{}
}

func (s *stalled) stall(ctx context.Context, here bool) error {
	switch {
	case !here:
		return nil
	case s.deaf:
		<-s.release
		return nil
	}
	select {
	case <-s.release:
		return nil
	case <-ctx.Done():
		return errLost
	}
}

func (s *stalled) StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error) {
	if err := s.stall(ctx, s.get && s.reads > 0); err != nil {
		return hdpclient.StatusInfo{}, err
	}
	if s.deaf {
		ctx = context.WithoutCancel(ctx)
	}
	return s.fake.StatusInfo(ctx, id)
}

func (s *stalled) UpdateStatusInfo(ctx context.Context, id int64, info hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	if err := s.stall(ctx, s.put); err != nil {
		return hdpclient.Opt[hdpclient.StatusInfo]{}, err
	}
	return s.fake.UpdateStatusInfo(context.WithoutCancel(ctx), id, info)
}

func TestNothingIsSentOnceShutdownBegan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{status: lockedAccount()}
		reading := make(chan struct{})
		f.read = func(int) error { <-reading; return nil }
		r := &tape{}
		w := change.NewWriter(t.Context(), f, change.WithAuditLog(r))
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		ended := make(chan []change.Outcome, 1)
		go func() { ended <- w.Shutdown(10 * time.Second) }()
		synctest.Wait()
		close(reading) // the account is unchanged, but it is too late

		left := <-ended
		if o := <-running; o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrShutdown) || len(left) != 1 || left[0].Kind != change.NotSent {
			t.Errorf("%s %v, left %v", o.Kind, o.Err, left)
		}
		if o := w.Apply(t.Context(), unlockPlan()); o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrShutdown) {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
		if got := f.calls(); !slices.Equal(got, []string{"GET statusinfo 307"}) {
			t.Errorf("calls %q", got)
		}
		if want := []string{"intent 1: unlock 307", "outcome 1: not sent"}; !slices.Equal(r.wrote(), want) {
			t.Errorf("logged %q", r.wrote())
		}
	})
}

// stoppingTape stops a write once its intent is on disk, before anything is sent.
type stoppingTape struct {
	tape
	stop func()
}

func (s *stoppingTape) LogIntent(i change.Intent) (change.LogOutcome, error) {
	defer s.stop()
	return s.tape.LogIntent(i)
}

func TestAWriteStoppedAtTheLastMomentIsNotSent(t *testing.T) {
	for name, stop := range map[string]func(*change.Writer, context.CancelFunc){
		"its caller has gone":  func(_ *change.Writer, cancel context.CancelFunc) { cancel() },
		"the writer is halted": func(w *change.Writer, _ context.CancelFunc) { w.Halt() },
	} {
		for what, write := range map[string]func(context.Context, *change.Writer) change.Outcome{
			"a change": func(ctx context.Context, w *change.Writer) change.Outcome { return w.Apply(ctx, unlockPlan()) },
			"a reset": func(ctx context.Context, w *change.Writer) change.Outcome {
				return w.ResetPassword(ctx, change.PlanReset(alice), hdpclient.SecretOf("x"))
			},
		} {
			t.Run(what+", and "+name, func(t *testing.T) {
				for range 50 { // the contexts that the stop ends may end at any moment
					ctx, cancel := context.WithCancel(t.Context())
					f, r := &fake{status: lockedAccount()}, &stoppingTape{}
					w := change.NewWriter(t.Context(), f, change.WithAuditLog(r))
					r.stop = func() { stop(w, cancel) }
					o := write(ctx, w)
					cancel()
					if puts := slices.ContainsFunc(f.calls(), func(c string) bool { return c[:3] == "PUT" }); o.Kind != change.NotSent || puts {
						t.Fatalf("%s, calls %q", o.Kind, f.calls())
					}
				}
			})
		}
	}
}

func TestShutdownCutsARecheckShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stalled{fake: fake{status: lockedAccount(), reads: 1}, get: true, release: make(chan struct{})}
		w := change.NewWriter(t.Context(), s)
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		began := time.Now()
		w.Shutdown(10 * time.Second)
		if o := <-running; o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrShutdown) || time.Since(began) > 0 {
			t.Errorf("%s %v after %v", o.Kind, o.Err, time.Since(began))
		}
	})
}

func TestAHangingRecheckDoesNotDelayShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{status: lockedAccount()}
		reading := make(chan struct{})
		f.read = func(int) error { <-reading; return nil }
		w := change.NewWriter(t.Context(), f)
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		if left := w.Shutdown(time.Second); len(left) != 1 || left[0].Kind != change.NotSent {
			t.Errorf("left %v", left)
		}
		close(reading)
		if o := <-running; o.Kind != change.NotSent {
			t.Error(o.Kind)
		}
	})
}

// hangingTape returns an intent, which is on disk, only once it is released.
type hangingTape struct {
	tape
	release chan struct{}
}

func (h *hangingTape) LogIntent(i change.Intent) (change.LogOutcome, error) {
	logOutcome, err := h.tape.LogIntent(i)
	<-h.release
	return logOutcome, err
}

// An unsent write logs its own outcome: at the end of the grace its intent may still be on its way
// to the disk, and Shutdown has no LogOutcome to call.
func TestAHangingIntentGetsItsOutcomeAfterShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hangingTape{release: make(chan struct{})}
		w := change.NewWriter(t.Context(), &fake{status: lockedAccount()}, change.WithAuditLog(h))
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		if left := w.Shutdown(time.Second); len(left) != 1 || left[0].Kind != change.NotSent {
			t.Errorf("left %v", left)
		}
		close(h.release)
		<-running
		if want := []string{"intent 1: unlock 307", "outcome 1: not sent"}; !slices.Equal(h.wrote(), want) {
			t.Errorf("logged %q", h.wrote())
		}
	})
}

func TestAWriteBeingCheckedIsNotSentAfterHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{status: lockedAccount()}
		reading := make(chan struct{})
		f.read = func(int) error { <-reading; return nil }
		f.write = func(func()) error { t.Error("sent"); return nil }
		w := change.NewWriter(t.Context(), f)
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		if in := w.Halt(); len(in) != 1 || in[0].Stage != change.Checking || in[0].Elapsed != 0 {
			t.Errorf("in flight %v", in)
		}
		close(reading)
		if o := <-running; o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrShutdown) {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
		if o := w.Apply(t.Context(), unlockPlan()); !errors.Is(o.Err, change.ErrShutdown) {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
		if left := w.Shutdown(time.Second); len(left) != 0 {
			t.Errorf("left %v", left)
		}
	})
}

func TestShutdownDuringVerificationReportsWhatWasSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{status: lockedAccount()}
		f.write = func(func()) error { return errLost }
		w := change.NewWriter(t.Context(), f)
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		time.Sleep(5 * time.Second) //nolint:forbidigo // synctest's clock
		if in := w.InFlight(); len(in) != 1 || in[0].Stage != change.Verifying || in[0].Elapsed != 5*time.Second {
			t.Errorf("in flight %v", in)
		}
		left := w.Shutdown(time.Second)
		if len(left) != 1 || left[0].Kind != change.Unknown || left[0].Seen != change.SeenBefore || !errors.Is(left[0].Err, errLost) {
			t.Errorf("left %v", left)
		}
		<-running
	})
}

func TestShutdownKeepsAnAnswerThatCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stalled{fake: fake{status: lockedAccount()}, get: true, release: make(chan struct{})}
		s.write = func(func()) error { return nil } // ignored, and the echo says so
		w := change.NewWriter(t.Context(), s)
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		left := w.Shutdown(time.Second)
		if len(left) != 1 || left[0].Kind != change.Unknown || len(left[0].Rows) != 3 || left[0].Rows[0].Why != change.NotTaken {
			t.Errorf("left %v", left)
		}
		<-running
	})
}

func TestShutdownMayBeCalledAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stalled{fake: fake{status: lockedAccount()}, put: true, release: make(chan struct{})}
		w := change.NewWriter(t.Context(), s)
		running := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if left := w.Shutdown(time.Second); len(left) != 1 || left[0].Kind != change.Unknown {
					t.Errorf("left %v", left)
				}
			})
		}
		all.Wait()
		<-running
		if w := change.NewWriter(t.Context(), s); len(w.Shutdown(time.Second)) > 0 {
			t.Error("a writer that did nothing reports a write")
		}
	})
}

func TestAPanicDoesNotLoseAWrite(t *testing.T) {
	f := &fake{status: lockedAccount()}
	f.write = func(store func()) error { store(); panic("boom") }
	r := &tape{}
	w := change.NewWriter(t.Context(), f, change.WithAuditLog(r))
	func() {
		defer func() { _ = recover() }()
		w.Apply(t.Context(), unlockPlan())
	}()
	if want := []string{"intent 1: unlock 307", "outcome 1: unknown"}; !slices.Equal(r.wrote(), want) {
		t.Errorf("logged %q", r.wrote())
	}
	if len(w.InFlight()) > 0 || len(w.Shutdown(time.Second)) > 0 {
		t.Error("still in flight")
	}
}

func TestShutdownWithManyWriters(t *testing.T) {
	f := &fake{write: func(func()) error { return nil }, password: hdpclient.PasswordInfo{PasswordStatus: hdpclient.PasswordMustChange}}
	w := change.NewWriter(t.Context(), f)
	var all sync.WaitGroup
	for id := range int64(50) {
		all.Go(func() {
			w.ResetPassword(t.Context(), change.PlanReset(change.Subject{ID: id}), hdpclient.SecretOf("x"))
		})
	}
	all.Go(func() {
		for _, o := range w.Shutdown(time.Second) {
			if o.Kind != change.Accepted && o.Kind != change.NotSent {
				t.Errorf("%s %v", o.Kind, o.Err)
			}
		}
		sent := len(f.calls())
		defer func() {
			if late := f.calls()[sent:]; len(late) > 0 {
				t.Errorf("sent after the end: %q", late)
			}
		}()
		w.ResetPassword(t.Context(), change.PlanReset(change.Subject{ID: 99}), hdpclient.SecretOf("x"))
	})
	all.Wait()
}
