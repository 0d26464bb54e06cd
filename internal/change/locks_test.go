package change_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

const hdp = "https://hdp.example.com:8443"

// shared returns a writer of an operator that shares locks.
func shared(t *testing.T, l *change.Locks, api change.API, holder string, opts ...change.Option) *change.Writer {
	return change.NewWriter(t.Context(), api, append(opts, change.WithLocks(l, hdp, holder))...)
}

// hold starts a write that keeps its account until release is closed.
func hold(t *testing.T, l *change.Locks, holder string) (release chan struct{}, w *change.Writer, running <-chan change.Outcome) {
	f := &fake{status: lockedAccount()}
	release = make(chan struct{})
	f.write = func(store func()) error { <-release; store(); return nil }
	w = shared(t, l, f, holder)
	running = start(func() change.Outcome { return w.Apply(t.Context(), unlockPlan()) })
	synctest.Wait()
	return release, w, running
}

func TestTwoWritersShareAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := change.NewLocks()
		release, bobs, running := hold(t, l, "bob")
		f := &fake{status: lockedAccount()}
		log := &tape{}
		carols := shared(t, l, f, "carol", change.WithAuditLog(log))

		if who, held := l.Holder("HTTPS://hdp.example.com:8443/", alice.ID); who != "bob" || !held {
			t.Errorf("held by %q, %v", who, held)
		}
		if who, busy := carols.ChangedBy(alice.ID); who != "bob" || !busy {
			t.Errorf("carol sees %q, %v", who, busy)
		}
		if who, busy := bobs.ChangedBy(alice.ID); busy {
			t.Errorf("bob sees himself as %q", who)
		}
		for name, write := range map[string]func() change.Outcome{
			"a change": func() change.Outcome { return carols.Apply(t.Context(), unlockPlan()) },
			"a reset": func() change.Outcome {
				return carols.ResetPassword(t.Context(), change.PlanReset(alice), hdpclient.SecretOf("x"))
			},
		} {
			o := write()
			var busy *change.BusyError
			if o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrBusy) || !errors.As(o.Err, &busy) || busy.By != "bob" {
				t.Errorf("%s: %s %v", name, o.Kind, o.Err)
			}
		}
		if calls := f.calls(); len(calls) > 0 || len(log.lines) > 0 {
			t.Errorf("sent %q, logged %q", calls, log.lines)
		}
		close(release)
		if o := <-running; o.Kind != change.Applied {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
		if who, busy := carols.ChangedBy(alice.ID); busy {
			t.Errorf("still changed by %q", who)
		}
		if o := carols.Apply(t.Context(), unlockPlan()); o.Kind != change.Applied {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
	})
}

// Nothing is shared with another server, or by operators whose own account has no known id.
func TestLocksKeepAccountsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := change.NewLocks()
		release, _, _ := hold(t, l, "bob")
		defer close(release)
		other := change.NewWriter(t.Context(), &fake{status: lockedAccount()}, change.WithLocks(l, "https://test.example.com", "carol"))
		if o := other.Apply(t.Context(), unlockPlan()); o.Kind != change.Applied {
			t.Errorf("another server: %s %v", o.Kind, o.Err)
		}

		answer := make(chan struct{})
		own := func(name string) change.Outcome {
			return shared(t, l, &fake{}, name).ChangeOwnPassword(t.Context(), change.Subject{Name: hdpclient.TextOf(name)}, func(context.Context) error {
				<-answer
				return nil
			})
		}
		first := start(func() change.Outcome { return own("carol") })
		synctest.Wait()
		if o := own("CAROL"); !errors.Is(o.Err, change.ErrBusy) {
			t.Errorf("her own password twice: %s %v", o.Kind, o.Err)
		}
		second := start(func() change.Outcome { return own("dave") })
		synctest.Wait()
		close(answer)
		for _, done := range []<-chan change.Outcome{first, second} {
			if o := <-done; o.Kind != change.Accepted {
				t.Errorf("own password: %s %v", o.Kind, o.Err)
			}
		}
	})
}

// A write whose answer is lost is watched for half a minute; until then the account is busy.
func TestTheLockLastsUntilTheOutcomeIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := change.NewLocks()
		f := &fake{status: lockedAccount()}
		f.write = func(func()) error { return errLost }
		log := &tape{}
		bobs := shared(t, l, f, "bob", change.WithAuditLog(log))
		running := start(func() change.Outcome { return bobs.Apply(t.Context(), unlockPlan()) })
		carols := shared(t, l, &fake{status: lockedAccount()}, "carol")
		time.Sleep(29 * time.Second) //nolint:forbidigo // synctest's clock
		if who, _ := carols.ChangedBy(alice.ID); who != "bob" {
			t.Errorf("after 29 s it is changed by %q", who)
		}
		if who, busy := carols.AwaitChangedBy(t.Context(), alice.ID, "bob", true); busy || len(log.lines) != 2 {
			t.Errorf("released to %q with %q logged", who, log.lines)
		}
		if o := <-running; o.Kind != change.Unknown {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
	})
}

func TestARowOfABatchWaitsForAnotherWrite(t *testing.T) {
	for _, c := range []struct {
		name  string
		after time.Duration // when the other write ends
		end   func(cancel func(), carols *change.Writer)
		took  time.Duration
		err   error // nil: applied
	}{
		{"it ends", 4 * time.Second, nil, 4 * time.Second, nil},
		{"it takes too long", time.Minute, nil, 10 * time.Second, change.ErrBusy},
		{"the batch is cancelled", time.Minute, func(cancel func(), _ *change.Writer) { cancel() }, 2 * time.Second, context.Canceled},
		{"the console ends", time.Minute, func(_ func(), w *change.Writer) { w.Halt() }, 2 * time.Second, change.ErrShutdown},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := change.NewLocks()
				release, _, running := hold(t, l, "bob")
				carols := shared(t, l, &fake{status: lockedAccount()}, "carol")
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				time.AfterFunc(c.after, func() { close(release) })
				if c.end != nil {
					time.AfterFunc(2*time.Second, func() { c.end(cancel, carols) })
				}
				began := time.Now()
				o := carols.Apply(ctx, unlockPlan().InBatch("B1", 0))
				if took := time.Since(began); took != c.took || !errors.Is(o.Err, c.err) || (o.Kind == change.Applied) != (c.err == nil) {
					t.Errorf("%s %v after %v", o.Kind, o.Err, took)
				}
				<-running
			})
		})
	}
}

func TestALockIsReleasedHoweverItsWriteEnds(t *testing.T) {
	t.Run("a panic", func(t *testing.T) {
		l := change.NewLocks()
		f := &fake{status: lockedAccount()}
		f.write = func(func()) error { panic("no") }
		func() {
			defer func() { _ = recover() }()
			shared(t, l, f, "bob").Apply(t.Context(), unlockPlan())
		}()
		if who, held := l.Holder(hdp, alice.ID); held {
			t.Errorf("held by %q", who)
		}
	})
	t.Run("an audit log that panics", func(t *testing.T) {
		l := change.NewLocks()
		func() {
			defer func() { _ = recover() }()
			shared(t, l, &fake{status: lockedAccount()}, "bob", change.WithAuditLog(panickingLog{})).Apply(t.Context(), unlockPlan())
		}()
		if who, held := l.Holder(hdp, alice.ID); held {
			t.Errorf("held by %q", who)
		}
	})
	t.Run("shutdown", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := change.NewLocks()
			release, bobs, running := hold(t, l, "bob")
			if left := bobs.Shutdown(5 * time.Second); len(left) != 1 || left[0].Kind != change.Unknown {
				t.Errorf("left %v", left)
			}
			if _, held := l.Holder(hdp, alice.ID); !held {
				t.Error("released while the request is running")
			}
			close(release)
			<-running
			if o := shared(t, l, &fake{status: lockedAccount()}, "carol").Apply(t.Context(), unlockPlan()); o.Kind != change.Applied {
				t.Errorf("the next write: %s %v", o.Kind, o.Err)
			}
		})
	})
}

type panickingLog struct{}

func (panickingLog) LogIntent(change.Intent) (change.LogOutcome, error) { panic("no") }

func TestAwaitChangedByEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := change.NewLocks()
		carols := shared(t, l, &fake{}, "carol")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan bool)
		go func() { _, busy := carols.AwaitChangedBy(ctx, alice.ID, "", false); done <- busy }()
		synctest.Wait()
		release, _, running := hold(t, l, "bob")
		if !<-done {
			t.Error("the change was not noticed")
		}
		go func() { _, busy := carols.AwaitChangedBy(ctx, alice.ID, "bob", true); done <- busy }()
		synctest.Wait()
		cancel()
		if !<-done {
			t.Error("it says that nobody changes the account")
		}
		close(release)
		<-running
	})
}

// counting is a server that notices two writes to one account at once.
type counting struct {
	*fake
	writing *[8]atomic.Int32
	t       *testing.T
}

func (c *counting) UpdateStatusInfo(_ context.Context, id int64, _ hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	if n := c.writing[id].Add(1); n != 1 {
		c.t.Errorf("account %d has %d writes at a time", id, n)
	}
	defer c.writing[id].Add(-1)
	<-time.After(50 * time.Microsecond) // for others to come
	return hdpclient.Opt[hdpclient.StatusInfo]{}, errNo
}

func TestFiftyWritersShareEightAccounts(t *testing.T) {
	l := change.NewLocks()
	var writing [8]atomic.Int32
	var sent, busy atomic.Int32
	var all sync.WaitGroup
	for n := range 50 {
		w := shared(t, l, &counting{&fake{status: lockedAccount()}, &writing, t}, fmt.Sprint("operator ", n))
		for worker := range 2 {
			all.Go(func() {
				for i := range 20 {
					id := int64((n + i*worker) % len(writing))
					s := lockedAccount()
					p := change.PlanStatus(change.Subject{ID: id}, s, change.Unlock(s))
					if worker == 1 {
						p = p.InBatch("B1", 0)
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+i%3)*time.Millisecond)
					o := w.Apply(ctx, p)
					cancel()
					if errors.Is(o.Err, change.ErrBusy) {
						busy.Add(1)
					} else {
						sent.Add(1)
					}
					w.ChangedBy(id)
				}
			})
		}
		if n%10 == 0 {
			all.Go(func() { w.Shutdown(time.Millisecond) })
		}
	}
	all.Wait()
	for id := range writing {
		if who, held := l.Holder(hdp, int64(id)); held {
			t.Errorf("account %d is still held by %q", id, who)
		}
	}
	if sent.Load() == 0 || busy.Load() == 0 {
		t.Errorf("%d sent, %d refused: nothing was tested", sent.Load(), busy.Load())
	}
}
