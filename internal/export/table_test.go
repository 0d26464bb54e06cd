package export_test

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"hdpadmin/internal/export"
)

func TestTableReadsBackWithoutFormulas(t *testing.T) {
	var b strings.Builder
	rows := [][]string{{"307", "alice.smith", `said "no", twice`}, {"308", "=1+1", "-"}, {"309", "two\nlines", ""}}
	if err := export.Table(&b, []string{"id", "user", "detail"}, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	rest, marked := strings.CutPrefix(b.String(), "\ufeff")
	if !marked {
		t.Errorf("Excel would not read it as UTF-8: %q", b.String())
	}
	got, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
	if err != nil {
		t.Fatalf("%v in:\n%s", err, b.String())
	}
	if len(got) != 4 || !slices.Equal(got[0], []string{"id", "user", "detail"}) || got[1][2] != `said "no", twice` {
		t.Errorf("read back: %q", got)
	}
	if strings.HasPrefix(got[2][1], "=") {
		t.Errorf("a spreadsheet would run %q", got[2][1])
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("disk full")

func TestFailedTableWriteIsReported(t *testing.T) {
	rows := slices.Repeat([][]string{{strings.Repeat("x", 100)}}, 100)
	if err := export.Table(full{}, []string{"a"}, slices.Values(rows)); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
}
