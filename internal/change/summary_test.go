package change_test

import (
	"fmt"
	"slices"
	"testing"

	json "github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"hdpadmin/internal/change"
)

// A fingerprint must differ exactly if the writer would report a conflict.
func TestObjectsThatMeanTheSameHaveTheSameFingerprint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := object{"status": "1"}
		for range rapid.IntRange(0, 4).Draw(t, "first") {
			a = drawEdit(t, a)
		}
		b := a
		for range rapid.IntRange(0, 2).Draw(t, "second") {
			b = drawEdit(t, b)
		}
		same := len(a.differing(b)) == 0
		if got := fingerprint(a) == fingerprint(b); got != same {
			t.Fatalf("%s\n%s\nsame fingerprint: %v", a.text(), b.text(), got)
		}
	})
}

func fingerprint(o object) string {
	s := change.PlanStatus(alice, o.info(), change.Unlock(o.info())).Summary()
	return fmt.Sprint(s.Before, s.Others)
}

func TestAFingerprintIgnoresTheOrderAndTheSpelling(t *testing.T) {
	of := func(text string) string {
		s := status(t, text)
		summary := change.PlanStatus(alice, s, change.Deactivate(s)).Summary()
		return fmt.Sprint(summary.Before, summary.Others)
	}
	first := of(`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","ext":{"a":1,"b":[2]}}`)
	for _, same := range []string{
		`{"ext":{"b":[2],"a":1},"accountLockedAt":"2026-11-22T13:45:11Z","accountLocked":"true","status":"1"}`,
		`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","ext":{"a":1,"b":[2]},"more":null}`,
		`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","ext":{"a":1,"b":[2]},"accountLockedUntil":null}`,
	} {
		if of(same) != first {
			t.Errorf("%s has another fingerprint", same)
		}
	}
	for _, other := range []string{
		`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:12","ext":{"a":1,"b":[2]}}`,
		`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","ext":{"a":1,"b":["2"]}}`,
		`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","ext":{"a":1,"b":[2]},"more":0}`,
		`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11"}`,
	} {
		if of(other) == first {
			t.Errorf("%s has the same fingerprint", other)
		}
	}
}

func TestASummarySurvivesJSON(t *testing.T) {
	before := status(t, `{"status":"1","accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":null,"ext":"x"}`)
	unlock := change.PlanStatus(alice, before, change.Unlock(before)).Summary()
	text, err := json.Marshal(unlock.Edits)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"property":"accountLocked","from":true,"to":false},{"property":"accountLockedAt","from":"2026-11-22 13:45:11"}]`
	if string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	back := unlock
	back.Edits = nil
	if err := json.Unmarshal(text, &back.Edits); err != nil {
		t.Fatal(err)
	}
	if !back.Same(unlock) || !back.Edits[1].To.Absent() {
		t.Errorf("read back as %v", back)
	}
	if got := back.Effects().String(); got != "unlock" {
		t.Errorf("effects %q", got)
	}
	for name, other := range map[string]change.Summary{
		"of another edit": change.PlanStatus(alice, before, change.Deactivate(before)).Summary(),
		"of fewer edits":  func() change.Summary { s := unlock; s.Edits = back.Edits[:1]; return s }(),
		"that lies about the value before": func() change.Summary {
			s := unlock
			s.Edits = slices.Clone(s.Edits)
			s.Edits[0].From = change.Value{}
			return s
		}(),
		"of another object": func() change.Summary {
			moved := status(t, `{"status":"1","accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","ext":"y"}`)
			return change.PlanStatus(alice, moved, change.Unlock(moved)).Summary()
		}(),
	} {
		if other.Same(unlock) {
			t.Errorf("a summary %s counts as the same", name)
		}
	}
}

func TestAVolatilePropertyHasAnotherValueEachTime(t *testing.T) {
	of := func(text string) change.Summary {
		s := status(t, text)
		return change.PlanStatus(alice, s, change.Deactivate(s)).Summary()
	}
	planned := of(`{"status":1,"etag":1,"note":"a"}`)
	for _, c := range []struct {
		first, second string
		volatile      []string
		same          bool
	}{
		{`{"status":1,"etag":2,"note":"a"}`, `{"status":1,"etag":3,"note":"a"}`, []string{"etag"}, true},
		{`{"status":1,"etag":2,"note":"b"}`, `{"status":1,"etag":3,"note":"b"}`, []string{"etag"}, false},
		{`{"status":1,"etag":2,"note":"a"}`, `{"status":1,"etag":2,"note":"a"}`, nil, false},
		{`{"status":1,"etag":2,"note":"a"}`, `{"status":1,"etag":1,"note":"a"}`, nil, true},
		{`{"status":1,"etag":2,"note":"a"}`, `{"status":1,"note":"a"}`, nil, false},
		{`{"status":1,"etag":2,"note":"a"}`, `{"status":1,"etag":3,"note":"a","accountLocked":true}`, []string{"etag"}, false},
	} {
		second := of(c.second)
		volatile := planned.Volatile(of(c.first), second)
		if same := planned.Without(volatile).Same(second.Without(volatile)); !slices.Equal(volatile, c.volatile) || same != c.same {
			t.Errorf("%s, then %s: %q, same %v", c.first, c.second, volatile, same)
		}
	}
}

// A short secret could be guessed from the fingerprint.
func TestAFingerprintSaysNothingAboutSecrets(t *testing.T) {
	of := func(text string) change.Summary {
		s := status(t, text)
		return change.PlanStatus(alice, s, change.Deactivate(s)).Summary()
	}
	if !of(`{"status":1,"apiKey":"1111","meta":{"token":"1"}}`).Same(of(`{"status":1,"apiKey":"2222","meta":{"token":"2"}}`)) {
		t.Error("it depends on a secret")
	}
	if of(`{"status":1,"apiKey":"1111"}`).Same(of(`{"status":1}`)) {
		t.Error("it does not depend on whether there is a secret")
	}
}
