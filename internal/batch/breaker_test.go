package batch_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// scripted decides how every write ends.
type scripted func(n int, p change.Plan) change.Outcome

func (s scripted) Apply(_ context.Context, p change.Plan) change.Outcome {
	return s(int(p.Subject().ID), p)
}

func (s scripted) BatchDemands(int) change.Demands { return change.Demands{} }

func TestWhenABatchStopsOnItsOwn(t *testing.T) {
	full := errors.New("no space left on device")
	for _, c := range []struct {
		name string
		end  change.Outcome // of every write from the fourth on
		done int
		why  error
	}{
		{"a login refused at the read before", change.Outcome{Kind: change.NotSent, Err: hdpclient.ErrUnauthorized}, 4, hdpclient.ErrUnauthorized},
		{"a login refused at the write", change.Outcome{Kind: change.Unknown, Err: hdpclient.ErrUnauthorized}, 4, hdpclient.ErrUnauthorized},
		{"a login refused at the read-back", change.Outcome{Kind: change.Unknown, ReadErr: hdpclient.ErrUnauthorized}, 4, hdpclient.ErrUnauthorized},
		{"no credentials any more", change.Outcome{Kind: change.NotSent, Err: hdpclient.ErrNoCredentials}, 4, hdpclient.ErrNoCredentials},
		{"read-only", change.Outcome{Kind: change.NotSent, Err: hdpclient.ErrReadOnly}, 4, hdpclient.ErrReadOnly},
		{"the program ends", change.Outcome{Kind: change.NotSent, Err: change.ErrShutdown}, 4, change.ErrShutdown},
		{"an outcome cannot be logged", change.Outcome{Kind: change.Applied, LogErr: full}, 4, full},
		{"an earlier outcome could not be logged", change.Outcome{Kind: change.NotSent, Err: change.ErrNotLogged}, 4, change.ErrNotLogged},
		{"the server is not available", change.Outcome{Kind: change.NotSent, Err: hdpclient.ErrUnavailable}, 8, batch.ErrFailing},
		{"no answers", change.Outcome{Kind: change.Unknown, Err: hdpclient.ErrOutcomeUnknown}, 8, batch.ErrFailing},
		{"refused", change.Outcome{Kind: change.Refused, Err: hdpclient.ErrRefused}, 30, nil},
		{"refused at the read before", change.Outcome{Kind: change.NotSent, Err: hdpclient.ErrRefused}, 30, nil},
		{"not permitted", change.Outcome{Kind: change.NotSent, Err: hdpclient.ErrForbidden}, 30, nil},
		{"gone", change.Outcome{Kind: change.NotSent, Err: hdpclient.ErrNotFound}, 30, nil},
		{"conflict", change.Outcome{Kind: change.Conflict}, 30, nil},
		{"differs", change.Outcome{Kind: change.Differs}, 30, nil},
		{"busy", change.Outcome{Kind: change.NotSent, Err: change.ErrBusy}, 30, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := scripted(func(n int, p change.Plan) change.Outcome {
				o := change.Outcome{Kind: change.Applied}
				if n >= 3 {
					o = c.end
				}
				o.Plan = p
				return o
			})
			r := startBatch(t, t.Context(), w, 30, batch.WithConcurrency(1))
			<-r.Done()
			p := r.Progress()
			if p.Done != c.done || !errors.Is(p.Stopped, c.why) || errors.Is(p.Stopped, batch.ErrFailing) != errors.Is(c.why, batch.ErrFailing) {
				t.Errorf("%d done, stopped by %v", p.Done, p.Stopped)
			}
		})
	}
}

func TestBusyAccountsDoNotResetTheFailureCount(t *testing.T) {
	w := scripted(func(n int, p change.Plan) change.Outcome {
		err := hdpclient.ErrUnavailable
		if n%2 == 1 {
			err = change.ErrBusy
		}
		return change.Outcome{Kind: change.NotSent, Plan: p, Err: err}
	})
	r := startBatch(t, t.Context(), w, 30, batch.WithConcurrency(1))
	<-r.Done()
	if p := r.Progress(); p.Done != 9 || !errors.Is(p.Stopped, batch.ErrFailing) {
		t.Errorf("%d done, stopped by %v", p.Done, p.Stopped)
	}
}

func TestTheFirstReasonToStopIsKept(t *testing.T) {
	var r *batch.Run
	started := make(chan struct{})
	w := scripted(func(_ int, p change.Plan) change.Outcome {
		<-started
		r.Stop()
		return change.Outcome{Kind: change.NotSent, Plan: p, Err: fmt.Errorf("later: %w", hdpclient.ErrUnauthorized)}
	})
	r = startBatch(t, t.Context(), w, 3, batch.WithConcurrency(1))
	close(started)
	<-r.Done()
	if err := r.Progress().Stopped; !errors.Is(err, batch.ErrStopped) {
		t.Errorf("stopped by %v", err)
	}
}

func TestAnUnlockIsNotReplannedOnceStopped(t *testing.T) {
	var r *batch.Run
	started := make(chan struct{})
	tries := 0
	w := scripted(func(_ int, p change.Plan) change.Outcome {
		<-started
		r.Stop()
		tries++
		return change.Outcome{Kind: change.Conflict, Plan: p, LockMoved: true}
	})
	r = startBatch(t, t.Context(), w, 3, batch.WithConcurrency(1))
	close(started)
	<-r.Done()
	if res := r.Rows()[0]; tries != 1 || res.State != batch.Conflict || res.Replanned {
		t.Errorf("%d tries, %s", tries, res.State)
	}
}
