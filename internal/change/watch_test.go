package change_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestALostAnswerIsCheckedForHalfAMinute(t *testing.T) {
	f := &fake{status: lockedAccount()}
	f.write = func(func()) error { return errLost }
	c := newClock()
	o := change.NewWriter(t.Context(), f, change.WithClock(c)).Apply(t.Context(), unlockPlan())
	if want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second, 6500 * time.Millisecond}; !slices.Equal(c.waits, want) {
		t.Errorf("waits %v, want %v", c.waits, want)
	}
	if o.Took() != 30*time.Second {
		t.Errorf("took %v", o.Took())
	}
	if want := noon.Add(30 * time.Second); !o.At.Equal(want) {
		t.Errorf("not stored as of %v, want %v", o.At, want)
	}
}

func TestAWriteThatArrivesLateIsFound(t *testing.T) {
	f := &fake{status: lockedAccount()}
	var late func()
	f.write = func(store func()) error { late = store; return errLost }
	c := newClock()
	c.tick = func(since time.Duration) {
		if since >= 20*time.Second && late != nil {
			late()
		}
	}
	o := change.NewWriter(t.Context(), f, change.WithClock(c)).Apply(t.Context(), unlockPlan())
	if o.Kind != change.Applied || !o.ByReading {
		t.Errorf("%s, by reading %v", o.Kind, o.ByReading)
	}
}

func TestChecksStopOnceTheyCannotSucceed(t *testing.T) {
	for _, err := range []error{hdpclient.ErrUnauthorized, hdpclient.ErrForbidden, hdpclient.ErrNotFound} {
		t.Run(err.Error(), func(t *testing.T) {
			f := &fake{status: lockedAccount()}
			f.write = func(func()) error { return errLost }
			f.read = func(n int) error {
				if n == 2 {
					return err
				}
				return nil
			}
			o := change.NewWriter(t.Context(), f, change.WithClock(newClock())).Apply(t.Context(), unlockPlan())
			if o.Kind != change.Unknown || !errors.Is(o.ReadErr, err) || f.reads != 2 {
				t.Errorf("%s %v after %d reads", o.Kind, o.ReadErr, f.reads)
			}
		})
	}
}

func TestAnUnknownOutcomeCanBeCheckedAgain(t *testing.T) {
	f := &fake{status: lockedAccount()}
	var late func()
	f.write = func(store func()) error { late = store; return errLost }
	w := change.NewWriter(t.Context(), f, change.WithClock(newClock()))
	o := w.Apply(t.Context(), unlockPlan())

	if o = w.CheckAgain(t.Context(), o); o.Kind != change.Unknown || o.Seen != change.SeenBefore {
		t.Fatalf("%s, seen %q", o.Kind, o.Seen)
	}
	if _, err := w.Undo(alice.ID); !errors.Is(err, change.ErrUndoUnknown) {
		t.Errorf("undo: %v", err)
	}
	late()
	if o = w.CheckAgain(t.Context(), o); o.Kind != change.Applied || !o.ByReading {
		t.Fatalf("%s, by reading %v", o.Kind, o.ByReading)
	}
	if _, err := w.Undo(alice.ID); err != nil {
		t.Errorf("undo: %v", err)
	}
	reads := f.reads
	if again := w.CheckAgain(t.Context(), o); again.Kind != change.Applied || f.reads != reads {
		t.Errorf("checked a known outcome")
	}
}

func TestAWriteOfAnEarlierSessionCanBeChecked(t *testing.T) {
	f := &fake{status: unlocked()}
	w := change.NewWriter(t.Context(), f)
	o := w.CheckAgain(t.Context(), change.Outcome{Kind: change.Unknown, Plan: unlockPlan()})
	if o.Kind != change.Applied || !o.ByReading {
		t.Errorf("%s, seen %q", o.Kind, o.Seen)
	}
	if _, err := w.Undo(alice.ID); !errors.Is(err, change.ErrNothingToUndo) {
		t.Errorf("undo of what another session did: %v", err)
	}
}

func TestACheckOfAnAnsweredWriteUsesItsEcho(t *testing.T) {
	f := &fake{status: lockedAccount()}
	down := true
	f.read = func(n int) error {
		if n > 1 && down {
			return errDown
		}
		return nil
	}
	w := change.NewWriter(t.Context(), f, change.WithClock(newClock()))
	o := w.Apply(t.Context(), unlockPlan())
	if o.Kind != change.Unknown {
		t.Fatal(o.Kind)
	}
	down = false
	f.status = inactive()
	if o = w.CheckAgain(t.Context(), o); o.Kind != change.Differs || o.Rows[0].Why != change.ChangedSince {
		t.Errorf("%s %q", o.Kind, rowTexts(o))
	}
}

// A check may delay every other write: before the next intent, a write that an earlier session
// left open is checked.
func TestACheckEndsWhenShutdownBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stalled{fake: fake{status: lockedAccount(), reads: 1}, get: true}
		w := change.NewWriter(t.Context(), s)
		checking := start(func() change.Outcome {
			return w.CheckAgain(t.Context(), change.Outcome{Kind: change.Unknown, Plan: unlockPlan()})
		})
		synctest.Wait()
		began := time.Now()
		w.Shutdown(10 * time.Second)
		if o := <-checking; o.Kind != change.Unknown || o.Seen != change.NotSeen || o.ReadErr == nil {
			t.Errorf("%s %q %v", o.Kind, o.Seen, o.ReadErr)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

func TestCheckNowSendsNoSecondWrite(t *testing.T) {
	for _, c := range []struct {
		name         string
		hurry        func(*change.Writer, int64)
		reads        int // afterwards, including the one before the write and the first check
		ends, stored bool
	}{
		{"check now", (*change.Writer).CheckNow, 3, false, false},
		{"check now, once it is stored", (*change.Writer).CheckNow, 3, true, true},
		{"stop watching", (*change.Writer).StopWatching, 3, true, false},
		{"stop watching, once it is stored", (*change.Writer).StopWatching, 3, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{status: lockedAccount()}
				var late func()
				f.write = func(store func()) error { late = store; return errLost }
				w := change.NewWriter(t.Context(), f)
				w.CheckNow(alice.ID) // nothing is watched yet
				began := time.Now()
				writing := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
				synctest.Wait()
				now := w.InFlight()
				if len(now) != 1 || !now[0].Watched || !errors.Is(now[0].Latest.Err, errLost) || now[0].Latest.Seen != change.SeenBefore {
					t.Fatalf("running: %+v", now)
				}
				if o := w.Apply(t.Context(), unlockPlan()); !errors.Is(o.Err, change.ErrBusy) {
					t.Errorf("a second write: %s %v", o.Kind, o.Err)
				}
				if c.stored {
					late()
				}
				c.hurry(w, alice.ID)
				synctest.Wait()
				if took := time.Since(began); f.reads != c.reads || took != 0 {
					t.Errorf("%d reads after %v", f.reads, took)
				}
				if ended := len(w.InFlight()) == 0; ended != c.ends {
					t.Errorf("ended: %v", ended)
				}
				o := <-writing
				if want := map[bool]change.Kind{false: change.Unknown, true: change.Applied}[c.stored]; o.Kind != want {
					t.Errorf("%s, want %s", o.Kind, want)
				}
				puts := slices.DeleteFunc(f.calls(), func(call string) bool { return call != "PUT statusinfo 307" })
				if len(puts) != 1 {
					t.Errorf("%d writes", len(puts))
				}
			})
		})
	}
}

// A check that hangs is not overtaken: requests meanwhile lead to one check after it.
func TestOneCheckAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stalled{fake: fake{status: lockedAccount()}, get: true, release: make(chan struct{})}
		s.write = func(func()) error { return errLost }
		w := change.NewWriter(t.Context(), s)
		writing := start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
		synctest.Wait()
		for range 3 {
			w.CheckNow(alice.ID)
			w.StopWatching(alice.ID)
		}
		synctest.Wait()
		if o := w.Apply(t.Context(), unlockPlan()); !errors.Is(o.Err, change.ErrBusy) {
			t.Errorf("a second write during a check: %s %v", o.Kind, o.Err)
		}
		close(s.release)
		if o := <-writing; o.Kind != change.Unknown || s.reads != 3 {
			t.Errorf("%s after %d reads", o.Kind, s.reads)
		}
	})
}
