package ui_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui"
	"hdpadmin/ui/action"
	"hdpadmin/ui/uitest"
)

func TestCopy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(*uitest.Console)
		want string
	}{
		"a name in the list": {func(d *uitest.Console) { d.Presses("down", "down", "y") }, "helpdesk"},
		"a name":             {func(d *uitest.Console) { d.Opens("307"); d.Presses("y") }, "alice.smith"},
		"an id":              {func(d *uitest.Console) { d.Opens("alice"); d.Presses("Y") }, "307"},
		"only plain text":    {func(d *uitest.Console) { d.Opens("307"); d.Presses("y", "Y") }, "307"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := uitest.NewConsole(t, nil)
			c.do(d)
			if got, asked := d.Clipboard(); got != c.want || !asked {
				t.Errorf("copied %q, want %q", got, c.want)
			}
			d.Sees("Sent to your terminal's clipboard")
		})
	}
	t.Run("nothing", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Presses("/")
		d.Types("zzz")
		d.Presses("esc", "y")
		d.Sees("y: no account is selected")
		if got, asked := d.Clipboard(); asked {
			t.Errorf("copied %q", got)
		}
	})
}

// A password stays on the clipboard for the configured time, and never longer than the console
// is open.
func TestCopiedPasswordIsClearedFromTheClipboard(t *testing.T) {
	t.Parallel()
	console := func(t *testing.T) *uitest.Console {
		d := uitest.NewConsole(t, func(o *ui.Options) { o.ClipboardClear = 45 * time.Second })
		d.Opens("307")
		d.Presses("r", "enter", "y")
		d.Sees("cleared in 45 s")
		if text, asked := d.Clipboard(); !asked || len(text) < 12 {
			t.Fatalf("copied %q", text)
		}
		return d
	}
	on := func(t *testing.T, d *uitest.Console, want bool) {
		t.Helper()
		if text, _ := d.Clipboard(); (text != "") != want {
			t.Errorf("on the clipboard: %v, want %v", text != "", want)
		}
	}
	t.Run("in time", func(t *testing.T) {
		t.Parallel()
		d := console(t)
		on(t, d, true)
		d.Rings()
		on(t, d, false)
	})
	t.Run("copied again, it stays for the whole time again", func(t *testing.T) {
		t.Parallel()
		d := console(t)
		first := d.Late
		d.Late = nil
		d.Presses("y")
		for _, msg := range first {
			d.Send(msg)
		}
		on(t, d, true)
		d.Rings()
		on(t, d, false)
	})
	t.Run("something else was copied later", func(t *testing.T) {
		t.Parallel()
		d := console(t)
		d.Presses("v", "esc", "esc", "y")
		d.Rings()
		if text, _ := d.Clipboard(); text != "alice.smith" {
			t.Errorf("copied %q", text)
		}
	})
	t.Run("clearing is off", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("307")
		d.Presses("r", "enter", "y")
		d.Rings()
		on(t, d, true)
	})
	t.Run("the console locks itself", func(t *testing.T) {
		t.Parallel()
		d := console(t)
		d.Presses("ctrl+x")
		on(t, d, false)
	})
}

// A slow connection delivers esc and the next key together, and the decoder makes one alt key
// of them.
func TestUnboundAltKeyIsEscAndTheKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		at     []string
		packet []string
		sees   string
		not    string
	}{
		{"a search from an account", []string{"/", "3", "0", "7", "enter"}, []string{"alt+/", "u", "r", "s", "u", "l", "a"}, "/ ursula", "Unlock"},
		{"a search over the help", []string{"?"}, []string{"alt+/", "u", "r", "s"}, "/ urs", "Keys"},
		{"a key after a form", []string{"/", "3", "0", "7", "enter", "s"}, []string{"alt+p"}, "Password · alice.smith", "Status ·"},
		{"a capital", []string{"/"}, []string{"alt+shift+o"}, "not sorted", "/ O"},
		{"a letter in a field", []string{"/", "a", "l"}, []string{"alt+b"}, "/ al", "/ alb"},
		{"a word is deleted", []string{"/", "a", "l"}, []string{"alt+backspace", "x"}, "/ x", "/ al"},
		{"a key with a binding", []string{"/", "3", "0", "7", "enter"}, []string{"alt+y"}, "Unlock · alice.smith", "╭ Accounts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := uitest.NewConsole(t, func(o *ui.Options) { o.Keys = []action.Binding{{ID: "unlock", Keys: []string{"u", "alt+y"}}} })
			d.Presses(c.at...)
			d.Presses(c.packet...)
			d.Sees(c.sees)
			d.SeesNot(c.not)
		})
	}
}

func TestTwoEscsAtOnceAreTwo(t *testing.T) {
	t.Parallel()
	both := tea.KeyPressMsg{Code: tea.KeyEscape, Mod: tea.ModAlt}
	t.Run("from an unchanged form", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("307")
		d.Presses("s")
		d.Send(both)
		d.Sees("╭ Accounts") // the list, below the form and the account
		d.SeesNot("PUT /api")
	})
	t.Run("the second does not answer a question that is not drawn yet", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("s", "right")
		op.Send(both)
		op.Looks()
		op.Sees("Leave the form?")
	})
}

func TestNoTitleForATerminalThatPrintsIt(t *testing.T) {
	t.Parallel()
	for no, want := range map[bool]string{false: "hdpadmin hdp.example.test", true: ""} {
		d := uitest.NewConsole(t, func(o *ui.Options) { o.NoTitle = no })
		if got := d.View().WindowTitle; got != want {
			t.Errorf("the title is %q, want %q", got, want)
		}
	}
}
