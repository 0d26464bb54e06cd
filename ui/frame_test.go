package ui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
)

// sizes returns every width, every height, and a grid of both.
func sizes() [][2]int {
	var all [][2]int
	for w := 40; w <= 200; w++ {
		all = append(all, [2]int{w, 12 + w%17})
	}
	for h := 12; h <= 60; h++ {
		all = append(all, [2]int{80 + h%3*10, h})
	}
	for w := 40; w <= 200; w += 32 {
		for h := 12; h <= 60; h += 16 {
			all = append(all, [2]int{w, h})
		}
	}
	return all
}

// state is a pane or dialog: how to get there at 80×24, and a text that shows it.
type state struct {
	name, sees string
	with       func(*ui.Options)
	server     []hdptest.Option
	do         func(*uitest.Console)
}

func (s state) come(t *testing.T) *uitest.Console {
	t.Helper()
	d := uitest.NewConsole(t, s.with, s.server...)
	if s.do != nil {
		s.do(d)
	}
	d.Sees(s.sees)
	return d
}

func states() []state {
	press := func(account string, keys ...string) func(*uitest.Console) {
		return func(d *uitest.Console) { d.Opens(account); d.Presses(keys...) }
	}
	return []state{
		{name: "list", sees: "anna.lind"},
		{
			name: "end of the list", sees: "/ search accounts", server: []hdptest.Option{hdptest.WithAccounts(300)},
			do: func(d *uitest.Console) { d.Presses("G") },
		},
		{name: "typing", sees: "3 matches", do: func(d *uitest.Console) { d.Presses("/"); d.Types("ali") }},
		{name: "wide letters", sees: "1 match", do: func(d *uitest.Console) { d.Presses("/"); d.Types("山") }},
		{name: "ambiguous", sees: "2 accounts match", do: func(d *uitest.Console) { d.Presses("/"); d.Types("412") }},
		{name: "not in the view", sees: "not in Expired", do: func(d *uitest.Console) { d.Presses("5", "/"); d.Types("ali") }},
		{name: "nobody", sees: "The server has no account", do: press("zzz")},
		{name: "account", sees: "Cannot sign in: locked", do: press("307")},
		{name: "long name", sees: "of128chr", do: press("454")},
		{name: "wide name", sees: "山田太郎", do: press("433")},
		{name: "hostile name", sees: "␛[31m", do: press("461")},
		{name: "emoji name", sees: "🎉", do: press("447")},
		{
			name: "account gone", sees: "There is no User with that id: 307.",
			do: func(d *uitest.Console) { d.Server.Delete(307); d.Opens("307") },
		},
		{name: "status form", sees: "PUT /api/admin/users/307/statusinfo", do: press("307", "s")},
		{name: "invalid time", sees: "there is no such day", do: func(d *uitest.Console) {
			d.Opens("307")
			d.Presses("s", "tab", "tab", "tab", "ctrl+u")
			d.Types("2026-02-30")
		}},
		{name: "discard", sees: "Leave the form?", do: press("433", "s", "right", "esc")},
		{name: "password form", sees: "PUT /api/admin/users/454/passwordinfo", do: press("454", "p")},
		{name: "unlock", sees: "The account is inactive", do: press("304", "u")},
		{name: "conflict", sees: "Changed meanwhile", do: func(d *uitest.Console) {
			d.Opens("307")
			d.Presses("u")
			d.Server.SetStatusInfo(307, `{"status":0,"accountLocked":true,"note":"山田太郎 was here"}`)
			d.Presses("enter")
		}},
		{name: "unchanged", sees: "also changed", do: func(d *uitest.Console) {
			d.Opens("307")
			d.Presses("u")
			d.Server.SetStatusInfo(307, `{"status":0,"note":"山田太郎 was here"}`)
			d.Presses("enter")
		}},
		{name: "a dialog over wide letters", sees: "Keys", do: func(d *uitest.Console) {
			d.Server.AddAccount(hdptest.Account{ID: 9901, UserName: strings.Repeat("山", 110)})
			d.Opens("9901")
			d.Presses("?")
		}},
		{name: "a form over wide letters", sees: "PUT /api/admin/users/9901/statusinfo", do: func(d *uitest.Console) {
			d.Server.AddAccount(hdptest.Account{ID: 9901, UserName: strings.Repeat("山", 110)})
			d.Opens("9901")
			d.Presses("s")
		}},
		{name: "help", sees: "List and account", do: func(d *uitest.Console) { d.Presses("?") }},
		{name: "refused", sees: "Nothing more is sent", do: func(d *uitest.Console) {
			d.Server.SetPassword(1, "Other-Word9")
			d.Presses("ctrl+r")
		}},
		{name: "sign-in", sees: "Sign in to", with: func(o *ui.Options) { o.Password = hdpclient.Secret{} }},
		{
			name: "no list", sees: "Your login may lack",
			with:   func(o *ui.Options) { o.User, o.Password = "helpdesk", hdpclient.SecretOf(hdptest.HelpdeskPassword) },
			server: []hdptest.Option{hdptest.WithQuirks(hdptest.ListRefusedOutside)},
		},
		{
			name: "everything in the header", sees: "CERTIFICATE NOT CHECKED",
			with: func(o *ui.Options) { o.ReadOnly, o.Insecure, o.Demo = true, true, &ui.Demo{} },
		},
		{name: "ascii", sees: "+ Accounts --", with: func(o *ui.Options) { o.Theme = theme.ASCII(theme.Mono()) }},
	}
}

func TestTheFrameIsAsLargeAsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, s := range states() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := s.come(t)
			for _, size := range sizes() {
				checkFrame(t, d, size[0], size[1])
			}
		})
	}
}

func TestTooSmallTerminalSaysSo(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Opens("307")
	d.Presses("s", "tab", "tab")
	before := d.Styled()
	for w := 1; w <= 60; w += 1 + w/20 {
		for h := 1; h <= 14; h++ {
			checkFrame(t, d, w, h)
		}
	}
	for _, size := range [][2]int{{39, 24}, {80, 11}, {39, 11}} {
		d.Resizes(size[0], size[1])
		d.Sees("hdpadmin needs 40×12 cells")
		d.SeesNot("alice")
	}
	if d.View().Cursor != nil {
		t.Error("a cursor on a terminal that is too small")
	}
	d.Resizes(80, 24)
	if d.Styled() != before {
		t.Errorf("after it was too small the screen is different:\n%s", d.Screen())
	}
}

// checkFrame checks that the frame has the terminal's size and the cursor is inside it.
func checkFrame(t *testing.T, d *uitest.Console, w, h int) {
	t.Helper()
	_, _ = d.Update(tea.WindowSizeMsg{Width: w, Height: h})
	v := d.View()
	lines := strings.Split(v.Content, "\n")
	if len(lines) != h {
		t.Fatalf("%d×%d: %d lines", w, h, len(lines))
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got != w {
			t.Fatalf("%d×%d: line %d is %d cells wide: %q", w, h, i, got, ansi.Strip(l))
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.X >= w || c.Y < 0 || c.Y >= h) {
		t.Fatalf("%d×%d: the cursor is at %d,%d", w, h, c.X, c.Y)
	}
}
