package batch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

func TestARefusedLoginStopsTheBatch(t *testing.T) {
	for name, fault := range map[string]hdptest.Fault{
		"at the read before": {Method: http.MethodGet, Path: "/statusinfo", Skip: 16},
		"at the write":       {Method: http.MethodPut, Skip: 8},
		"at the read after":  {Method: http.MethodGet, Path: "/statusinfo", Skip: 17},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			preview := d.preview(d.locked(40), batch.Unlock(), batch.Guard{})
			d.ResetRequests()
			f := unauthorized()
			f.Method, f.Path, f.Skip, f.Times = fault.Method, fault.Path, fault.Skip, hdptest.Forever
			d.Fail(f)
			r := d.finish(preview)
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
			if last := r.Rows()[39]; last.State != batch.NotSent || !errors.Is(last.Interrupted, hdpclient.ErrUnauthorized) || last.Outcome.Kind != "" {
				t.Errorf("the last is %s, %v", last.State, last.Interrupted)
			}
			d.checkAgreement(r)
			for _, line := range d.tape.wrote() {
				if strings.HasPrefix(line, "ended") {
					t.Errorf("logged: %q", line)
				}
			}
		})
	}
}

// errNoRoute is a lost connection; the client does not retry it on its own.
var errNoRoute = errors.New("no route to host")

func TestALostConnectionStopsTheBatch(t *testing.T) {
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
	d.writer = change.NewWriter(t.Context(), api, change.WithClock(&clock{}), change.WithAuditLog(d.tape))
	r := d.finish(d.preview(d.locked(40), batch.Unlock(), batch.Guard{}))
	if err := r.Progress().Stopped; !errors.Is(err, batch.ErrFailing) || !errors.Is(err, hdpclient.ErrUnavailable) {
		t.Errorf("stopped by %v", err)
	}
	n := batch.Totals(r.Rows())
	if n[batch.Applied] < 8 || n[batch.Applied] > 10 || n[batch.NotSent] < 28 {
		t.Errorf("totals %v", n)
	}
	d.checkAgreement(r)

	cut.Store(false)
	again, err := roundsOf(r).Retry(t.Context(), d.client, batch.Guard{})
	if err != nil {
		t.Fatal(err)
	}
	preview := d.previewOf(again)
	if left := preview.Totals(); left[batch.Planned]+left[batch.NoChange] != 40-n[batch.Applied] || left[batch.Planned] < n[batch.NotSent] || preview.Replaces != r.ID() {
		t.Errorf("to be retried: %v of %v, replacing %q", preview.Totals(), n, preview.Replaces)
	}
	api.put = func(int64) {}
	d.finish(preview)
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
	preview := d.preview(ids, batch.Unlock(), batch.Guard{})
	for i, id := range ids { // four failures in a row never stop it, the fifth does
		if i%5 != 4 || i > 20 {
			d.failPut(id, hdptest.Fault{Kind: hdptest.HTML502})
		}
	}
	r := d.finish(preview, batch.WithConcurrency(1))
	if err := r.Progress().Stopped; !errors.Is(err, batch.ErrFailing) {
		t.Errorf("stopped by %v", err)
	}
	want := map[batch.State]int{batch.Applied: 4, batch.Unknown: 21, batch.NotSent: 15}
	for state, n := range batch.Totals(r.Rows()) {
		if n != want[state] {
			t.Errorf("%s: %d, want %d", state, n, want[state])
		}
	}
	d.checkAgreement(r)
}

func TestStopLetsRunningRowsFinish(t *testing.T) {
	d := newDesk(t)
	preview := d.preview(d.locked(20), batch.Unlock(), batch.Guard{})
	release := d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang, Skip: 4, Times: hdptest.Forever})
	r := d.run(preview)
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
	if last := r.Rows()[19]; !errors.Is(last.Interrupted, batch.ErrStopped) || !errors.Is(r.Progress().Stopped, batch.ErrStopped) {
		t.Errorf("interrupted: %v", last.Interrupted)
	}
	d.checkAgreement(r)
	if lines := d.tape.wrote(); lines[len(lines)-1] != "ended "+r.ID()+": stopped by the operator" {
		t.Errorf("the last line is %q", lines[len(lines)-1])
	}
}

func TestABatchCutShortByShutdownMayBeResumed(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(20)
	api := &meddled{API: d.client}
	d.writer = change.NewWriter(t.Context(), api, change.WithClock(&clock{}), change.WithAuditLog(d.tape))
	shut := make(chan struct{})
	api.put = func(n int64) {
		if n == 6 {
			go func() { d.writer.Shutdown(0); close(shut) }()
			<-shut
		}
	}
	r := d.finish(d.preview(ids, batch.Unlock(), batch.Guard{}), batch.WithConcurrency(1))
	n := batch.Totals(r.Rows())
	if n[batch.Applied] != 5 || n[batch.Unknown] != 1 || n[batch.NotSent] != 14 || !errors.Is(r.Progress().Stopped, change.ErrShutdown) {
		t.Errorf("totals %v, stopped by %v", n, r.Progress().Stopped)
	}
	if lines := d.tape.wrote(); strings.HasPrefix(lines[len(lines)-1], "ended") {
		t.Errorf("logged: %q", lines[len(lines)-1])
	}
}
