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
	var rows []picker.Row
	for _, name := range []string{"one", "two", "three", "four", "five"} {
		rows = append(rows, picker.Row{Name: name, Note: "the note of " + name})
	}
	m := picker.List{Len: len(rows)}
	for _, step := range []struct {
		by   int
		want string
	}{{-1, "one"}, {1, "two"}, {1, "three"}, {99, "five"}, {1, "five"}, {-1, "four"}, {-99, "one"}} {
		m.Move(step.by)
		for h := 1; h <= 6; h++ {
			p := m.Draw(theme.Dark(), rows, 20, h)
			lines := p.Lines
			if len(lines) != min(h, 5) {
				t.Errorf("%d lines in %d", len(lines), h)
			}
			all := ansi.Strip(strings.Join(lines, "\n"))
			if !strings.Contains(all, "▸ "+step.want+" ") {
				t.Errorf("after %d, in %d lines:\n%s", step.by, h, all)
			}
			if !strings.HasPrefix(ansi.Strip(lines[p.Cursor.Y]), "▸") {
				t.Errorf("after %d, the terminal's cursor is in line %d:\n%s", step.by, p.Cursor.Y, all)
			}
			for _, l := range lines {
				if frame.Width(l) != 20 {
					t.Errorf("%d cells: %q", frame.Width(l), l)
				}
			}
		}
	}
}

func TestAPageKeepsOneRowInView(t *testing.T) {
	l := picker.List{Len: 10}
	for _, step := range []struct{ by, first, cursor int }{{0, 0, 0}, {1, 0, 3}, {1, 3, 6}, {1, 6, 9}, {1, 6, 9}, {-1, 6, 6}, {-1, 3, 3}} {
		l.Page(step.by)
		if first, end := l.Window(4); first != step.first || end != first+4 || l.Cursor() != step.cursor {
			t.Errorf("page %d: rows %d to %d, cursor %d, want %+v", step.by, first, end, l.Cursor(), step)
		}
	}
}

func TestAnEmptyListHasNoRows(t *testing.T) {
	var l picker.List
	l.Move(1)
	if first, end := l.Window(4); first != 0 || end != 0 || l.Cursor() != 0 {
		t.Errorf("rows %d to %d, cursor %d", first, end, l.Cursor())
	}
}

func TestABadgeStandsOutInTheHighlightedRow(t *testing.T) {
	for _, th := range []theme.Theme{theme.Dark(), theme.Light(), theme.HighContrast(), theme.HighContrastLight(), theme.Sixteen(true), theme.Mono()} {
		style, _ := th.Accent("red")
		badge := style.Render(" prod ")
		l := picker.List{Len: 1}
		line := l.Draw(th, []picker.Row{{Name: badge, Badge: badge, Note: "a note"}}, 40, 1).Lines[0]
		if strings.Contains(line, th.Cursor.Render(" prod ")) || strings.Count(line, th.Cursor.Render("x")[:3]) == 0 {
			t.Errorf("%s: %q", th.Name, line)
		}
	}
}
