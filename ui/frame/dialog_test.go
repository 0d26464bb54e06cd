package frame_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

var dialogKeys = frame.Keys{
	List: []frame.Key{{Cap: "enter", Label: "apply"}, {Cap: "esc", Label: "back"}},
	More: frame.Key{Cap: "pgdn", Label: "more"},
}

func TestADialogFitsItsScreenAndKeepsItsFoot(t *testing.T) {
	for w := frame.MinWidth; w < 100; w++ {
		for h := 4; h < 12; h++ {
			d := frame.NewDialog(theme.Dark(), dialogKeys, 60, w, h)
			d.Title, d.State = "Status", "give a reason"
			d.AddText(theme.Dark().Text, strings.Repeat("many words 山田 ", 30))
			p := d.Draw()
			if len(p.Lines) > h {
				t.Fatalf("%d×%d: %d lines", w, h, len(p.Lines))
			}
			for _, l := range p.Lines {
				if frame.Width(l) != min(w, 60) {
					t.Fatalf("%d×%d: %d cells: %q", w, h, frame.Width(l), l)
				}
			}
			if foot := p.Lines[len(p.Lines)-2]; !strings.Contains(foot, "esc") {
				t.Fatalf("%d×%d: the foot is %q", w, h, foot)
			}
		}
	}
}

func TestADialogMovesTheCursorWithItsPicture(t *testing.T) {
	d := frame.NewDialog(theme.Dark(), dialogKeys, 60, 80, 24)
	d.AddText(theme.Dark().Text, "one line above")
	d.AddPicture(frame.Picture{Lines: []string{"", "a field"}, Cursor: frame.At(5, 1)})
	d.AddPicture(frame.Picture{Lines: []string{"without a cursor"}})
	if got, want := d.Draw().Cursor, frame.At(7, 3); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	d.Wait("sending")
	if p := d.Draw(); p.Cursor.On || !strings.Contains(strings.Join(p.Lines, "\n"), "sending") {
		t.Errorf("a dialog that waits has a cursor at %v, or says nothing:\n%s", p.Cursor, strings.Join(p.Lines, "\n"))
	}
}

func TestAScrolledDialogSaysWhetherThereIsMore(t *testing.T) {
	var s frame.Scroll
	draw := func() string {
		d := frame.NewDialog(theme.Mono(), dialogKeys, 60, 60, 8)
		for i := range 12 {
			d.Add(fmt.Sprintf("<%d>", i))
		}
		return ansi.Strip(strings.Join(d.DrawScrolled(&s).Lines, "\n"))
	}
	for _, step := range []struct {
		name        string
		do          func()
		first, last string
		more        bool
	}{
		{"at first", func() {}, "<0>", "<4>", true},
		{"a line", func() { s.Move(1) }, "<1>", "<5>", true},
		{"a page keeps a line", func() { s.Page(1) }, "<5>", "<9>", true},
		{"to the end", func() { s.Move(1 << 20) }, "<7>", "<11>", false},
		{"back from the end", func() { s.Move(-1) }, "<6>", "<10>", true},
		{"to the beginning", func() { s.Move(-1 << 20) }, "<0>", "<4>", true},
		{"down to a line", func() { s.Show(6, 5) }, "<2>", "<6>", true},
		{"to a line in view", func() { s.Show(3, 5) }, "<2>", "<6>", true},
		{"up to a line", func() { s.Show(1, 5) }, "<1>", "<5>", true},
		{"a line and those below it", func() { s.MoveTo(4) }, "<4>", "<8>", true},
	} {
		step.do()
		got := draw()
		var shown []string
		for i := range 12 {
			if l := fmt.Sprintf("<%d>", i); strings.Contains(got, l) {
				shown = append(shown, l)
			}
		}
		if len(shown) != 5 || shown[0] != step.first || !slices.Contains(shown, step.last) || strings.Contains(got, "more") != step.more {
			t.Errorf("%s: %v\n%s", step.name, shown, got)
		}
	}
}

func TestAWindowIsFilledIfThereAreLines(t *testing.T) {
	for _, c := range []struct {
		name           string
		from, total, h int
		top, end       int
	}{
		{"beyond the end", 9, 5, 3, 2, 5},
		{"before the beginning", -4, 5, 3, 0, 3},
		{"more room than lines", 3, 5, 9, 0, 5},
		{"no lines", 2, 0, 3, 0, 0},
	} {
		var s frame.Scroll
		s.MoveTo(c.from)
		if top, end := s.Window(c.total, c.h); top != c.top || end != c.end {
			t.Errorf("%s: %d to %d, want %d to %d", c.name, top, end, c.top, c.end)
		}
	}
}

func TestALineIsInViewOrHasANearestOne(t *testing.T) {
	var s frame.Scroll
	s.MoveTo(3)
	s.Window(10, 4)
	for line, nearest := range map[int]int{0: 3, 2: 3, 3: 3, 6: 6, 7: 6, 9: 6} {
		if got := s.Nearest(line); got != nearest {
			t.Errorf("nearest to %d is %d, want %d", line, got, nearest)
		}
		if got := s.InView(line, 4); got != (line == nearest) {
			t.Errorf("%d is in view: %v", line, got)
		}
	}
}

func TestCutKeepsRoomForWhatFollows(t *testing.T) {
	for height := 4; height < 10; height++ {
		d := frame.NewDialog(theme.Mono(), dialogKeys, 60, 60, height)
		d.Add("lead", "lead", "lead", "lead")
		d.Cut(2)
		d.Add("field", "field")
		if got := strings.Count(strings.Join(d.Draw().Lines, "\n"), "field"); got != min(2, d.H) {
			t.Errorf("%d of two fields in %d lines", got, d.H)
		}
	}
}
