package ui_test

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"hdpadmin/ui/uitest"
)

// checkLog checks that exactly these writes and outcomes are in the audit log.
func checkLog(t *testing.T, op *uitest.Op, want ...string) {
	t.Helper()
	if got := op.AuditLog.Summary(); !slices.Equal(got, want) {
		t.Errorf("logged\n%q, want\n%q", got, want)
	}
}

// checkNothingWritten checks that no write was sent since the last Forgets.
func checkNothingWritten(t *testing.T, op *uitest.Op) {
	t.Helper()
	if w := op.Writes(); w != nil {
		t.Errorf("sent: %q", w)
	}
}

// checkRows checks that the file holds a table of that many rows and is readable only by its
// owner.
func checkRows(t *testing.T, path string, rows int) [][]string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) != rows+1 {
		t.Fatalf("%d lines, %v", len(all), err)
	}
	return all[1:]
}
