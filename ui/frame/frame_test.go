package frame_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

const red, plain = "\x1b[31m", "\x1b[m"

func TestFit(t *testing.T) {
	for _, c := range []struct {
		name, in string
		w        int
		want     string
	}{
		{"shorter", "ab", 4, "ab  "},
		{"as long", "abcd", 4, "abcd"},
		{"longer", "abcdef", 4, "abc…"},
		{"nothing", "", 2, "  "},
		{"no room", "abc", 0, ""},
		{"less than no room", "abc", -3, ""},
		{"wide", "山田", 4, "山田"},
		{"wide, cut in the middle of a letter", "山田太", 4, "山… "},
		{"with an accent of its own", "e\u0301x", 3, "e\u0301x "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := frame.Fit(c.in, c.w, "…"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if got := frame.Fit(red+"abcdef"+plain, 4, "…"); frame.Width(got) != 4 || !strings.Contains(got, plain) {
		t.Errorf("styled: %q", got)
	}
}

func TestEndsCutsTheLeftFirst(t *testing.T) {
	for _, c := range []struct {
		left, right string
		w           int
		want        string
	}{
		{"left", "right", 12, "left   right"},
		{"left", "right", 10, "left right"},
		{"left", "right", 8, "l… right"},
		{"left", "right", 6, " right"},
		{"left", "right", 5, "right"},
		{"left", "right", 3, "ri…"},
		{"left", "", 6, "left  "},
		{"", "right", 7, "  right"},
		{"山田", "x", 5, "山… x"},
	} {
		if got := frame.Ends(c.left, c.right, c.w, "…"); got != c.want {
			t.Errorf("%q and %q in %d: got %q, want %q", c.left, c.right, c.w, got, c.want)
		}
	}
}

func TestOverlayKeepsTheSizeOfTheBase(t *testing.T) {
	base := []string{"abcdefgh", "山田太郎", "ijklmnop"}
	for _, c := range []struct {
		name string
		top  []string
		x, y int
		want []string
	}{
		{"in the middle", []string{"XX", "YY"}, 2, 0, []string{"abXXefgh", "山YY太郎", "ijklmnop"}},
		{"a wide letter cut at the left", []string{"YY"}, 1, 1, []string{"abcdefgh", " YY 太郎", "ijklmnop"}},
		{"wide letters cut at both ends", []string{"YYYY"}, 1, 1, []string{"abcdefgh", " YYYY 郎", "ijklmnop"}},
		{"at the right edge", []string{"YY"}, 6, 1, []string{"abcdefgh", "山田太YY", "ijklmnop"}},
		{"beyond the lower edge", []string{"XX", "YY"}, 0, 2, []string{"abcdefgh", "山田太郎", "XXklmnop"}},
		{"beyond the upper edge", []string{"XX", "YY"}, 0, -1, []string{"YYcdefgh", "山田太郎", "ijklmnop"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := frame.Overlay(base, c.top, c.x, c.y)
			for i, l := range got {
				got[i] = strings.ReplaceAll(l, plain, "")
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
	if base[0] != "abcdefgh" {
		t.Error("the base was changed")
	}
}

func TestOverlayDoesNotInheritAColour(t *testing.T) {
	got := frame.Overlay([]string{red + "abcdefgh" + plain}, []string{"XX"}, 3, 0)[0]
	before, _, _ := strings.Cut(got, "XX")
	if !strings.HasSuffix(before, plain) {
		t.Errorf("%q", got)
	}
	_, after, _ := strings.Cut(got, "XX")
	if !strings.Contains(after, red) {
		t.Errorf("the colour is lost after it: %q", got)
	}
}

func TestPartOfAPictureHidesACursorOutside(t *testing.T) {
	p := frame.Picture{Lines: []string{"0", "1", "2", "3", "4"}, Cursor: frame.At(7, 3)}
	for _, c := range []struct {
		top, end int
		lines    string
		cursor   frame.Cursor
	}{
		{0, 2, "01", frame.Cursor{}},
		{0, 3, "012", frame.Cursor{}},
		{2, 5, "234", frame.At(7, 1)},
		{3, 4, "3", frame.At(7, 0)},
		{4, 5, "4", frame.Cursor{}},
		{0, 5, "01234", frame.At(7, 3)},
	} {
		if got := p.Part(c.top, c.end); strings.Join(got.Lines, "") != c.lines || got.Cursor != c.cursor {
			t.Errorf("%d to %d: got %v", c.top, c.end, got)
		}
	}
}

func TestBoxHasTheExactSize(t *testing.T) {
	for _, b := range []frame.Box{
		{},
		{Title: "山田太郎 of a long name", Note: "from the list", Foot: "more"},
		{Title: red + "x" + plain, Note: red + plain},
	} {
		for w := range 40 {
			for h := range 6 {
				got := b.Draw(theme.Dark(), []string{"one", strings.Repeat("山", 30), "three", "four"}, w, h)
				if len(got) != h {
					t.Fatalf("%d×%d: %d lines", w, h, len(got))
				}
				for _, l := range got {
					if frame.Width(l) != w {
						t.Fatalf("%d×%d: %d cells: %q", w, h, frame.Width(l), l)
					}
				}
			}
		}
	}
}

func TestBorderWithoutALabelHasNoGap(t *testing.T) {
	got := frame.Box{Note: red + plain}.Draw(theme.Mono(), nil, 8, 2)[0]
	if strings.Contains(got, " ") {
		t.Errorf("%q", got)
	}
}

func TestLongTitleLeavesRoomForTheNote(t *testing.T) {
	for _, c := range []struct {
		title, note string
		w           int
		want        string
	}{
		{"alice.smith", "read 14:02", 30, "╭ alice.smith ─── read 14:02 ╮"},
		{"alice.smith.of.sales", "read 14:02", 30, "╭ alice.smith.… ─ read 14:02 ╮"},
		{"your changes", "/var/log/hdpadmin/audit", 30, "╭ your changes ─ /var/log/h… ╮"},
		{"your changes today", "", 14, "╭ your chan… ╮"},
	} {
		got := frame.Box{Title: c.title, Note: c.note}.Draw(theme.Mono(), nil, c.w, 2)[0]
		if got = ansi.Strip(got); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestWrapDoesNotBreakAtHyphens(t *testing.T) {
	for _, c := range []struct {
		text string
		w    int
		want string
	}{
		{"name its file: --ca-file, or none", 16, "name its file:/--ca-file, or/none"},
		{"until 2026-12-01 for good", 14, "until/2026-12-01 for/good"},
		{"anna-maria-von-der-heide", 10, "anna-maria/-von-der-h/eide"},
		{"\x1b[1ma-b c-d\x1b[m", 4, "\x1b[1ma-b/c-d\x1b[m"},
	} {
		if got := strings.Join(frame.Wrap(c.text, c.w), "/"); got != c.want {
			t.Errorf("%q in %d: %q", c.text, c.w, got)
		}
	}
}

func TestWrapKeepsANumberAndItsUnitTogether(t *testing.T) {
	for text, want := range map[string]string{
		"locked for another 12 min":   "locked for/another/12 min",
		"locked for 12 minor reasons": "locked for 12/minor reasons",
		"at 14:02:31 UTC, in 3 days.": "at/14:02:31 UTC,/in 3 days.",
	} {
		if got := strings.Join(frame.Wrap(text, 13), "/"); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

func TestWrapKeepsNoBreakTextTogether(t *testing.T) {
	got := frame.Wrap("2026-12-01 00:00:00 UTC, "+frame.NoBreak("in 8 d"), 29)
	if want := []string{"2026-12-01 00:00:00 UTC,", "in 8 d"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := strings.Join(frame.Wrap(frame.NoBreak("in 8 d"), 4), "/"); got != "in 8/ d" {
		t.Errorf("text that fits on no line becomes %q", got)
	}
}

func TestMinorKeysGoFirst(t *testing.T) {
	t.Parallel()
	k := frame.Keys{
		List: []frame.Key{{Cap: "enter", Label: "apply"}, {Cap: "tab", Label: "next", Minor: true}, {Cap: "esc", Label: "back"}},
		More: frame.Key{Cap: "pgdn", Label: "more"},
	}
	for w, want := range map[int]string{
		50: "pgdn more" + strings.Repeat(" ", 10) + "enter apply  tab next  esc back",
		38: "pgdn more        enter apply  esc back",
		30: "pgdn     enter apply  esc back",
	} {
		if got := ansi.Strip(k.Foot(theme.Dark(), "", true, w)); got != want {
			t.Errorf("%d cells: %q, want %q", w, got, want)
		}
	}
}
