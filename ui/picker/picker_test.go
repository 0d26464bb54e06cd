package picker_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/theme"
)

func TestTheCursorStaysInView(t *testing.T) {
	var m picker.Menu
	for _, name := range []string{"one", "two", "three", "four", "five"} {
		m.Rows = append(m.Rows, picker.Row{Name: name, Note: "the note of " + name})
	}
	for _, step := range []struct {
		by   int
		want string
	}{{-1, "one"}, {1, "two"}, {1, "three"}, {99, "five"}, {1, "five"}, {-1, "four"}, {-99, "one"}} {
		m.Move(step.by)
		for h := 1; h <= 6; h++ {
			lines := m.Lines(theme.Dark(), 20, h)
			if len(lines) != min(h, 5) {
				t.Errorf("%d lines in %d", len(lines), h)
			}
			all := ansi.Strip(strings.Join(lines, "\n"))
			if !strings.Contains(all, "▸ "+step.want+" ") {
				t.Errorf("after %d, in %d lines:\n%s", step.by, h, all)
			}
			for _, l := range lines {
				if frame.Width(l) != 20 {
					t.Errorf("%d cells: %q", frame.Width(l), l)
				}
			}
		}
	}
}
