package change_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

const (
	loggedLock   = `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11","x":[1]}`
	loggedUnlock = `{"status":1,"accountLocked":false,"x":[1]}`
)

func logged(kind change.Kind, operation, before, after, stored string) change.Logged {
	return change.Logged{
		Kind: kind, Subject: alice, Resource: change.StatusInfo, Operation: operation,
		Before: jsontext.Value(before), After: jsontext.Value(after), Stored: jsontext.Value(stored), At: time.Unix(1_800_000_000, 0),
	}
}

func TestUndoOfALoggedWrite(t *testing.T) {
	for _, c := range []struct {
		name string
		from change.Logged
		want string // operation of the undo
		err  error  // of the undo
	}{
		{"applied", logged(change.Applied, "unlock", loggedLock, loggedUnlock, loggedUnlock), "undo unlock", nil},
		{"an undo is redone", logged(change.Applied, "undo lock", loggedLock, loggedUnlock, loggedUnlock), "lock", nil},
		{"only what is stored as sent", logged(change.Differs, "unlock, deactivate", loggedLock, `{"status":0,"x":[1]}`, `{"status":7,"x":[1]}`), "undo deactivate, unlock", nil},
		{"nothing is stored as sent", logged(change.Differs, "unlock", loggedLock, loggedUnlock, loggedLock), "", change.ErrNothingToUndo},
		{"refused", logged(change.Refused, "unlock", loggedLock, loggedUnlock, loggedLock), "", change.ErrNothingToUndo},
		{"unknown", logged(change.Unknown, "unlock", loggedLock, loggedUnlock, ""), "", change.ErrUndoUnknown},
		{"a reset", change.Logged{Kind: change.Accepted, Subject: alice, Resource: change.PasswordReset}, "", change.ErrUndoReset},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := c.from.Outcome()
			if err != nil {
				t.Fatal(err)
			}
			back, err := o.Undo()
			if !errors.Is(err, c.err) || back.Operation() != c.want {
				t.Errorf("%q, %v", back.Operation(), err)
			}
			if err == nil && !slices.Contains(propertyTexts(back), "kept x [1]") {
				t.Errorf("an unknown property is lost: %q", propertyTexts(back))
			}
		})
	}
}

func TestALoggedWriteThatIsNotWhole(t *testing.T) {
	for name, l := range map[string]change.Logged{
		"nothing before":    logged(change.Applied, "unlock", ``, loggedUnlock, loggedUnlock),
		"not an object":     logged(change.Applied, "unlock", loggedLock, `7`, loggedUnlock),
		"a note":            logged(change.Applied, "unlock", loggedLock, loggedUnlock, `"[too large]"`),
		"a redacted value":  logged(change.Applied, "unlock", `{"status":1,"pwd":"[redacted]"}`, `{"status":0,"pwd":"[redacted]"}`, `{"status":0,"pwd":"[redacted]"}`),
		"another resource":  {Kind: change.Applied, Subject: alice, Resource: "tenant"},
		"no stored object ": logged(change.Applied, "unlock", loggedLock, loggedUnlock, `[]`),
	} {
		if _, err := l.Outcome(); !errors.Is(err, change.ErrNotLoggedWhole) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o, err := logged(change.Applied, "unlock", loggedLock, loggedUnlock, "").Outcome()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Undo(); !errors.Is(err, change.ErrNotLoggedWhole) {
		t.Errorf("without what was stored: %v", err)
	}
}

func TestCheckAgainALoggedWrite(t *testing.T) {
	f := &fake{status: unlocked()}
	w := change.NewWriter(t.Context(), f)
	o, err := logged(change.Unknown, "unlock", `{"status":1,"accountLocked":true}`, `{"status":1,"accountLocked":false}`, "").Outcome()
	if err != nil {
		t.Fatal(err)
	}
	o = w.CheckAgain(t.Context(), o)
	if back, err := o.Undo(); o.Kind != change.Applied || err != nil || back.Operation() != "undo unlock" {
		t.Errorf("%s, %q, %v", o.Kind, back.Operation(), err)
	}
}

func TestConflictWith(t *testing.T) {
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f)
	w.Apply(t.Context(), unlockPlan())
	back := undo(t, w)
	none := hdpclient.Opt[hdpclient.PasswordInfo]{}
	if o, is := back.ConflictWith(hdpclient.Some(f.status), none, time.Time{}); is {
		t.Errorf("as it was: %q", rowTexts(o))
	}
	o, is := back.ConflictWith(hdpclient.Some(change.Deactivate(f.status)), none, time.Time{})
	if !is || o.Kind != change.Conflict || !slices.Equal(rowTexts(o), []string{"status: saw 1, wanted 1, now 0"}) {
		t.Errorf("%v %s %q", is, o.Kind, rowTexts(o))
	}
	if o, is := back.ConflictWith(hdpclient.Some(lockedAccount()), none, time.Time{}); !is || !o.IsUnchanged() {
		t.Errorf("already undone: %v %q", is, rowTexts(o))
	}
	if _, is := back.ConflictWith(hdpclient.Opt[hdpclient.StatusInfo]{}, none, time.Time{}); is {
		t.Error("a part that was not read")
	}
}
