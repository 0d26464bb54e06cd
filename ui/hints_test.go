package ui_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
)

// A hint is one or more keys that a screen names, with the words around them.
type hint struct {
	keys  []string
	words string
}

var (
	// Named keys count wherever they are mentioned, except as the verb.
	namedKeys = regexp.MustCompile(`(?:^|[\s(:;,“])((?:(?:enter|esc|tab|shift\+tab|pgdn|pgup|ctrl\+[a-z])\s)*(?:enter|esc|tab|shift\+tab|pgdn|pgup|ctrl\+[a-z]))(?:\s(\w+)|\W|$)`)
	// Letters count as keys after "press", or before a verb.
	letterKeys = regexp.MustCompile(`(?:[Pp]ress ([a-zA-Z?/*:])(?:\W|$)|(?:^|[\s(:;])([a-zA-Z?/*:]) (?:activates|changes|gives|lists|marks|opens|reads|sends|sets|shows|sorts|takes|undoes|unlocks)\b)`)
	styledKeys = regexp.MustCompile(keyStyle() + `([^\x1b]+)\x1b\[m` + mutedStyle() + `( [^\x1b]+)`)
	offKeys    = regexp.MustCompile(mutedStyle() + `[^\x1b]+\x1b\[m` + mutedStyle() + ` [^\x1b]+\x1b\[m`)
	frames     = regexp.MustCompile(`[│╭╮╰╯─]+`)
)

func keyStyle() string { return before(theme.Dark().Key.Render("x")) }

func mutedStyle() string { return before(theme.Dark().Muted.Render("x")) }

// before returns a pattern for the sequence that begins a style.
func before(styled string) string {
	start, _, _ := strings.Cut(styled, "x")
	return regexp.QuoteMeta(start)
}

// hints returns every hint on the screen: keys in their style, and keys in sentences.
func hints(drawn string) []hint {
	var all []hint
	caps := map[string]bool{}
	for _, a := range ui.Actions() {
		caps[a.Keycap()] = true
	}
	for _, m := range styledKeys.FindAllStringSubmatch(drawn, -1) {
		if !caps[m[1]] {
			continue // the program's name, or a sign before a row
		}
		for _, cap := range strings.Fields(m[1]) {
			all = append(all, hint{[]string{keyOf(cap)}, m[1] + m[2]})
		}
	}
	drawn = offKeys.ReplaceAllString(styledKeys.ReplaceAllString(drawn, " "), " ")
	prose := strings.Join(strings.Fields(frames.ReplaceAllString(ansi.Strip(drawn), " ")), " ")
	for _, m := range namedKeys.FindAllStringSubmatch(prose, -1) {
		if !slices.Contains([]string{"a", "its", "the", "your"}, m[2]) {
			var keys []string
			for _, cap := range strings.Fields(m[1]) {
				keys = append(keys, keyOf(cap))
			}
			all = append(all, hint{keys, strings.TrimSpace(m[0])})
		}
	}
	for _, m := range letterKeys.FindAllStringSubmatch(prose, -1) {
		all = append(all, hint{[]string{m[1] + m[2]}, strings.TrimSpace(m[0])})
	}
	return all
}

// keyOf returns the key for its label.
func keyOf(cap string) string {
	shown := map[string]string{"↓": "down", "↑": "up", "←": "left", "→": "right", "pgdn": "pgdown"}
	for sign, name := range shown {
		cap = strings.ReplaceAll(cap, sign, name)
	}
	return cap
}

// instructiveStates lists screens that say what to press, in addition to those of states.
func instructiveStates() []state {
	return []state{
		{name: "a view without a match", sees: "not in Locked", do: func(d *uitest.Console) { d.Presses("2", "/"); d.Types("alina") }},
		{name: "no match", sees: "Press enter to ask the", do: func(d *uitest.Console) { d.Presses("/"); d.Types("zzq") }},
		{name: "no match, in the list", sees: "Press enter to ask the", do: func(d *uitest.Console) { d.Presses("/"); d.Types("zzq"); d.Presses("esc") }},
		{name: "the row that looks up", sees: "▸  look up", do: func(d *uitest.Console) { d.Presses("/"); d.Types("alice"); d.Presses("down", "down") }},
		{name: "a qualifier", sees: "tab locked:", do: func(d *uitest.Console) { d.Presses("/"); d.Types("locked") }},
		{name: "expired", sees: "expired", do: func(d *uitest.Console) { d.Presses("5", "enter") }},
		{name: "must change", sees: "must", do: func(d *uitest.Console) { d.Presses("4", "enter") }},
		{name: "inactive", sees: "inactive", do: func(d *uitest.Console) { d.Presses("3", "enter") }},
		{name: "marked", sees: "marked", do: func(d *uitest.Console) { d.Presses("*") }},
		{name: "a preview", sees: "Unlock", do: func(d *uitest.Console) { d.Presses("2", "*", "u") }},
		{name: "results", sees: "Unlock", do: func(d *uitest.Console) { d.Presses("2", "space", "space", "u", "enter") }},
		{name: "activate or deactivate", sees: "Activate or deactivate?", do: func(d *uitest.Console) { d.Presses("*", "a") }},
		{name: "reset", sees: "Reset", do: func(d *uitest.Console) { d.Opens("412"); d.Presses("r") }},
		{name: "reset done", sees: "Reset", do: func(d *uitest.Console) { d.Opens("alina"); d.Presses("r", "enter") }},
		{name: "expiry", sees: "Expires", do: func(d *uitest.Console) { d.Opens("307"); d.Presses("e") }},
		{name: "force", sees: "alina.kovac", do: func(d *uitest.Console) { d.Opens("alina"); d.Presses("f") }},
		{name: "own password", sees: "password", do: func(d *uitest.Console) { d.Presses("c") }},
		{name: "quit with something typed", sees: "Quit", do: func(d *uitest.Console) { d.Opens("307"); d.Presses("s", "right", "ctrl+c") }},
		{name: "failed write", sees: "404", do: func(d *uitest.Console) {
			d.Opens("307")
			d.Server.Fail(hdptest.Fault{Method: "PUT", Kind: hdptest.Status, Status: 404, Body: envelope("222207916", "There is no User with that id: 307.")})
			d.Presses("u", "enter")
		}},
		{name: "lost answer", sees: "307", do: func(d *uitest.Console) {
			d.Opens("307")
			d.Server.Fail(hdptest.Fault{Method: "PUT", Kind: hdptest.CloseAfterApply})
			d.Presses("u", "enter")
		}},
		{name: "a viewer", sees: "ModifyUsers", with: func(o *ui.Options) { o.User, o.Password = "viewer", hdpclient.SecretOf(hdptest.ViewerPassword) }, do: func(d *uitest.Console) { d.Opens("307") }},
	}
}

func TestFindHints(t *testing.T) {
	t.Parallel()
	th := theme.Dark()
	for drawn, want := range map[string]string{
		th.Key.Render("u") + th.Muted.Render(" unlocks it now"):       "[u]",
		th.Key.Render("tab ↓") + th.Muted.Render(" next"):             "[tab] [down]",
		th.Muted.Render("u") + th.Muted.Render(" unlock"):             "", // disabled
		"14 in all accounts: esc esc shows them.":                     "[esc esc]",
		"│ No match; enter asks the │\n│ server. ctrl+r reads it. │":  "[enter] [ctrl+r]",
		"until you enter your password again. There is no end given.": "",
		"Select an account, or press / to search; c changes a thing.": "[/] [c]",
	} {
		var got []string
		for _, h := range hints(drawn) {
			got = append(got, fmt.Sprint(h.keys))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q names %q, want %q", ansi.Strip(drawn), got, want)
		}
	}
}

// Every key that a screen names does something there: it changes the screen, asks the server,
// or quits.
func TestEveryInstructionOnScreenIsTrue(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	pressed := map[string]bool{}
	for _, s := range slices.Concat(states(), instructiveStates()) {
		// The help names the keys of every place; ascii has other styles.
		if s.name == "help" || s.name == "a dialog over wide letters" || s.name == "ascii" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := s.come(t)
			all := hints(d.Front())
			if len(all) == 0 {
				t.Errorf("no hint on\n%s", d.Screen())
			}
			for _, h := range all {
				id := fmt.Sprint(h.words, " on ", d.Place())
				mu.Lock()
				known := pressed[id]
				pressed[id] = true
				mu.Unlock()
				if !known {
					checkHint(t, s, h)
				} else if why := d.Refuses(h.keys[0]); why != "" {
					t.Errorf("“%s” is on the screen, and %s is refused: %s\n%s", h.words, h.keys[0], why, d.Screen())
				}
			}
		})
	}
}

// checkHint presses what the hint names, on the screen of that state.
func checkHint(t *testing.T, s state, h hint) {
	t.Helper()
	d := s.come(t)
	for _, key := range h.keys {
		if strings.Contains("123456", key) {
			return // the label of the current view has the style of a key
		}
		before, requests, sent := d.Styled(), len(d.Server.Requests()), len(d.Sent)
		d.Presses(key)
		lines := strings.Split(d.Screen(), "\n")
		if refusal := strings.TrimSpace(lines[len(lines)-1]); strings.HasPrefix(refusal, key+": ") {
			t.Errorf("“%s” is on the screen, and %s is refused:\n%s", h.words, key, d.Screen())
		}
		if key == "left" && d.Styled() == before { // the first value is selected
			d.Presses("right")
		}
		if d.Styled() == before && len(d.Server.Requests()) == requests && len(d.Sent) == sent && !d.HasQuit {
			t.Errorf("“%s” is on the screen, and %s does nothing there:\n%s", h.words, key, d.Screen())
		}
	}
}
