package change_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestAPlanShowsTheExactRequest(t *testing.T) {
	p := unlockPlan()
	if got, want := p.Method()+" "+p.Path(), "PUT /api/admin/users/307/statusinfo"; got != want {
		t.Errorf("request line %q, want %q", got, want)
	}
	want := []string{
		"kept status 1",
		"changed accountLocked true → false",
		"removed accountLockedAt 2026-11-22 13:45:11 → ",
		"removed accountLockedUntil 2026-11-22 14:15:11 → ",
	}
	if got := propertyTexts(p); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAPlanShowsNoSecret(t *testing.T) {
	before := status(t, `{"status":1,"token":"hunter2","meta":{"apiKey":"hunter2","n":1},"oldPassword":null}`)
	p := change.PlanStatus(alice, before, change.Deactivate(before))
	want := []string{"changed status 1 → 0", "kept token [redacted]", `kept meta {"apiKey":"[redacted]","n":1}`, "kept oldPassword null"}
	if got := propertyTexts(p); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func status(t *testing.T, text string) hdpclient.StatusInfo {
	return parse[hdpclient.StatusInfo](t, text)
}

func password(t *testing.T, text string) hdpclient.PasswordInfo {
	return parse[hdpclient.PasswordInfo](t, text)
}

func parse[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func passwordInfo(t *testing.T, text string) hdpclient.PasswordInfo {
	t.Helper()
	var p hdpclient.PasswordInfo
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPlanComparesByMeaning(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		empty               bool
	}{
		{"absent lock is false", `{"status":1}`, `{"status":1,"accountLocked":false}`, true},
		{"null lock is false", `{"status":1,"accountLocked":null}`, `{"status":1,"accountLocked":false}`, true},
		{"absent time is null", `{"status":1}`, `{"status":1,"accountLockedAt":null}`, true},
		{"fractions do not count", `{"status":1,"accountLockedAt":"2026-11-22 13:45:11.0"}`, `{"status":1,"accountLockedAt":"2026-11-22 13:45:11"}`, true},
		{"a second counts", `{"status":1,"accountLockedAt":"2026-11-22 13:45:11"}`, `{"status":1,"accountLockedAt":"2026-11-22 13:45:12"}`, false},
		{"an empty time is not null", `{"status":1,"accountLockedAt":""}`, `{"status":1}`, false},
		{"unknown: order of members", `{"status":1,"x":{"a":1,"b":2}}`, `{"status":1,"x":{"b":2, "a":1}}`, true},
		{"unknown: spelling of a number", `{"status":1,"x":1.0}`, `{"status":1,"x":1}`, true},
		{"unknown: large IDs", `{"status":1,"x":9007199254740993}`, `{"status":1,"x":9007199254740992}`, false},
		{"unknown: string and number", `{"status":1,"x":"1"}`, `{"status":1,"x":1}`, false},
		{"unknown: false is not absent", `{"status":1,"x":false}`, `{"status":1}`, false},
		{"unknown: order of a list", `{"status":1,"x":[1,2]}`, `{"status":1,"x":[2,1]}`, false},
		{"lock", `{"status":1}`, `{"status":1,"accountLocked":true}`, false},
		{"status", `{"status":1}`, `{"status":0}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := change.PlanStatus(alice, status(t, c.before), status(t, c.after)).Empty(); got != c.empty {
				t.Errorf("empty is %v", got)
			}
		})
	}
}

func TestEditsKeepTheRest(t *testing.T) {
	inStatus := func(edit func(hdpclient.StatusInfo) hdpclient.StatusInfo) func(*testing.T, string) change.Plan {
		return func(t *testing.T, text string) change.Plan {
			return change.PlanStatus(alice, status(t, text), edit(status(t, text)))
		}
	}
	inPassword := func(edit func(hdpclient.PasswordInfo) hdpclient.PasswordInfo) func(*testing.T, string) change.Plan {
		return func(t *testing.T, text string) change.Plan {
			return change.PlanPassword(alice, passwordInfo(t, text), edit(passwordInfo(t, text)))
		}
	}
	setExpiry := func(p hdpclient.PasswordInfo) hdpclient.PasswordInfo {
		return change.SetExpiry(p, at("15:00:00"))
	}
	const lock = `"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"`
	for _, c := range []struct {
		name      string
		plan      func(*testing.T, string) change.Plan
		before    string
		after     string // "" for an empty plan
		operation string
	}{
		{"unlock leaves an inactive account inactive", inStatus(change.Unlock), `{"status":0,` + lock + `}`, `{"status":0,"accountLocked":false}`, "unlock"},
		{"unlocking an unlocked account changes nothing", inStatus(change.Unlock), `{"status":1}`, "", ""},
		{"a property that would only be spelled differently stays", inStatus(func(s hdpclient.StatusInfo) hdpclient.StatusInfo {
			return change.Activate(change.Unlock(s))
		}), `{"status":0,"accountLockedAt":null}`, `{"status":1,"accountLockedAt":null}`, "activate"},
		{"unlock keeps unknown properties", inStatus(change.Unlock), `{"status":1,"accountLocked":true,"x":{"b":1,"a":null}}`, `{"status":1,"accountLocked":false,"x":{"b":1,"a":null}}`, "unlock"},
		{"activate keeps the lock", inStatus(change.Activate), `{"status":0,` + lock + `}`, `{"status":1,` + lock + `}`, "activate"},
		{"deactivate keeps the lock", inStatus(change.Deactivate), `{"status":1,` + lock + `}`, `{"status":0,` + lock + `}`, "deactivate"},
		{"null stays null", inStatus(change.Deactivate), `{"status":1,"accountLocked":null,"accountLockedAt":null}`, `{"status":0,"accountLocked":null,"accountLockedAt":null}`, "deactivate"},
		{"an unknown status is kept", inStatus(change.Unlock), `{"status":7,"accountLocked":true}`, `{"status":7,"accountLocked":false}`, "unlock"},
		{"a forced change keeps the expiry", inPassword(change.ForceChange), `{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00.0"}`, `{"passwordStatus":2,"passwordExpiration":"2026-12-01 00:00:00"}`, "force password change"},
		{"cancelling a forced change keeps the expiry", inPassword(change.CancelForcedChange), `{"passwordStatus":2,"passwordExpiration":null}`, `{"passwordStatus":1,"passwordExpiration":null}`, "forgive password change"},
		{"an expiry keeps the status", inPassword(setExpiry), `{"passwordStatus":2}`, `{"passwordStatus":2,"passwordExpiration":"2026-11-22 15:00:00"}`, "set expiry"},
		{"an expiry comes before unknown properties", inPassword(setExpiry), `{"passwordStatus":2,"x":1}`, `{"passwordStatus":2,"passwordExpiration":"2026-11-22 15:00:00","x":1}`, "set expiry"},
		{"no expiry is null", inPassword(change.ClearExpiry), `{"passwordStatus":2,"passwordExpiration":"2026-11-22 15:00:00"}`, `{"passwordStatus":2,"passwordExpiration":null}`, "clear expiry"},
		{"clearing a missing expiry changes nothing", inPassword(change.ClearExpiry), `{"passwordStatus":2}`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.plan(t, c.before)
			if p.Operation() != c.operation {
				t.Errorf("operation %q, want %q", p.Operation(), c.operation)
			}
			if c.after == "" {
				if !p.Empty() {
					t.Errorf("not empty: %q", propertyTexts(p))
				}
				return
			}
			if got := sent(t, p); got != c.after {
				t.Errorf("sends\n%s, want\n%s", got, c.after)
			}
		})
	}
}

// sent returns the body that the plan sends, as hdpclient writes it.
func sent(t *testing.T, p change.Plan) string {
	t.Helper()
	var body any
	if _, after, ok := p.StatusInfo(); ok {
		body = after
	} else if _, after, ok := p.PasswordInfo(); ok {
		body = after
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, row := range p.Properties() {
		if row.Kind != change.Removed {
			shown = append(shown, row.Name)
		}
	}
	if order := memberNames(t, text); !slices.Equal(order, shown) {
		t.Errorf("sent in the order %q, shown as %q", order, shown)
	}
	return string(text)
}

func memberNames(t *testing.T, text jsontext.Value) []string {
	t.Helper()
	var members []string
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return members
		}
		if kind, n := dec.StackIndex(dec.StackDepth()); dec.StackDepth() == 1 && kind == '{' && n%2 == 1 {
			members = append(members, token.String())
		}
	}
}

func TestSeveralChangesAreAllNamed(t *testing.T) {
	after := change.Activate(change.Unlock(lockedAccount()))
	before := change.Deactivate(lockedAccount())
	if got, want := change.PlanStatus(alice, before, after).Operation(), "activate, unlock"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNamesAndValuesPrintClean(t *testing.T) {
	before := status(t, `{"status":1,"a\u001b[2J":"x\u202ey"}`)
	row := change.PlanStatus(alice, before, change.Deactivate(before)).Properties()[1]
	if row.Name != "a␛[2J" || row.Before.String() != "x<U+202E>y" {
		t.Errorf("prints %q and %q", row.Name, row.Before)
	}
}

func TestAPlanThatCannotBeWrittenIsNotSent(t *testing.T) {
	f := &fake{status: lockedAccount()}
	after := lockedAccount()
	after.Extra = jsontext.Value(`{"broken":`)
	o := change.NewWriter(t.Context(), f).Apply(t.Context(), change.PlanStatus(alice, lockedAccount(), after))
	if o.Kind != change.NotSent || o.Err == nil || len(f.calls()) > 0 {
		t.Errorf("%s %v, calls %q", o.Kind, o.Err, f.calls())
	}
}

// A PUT would delete the password, which is not kept.
func TestAWithheldPasswordPreventsAPlan(t *testing.T) {
	for _, text := range []string{`{"status":1,"password":"Tangerine-42"}`, `{"status":1,"sync":{"password":"x"}}`} {
		var s hdpclient.StatusInfo
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		f := &fake{status: s}
		o := change.NewWriter(t.Context(), f).Apply(t.Context(), change.PlanStatus(alice, s, change.Deactivate(s)))
		if o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrWithheld) || len(f.calls()) > 0 {
			t.Errorf("%s: %s %v, calls %q", text, o.Kind, o.Err, f.calls())
		}
	}
}

// HDP mixes numbers, strings and booleans. A value with the same meaning is not a change, and a
// changed value goes back in the form in which it came.
func TestAnotherSpellingIsNotAChange(t *testing.T) {
	came := status(t, `{"status":"1","accountLocked":1}`)
	f := &fake{status: status(t, `{"status":1,"accountLocked":"true"}`)}
	w := change.NewWriter(t.Context(), f)
	plan := change.PlanStatus(alice, came, change.Unlock(came))
	if plan.Operation() != "unlock" {
		t.Errorf("called %q", plan.Operation())
	}
	if o := w.Apply(t.Context(), plan); o.Kind != change.Applied {
		t.Errorf("%s %v %q", o.Kind, o.Err, rowTexts(o))
	}
	if f.status.Status != hdpclient.Active || f.status.AccountLocked.Or(true) {
		t.Errorf("stored %+v", f.status)
	}
	if off := change.PlanStatus(alice, came, change.Deactivate(came)); off.Operation() != "deactivate" {
		t.Errorf("called %q", off.Operation())
	}
	must := password(t, `{"passwordStatus":"2"}`)
	if p := change.PlanPassword(alice, must, change.CancelForcedChange(must)); p.Operation() != "forgive password change" || !slices.Equal(propertyTexts(p), []string{"changed passwordStatus 2 → 1"}) {
		t.Errorf("called %q: %q", p.Operation(), propertyTexts(p))
	}
}
