package change_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hdpadmin/internal/change"
)

// Whatever the operator edits, whatever another administrator does before any call, and whatever
// gets lost: what an outcome claims is stored, and what is sent holds no change that the plan did
// not name.
func TestWhateverHappensTheOutcomeIsTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{t: t, busy: true, stored: object{"status": "1"}}
		for range rapid.IntRange(0, 4).Draw(t, "history") {
			w.stored = drawEdit(t, w.stored)
		}
		writer := change.NewWriter(t.Context(), w, change.WithClock(newClock()))
		var last change.Outcome
		for range rapid.IntRange(1, 6).Draw(t, "writes") {
			plan := drawPlan(t, w, writer, last)
			w.begin()
			last = writer.Apply(t.Context(), plan)
			checkOutcome(t, w, plan, last)
			if last.Kind == change.Unknown {
				w.begin()
				checked := writer.CheckAgain(t.Context(), last)
				checkAfterCheckAgain(t, w, checked)
				last = checked
			}
		}
	})
}

// drawPlan draws the operator's next plan: an edit of what is stored, a replan, or an undo.
func drawPlan(t *rapid.T, w *world, writer *change.Writer, last change.Outcome) change.Plan {
	switch rapid.IntRange(0, 3).Draw(t, "plan") {
	case 0:
		if last.Kind != "" {
			return last.Replan()
		}
	case 1:
		if back, err := writer.Undo(alice.ID); err == nil {
			return back
		}
	}
	before, after := w.stored, w.stored
	for range rapid.IntRange(1, 3).Draw(t, "edits") {
		after = drawEdit(t, after)
	}
	if rapid.Bool().Draw(t, "unlock") {
		return change.PlanStatus(alice, before.info(), change.Unlock(before.info()))
	}
	return change.PlanStatus(alice, before.info(), after.info())
}

func checkOutcome(t *rapid.T, w *world, plan change.Plan, o change.Outcome) {
	t.Helper()
	b, a, _ := plan.StatusInfo()
	before, after := objectFrom(b), objectFrom(a)
	named := after.differing(before)

	if len(w.bodies) > 1 {
		t.Fatalf("sent %d times", len(w.bodies))
	}
	if len(w.bodies) == 1 {
		if got := strings.Join(w.calls, " "); !strings.HasPrefix(got, "GET PUT") && !strings.HasPrefix(got, "GET GET PUT") {
			t.Fatalf("the PUT does not follow the re-read: %q", w.calls)
		}
		body, read := w.bodies[0], w.before[0]
		for name := range read.differing(before) {
			if !mayMove(name, before, read, o.Plan) {
				t.Fatalf("sent although %s had moved", name)
			}
		}
		for _, name := range slices.Collect(maps.Keys(mergeObjects(body, read))) {
			switch {
			case named[name] && body[name] != after[name]:
				t.Fatalf("sent %s as %q, planned %q", name, body[name], after[name])
			case !named[name] && body[name] != read[name]:
				t.Fatalf("sent %s as %q, read %q, but no plan named it", name, body[name], read[name])
			}
		}
	}

	switch o.Kind {
	case change.Applied, change.Differs, change.Unknown:
		if len(w.bodies) == 0 {
			t.Fatalf("%s, but nothing was sent", o.Kind)
		}
	case change.Conflict:
		if len(w.bodies) > 0 || len(w.read.differing(before)) == 0 {
			t.Fatalf("a conflict: sent %v, read %v, planned from %v", w.bodies, w.read, before)
		}
		if again := o.Replan(); len(objectFrom(afterOf(again)).differing(w.read)) > 0 == again.Empty() {
			t.Fatalf("the replan is empty: %v", again.Empty())
		}
	case change.Refused, change.NotSent:
		if w.arrived {
			t.Fatalf("%s, but it arrived", o.Kind)
		}
	default:
		t.Fatalf("ended as %q", o.Kind)
	}
	checkSeen(t, w, o)
	if w.faults == 0 && w.interfered == 0 && o.Kind != change.Applied && !plan.Empty() && o.Kind != change.Conflict {
		t.Fatalf("%s (%v), but nothing interfered", o.Kind, o.Err)
	}
	putBack := o.Seen == change.SeenBefore && w.interfered > 0
	if o.Kind == change.Unknown && w.faults == 0 && !putBack {
		t.Fatal("unknown, but everything was answered")
	}
	if o.Kind == change.Differs && w.faults == 0 && w.interfered == 0 {
		t.Fatal("differs, but nobody interfered")
	}
}

// mayMove reports whether a property may have moved since the plan: an unknown one that is listed
// as volatile, or the times of a lock that moves under an unlock.
func mayMove(name string, before, read object, p change.Plan) bool {
	lock := name == "accountLockedAt" || name == "accountLockedUntil"
	if lock {
		_, err := time.Parse(`"`+time.DateTime+`"`, before[name])
		_, err2 := time.Parse(`"`+time.DateTime+`"`, read[name])
		return err == nil && err2 == nil && strings.Contains(p.Operation(), "unlock")
	}
	return name == "riskScore" && slices.Contains(p.Volatile(), name) &&
		before.means(name) != "null" && read.means(name) != "null"
}

func checkAfterCheckAgain(t *rapid.T, w *world, o change.Outcome) {
	t.Helper()
	if len(w.bodies) > 0 {
		t.Fatal("a check sent something")
	}
	if w.read != nil {
		checkSeen(t, w, o)
	}
}

// checkSeen compares what an outcome says of the last read with the world's last read.
func checkSeen(t *rapid.T, w *world, o change.Outcome) {
	t.Helper()
	stored, known := o.StatusInfo()
	if known != (o.Seen != change.NotSeen) {
		t.Fatalf("seen %q, known %v", o.Seen, known)
	}
	if known && w.read != nil && len(objectFrom(stored).differing(w.read)) > 0 {
		t.Fatalf("claims that %v is stored, last read %v", objectFrom(stored), w.read)
	}
	if o.Kind != change.Applied {
		return
	}
	if w.lastFail || !known {
		t.Fatal("applied, but not read back")
	}
	for name := range w.read.differing(objectFrom(afterOf(o.Plan))) {
		if !slices.Contains(o.Plan.Volatile(), name) || w.read.means(name) == "null" {
			t.Fatalf("applied, but %s is not as planned", name)
		}
	}
}

func afterOf(p change.Plan) any {
	_, after, _ := p.StatusInfo()
	return after
}

func mergeObjects(a, b object) object {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// If nobody interferes and nothing fails, a write is applied and its undo restores the old values.
func TestUndoRestoresTheOldValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{t: t, stored: object{"status": "1"}}
		for range rapid.IntRange(0, 4).Draw(t, "history") {
			w.stored = drawEdit(t, w.stored)
		}
		writer := change.NewWriter(t.Context(), w)
		before := w.stored
		plan := drawPlan(t, w, writer, change.Outcome{})
		if plan.Empty() {
			return
		}
		if o := writer.Apply(t.Context(), plan); o.Kind != change.Applied {
			t.Fatalf("%s: %v", o.Kind, o.Err)
		}
		back, err := writer.Undo(alice.ID)
		if err != nil {
			t.Fatal(err)
		}
		if o := writer.Apply(t.Context(), back); o.Kind != change.Applied {
			t.Fatalf("%s: %v", o.Kind, o.Err)
		}
		if left := w.stored.differing(before); len(left) > 0 {
			t.Fatalf("%v is not as it was: %v, was %v", left, w.stored, before)
		}
	})
}
