package uitest_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"hdpadmin/ui/uitest"
)

func TestGoldenIsTheScreenAndTheCursor(t *testing.T) {
	term := uitest.Start(t, card(), uitest.Size(24, 5))
	term.Golden("cursor")
	term.GoldenStyled("styled")
	term.Press("x")
	term.Golden("no-cursor")
}

func TestDifferentGoldenFails(t *testing.T) {
	if flag.Lookup("update").Value.String() == "true" {
		t.Skip("with -update nothing differs")
	}
	t.Chdir(t.TempDir())
	file := filepath.Join("testdata", t.Name(), "card.golden")
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	compare := func(tb testing.TB) { uitest.Start(tb, card(), uitest.Size(24, 5)).Golden("card") }
	for _, content := range []struct{ golden, removed, added string }{
		{"┌──────┐\n│ bob  │\n└──────┘\n\n\ncursor 4,1\n", "-│ bob  │", "+│ 山 a │"},
		{"┌──────┐\n│ 山 a │\n└──────┘\n\n\nno cursor\n", "-no cursor", "+cursor 4,1"},
	} {
		if err := os.WriteFile(file, []byte(content.golden), 0o600); err != nil {
			t.Fatal(err)
		}
		says(t, failing(t, compare), content.removed, content.added, "make golden")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	says(t, failing(t, func(tb testing.TB) { uitest.Start(tb, card()).Golden("card") }), "no such file", "make golden")
}

// card shows a cursor until a key is pressed.
func card() tea.Model {
	cursor := tea.NewCursor(4, 1)
	box := lipgloss.NewStyle().Border(lipgloss.NormalBorder()).BorderForeground(lipgloss.Cyan).Padding(0, 1)
	return script{
		on: func(msg tea.Msg) tea.Cmd {
			if _, ok := msg.(tea.KeyPressMsg); ok {
				cursor = nil
			}
			return nil
		},
		show: func() tea.View { v := full("%s", box.Render("山 a")); v.Cursor = cursor; return v },
	}
}
