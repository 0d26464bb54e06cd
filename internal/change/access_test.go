package change_test

import (
	"testing"

	"hdpadmin/internal/change"
)

func TestWhichPlansRemoveAccess(t *testing.T) {
	who := change.Subject{ID: 1}
	ofStatus := func(before, after string) change.Plan {
		return change.PlanStatus(who, status(t, before), status(t, after))
	}
	ofPassword := func(before, after string) change.Plan {
		return change.PlanPassword(who, passwordInfo(t, before), passwordInfo(t, after))
	}
	const (
		march = `{"passwordStatus":1,"passwordExpiration":"2027-03-01 00:00:00"}`
		may   = `{"passwordStatus":1,"passwordExpiration":"2027-05-01 00:00:00"}`
		odd   = `{"passwordStatus":1,"passwordExpiration":"soon"}`
		never = `{"passwordStatus":1,"passwordExpiration":null}`
	)
	for _, c := range []struct {
		name string
		plan change.Plan
		want bool
	}{
		{"nothing", change.Plan{}, false},
		{"a reset", change.PlanReset(who), true},
		{"deactivate", ofStatus(`{"status":1}`, `{"status":0}`), true},
		{"an unknown status", ofStatus(`{"status":1}`, `{"status":7}`), true},
		{"an unknown status that remains", ofStatus(`{"status":7}`, `{"status":7,"accountLocked":false}`), false},
		{"activate", ofStatus(`{"status":0}`, `{"status":1}`), false},
		{"lock", ofStatus(`{"status":1}`, `{"status":1,"accountLocked":true}`), true},
		{"unlock", ofStatus(`{"status":1,"accountLocked":true}`, `{"status":1,"accountLocked":false}`), false},
		{"force a change", ofPassword(march, `{"passwordStatus":2,"passwordExpiration":"2027-03-01 00:00:00"}`), true},
		{"cancel a forced change", ofPassword(`{"passwordStatus":2}`, `{"passwordStatus":1}`), false},
		{"an expiry", ofPassword(never, may), true},
		{"an earlier expiry", ofPassword(may, march), true},
		{"a later expiry", ofPassword(march, may), false},
		{"the same expiry", ofPassword(march, march), false},
		{"an expiry instead of an unreadable one", ofPassword(odd, may), true},
		{"no expiry any more", ofPassword(march, never), false},
	} {
		if got := c.plan.RemovesAccess(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
