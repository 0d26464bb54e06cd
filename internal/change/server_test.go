package change_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
)

var _ change.API = (*hdpclient.Client)(nil)

// desk is a console without a screen: the real client, a writer that does not wait, and the
// server.
type desk struct {
	*hdptest.Server
	t      *testing.T
	client *hdpclient.Client
	writer *change.Writer
}

func newDesk(t *testing.T, quirks ...hdptest.Quirk) *desk {
	t.Helper()
	s := hdptest.NewServer(t, hdptest.WithQuirks(quirks...))
	c, err := hdpclient.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.SetCredentials(hdpclient.Credentials{User: "helpdesk", Password: hdpclient.SecretOf(hdptest.HelpdeskPassword)})
	return &desk{s, t, c, change.NewWriter(t.Context(), c, change.WithClock(newClock()))}
}

func (d *desk) unlock(id int64) change.Plan {
	d.t.Helper()
	s, err := d.client.StatusInfo(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return change.PlanStatus(change.Subject{ID: id}, s, change.Unlock(s))
}

// sent returns the requests since the last reset, without their bodies.
func (d *desk) sent() []string {
	var out []string
	for _, r := range d.Requests() {
		out = append(out, r.Method+" "+r.Path[strings.LastIndexByte(r.Path, '/')+1:])
	}
	return out
}

func TestAgainstTheServer(t *testing.T) {
	put := func(f hdptest.Fault) func(*desk) {
		f.Method, f.Path = http.MethodPut, "/statusinfo"
		return func(d *desk) { d.Fail(f) }
	}
	for _, c := range []struct {
		name      string
		setup     func(*desk)
		kind      change.Kind
		byReading bool
		err       error
		unlocked  bool
	}{
		{"unlock", func(*desk) {}, change.Applied, false, nil, true},
		{"the connection closes before", put(hdptest.Fault{Kind: hdptest.CloseBefore}), change.Unknown, false, hdpclient.ErrOutcomeUnknown, false},
		{"the connection is reset before", put(hdptest.Fault{Kind: hdptest.Reset}), change.Unknown, false, hdpclient.ErrOutcomeUnknown, false},
		{"the connection closes after the change is made", put(hdptest.Fault{Kind: hdptest.CloseAfterApply}), change.Applied, true, hdpclient.ErrOutcomeUnknown, true},
		{"the change is made after three checks", put(hdptest.Fault{Kind: hdptest.ApplyLate, Reads: 3}), change.Applied, true, hdpclient.ErrOutcomeUnknown, true},
		{"the answer is cut", put(hdptest.Fault{Kind: hdptest.CutBody}), change.Applied, true, hdpclient.ErrOutcomeUnknown, true},
		{"a proxy says 502", put(hdptest.Fault{Kind: hdptest.HTML502}), change.Unknown, false, hdpclient.ErrOutcomeUnknown, false},
		{"a proxy says 502, but the change is made", put(hdptest.Fault{Kind: hdptest.HTML502, Applied: true}), change.Applied, true, hdpclient.ErrOutcomeUnknown, true},
		{"a proxy says 404", put(hdptest.Fault{Kind: hdptest.Status, Status: 404, Body: "<html>"}), change.Unknown, false, hdpclient.ErrOutcomeUnknown, false},
		{"redirected", put(hdptest.Fault{Kind: hdptest.Redirect}), change.Unknown, false, hdpclient.ErrOutcomeUnknown, false},
		{"an empty 200", put(hdptest.Fault{Kind: hdptest.Status, Status: 200, Applied: true}), change.Applied, false, nil, true},
		{"an empty 200, but nothing was changed", put(hdptest.Fault{Kind: hdptest.Status, Status: 200}), change.Unknown, false, nil, false},
		{"refused", put(hdptest.Fault{
			Kind: hdptest.Status, Status: 400,
			Body: `{"error":{"code":222207007,"message":{"lang":"en-US","value":"Invalid JSON Input: no"}}}`,
		}), change.Refused, false, hdpclient.ErrRefused, false},
		{"another administrator", func(d *desk) { d.SetStatusInfo(307, `{"status":0,"accountLocked":true}`) }, change.Conflict, false, nil, false},
		{"the server is gone", func(d *desk) { d.Close() }, change.NotSent, false, hdpclient.ErrNotSent, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			plan := d.unlock(307)
			c.setup(d)
			d.ResetRequests()
			o := d.writer.Apply(t.Context(), plan)
			if o.Kind != c.kind || o.ByReading != c.byReading || !errors.Is(o.Err, c.err) {
				t.Errorf("%s, by reading %v, %v", o.Kind, o.ByReading, o.Err)
			}
			if d.Stored(307).Locked() == c.unlocked {
				t.Errorf("stored %s", d.Stored(307).StatusInfo)
			}
			puts := 0
			for i, r := range d.sent() {
				if r == "PUT statusinfo" {
					if puts++; i != 1 {
						t.Errorf("the PUT does not follow the re-read: %q", d.sent())
					}
				}
			}
			if puts > 1 {
				t.Errorf("sent %d times", puts)
			}
		})
	}
}

func TestADeletedAccount(t *testing.T) {
	d := newDesk(t)
	plan := d.unlock(307)
	d.Delete(307)
	if o := d.writer.Apply(t.Context(), plan); o.Kind != change.NotSent || !errors.Is(o.Err, hdpclient.ErrNotFound) {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
}

func TestARefusedLoginStopsTheChecks(t *testing.T) {
	d := newDesk(t)
	plan := d.unlock(307)
	d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.CloseAfterApply})
	d.Fail(hdptest.Fault{Method: http.MethodGet, Skip: 1, Kind: hdptest.Status, Status: 401, Times: hdptest.Forever})
	d.ResetRequests()
	o := d.writer.Apply(t.Context(), plan)
	if o.Kind != change.Unknown || !errors.Is(o.ReadErr, hdpclient.ErrUnauthorized) {
		t.Errorf("%s %v", o.Kind, o.ReadErr)
	}
	if want := []string{"GET statusinfo", "PUT statusinfo", "GET statusinfo"}; !slices.Equal(d.sent(), want) {
		t.Errorf("sent %q", d.sent())
	}
}

func TestAServerWithQuirksTakesAWriteAndItsUndo(t *testing.T) {
	for _, quirk := range []hdptest.Quirk{"", hdptest.AllAsStrings, hdptest.FractionalSeconds, hdptest.NullOmitted, hdptest.CodeAsString, hdptest.NoDate} {
		t.Run(string(quirk), func(t *testing.T) {
			d := newDesk(t)
			if quirk != "" {
				d.SetQuirk(quirk, true)
			}
			for _, id := range []int64{304, 307, 318, 363} {
				was := d.Stored(id)
				if o := d.writer.Apply(t.Context(), d.unlock(id)); o.Kind != change.Applied {
					t.Fatalf("%d: %s %v %q", id, o.Kind, o.Err, rowTexts(o))
				}
				if now := d.Stored(id); now.Locked() || now.Status() != was.Status() {
					t.Errorf("%d: stored %s", id, now.StatusInfo)
				}
				back, err := d.writer.Undo(id)
				if err != nil {
					t.Fatal(err)
				}
				if o := d.writer.Apply(t.Context(), back); o.Kind != change.Applied {
					t.Fatalf("%d: %s %v %q", id, o.Kind, o.Err, rowTexts(o))
				}
				if now := d.Stored(id); now.StatusInfo != was.StatusInfo {
					t.Errorf("%d: %s is not %s", id, now.StatusInfo, was.StatusInfo)
				}
			}
		})
	}
}

func TestPropertiesTheServerIgnoresAreNamed(t *testing.T) {
	d := newDesk(t, hdptest.ManualLockIgnored)
	s, err := d.client.StatusInfo(t.Context(), 412)
	if err != nil {
		t.Fatal(err)
	}
	lock := s
	lock.AccountLocked = hdpclient.Some(true)
	o := d.writer.Apply(t.Context(), change.PlanStatus(change.Subject{ID: 412}, s, lock))
	if o.Kind != change.Differs || len(o.Rows) == 0 || o.Rows[0].Why != change.NotTaken {
		t.Errorf("%s %q", o.Kind, rowTexts(o))
	}
}

func TestUnknownPropertiesGoBackVerbatim(t *testing.T) {
	d := newDesk(t)
	const odd = `"riskScore":0.870,"labels":["vip",{"since":2019}],"note":"\u00e9\/","big":9007199254740993,"lastReview":null`
	d.SetStatusInfo(307, `{"status":1,"accountLocked":true,`+odd+`}`)
	if o := d.writer.Apply(t.Context(), d.unlock(307)); o.Kind != change.Applied {
		t.Fatalf("%s %v", o.Kind, o.Err)
	}
	var body string
	for _, r := range d.Requests() {
		if r.Method == http.MethodPut {
			body = r.Body
		}
	}
	if want := `{"status":1,"accountLocked":false,` + odd + `}`; body != want {
		t.Errorf("sent\n%s, want\n%s", body, want)
	}
}

func TestADuplicatePropertyIsNotWritten(t *testing.T) {
	f := &fake{status: lockedAccount()}
	f.status.Extra = []byte(`{"a":1,"\u0061":2}`)
	o := change.NewWriter(t.Context(), f).Apply(t.Context(), change.PlanStatus(alice, f.status, change.Unlock(f.status)))
	if o.Kind != change.NotSent || o.Err == nil || len(f.calls()) > 0 {
		t.Errorf("%s %v, calls %q", o.Kind, o.Err, f.calls())
	}
}

func TestPasswordInfoAndResetAgainstTheServer(t *testing.T) {
	d := newDesk(t)
	s := change.Subject{ID: 412}
	read := func() hdpclient.PasswordInfo {
		p, err := d.client.PasswordInfo(t.Context(), s.ID)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := read()
	if o := d.writer.Apply(t.Context(), change.PlanPassword(s, p, change.SetExpiry(p, at("15:00:00")))); o.Kind != change.Applied {
		t.Fatalf("%s %v", o.Kind, o.Err)
	}
	p = read()
	o := d.writer.Apply(t.Context(), change.PlanPassword(s, p, change.ForceChange(p)))
	if now, ok := o.PasswordInfo(); o.Kind != change.Applied || !ok || now.PasswordExpiration != hdpclient.Some(at("15:00:00")) {
		t.Errorf("%s, stored %s", o.Kind, d.Stored(s.ID).PasswordInfo)
	}
	if o := d.writer.ResetPassword(t.Context(), change.PlanReset(s).WithReason("INC-4711"), hdpclient.SecretOf("Tmp-Kite93!")); o.Kind != change.Accepted || !d.CheckPassword(s.ID, "Tmp-Kite93!") {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
	if o := d.writer.ResetPassword(t.Context(), change.PlanReset(s), hdpclient.SecretOf("short")); o.Kind != change.Refused {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
}

// However many other requests wait, re-read and PUT are one round trip with nothing in between.
func TestNoRequestComesBetweenTheRereadAndThePut(t *testing.T) {
	d := newDesk(t)
	client, err := hdpclient.New(d.URL, hdpclient.WithMaxInFlight(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	client.SetCredentials(hdpclient.Credentials{User: "helpdesk", Password: hdpclient.SecretOf(hdptest.HelpdeskPassword)})
	writer := change.NewWriter(t.Context(), client, change.WithClock(newClock()))
	ctx, stop := context.WithCancel(t.Context())
	var others sync.WaitGroup
	for range 8 {
		others.Go(func() {
			for ctx.Err() == nil {
				_, _ = client.PasswordInfo(ctx, 412)
			}
		})
	}
	for i := range 30 {
		s, err := client.StatusInfo(t.Context(), 307)
		if err != nil {
			t.Fatal(err)
		}
		edited := change.Deactivate(s)
		if i%2 == 1 {
			edited = change.Activate(s)
		}
		if o := writer.Apply(t.Context(), change.PlanStatus(change.Subject{ID: 307}, s, edited)); o.Kind != change.Applied {
			t.Fatalf("%s %v", o.Kind, o.Err)
		}
	}
	stop()
	others.Wait()
	sent := d.Requests()
	for i, r := range sent {
		if before := sent[max(0, i-1)]; r.Method == http.MethodPut && before.Path != r.Path {
			t.Errorf("between the re-read and the PUT came %s %s", before.Method, before.Path)
		}
	}
}
