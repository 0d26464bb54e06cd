package change_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// tape is an audit log that keeps lines, together with the server's calls if server is set.
type tape struct {
	mu      sync.Mutex
	lines   []string
	intents []change.Intent
	// full and stuck are the errors of writing an intent and an outcome.
	full, stuck error
	server      *fake
}

func (r *tape) write(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
	if r.server != nil {
		r.server.mu.Lock()
		defer r.server.mu.Unlock()
		r.server.log = append(r.server.log, line)
	}
}

func (r *tape) LogIntent(i change.Intent) (change.LogOutcome, error) {
	if r.full != nil {
		return nil, r.full
	}
	r.intents = append(r.intents, i)
	n := len(r.intents)
	r.write(fmt.Sprintf("intent %d: %s %d", n, i.Operation, i.Subject.ID))
	return func(o change.Outcome) error {
		if r.stuck != nil {
			return r.stuck
		}
		r.write(fmt.Sprintf("outcome %d: %s", n, o.Kind))
		return nil
	}, nil
}

func (r *tape) wrote() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.lines)
}

var errFull = errors.New("no space left on device")

func TestTheIntentIsLoggedFirstAndTheOutcomeLast(t *testing.T) {
	f := &fake{status: lockedAccount(), time: noon}
	r := &tape{server: f}
	o := change.NewWriter(t.Context(), f, change.WithAuditLog(r)).Apply(t.Context(), unlockPlan().WithReason("INC-4711"))
	want := []string{"intent 1: unlock 307", "GET statusinfo 307", "PUT statusinfo 307", "GET statusinfo 307", "outcome 1: applied"}
	if got := f.calls(); !slices.Equal(got, want) || o.LogErr != nil {
		t.Errorf("got %q, %v", got, o.LogErr)
	}
	i := r.intents[0]
	if i.Reason != "INC-4711" || !i.At.Equal(noon) || i.Method != "PUT" || i.Path != "/api/admin/users/307/statusinfo" || i.Subject != alice {
		t.Errorf("intent %+v", i)
	}
	if got, want := string(i.Before), `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`; got != want {
		t.Errorf("before %s", got)
	}
	if got, want := string(i.After), `{"status":1,"accountLocked":false}`; got != want {
		t.Errorf("after %s", got)
	}
	if got, want := string(o.Stored()), string(i.After); got != want {
		t.Errorf("stored %s", got)
	}
}

func TestAWriteThatIsNotSentIsLoggedToo(t *testing.T) {
	f := &fake{status: inactive()}
	r := &tape{}
	w := change.NewWriter(t.Context(), f, change.WithAuditLog(r))
	w.Apply(t.Context(), unlockPlan())
	f.read = func(int) error { return errDown }
	w.Apply(t.Context(), unlockPlan())
	if want := []string{"intent 1: unlock 307", "outcome 1: conflict", "intent 2: unlock 307", "outcome 2: not sent"}; !slices.Equal(r.wrote(), want) {
		t.Errorf("got %q", r.wrote())
	}
}

func TestAPasswordIsNotLogged(t *testing.T) {
	f := &fake{}
	r := &tape{}
	o := change.NewWriter(t.Context(), f, change.WithAuditLog(r)).ResetPassword(t.Context(), change.PlanReset(alice).WithReason("INC-4711"), hdpclient.SecretOf("Pa55!word"))
	if want := []string{"intent 1: reset password 307", "outcome 1: accepted"}; !slices.Equal(r.wrote(), want) {
		t.Errorf("got %q", r.wrote())
	}
	if all := fmt.Sprintf("%+v %#v %+v %#v", r.intents, r.intents, o, o); strings.Contains(all, "Pa55") {
		t.Errorf("the password is in %s", all)
	}
}

func TestNothingIsSentWithoutALoggedIntent(t *testing.T) {
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f, change.WithAuditLog(&tape{full: errFull}))
	for _, o := range []change.Outcome{
		w.Apply(t.Context(), unlockPlan()),
		w.ResetPassword(t.Context(), change.PlanReset(alice), hdpclient.SecretOf("x")),
	} {
		if o.Kind != change.NotSent || !errors.Is(o.Err, errFull) || len(f.calls()) > 0 {
			t.Errorf("%s %v, calls %q", o.Kind, o.Err, f.calls())
		}
	}
}

func TestAnUnloggedOutcomeIsLoggedFirst(t *testing.T) {
	f := &fake{status: lockedAccount()}
	r := &tape{}
	w := change.NewWriter(t.Context(), f, change.WithAuditLog(r))
	f.write = func(store func()) error { store(); r.stuck = errFull; return nil }
	if o := w.Apply(t.Context(), unlockPlan()); o.Kind != change.Applied || !errors.Is(o.LogErr, errFull) {
		t.Fatalf("%s %v", o.Kind, o.LogErr)
	}
	calls := len(f.calls())
	activate := change.PlanStatus(alice, unlocked(), change.Deactivate(unlocked()))
	if o := w.Apply(t.Context(), activate); o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrNotLogged) || !errors.Is(o.Err, errFull) {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
	if len(f.calls()) != calls {
		t.Errorf("sent %q", f.calls()[calls:])
	}
	r.stuck, f.write = nil, nil
	if o := w.Apply(t.Context(), activate); o.Kind != change.Applied || o.LogErr != nil {
		t.Errorf("%s %v %v", o.Kind, o.Err, o.LogErr)
	}
	want := []string{"intent 1: unlock 307", "outcome 1: applied", "intent 2: deactivate 307", "outcome 2: applied"}
	if !slices.Equal(r.wrote(), want) {
		t.Errorf("got %q", r.wrote())
	}
}

func TestNothingIsSentWhileAnOutcomeIsUnlogged(t *testing.T) {
	f := &fake{status: lockedAccount()}
	r := &tape{}
	w := change.NewWriter(t.Context(), f, change.WithAuditLog(r))
	bob := change.Subject{ID: 308}
	f.read = func(n int) error {
		if n == 1 {
			r.stuck = errFull
			w.ResetPassword(t.Context(), change.PlanReset(bob), hdpclient.SecretOf("x"))
		}
		return nil
	}
	if o := w.Apply(t.Context(), unlockPlan()); o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrNotLogged) {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
}

func TestALaterCheckIsLoggedIfItFindsMore(t *testing.T) {
	f := &fake{status: lockedAccount()}
	r := &tape{}
	var late func()
	f.write = func(store func()) error { late = store; return errLost }
	w := change.NewWriter(t.Context(), f, change.WithAuditLog(r), change.WithClock(newClock()))
	o := w.Apply(t.Context(), unlockPlan())
	o = w.CheckAgain(t.Context(), o)
	late()
	w.CheckAgain(t.Context(), o)
	if want := []string{"intent 1: unlock 307", "outcome 1: unknown", "outcome 1: applied"}; !slices.Equal(r.wrote(), want) {
		t.Errorf("got %q", r.wrote())
	}
}
