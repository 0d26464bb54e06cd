package uitest_test

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"hdpadmin/ui/uitest"
)

func TestTypedTextAppears(t *testing.T) {
	term := uitest.Start(t, typist())
	term.Type("ali\tce\n")
	term.Press("space", "A", "ctrl+c")
	term.Paste("two words")
	term.Sees("typed: ali<tab>ce<enter> A<ctrl+c>[two words]", "size: 120x36")
	term.SeesNot("bob")
}

func TestScreenHasALineForEachRow(t *testing.T) {
	term := uitest.Start(t, typist(), uitest.Size(30, 4))
	term.Idle()
	if got, want := term.Screen(), "typed:\nsize: 30x4\n\n"; got != want {
		t.Errorf("screen %q, want %q", got, want)
	}
	if got := term.Row("size"); got != "size: 30x4" {
		t.Errorf("row %q", got)
	}
}

func TestResize(t *testing.T) {
	term := uitest.Start(t, script{show: func() tea.View {
		return full("%s", strings.Repeat(strings.Repeat("x", 100)+"\n", 50))
	}}, uitest.Size(20, 5))
	for _, size := range []struct{ w, h int }{{40, 8}, {10, 3}, {60, 20}, {20, 5}} {
		term.Resize(size.w, size.h)
		term.Idle()
		want := strings.TrimSuffix(strings.Repeat(strings.Repeat("x", size.w)+"\n", size.h), "\n")
		if got := term.Screen(); got != want {
			t.Errorf("%dx%d: screen\n%s\nwant\n%s", size.w, size.h, got, want)
		}
	}
}

func TestWideCharactersTakeTwoCells(t *testing.T) {
	term := uitest.Start(t, script{show: func() tea.View { return full("│山田│é│x") }})
	term.Sees("│山田│é│x")
	if x, y := term.Find("x"); x != 8 || y != 0 {
		t.Errorf("x is at %d,%d, want 8,0", x, y)
	}
}

func TestCursor(t *testing.T) {
	var cursor *tea.Cursor
	term := uitest.Start(t, script{
		on: func(msg tea.Msg) tea.Cmd {
			if key, ok := msg.(tea.KeyPressMsg); ok && key.String() == "c" {
				cursor = tea.NewCursor(3, 1)
			} else if ok {
				cursor = nil
			}
			return nil
		},
		show: func() tea.View { v := full("one\ntwo"); v.Cursor = cursor; return v },
	})
	for _, step := range []struct {
		key     string
		visible bool
	}{{"x", false}, {"c", true}, {"x", false}, {"c", true}} {
		term.Press(step.key)
		term.Idle()
		x, y, visible := term.Cursor()
		if visible != step.visible {
			t.Errorf("after %q visible is %v", step.key, visible)
		}
		if visible && (x != 3 || y != 1) {
			t.Errorf("the cursor is at %d,%d, want 3,1", x, y)
		}
	}
}

func TestStylesAreKept(t *testing.T) {
	red := lipgloss.NewStyle().Foreground(lipgloss.Color("#ff0000")).Bold(true)
	show := func() tea.View { return full("plain %s", red.Render("locked")) }

	term := uitest.Start(t, script{show: show})
	term.Idle()
	if got := term.Styled(); !strings.Contains(got, "38;2;255;0;0") {
		t.Errorf("no red in %q", got)
	}
	if x, y := term.Find("locked"); term.StyleAt(x, y).Fg == nil || term.StyleAt(x-1, y).Fg != nil {
		t.Errorf("styles %+v and %+v", term.StyleAt(x, y), term.StyleAt(x-1, y))
	}

	ascii := uitest.Start(t, script{show: show}, uitest.ColorProfile(colorprofile.ASCII))
	ascii.Idle()
	if got := ascii.Styled(); strings.Contains(got, "38;") {
		t.Errorf("a terminal without colours got one: %q", got)
	}
}

func TestEnvironmentComesOnlyFromTheTest(t *testing.T) {
	t.Setenv("TERM", "dumb")
	t.Setenv("SSH_TTY", "/dev/pts/7")
	var env tea.EnvMsg
	term := uitest.Start(t, script{
		on: func(msg tea.Msg) tea.Cmd {
			if msg, ok := msg.(tea.EnvMsg); ok {
				env = msg
			}
			return nil
		},
		show: func() tea.View {
			return full("TERM=%s SSH_TTY=%s LANG=%s", env.Getenv("TERM"), env.Getenv("SSH_TTY"), env.Getenv("LANG"))
		},
	}, uitest.Env("LANG=C"))
	term.Sees("TERM=xterm-256color SSH_TTY= LANG=C")
}

func TestHarnessWritesNothing(t *testing.T) {
	text := "one"
	term := uitest.Start(t, script{
		on: func(msg tea.Msg) tea.Cmd {
			if key, ok := msg.(tea.KeyPressMsg); ok {
				text = key.Text
			}
			return nil
		},
		show: func() tea.View { v := full("%s", text); v.Cursor = tea.NewCursor(0, 0); return v },
	})
	term.Type("x")
	term.Idle()
	before := term.OutputBytes()
	for range 5 {
		term.Type("x") // draws the same view again
		term.Idle()
	}
	if got := term.OutputBytes() - before; got != 0 {
		t.Errorf("idling wrote %d bytes, want none", got)
	}
	term.Type("y")
	term.Idle()
	// cursor off, the letter, cursor home, cursor on
	if got, want := term.OutputBytes()-before, len("\x1b[?25l"+"y"+"\x1b[H"+"\x1b[?25h"); got != want {
		t.Errorf("one letter wrote %d bytes, want %d", got, want)
	}
}

func TestTitle(t *testing.T) {
	term := uitest.Start(t, script{show: func() tea.View {
		v := full("text")
		v.WindowTitle = "hdpadmin"
		return v
	}})
	term.Idle()
	if got := term.Title(); got != "hdpadmin" {
		t.Errorf("title %q", got)
	}
}

func TestClipboardIsWrittenBeforeIdle(t *testing.T) {
	term := uitest.Start(t, script{
		on: func(msg tea.Msg) tea.Cmd {
			if _, ok := msg.(tea.KeyPressMsg); ok {
				return tea.SetClipboard("alice")
			}
			return nil
		},
		show: func() tea.View { return full("text") },
	})
	for range 20 {
		term.Idle()
		before := term.OutputBytes()
		term.Press("y")
		term.Idle()
		if got, want := term.OutputBytes()-before, len("\x1b]52;c;YWxpY2U=\x07"); got != want {
			t.Fatalf("wrote %d bytes, want %d", got, want)
		}
	}
}

func TestProgramEnds(t *testing.T) {
	on := func(end tea.Cmd) tea.Model {
		return script{
			on: func(msg tea.Msg) tea.Cmd {
				if _, ok := msg.(tea.KeyPressMsg); ok {
					return end
				}
				return nil
			},
			show: func() tea.View { return tea.NewView("here") },
		}
	}
	t.Run("by quit", func(t *testing.T) {
		term := uitest.Start(t, on(tea.Quit))
		term.Sees("here")
		term.Press("q")
		if err := term.ExitErr(); err != nil {
			t.Error(err)
		}
		term.Idle()
	})
	t.Run("by interrupt, asked for", func(t *testing.T) {
		term := uitest.Start(t, on(tea.Interrupt))
		term.Press("q")
		if err := term.ExitErr(); !errors.Is(err, tea.ErrInterrupted) {
			t.Error(err)
		}
	})
	t.Run("by interrupt, not asked for", func(t *testing.T) {
		says(t, failing(t, func(tb testing.TB) {
			term := uitest.Start(tb, on(tea.Interrupt))
			term.Press("q")
			term.Ended()
		}), "the program ended", "interrupted")
	})
	t.Run("not at all", func(t *testing.T) {
		says(t, failing(t, func(tb testing.TB) {
			term := uitest.Start(tb, on(nil))
			term.Sees("here")
			term.Impatient().Ended()
		}), "the program has not ended", "│here ")
	})
	t.Run("while the test waits for a text", func(t *testing.T) {
		says(t, failing(t, func(tb testing.TB) {
			term := uitest.Start(tb, on(tea.Quit))
			term.Press("q")
			term.Sees("gone")
		}), "gone", "the program has ended")
	})
}

func TestPanicFailsTheTestWithItsStack(t *testing.T) {
	for name, m := range map[string]script{
		"in Init's command": {init: func() tea.Msg { panic("burst") }},
		"in Update": {on: func(msg tea.Msg) tea.Cmd {
			if _, ok := msg.(tea.KeyPressMsg); ok {
				panic("burst")
			}
			return nil
		}},
		"in a command": {on: func(msg tea.Msg) tea.Cmd {
			if _, ok := msg.(tea.KeyPressMsg); ok {
				return tea.Batch(tea.RequestWindowSize, func() tea.Msg { panic("burst") })
			}
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m.show = func() tea.View { return full("text") }
			says(t, failing(t, func(tb testing.TB) {
				term := uitest.Start(tb, m)
				term.Press("x")
				term.Ended()
			}), "the program panicked: burst", "term_test.go")
		})
	}
	t.Run("in View", func(t *testing.T) {
		says(t, failing(t, func(tb testing.TB) {
			uitest.Start(tb, script{show: func() tea.View { panic("burst") }})
		}), "the program panicked: burst", "term_test.go")
	})
}

func BenchmarkRoundTripOfAKey(b *testing.B) {
	term := uitest.Start(b, typist())
	for b.Loop() {
		term.Press("x")
		term.Idle()
	}
}
