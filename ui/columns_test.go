package ui_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// The columns after the names are aligned. Scripts such as Devanagari are left out, since
// terminals disagree about the width of combined letters.
func TestNamesOfEveryWidthKeepTheColumns(t *testing.T) {
	t.Parallel()
	names := []string{
		"plain", "鈴木一郎", "ﾊﾝｶｸ", "🎉party", "e\u0301le\u0300ve", "🇩🇪flag", "👩‍👩‍👧family", "☎️phone", "محمد",
		strings.Repeat("山", 40), strings.Repeat("🎉", 40),
	}
	op := uitest.Operator(t, uitest.On(120, 36), uitest.Given(func(s *hdptest.Server) {
		for i, name := range names {
			s.AddAccount(hdptest.Account{ID: int64(5000 + i), UserName: name, TenantID: 56, StatusInfo: `{"status":1}`})
		}
	}))
	op.Finds("tenant:sales status:active")
	op.Presses("tab", "G")
	want := -1
	seen := 0
	for line := range strings.Lines(op.Screen()) {
		before, _, found := strings.Cut(line, "Sales  ")
		if !found {
			continue
		}
		seen++
		switch at := ansi.StringWidth(before); {
		case want < 0:
			want = at
		case at != want:
			t.Errorf("the tenant begins in column %d, want %d: %s", at, want, line)
		}
		if w := ansi.StringWidth(strings.TrimSuffix(line, "\n")); w != 120 {
			t.Errorf("the line is %d cells wide: %s", w, line)
		}
	}
	if seen < len(names) {
		t.Errorf("only %d rows are on the screen:\n%s", seen, op.Screen())
	}
}
