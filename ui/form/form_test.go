package form_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

func key(name string) tea.KeyPressMsg {
	codes := map[string]rune{"left": tea.KeyLeft, "right": tea.KeyRight, "space": tea.KeySpace, "tab": tea.KeyTab, "up": tea.KeyUp, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace}
	if code, ok := codes[name]; ok {
		k := tea.KeyPressMsg{Code: code}
		if name == "space" {
			k.Text = " "
		}
		return k
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(rest[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// retype replaces the text of a field.
func retype(f form.Field, text string) {
	f.Focus()
	f.Update(key("ctrl+u"))
	for _, r := range text {
		f.Update(key(string(r)))
	}
}

func line(f form.Field) string {
	l, _ := f.Line(theme.Dark(), 60, true)
	return strings.TrimRight(ansi.Strip(l), " ")
}

func status(value int) *form.Choice[int] {
	return form.NewChoice("Status", value, "status 7",
		form.Option[int]{Value: 1, Word: "active"}, form.Option[int]{Value: 0, Word: "inactive"})
}

func TestUnknownValueBecomesAnOption(t *testing.T) {
	c := status(7)
	if c.Value() != 7 || c.Dirty() || line(c) != "○ active  ○ inactive  ● status 7" {
		t.Fatalf("%d, dirty %v: %q", c.Value(), c.Dirty(), line(c))
	}
	c.Update(key("left"))
	if c.Value() != 0 || !c.Dirty() {
		t.Errorf("after left: %d, dirty %v", c.Value(), c.Dirty())
	}
	c.Update(key("right"))
	if c.Value() != 7 || c.Dirty() {
		t.Errorf("and back: %d, dirty %v", c.Value(), c.Dirty())
	}
	if known := status(0); strings.Contains(line(known), "7") {
		t.Errorf("an option too many: %q", line(known))
	}
}

func TestSelectedOptionAndCursorStayInANarrowField(t *testing.T) {
	for value, want := range map[int]string{7: "…  ● status 7", 0: "○ active  ● inactive", 1: "● active  ○ inactive"} {
		l, cursor := status(value).Line(theme.Dark(), 20, true)
		l = ansi.Strip(l)
		if !strings.HasPrefix(l, want) || cursor.X != frame.Width(l[:strings.Index(l, "●")]) {
			t.Errorf("the cursor is in cell %d of %q", cursor.X, l)
		}
	}
}

func TestChoiceWrapsWithSpaceAndStopsWithArrows(t *testing.T) {
	c := status(1)
	c.Update(key("left"))
	if c.Value() != 1 {
		t.Error("left of the first option selects another")
	}
	c.Update(key("space"))
	c.Update(key("right"))
	if c.Value() != 0 {
		t.Error("right of the last option selects another")
	}
	c.Update(key("space"))
	if c.Value() != 1 {
		t.Error("space does not wrap around")
	}
	c.Select(0)
	if c.Value() != 0 || !c.Dirty() {
		t.Error("Select does not select")
	}
	c.Select(9)
	if c.Value() != 0 {
		t.Error("Select accepts an unknown value")
	}
}

var now = time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)

func timeField(value hdpclient.Opt[hdpclient.Timestamp], never bool) *form.Time {
	return form.NewTime("Expires", value, never, words.Times{Zone: time.FixedZone("CET", 3600), Now: func() time.Time { return now }})
}

func some(s string) hdpclient.Opt[hdpclient.Timestamp] {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return hdpclient.Some(hdpclient.At(t))
}

func TestUnchangedTimeIsSentAsRead(t *testing.T) {
	absent, null := hdpclient.Opt[hdpclient.Timestamp]{}, hdpclient.Null[hdpclient.Timestamp]()
	for _, c := range []struct {
		name  string
		value hdpclient.Opt[hdpclient.Timestamp]
		never bool
		line  string
	}{
		{"absent", absent, true, "never"},
		{"null", null, true, "never"},
		{"absent, where there is no never", absent, false, ""},
		{"a time", some("2026-12-01 00:00:00"), true, "2026-12-01 00:00:00  UTC, 01:00 CET"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := timeField(c.value, c.never)
			if f.Value() != c.value || f.Dirty() || f.Err() != "" || line(f) != c.line {
				t.Errorf("value %v, dirty %v, err %q, line %q", f.Value(), f.Dirty(), f.Err(), line(f))
			}
			retype(f, "2027-01-01")
			if f.Value() == c.value || !f.Dirty() {
				t.Errorf("typed over: value %v, dirty %v", f.Value(), f.Dirty())
			}
		})
	}
}

func TestTypedTime(t *testing.T) {
	for _, c := range []struct {
		typed string
		never bool
		value hdpclient.Opt[hdpclient.Timestamp]
		err   string
	}{
		{"+30d", true, some("2026-12-22 14:02:31"), ""},
		{"tomorrow", true, some("2026-11-23 00:00:00"), ""},
		{"never", true, hdpclient.Null[hdpclient.Timestamp](), ""},
		{"2026-12-24T18:00+01:00", true, some("2026-12-24 17:00:00"), ""},
		{"", false, hdpclient.Opt[hdpclient.Timestamp]{}, ""},
		{"", true, some("2026-12-01 00:00:00"), "enter a date"},
		{"never", false, some("2026-12-01 00:00:00"), "cannot be never"},
		{"2026-02-30", true, some("2026-12-01 00:00:00"), "there is no such day"},
		{"soon", true, some("2026-12-01 00:00:00"), "is not a time"},
	} {
		t.Run(c.typed, func(t *testing.T) {
			f := timeField(some("2026-12-01 00:00:00"), c.never)
			retype(f, c.typed)
			if f.Value() != c.value {
				t.Errorf("value %v, want %v", f.Value(), c.value)
			}
			if got := f.Err(); got != c.err && (c.err == "" || !strings.Contains(got, c.err)) {
				t.Errorf("err %q, want %q", got, c.err)
			}
		})
	}
}

// A time is usually replaced, but it can also be corrected.
func TestFirstCharacterReplacesTheTime(t *testing.T) {
	for _, c := range []struct {
		name string
		then []tea.Msg
		want string
		left bool // the next key would still replace the time
	}{
		{"nothing", nil, "2026-12-01 00:00:00", true},
		{"text", []tea.Msg{key("n"), key("o")}, "no", false},
		{"a paste", []tea.Msg{tea.PasteMsg{Content: "2027-01-01"}}, "2027-01-01", false},
		{"a paste of nothing", []tea.Msg{tea.PasteMsg{Content: " \n"}}, "2026-12-01 00:00:00 ", false},
		{"home, then text", []tea.Msg{key("home"), key("x")}, "x2026-12-01 00:00:00", false},
		{"an arrow, then text", []tea.Msg{key("left"), key("5")}, "2026-12-01 00:00:050", false},
		{"backspace, then text", []tea.Msg{key("backspace"), key("7")}, "2026-12-01 00:00:07", false},
		{"end, then a paste", []tea.Msg{key("end"), tea.PasteMsg{Content: "Z"}}, "2026-12-01 00:00:00Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			expires := timeField(some("2026-12-01 00:00:00"), true)
			f := form.New(form.NewText("Reason", "INC-1", 10), expires)
			f.Move(1)
			for _, msg := range c.then {
				f.Type(msg)
			}
			if got := expires.Text.Value(); strings.TrimRight(got, " ") != strings.TrimRight(c.want, " ") {
				t.Errorf("%q, want %q", got, c.want)
			}
			if got := selected(expires); got != c.left {
				t.Errorf("it looks selected: %v", got)
			}
			// Text that the operator has typed is not replaced when the focus returns.
			f.Move(1)
			f.Move(1)
			before := expires.Text.Value()
			f.Type(key("1"))
			if got, untouched := expires.Text.Value(), before == "2026-12-01 00:00:00"; (got == "1") != untouched {
				t.Errorf("on return %q became %q", before, got)
			}
		})
	}
	t.Run("a plain text field", func(t *testing.T) {
		reason := form.NewText("Reason", "INC-1", 10)
		f := form.New(reason)
		f.Type(key("7"))
		if reason.Value() != "INC-17" {
			t.Errorf("%q", reason.Value())
		}
	})
}

// selected reports whether a focused field looks as if the next key replaces its text, without
// relying on colour.
func selected(f form.Field) bool {
	l, _ := f.Line(theme.Mono(), 60, true)
	return strings.Contains(l, "\x1b[7m")
}

// "+30d" counts from when it was typed, not from when it is sent.
func TestRelativeTimeDoesNotMoveWithTheClock(t *testing.T) {
	at := now
	f := form.NewTime("Expires", some("2026-12-01 00:00:00"), true, words.Times{Now: func() time.Time { return at }})
	retype(f, "+30d")
	at = at.Add(time.Hour)
	f.Update(key("home"))
	if f.Value() != some("2026-12-22 14:02:31") {
		t.Errorf("it has become %v", f.Value())
	}
}

func TestFocusSkipsDisabledFields(t *testing.T) {
	locked := form.NewChoice("Locked", true, "", form.Option[bool]{Value: true, Word: "yes"}, form.Option[bool]{Value: false, Word: "no"})
	until := form.NewText("Until", "x", 10)
	until.Disabled, until.DisabledText = func() bool { return !locked.Value() }, "goes with the lock"
	reason := form.NewText("Reason", "", 10)
	f := form.New(locked, until, reason)
	focus := func() int { _, line := f.View(theme.Dark(), 40); return line }
	f.Type(key("right"))
	f.Move(1)
	if focus() != 2 {
		t.Errorf("the focus is in line %d", focus())
	}
	f.Move(-1)
	f.Type(key("left"))
	f.Move(1)
	if focus() != 1 {
		t.Errorf("with the lock the focus is in line %d", focus())
	}
	f.Type(key("y"))
	if until.Value() != "xy" || !f.Dirty() {
		t.Errorf("%q, dirty %v", until.Value(), f.Dirty())
	}
}

func TestCursorIsCountedInCells(t *testing.T) {
	in := form.NewInput(50)
	in.SetValue("山田")
	in.Focus()
	if text, cursor := in.View(10); text != "山田" || cursor != 4 {
		t.Errorf("%q, cursor %d", text, cursor)
	}
	in.Update(key("left"))
	if _, cursor := in.View(10); cursor != 2 {
		t.Errorf("cursor %d", cursor)
	}
	in.SetValue("0123456789")
	if text, cursor := in.View(5); text != "6789" || cursor != 4 {
		t.Errorf("%q, cursor %d", text, cursor)
	}
	in.Hide()
	if text, _ := in.View(20); text != strings.Repeat("•", 10) {
		t.Errorf("%q", text)
	}
}

func TestPastedLoginOrPasswordIsCleaned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		field             *form.Text
		pasted, want, err string
		line              string
	}{
		"a tab":              {form.NewLogin("User", ""), "jdoe\t", "jdoe", "", "jdoe"},
		"a colon":            {form.NewLogin("User", ""), "jdoe:x", "", "not pasted: it contains a colon", ""},
		"two cells":          {form.NewLogin("User", ""), "jdoe\tSecret", "", "not pasted: it contains a tab", ""},
		"a space":            {form.NewLogin("User", ""), "jdoe ", "jdoe ", "", "jdoe   ends with a space"},
		"a line end":         {form.NewSecret("Password"), "Secret\r\n", "Secret", "", "••••••"},
		"a byte order mark":  {form.NewSecret("Password"), "\ufeffSecret", "Secret", "", "••••••"},
		"two lines":          {form.NewSecret("Password"), "Sec\nret", "", "not pasted: it contains a line end", ""},
		"longer than it was": {form.NewSecret("Password"), strings.Repeat("x", 200), strings.Repeat("x", 200), "", strings.Repeat("•", 59)},
		"a whole file":       {form.NewSecret("Password"), strings.Repeat("x", 5000), "", "not pasted: it is longer than 4096", ""},
		"spaces":             {form.NewSecret("Password"), " Se cret \n", " Se cret ", "", "•••••••••  starts and ends with a space"},
		"long, with a space": {form.NewSecret("Password"), strings.Repeat("x", 199) + " ", strings.Repeat("x", 199) + " ", "", strings.Repeat("•", 40) + "  ends with a space"},
	} {
		c.field.Focus()
		c.field.Update(tea.PasteMsg{Content: c.pasted})
		if got := c.field.Value(); got != c.want || !strings.HasPrefix(c.field.Err(), c.err) || c.err == "" && c.field.Err() != "" || line(c.field) != c.line {
			t.Errorf("%s: %q, error %q, drawn %q", name, got, c.field.Err(), line(c.field))
		}
		c.field.Clear()
		c.field.Update(key("x"))
		if c.field.Value() != "x" || c.field.Err() != "" {
			t.Errorf("%s, then typed: %q, error %q", name, c.field.Value(), c.field.Err())
		}
	}
}

func TestLoginWithAColonIsNotSent(t *testing.T) {
	t.Parallel()
	user := form.NewLogin("User", "")
	f := form.New(user)
	for _, r := range "jdoe:x" {
		f.Type(key(string(r)))
	}
	if f.Check() || !strings.Contains(user.Err(), "colon") {
		t.Errorf("%q: error %q", user.Value(), user.Err())
	}
}

func TestFieldKeys(t *testing.T) {
	t.Parallel()
	choice := form.NewChoice("Status", 1, "", form.Option[int]{Value: 1, Word: "active"}, form.Option[int]{Value: 0, Word: "inactive"})
	f := form.New(choice, form.NewText("Reason", "", 20))
	if next, choose := f.FieldKeys(); !next || !choose {
		t.Errorf("in a choice: %v, %v", next, choose)
	}
	f.Move(1)
	if next, choose := f.FieldKeys(); !next || choose {
		t.Errorf("in a text: %v, %v", next, choose)
	}
	alone := form.New(form.NewText("File", "", 20))
	if next, choose := alone.FieldKeys(); next || choose {
		t.Errorf("in the only field: %v, %v", next, choose)
	}
}
