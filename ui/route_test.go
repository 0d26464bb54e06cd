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
	at := map[string]func(*desk){
		"the list":    func(*desk) {},
		"the field":   func(d *desk) { d.press("/"); d.types("ali") },
		"the account": func(d *desk) { d.opens("307") },
		"a choice":    func(d *desk) { d.opens("307"); d.press("s") },
		"a reason":    func(d *desk) { d.opens("307"); d.press("s", "shift+tab") },
		"a problem":   func(d *desk) { d.server.Delete(307); d.opens("307"); d.press("esc", "u") },
		"the help":    func(d *desk) { d.press("?") },
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
				d := newDesk(t, nil)
				at[place](d)
				if place == "the account" && key == "esc" {
					d.press("/", "ctrl+u")
					d.types("ali")
					d.press("esc", "enter")
				}
				d.press(key)
				if want == "quit" {
					if !d.quit {
						t.Errorf("the program does not end:\n%s", d.screen())
					}
					return
				}
				if d.quit {
					t.Fatal("the program ends")
				}
				d.sees(want)
			})
		}
	}
}

// A key of a pane does not work while a dialog is open.
func TestDialogGetsAllKeys(t *testing.T) {
	t.Parallel()
	for _, s := range []state{
		{name: "help", sees: " Keys ", do: func(d *desk) { d.press("?") }},
		{name: "form", sees: "Status · d2cadmin", do: func(d *desk) { d.press("s") }},
		{name: "question", sees: "Leave the form?", do: func(d *desk) { d.press("s", "right", "esc") }},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := s.come(t)
			d.press("u", "p", "r", "a", "f", "e", "z", "ctrl+r", "j", "G")
			d.sees(s.sees)
			for _, r := range d.server.Requests() {
				if r.Method != "GET" {
					t.Errorf("%s %s was sent", r.Method, r.Path)
				}
			}
			d.press("esc", "esc") // the first one clears the filter of the help
			if s.name == "help" && !strings.Contains(row(d.screen(), "d2cadmin   "), "▸") {
				t.Errorf("the cursor moved below the dialog:\n%s", d.screen())
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
			d := newDesk(t, nil)
			d.opens("307")
			d.press(f.typing...)
			before := d.shown()
			d.press("esc")
			d.sees("Leave the form?", "esc stay")
			d.press("esc")
			if d.shown() != before {
				t.Errorf("after esc, esc the form is different:\n%s", d.screen())
			}
			d.press("esc", "enter")
			d.seesNot("Leave the form?", "PUT /api")
		})
	}
	t.Run("a clean form just closes", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, nil)
		d.opens("307")
		d.press("s", "tab", "esc")
		d.seesNot("Leave the form?", "PUT /api")
	})
	t.Run("ctrl+c asks too, and pressed again it quits", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, nil)
		d.opens("307")
		d.press("s", "right", "ctrl+c")
		d.sees("Quit?", "were not sent")
		if d.quit {
			t.Fatal("it ends without asking")
		}
		d.press("esc")
		d.sees("● inactive")
		d.press("ctrl+c", "ctrl+c")
		if !d.quit {
			t.Error("it does not end")
		}
	})
}

func TestPasteIsTextAndNeverKeys(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	paste := func() { d.send(tea.PasteMsg{Content: "q\nu"}) }
	paste()
	d.sees("/ q u")
	d.press("ctrl+u", "esc")
	d.sees("/ search accounts")
	d.press("tab")
	paste() // over the account
	d.sees("/ q u")
	if d.quit {
		t.Fatal("it ends")
	}
	d.press("ctrl+u", "esc")
	d.opens("307")
	d.press("u")
	paste()
	d.sees("Reason  q u")
	if d.quit {
		t.Error("it ends")
	}
}

func TestDisabledKeySaysWhy(t *testing.T) {
	t.Parallel()
	viewer := func(o *ui.Options) { o.User, o.Password = "viewer", hdpclient.SecretOf(hdptest.ViewerPassword) }
	for _, c := range []struct {
		name string
		with func(*ui.Options)
		do   func(*desk)
		key  string
		says string
	}{
		{"unlock of an unlocked account", nil, func(d *desk) { d.opens("alina") }, "u", "u: alina.kovac is not locked"},
		{"unlock with no account", nil, func(d *desk) { d.press("/"); d.types("zzz"); d.press("esc") }, "u", "u: no account is selected"},
		{"status with no account", nil, func(d *desk) { d.press("/"); d.types("zzz"); d.press("esc") }, "s", "s: no account is selected"},
		{"open with no account", nil, func(d *desk) { d.press("/"); d.types("locked:yes locked:no"); d.press("esc") }, "enter", "enter: no account is selected"},
		{"status without the permission", viewer, func(d *desk) { d.opens("307") }, "s", "s: your login lacks ModifyUsers (15)"},
		{"unlock without the permission", viewer, func(d *desk) { d.opens("307") }, "u", "u: your login lacks ModifyUsers (15)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, c.with)
			c.do(d)
			d.press(c.key)
			d.sees(c.says)
			d.seesNot("PUT /api")
			d.press("down")
			d.seesNot(c.says)
		})
	}
}

func TestReadOnlyHasNoWrites(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *ui.Options) { o.ReadOnly = true })
	d.opens("307")
	for _, key := range []string{"u", "s", "p", "r", "a", "f", "e", "z"} {
		d.press(key)
		d.sees(key + ": this console is read-only")
	}
	d.press("enter")
	d.seesNot("unlock", "edit")
	d.press("?")
	for range 5 {
		d.seesNot("unlock the account", "edit the status", "temporary password")
		d.press("pgdown")
	}
	for _, r := range d.server.Requests() {
		if r.Method != "GET" {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}

// ui.New refuses a key with two meanings in one place, and an action without help.
func TestEveryKeyIsInTheHelpAndHasOneMeaning(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil) // it fails if ui.New does
	d.opens("307")
	d.resize(100, 60)
	d.press("?")
	help := ""
	for range 3 {
		help += squeeze(d.screen())
		d.press("pgdown")
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
