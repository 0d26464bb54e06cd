package statusform_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	json "github.com/go-json-experiment/json"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/statusform"
	"hdpadmin/ui/theme"
)

// HDP's documents do not forbid a senseless lock, so it can be sent, but only after a warning.
func TestALockWithoutEffectIsWarnedAbout(t *testing.T) {
	const free = `{"status":1}`
	for _, c := range []struct {
		name, before, after string
		want                string // "" for no warning
	}{
		{"a lock with an end", free, `{"status":1,"accountLocked":true,"accountLockedUntil":"2026-11-22 15:00:00"}`, ""},
		{"a lock without times", free, `{"status":1,"accountLocked":true}`, ""},
		{"a lock in the past", free, `{"status":1,"accountLocked":true,"accountLockedUntil":"2026-11-21 00:00:00"}`, "in the past: this lock has no effect"},
		{"a lock that ends this instant", free, `{"status":1,"accountLocked":true,"accountLockedUntil":"2026-11-22 14:02:31"}`, "in the past"},
		{"a lock that begins later", free, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-23 00:00:00"}`, "in the future"},
		{"a lock that ends before it begins", free, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-25 00:00:00","accountLockedUntil":"2026-11-24 00:00:00"}`, "ends before the lock begins"},
		{"an end without a lock", free, `{"status":1,"accountLockedUntil":"2026-11-23 00:00:00"}`, "not locked: a time alone has no effect"},
		{"a beginning without a lock", free, `{"status":1,"accountLockedAt":"2026-11-22 00:00:00"}`, "not locked: a time alone has no effect"},
		{
			"a lock with the times of an old one", `{"status":1,"accountLockedUntil":"2026-11-20 00:00:00"}`,
			`{"status":1,"accountLocked":true,"accountLockedUntil":"2026-11-20 00:00:00"}`, "in the past",
		},
		{
			"an old lock left as it is", `{"status":1,"accountLocked":true,"accountLockedUntil":"2026-11-20 00:00:00"}`,
			`{"status":0,"accountLocked":true,"accountLockedUntil":"2026-11-20 00:00:00"}`, "",
		},
		{
			"a removed lock", `{"status":1,"accountLocked":true,"accountLockedUntil":"2026-11-20 00:00:00"}`,
			`{"status":1,"accountLocked":false}`, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := change.PlanStatus(change.Subject{ID: 307}, info(t, c.before), info(t, c.after))
			now := func() time.Time { return time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC) }
			m := statusform.New(plan, words.Times{Now: now})
			shown := ansi.Strip(strings.Join(m.View(theme.Dark(), frame.Keys{}, 80, 40).Lines, "\n"))
			if c.want != "" && !strings.Contains(shown, c.want) {
				t.Errorf("it does not say %q:\n%s", c.want, shown)
			}
			// A warning requires a second enter.
			if first := m.Enter(); (first != nil) != (c.want == "") {
				t.Errorf("the first enter sends it: %v\n%s", first != nil, shown)
			}
			if m.Enter() == nil {
				t.Error("the second enter does not send it")
			}
		})
	}
}

func info(t *testing.T, s string) hdpclient.StatusInfo {
	t.Helper()
	var i hdpclient.StatusInfo
	if err := json.Unmarshal([]byte(s), &i); err != nil {
		t.Fatal(err)
	}
	return i
}
