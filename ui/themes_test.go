package ui_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
)

// themes lists every look: the settings and the terminal that lead to it.
func themes() map[string][]uitest.OperatorOption {
	look := func(name string, more ...uitest.OperatorOption) []uitest.OperatorOption {
		return append(more, uitest.With(func(o *ui.Options) {
			o.ThemeFor = func(t theme.Terminal) theme.Theme { return theme.Choose(name, t) }
		}))
	}
	return map[string][]uitest.OperatorOption{
		"dark":          look("dark"),
		"light":         look("light"),
		"high-contrast": look("high-contrast"),
		"mono":          look("mono"),
		"sixteen":       look("auto", uitest.Terminal(uitest.ColorProfile(colorprofile.ANSI))),
		"no colours":    look("auto", uitest.Terminal(uitest.ColorProfile(colorprofile.ASCII))),
		"ascii": {uitest.With(func(o *ui.Options) {
			o.ThemeFor = func(theme.Terminal) theme.Theme { return theme.ASCII(theme.Mono()) }
		})},
	}
}

// keyScreens lists the screens that are seen most or say most.
func keyScreens() []screen {
	return []screen{
		{name: "list and account", do: func(op *uitest.Op) { op.Resizes(120, 36); op.Opens("307") }},
		{name: "form", do: func(op *uitest.Op) { op.Opens("307"); op.Presses("u"); op.Types("INC-4711") }},
		{name: "problem", timed: true, do: func(op *uitest.Op) {
			op.Opens("307")
			op.Server.Fail(hdptest.Fault{
				Method: "PUT", Kind: hdptest.Status, Status: 404, Body: envelope("222207916", "There is no User with that id: 307."),
			})
			op.Unlocks("")
		}},
		{name: "many", do: func(op *uitest.Op) { op.Presses("2", "*", "u") }},
		{name: "help", do: func(op *uitest.Op) { op.Presses("?") }},
	}
}

func TestEveryTheme(t *testing.T) {
	t.Parallel()
	for name, habits := range themes() {
		for _, s := range keyScreens() {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				s.habits = habits
				op := s.play(t)
				op.Looks()
				op.GoldenStyled("styled")
				if name != "ascii" {
					return
				}
				for _, r := range op.Screen() {
					if r > unicode.MaxASCII && !unicode.IsLetter(r) { // letters occur in names
						t.Fatalf("%q is on the screen:\n%s", r, op.Screen())
					}
				}
			})
		}
	}
}

func TestLateTerminalAnswerChangesOnlyColours(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.With(func(o *ui.Options) {
		o.ThemeFor = func(t theme.Terminal) theme.Theme { return theme.Choose("auto", t) }
	}))
	op.Opens("307")
	op.Presses("s", "right")
	before, was := op.Screen(), op.Styled()
	bytes := op.OutputBytes()
	op.Send(tea.BackgroundColorMsg{Color: color.White})
	op.Looks()
	if op.Screen() != before {
		t.Errorf("the screen was\n%s\nand is\n%s", before, op.Screen())
	}
	if op.Styled() == was {
		t.Error("its colours are the same")
	}
	if n := op.OutputBytes() - bytes; n > 5000 {
		t.Errorf("it costs %d bytes", n)
	}
	op.Send(tea.BackgroundColorMsg{Color: color.White})
	op.Send(tea.BackgroundColorMsg{})
	op.Send(tea.BackgroundColorMsg{Color: color.Black})
	op.Looks()
	if op.Styled() != was {
		t.Error("on a dark background it is different")
	}
}

func TestTerminalIsAskedForItsBackgroundIfNeeded(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"auto": 1, "high-contrast": 1, "dark": 0, "light": 0, "mono": 0} {
		d := uitest.NewConsole(t, func(o *ui.Options) {
			o.ThemeFor = func(t theme.Terminal) theme.Theme { return theme.Choose(name, t) }
		})
		asked := 0
		for _, cmd := range d.Init()().(tea.BatchMsg) {
			if cmd != nil && strings.HasSuffix(fmt.Sprintf("%T", cmd()), ".backgroundColorMsg") {
				asked++
			}
		}
		if asked != want {
			t.Errorf("with the theme %s it was asked %d times", name, asked)
		}
	}
}
