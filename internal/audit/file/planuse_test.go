//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hdpadmin/internal/audit/file"
)

func planBatch(id, replaces string, accounts ...int64) file.Batch {
	return file.Batch{
		ID: id, Replaces: replaces, Operation: "unlock", Accounts: accounts,
		PlanFile: file.PlanFile{Plan: "P", Author: "alice"},
	}
}

func beginPlan(t *testing.T, log *file.Log, id, replaces string, accounts ...int64) {
	t.Helper()
	if err := log.BeginBatch(planBatch(id, replaces, accounts...)); err != nil {
		t.Fatal(err)
	}
}

func planUse(t *testing.T, path string) file.PlanUse {
	t.Helper()
	use, err := file.FindPlanUse(path, "P")
	if err != nil {
		t.Fatal(err)
	}
	return use
}

func TestAPlanFileIsUsedOnce(t *testing.T) {
	path := logPath(t)
	if use := planUse(t, path); use.IsUsed() {
		t.Errorf("used without a log: %+v", use)
	}
	first, second := open(t, path), open(t, path)
	begin(t, second, "other", "", 301)
	if use := planUse(t, path); use.IsUsed() {
		t.Errorf("used by another batch: %+v", use)
	}
	beginPlan(t, first, "P", "", 301, 302)
	writeOf(t, first, "P", 301, file.Applied)
	writeOf(t, first, "other", 302, file.Refused)
	if err := second.BeginBatch(planBatch("P", "", 301, 302)); !errors.Is(err, file.ErrBatchHeld) {
		t.Errorf("begun while it is applied: %v", err)
	}
	if use := planUse(t, path); !use.IsUsed() || use.Ended.Kind != "" || !maps.Equal(use.Last, map[int64]file.OutcomeKind{301: file.Applied}) {
		t.Errorf("while it is applied: %+v", use)
	}
	if err := first.EndBatch("P", "finished"); err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]string{"with the same ID": "P", "with another ID": "Q"} {
		if err := second.BeginBatch(planBatch(id, "", 301, 302)); !errors.Is(err, file.ErrPlanUsed) {
			t.Errorf("begun again %s: %v", name, err)
		}
	}
	if left, err := filepath.Glob(path + ".batch-[PQ]*"); err != nil || left != nil {
		t.Errorf("left in the folder: %q, %v", left, err)
	}
	use := planUse(t, path)
	if use.Ended.Message != "finished" || use.First.Login != "jdoe" || use.First.Author != "alice" || use.Batch.Batch != "P" {
		t.Errorf("after the end: %+v", use)
	}
	mustHold(t, path)
}

func TestTheBatchThatTakesOverHasTheSamePlanFile(t *testing.T) {
	path := logPath(t)
	first, second := open(t, path), open(t, path)
	beginPlan(t, first, "P", "", 301, 302, 303)
	writeOf(t, first, "P", 301, file.Applied)
	writeOf(t, first, "P", 302, "")
	first.ReleaseBatches()
	if err := claim(second, "P"); err != nil {
		t.Fatal(err)
	}
	begin(t, second, "R", "P", 302, 303) // as a console does, which knows nothing of plan files
	writeOf(t, second, "R", 302, file.Conflict)
	use := planUse(t, path)
	if use.First.Batch != "P" || use.Batch.Batch != "R" || use.Ended.Kind != "" || !slices.Equal(use.Batch.Accounts, []int64{302, 303}) {
		t.Errorf("%+v", use)
	}
	if want := map[int64]file.OutcomeKind{301: file.Applied, 302: file.Conflict}; !maps.Equal(use.Last, want) {
		t.Errorf("last %v, want %v", use.Last, want)
	}
	second.ReleaseBatches()
	if err := claim(first, "R"); err != nil {
		t.Fatal(err)
	}
	if err := first.EndBatch("R", "given up"); err != nil {
		t.Fatal(err)
	}
	if use := planUse(t, path); use.Ended.Message != "given up" {
		t.Errorf("given up: %+v", use)
	}
	if err := first.BeginBatch(planBatch("P", "", 303)); !errors.Is(err, file.ErrPlanUsed) {
		t.Errorf("begun again: %v", err)
	}
	for _, e := range read(t, path) {
		if e.Plan != "P" || e.Author != "alice" {
			t.Errorf("entry %d of kind %s does not name the plan file: %+v", e.Seq, e.Kind, e.PlanFile)
		}
	}
	mustHold(t, path)
}

// A log that was rotated or moved since must not make a plan file new.
func TestAPlanFileIsFoundInRotatedFiles(t *testing.T) {
	path := logPath(t)
	log := open(t, path, file.WithMaxSize(1))
	beginPlan(t, log, "P", "", 301)
	if err := log.EndBatch("P", "finished"); err != nil {
		t.Fatal(err)
	}
	writeOf(t, log, "", 302, file.Applied)
	if files := verify(t, path).Files; len(files) < 3 {
		t.Fatalf("files: %v", files)
	}
	if err := open(t, path).BeginBatch(planBatch("P", "", 301)); !errors.Is(err, file.ErrPlanUsed) {
		t.Errorf("begun again: %v", err)
	}
	if !planUse(t, path).IsUsed() {
		t.Error("not used")
	}
}

// Nor must an entry that was altered.
func TestAPlanFileWhoseEntryWasAlteredIsNotUsed(t *testing.T) {
	for _, from := range []string{`"operation":"unlock"`, `{"seq":`} {
		path := logPath(t)
		log := open(t, path)
		beginPlan(t, log, "P", "", 301)
		if err := log.EndBatch("P", "finished"); err != nil {
			t.Fatal(err)
		}
		begin(t, log, "A", "", 302)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Replace(text, []byte(from), []byte(from+" "), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := open(t, path).BeginBatch(planBatch("P", "", 301)); !errors.Is(err, file.ErrBroken) {
			t.Errorf("%s altered: begun again: %v", from, err)
		}
		if _, err := file.FindPlanUse(path, "P"); !errors.Is(err, file.ErrBroken) {
			t.Errorf("%s altered: %v", from, err)
		}
		if use, err := file.FindPlanUse(path, "never used"); err != nil || use.IsUsed() {
			t.Errorf("%s altered: another plan: %+v, %v", from, use, err)
		}
	}
}

func TestEntriesWithoutAPlanFileAreAsBefore(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	begin(t, log, "A", "", 301)
	writeOf(t, log, "A", 301, file.Applied)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range []string{`"plan"`, `"author"`} {
		if bytes.Contains(text, []byte(member)) {
			t.Errorf("%s in %s", member, text)
		}
	}
}

const racingPlans = 60

// childPlans begins and ends as many plan files as it can, and prints their IDs.
func childPlans(path string, n int) error {
	log, err := file.Open(path, identity("child"))
	if err != nil {
		return err
	}
	for i := range n {
		b := planBatch(fmt.Sprint("P", i), "", 301)
		b.Plan = b.ID
		switch err := log.BeginBatch(b); {
		case errors.Is(err, file.ErrPlanUsed), errors.Is(err, file.ErrBatchHeld):
			continue
		case err != nil:
			return err
		}
		if _, err := os.Stdout.WriteString(b.ID + "\n"); err != nil {
			return err
		}
		if err := log.EndBatch(b.ID, "finished"); err != nil {
			return err
		}
	}
	return nil
}

func TestTwoProcessesNeverUseOnePlanFile(t *testing.T) {
	t.Parallel()
	path := logPath(t)
	open(t, path)
	var outs, errs [2]bytes.Buffer
	var cmds [2]*exec.Cmd
	for i := range cmds {
		cmds[i] = child(t, path, "plans "+itoa(racingPlans))
		cmds[i].Stdout, cmds[i].Stderr = &outs[i], &errs[i]
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	used := map[string]int{}
	for i, c := range cmds {
		if err := c.Wait(); err != nil {
			t.Fatalf("%v: %s", err, &errs[i])
		}
		for _, id := range strings.Fields(outs[i].String()) {
			used[id]++
		}
	}
	for id, n := range used {
		if n != 1 {
			t.Errorf("%s was used %d times", id, n)
		}
	}
	if len(used) != racingPlans {
		t.Errorf("%d plan files were used", len(used))
	}
	mustHold(t, path)
}
