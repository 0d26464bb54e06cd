package ui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// Keys go to global actions first, then to the dialog on top, then to a field where text is
// typed, then to the pane.
func TestKeyRouting(t *testing.T) {
	t.Parallel()
	type places map[string]string // a text that is on the screen after the key; "quit" if the program must end
	at := map[string]func(*uitest.Console){
		"the list":    func(*uitest.Console) {},
		"the field":   func(d *uitest.Console) { d.Presses("/"); d.Types("ali") },
		"the account": func(d *uitest.Console) { d.Opens("307") },
		"a choice":    func(d *uitest.Console) { d.Opens("307"); d.Presses("s") },
		"a reason":    func(d *uitest.Console) { d.Opens("307"); d.Presses("s", "shift+tab") },
		"a problem":   func(d *uitest.Console) { d.Server.Delete(307); d.Opens("307"); d.Presses("esc", "u") },
		"the help":    func(d *uitest.Console) { d.Presses("?") },
	}
	for key, wants := range map[string]places{
		"ctrl+c": {"the list": "quit", "the field": "quit", "the account": "quit", "a choice": "quit", "a reason": "quit", "the help": "quit"},
		"q": {
			"the list": "quit", "the account": "quit", "the field": "/ aliq", "a reason": "Reason        q",
			"a choice": "Status · alice.smith", "the help": "/ q",
		},
		"?": {
			"the list": "List and account", "the account": "List and account", "the field": "/ ali?", "a reason": "Reason        ?",
			"a choice": "Status · alice.smith", "the help": "anna.lind",
		},
		"s":   {"the field": "/ alis", "the account": "Status · alice.smith", "a reason": "Reason        s", "the help": "/ s"},
		"/":   {"the list": "/ ", "the field": "/ ali/", "a reason": "Reason        /", "the help": "/ /"},
		"7":   {"the list": "anna.lind", "the field": "/ ali7", "a reason": "Reason        7"},
		"esc": {"the field": "/ ali", "the account": "alistair.b", "a choice": "Cannot sign in", "the help": "anna.lind"},
		"tab": {"the list": "from the list", "the field": "alina.kovac", "a choice": "▸ Locked ", "a reason": "▸ Status "},
	} {
		for place, want := range wants {
			t.Run(key+" in "+place, func(t *testing.T) {
				t.Parallel()
				d := uitest.NewConsole(t, nil)
				at[place](d)
				if place == "the account" && key == "esc" {
					d.Presses("/", "ctrl+u")
					d.Types("ali")
					d.Presses("esc", "enter")
				}
				d.Presses(key)
				if want == "quit" {
					if !d.HasQuit {
						t.Errorf("the program does not end:\n%s", d.Screen())
					}
					return
				}
				if d.HasQuit {
					t.Fatal("the program ends")
				}
				d.Sees(want)
			})
		}
	}
}

// A key of a pane does not work while a dialog is open.
func TestDialogGetsAllKeys(t *testing.T) {
	t.Parallel()
	for _, s := range []state{
		{name: "help", sees: " Keys ", do: func(d *uitest.Console) { d.Presses("?") }},
		{name: "form", sees: "Status · d2cadmin", do: func(d *uitest.Console) { d.Presses("s") }},
		{name: "question", sees: "Leave the form?", do: func(d *uitest.Console) { d.Presses("s", "right", "esc") }},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := s.come(t)
			d.Presses("u", "p", "r", "a", "f", "e", "z", "ctrl+r", "j", "G")
			d.Sees(s.sees)
			for _, r := range d.Server.Requests() {
				if r.Method != "GET" {
					t.Errorf("%s %s was sent", r.Method, r.Path)
				}
			}
			d.Presses("esc", "esc") // the first one clears the filter of the help
			if s.name == "help" && !strings.Contains(row(d.Screen(), "d2cadmin   "), "▸") {
				t.Errorf("the cursor moved below the dialog:\n%s", d.Screen())
			}
		})
	}
}

// row returns the first line of the screen that contains the text.
func row(screen, text string) string {
	for line := range strings.Lines(screen) {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func TestOneEscNeverDiscardsTyping(t *testing.T) {
	t.Parallel()
	for _, f := range []struct {
		name   string
		typing []string
	}{
		{"a choice", []string{"s", "right"}},
		{"a time", []string{"p", "tab", "x"}},
		{"a reason", []string{"s", "shift+tab", "I", "N", "C"}},
		{"the reason of an unlock", []string{"u", "I", "N", "C"}},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			d := uitest.NewConsole(t, nil)
			d.Opens("307")
			d.Presses(f.typing...)
			before := d.Styled()
			d.Presses("esc")
			d.Sees("Leave the form?", "esc stay")
			d.Presses("esc")
			if d.Styled() != before {
				t.Errorf("after esc, esc the form is different:\n%s", d.Screen())
			}
			d.Presses("esc", "enter")
			d.SeesNot("Leave the form?", "PUT /api")
		})
	}
	t.Run("a clean form just closes", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("307")
		d.Presses("s", "tab", "esc")
		d.SeesNot("Leave the form?", "PUT /api")
	})
	t.Run("ctrl+c asks too, and pressed again it quits", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("307")
		d.Presses("s", "right", "ctrl+c")
		d.Sees("Quit?", "were not sent")
		if d.HasQuit {
			t.Fatal("it ends without asking")
		}
		d.Presses("esc")
		d.Sees("● inactive")
		d.Presses("ctrl+c", "ctrl+c")
		if !d.HasQuit {
			t.Error("it does not end")
		}
	})
}

func TestPasteIsTextAndNeverKeys(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	paste := func() { d.Send(tea.PasteMsg{Content: "q\nu"}) }
	paste()
	d.Sees("/ q u")
	d.Presses("ctrl+u", "esc")
	d.Sees("/ search accounts")
	d.Presses("tab")
	paste() // over the account
	d.Sees("/ q u")
	if d.HasQuit {
		t.Fatal("it ends")
	}
	d.Presses("ctrl+u", "esc")
	d.Opens("307")
	d.Presses("u")
	paste()
	d.Sees("Reason  q u")
	if d.HasQuit {
		t.Error("it ends")
	}
}

func TestDisabledKeySaysWhy(t *testing.T) {
	t.Parallel()
	viewer := func(o *ui.Options) { o.User, o.Password = "viewer", hdpclient.SecretOf(hdptest.ViewerPassword) }
	for _, c := range []struct {
		name string
		with func(*ui.Options)
		do   func(*uitest.Console)
		key  string
		says string
	}{
		{"unlock of an unlocked account", nil, func(d *uitest.Console) { d.Opens("alina") }, "u", "u: alina.kovac is not locked"},
		{"unlock with no account", nil, func(d *uitest.Console) { d.Presses("/"); d.Types("zzz"); d.Presses("esc") }, "u", "u: no account is selected"},
		{"status with no account", nil, func(d *uitest.Console) { d.Presses("/"); d.Types("zzz"); d.Presses("esc") }, "s", "s: no account is selected"},
		{"open with no account", nil, func(d *uitest.Console) { d.Presses("/"); d.Types("locked:yes locked:no"); d.Presses("esc") }, "enter", "enter: no account is selected"},
		{"status without the permission", viewer, func(d *uitest.Console) { d.Opens("307") }, "s", "s: your login lacks ModifyUsers (15)"},
		{"unlock without the permission", viewer, func(d *uitest.Console) { d.Opens("307") }, "u", "u: your login lacks ModifyUsers (15)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := uitest.NewConsole(t, c.with)
			c.do(d)
			d.Presses(c.key)
			d.Sees(c.says)
			d.SeesNot("PUT /api")
			d.Presses("down")
			d.SeesNot(c.says)
		})
	}
}

func TestReadOnlyHasNoWrites(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, func(o *ui.Options) { o.ReadOnly = true })
	d.Opens("307")
	for _, key := range []string{"u", "s", "p", "r", "a", "f", "e", "z"} {
		d.Presses(key)
		d.Sees(key + ": this console is read-only")
	}
	d.Presses("enter")
	d.SeesNot("unlock", "edit")
	d.Presses("?")
	for range 5 {
		d.SeesNot("unlock the account", "edit the status", "temporary password")
		d.Presses("pgdown")
	}
	for _, r := range d.Server.Requests() {
		if r.Method != "GET" {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}

// ui.New refuses a key with two meanings in one place, and an action without help.
func TestEveryKeyIsInTheHelpAndHasOneMeaning(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil) // it fails if ui.New does
	d.Opens("307")
	d.Resizes(100, 60)
	d.Presses("?")
	help := ""
	for range 3 {
		help += uitest.Squeeze(d.Screen())
		d.Presses("pgdown")
	}
	for _, line := range []string{
		"u unlock the account", "s edit the status info", "p edit the password info", "/ find an account",
		"enter reload the account", "tab switch to the other pane", "ctrl+r reload the list", "? list all keys", "q quit",
		"ctrl+c quit from anywhere", "ctrl+l redraw", "ctrl+z suspend",
	} {
		if !strings.Contains(help, " "+line) {
			t.Errorf("not in the help: %s", line)
		}
	}
}

// At typing speed, enter waits until the dialog has been drawn and then confirms it.
func TestEnterWaitsUntilTheDialogIsDrawn(t *testing.T) {
	t.Parallel()
	const applied = "✓ Unlocked alice.smith, verified"
	multiplexed := uitest.With(func(o *ui.Options) { o.InMultiplexer = true })
	for _, c := range []struct {
		name  string
		habit uitest.OperatorOption
		early time.Duration // nothing may have been sent by then
		late  time.Duration // it must have been sent by then
	}{
		{"in a terminal", uitest.On(80, 24), 0, 60 * time.Millisecond},
		{"inside tmux", multiplexed, 200 * time.Millisecond, 60 * time.Millisecond},
		{"in a terminal that does not answer", uitest.MuteTerminal(), 900 * time.Millisecond, 200 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, c.habit)
			op.Opens("307")
			op.Press("u", "enter", "j") // without waiting for the screen
			op.Waits(c.early)
			op.Sees("Unlock · alice.smith (307)")
			checkNothingWritten(t, op)
			op.Waits(c.late)
			op.Sees(applied)
			if n := len(op.Writes()); n != 1 {
				t.Errorf("%d writes", n)
			}
		})
	}
	t.Run("before the account was read", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Finds("alice")
		op.Presses("esc")
		op.Press("u", "enter", "enter")
		op.Looks()
		op.Sees(applied)
		if n := len(op.Writes()); n != 1 {
			t.Errorf("%d writes", n)
		}
	})
	t.Run("esc cancels it", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Press("u", "enter", "esc")
		op.Looks()
		op.SeesNot("Unlock ·")
		checkNothingWritten(t, op)
	})
	t.Run("a reset also waits for the password policy", func(t *testing.T) {
		t.Parallel()
		var policy func()
		op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) {
			policy = s.Fail(hdptest.Fault{Path: "/passwordpolicy", Kind: hdptest.Hang})
		}))
		op.Opens("alina")
		op.Hold(1)
		op.Press("r", "enter")
		op.Waits(2 * time.Second)
		op.Sees("reading the password policy")
		checkNothingWritten(t, op)
		policy()
		op.Hold(0)
		op.Looks()
		op.Sees("✓ Reset accepted")
	})
	t.Run("of several accounts", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Presses("2", "down", "space", "space") // the first account remains inactive, which must be read
		op.Press("u", "enter")
		op.Looks()
		op.Sees("2 applied")
	})
}

// An early enter is dropped if enter alone does not confirm the dialog, or if something in it
// must be read first.
func TestEnterBeforeAWarningIsDropped(t *testing.T) {
	t.Parallel()
	const dropped = "You pressed enter before this was shown. Read it first."
	expired := uitest.Given(func(s *hdptest.Server) {
		s.SetPasswordInfo(412, `{"passwordStatus":2,"passwordExpiration":"2020-01-01 00:00:00"}`)
	})
	for _, c := range []struct {
		name  string
		habit uitest.OperatorOption
		id    string
		keys  []string
		says  string
	}{
		{"it remains inactive", uitest.Given(func(s *hdptest.Server) {
			s.SetStatusInfo(307, `{"status":0,"accountLocked":true,"accountLockedAt":"2026-11-22 14:00:00"}`)
		}), "307", []string{"u", "enter"}, dropped},
		{"a reset is not enough", expired, "alina", []string{"r", "enter"}, dropped},
		{"the operator's own account", uitest.On(80, 24), "d2cadmin", []string{"a", "enter"}, dropped},
		{"an expiry in the past", uitest.On(80, 24), "alina", strings.Split("e 2 0 2 0 - 0 1 - 0 1 enter", " "), dropped},
		{"a reason is required", reasonRequired(), "307", []string{"u", "enter"}, "reason"},
		{"the name is asked for", uitest.Under(change.Rules{TypeName: true}), "307", []string{"u", "enter"}, "type the full user name"},
		{"nothing is changed", uitest.On(80, 24), "307", []string{"s", "enter"}, "nothing changed yet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.On(120, 36), c.habit)
			op.Opens(c.id)
			op.Press(c.keys...)
			op.Looks()
			op.Sees(c.says)
			checkNothingWritten(t, op)
		})
	}
	t.Run("a preview skips an account", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Presses("2", "space", "1", "G", "space")
		op.Press("u", "enter")
		op.Looks()
		op.Sees("1 of 2 will change", dropped)
		checkNothingWritten(t, op)
	})
}

func TestResizeKeepsEverything(t *testing.T) {
	t.Parallel()
	around := func(op *uitest.Op) {
		for _, size := range [][2]int{{120, 36}, {40, 12}, {20, 5}, {100, 12}, {80, 24}} {
			op.Resizes(size[0], size[1])
		}
	}
	t.Run("typing", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Finds("ali")
		op.Presses("left")
		before := op.Screen()
		x, y, _ := op.Cursor()
		around(op)
		if op.Screen() != before {
			t.Errorf("the screen is different; it was\n%s", before)
		}
		if nx, ny, on := op.Cursor(); nx != x || ny != y || !on {
			t.Errorf("the cursor is at %d,%d and was at %d,%d", nx, ny, x, y)
		}
		op.Types("x")
		op.Sees("/ alxi")
	})
	t.Run("a form", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("s", "right", "tab", "tab", "tab")
		op.Clears()
		op.Types("+1h")
		around(op)
		op.Sees("● inactive", "▸ Locked until  +1h  2026-11-22 15:02:32 UTC", "~ status ")
		op.Presses("esc")
		around(op)
		op.Sees("Leave the form?", "● inactive")
	})
	t.Run("a write", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		release := op.Server.Fail(hdptest.Fault{Method: "PUT", Kind: hdptest.Hang})
		op.Hold(1)
		op.Presses("enter")
		around(op)
		op.Sees("sent, no answer yet…")
		op.Presses("esc", "q", "enter")
		op.Sees("sent, no answer yet…")
		release()
		op.Hold(0)
		op.Looks()
		op.Sees("✓ Unlocked alice.smith, verified")
		if w := op.Writes(); len(w) != 1 {
			t.Errorf("sent: %q", w)
		}
	})
}
