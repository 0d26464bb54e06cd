package ui

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/desk"
	"hdpadmin/ui/action"
)

// highlighted returns the id of the highlighted row, "" without one.
func highlighted(m *Model) string {
	if found := pointed.FindStringSubmatch(ansi.Strip(m.View().Content)); found != nil {
		return found[1]
	}
	return ""
}

var pointed = regexp.MustCompile(`│ ▸[^\d“]*(\d+)`)

// After any search, sort, view or move, enter opens the highlighted row, the account pane shows
// it, and every other key acts on it. Next to the list, the focus stays there.
func TestEveryKeyActsOnTheHighlightedRow(t *testing.T) {
	t.Parallel()
	accounts := manyAccounts(300)
	rapid.Check(t, func(rt *rapid.T) {
		m := newConsole(t, 0)
		m.lookup.SetSnapshot(accounts)
		for range rapid.IntRange(3, 12).Draw(rt, "steps") {
			wander(rt, m)
			want := highlighted(m)
			if id, some := m.currentID(); m.place() == action.List && (some != (want != "") || some && fmt.Sprint(id) != want) {
				rt.Fatalf("keys act on %d, but %q is highlighted\n%s", id, want, ansi.Strip(m.View().Content))
			}
			if m.Update(nil); m.accounts.followTarget != nil {
				m.Update(followMsg{*m.accounts.followTarget})
			}
			if id, some := m.account.ID(); m.isWide() && (some != (want != "") || some && fmt.Sprint(id) != want) {
				rt.Fatalf("the pane shows %d, but %q is highlighted\n%s", id, want, ansi.Strip(m.View().Content))
			}
			if !rapid.Bool().Draw(rt, "open") {
				continue
			}
			m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
			if id, _ := m.account.ID(); want != "" && fmt.Sprint(id) != want {
				rt.Fatalf("enter opened %d, but %q was highlighted", id, want)
			}
			if id, some := m.currentID(); want != "" && (!some || fmt.Sprint(id) != want || m.place() == action.Search) {
				rt.Fatalf("enter opened %q, but keys act on %d in %s", want, id, m.place())
			}
			if m.focus != action.List && (want == "" || m.isWide()) {
				rt.Fatalf("enter on %q moved the focus", want)
			}
			if m.isWide() {
				m.Update(tea.KeyPressMsg{Code: tea.KeyTab})
				if want != "" && m.focus != action.Account {
					rt.Fatalf("tab did not move the focus to %q", want)
				}
			}
			if m.Update(tea.KeyPressMsg{Code: tea.KeyEscape}); want != "" && highlighted(m) != want {
				rt.Fatalf("back from %q, %q is highlighted", want, highlighted(m))
			}
		}
	})
}

func TestEnterOpensTheHighlightedRowOfASortedSearch(t *testing.T) {
	t.Parallel()
	m := newConsole(t, 300)
	for _, r := range "oO/ali" {
		m.Update(letter(r))
	}
	want := highlighted(m)
	m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	if id, _ := m.account.ID(); fmt.Sprint(id) != want {
		t.Errorf("enter opened %d, but %s was highlighted", id, want)
	}
}

// wander does something that may highlight another row.
func wander(rt *rapid.T, m *Model) {
	among := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, what) }
	switch among("what", "type", "type", "key", "key", "key", "list", "answer", "size") {
	case "type":
		m.Update(letter('/'))
		m.Update(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
		for _, r := range among("text", "ali", "smith", "1", "10", "alice.smith1", "alsmi", "tenant 3", "locked:yes", "zzq", "a status:inactive", "") {
			m.Update(letter(r))
		}
		if among("then", "stay", "leave") == "leave" {
			m.Update(tea.KeyPressMsg{Code: tea.KeyDown})
		}
	case "key":
		if m.place() == action.Search {
			m.Update(tea.KeyPressMsg{Code: tea.KeyTab})
			return
		}
		for _, r := range among("key", "o", "oO", "ooO", "ooooO", "1", "2", "3", "5", "6", "j", "jjj", "k", "G", "g", "J", " ", "*", "/") {
			m.Update(letter(r))
		}
	case "list": // a new list, or changed rows
		switch among("list", "shorter", "longer", "locked", "unlocked") {
		case "shorter":
			m.list.setSnapshot(manyAccounts(250))
		case "longer":
			m.list.setSnapshot(manyAccounts(330))
		case "locked", "unlocked":
			info := hdpclient.StatusInfo{Status: hdpclient.Active, AccountLocked: hdpclient.Some(rapid.Bool().Draw(rt, "is locked"))}
			if a, ok := m.lookup.Current(); ok {
				m.list.mergeInPlace(desk.RowRead(a.WithStatus(info)))
			}
		}
	case "answer":
		if m.lookup.ServerQuery() != "" {
			s := m.lookup.Snapshot()
			m.lookup.SetServerResults([]account.Account{s.At(7), {ID: 9000, Name: hdpclient.TextOf("elsewhere")}}[:rapid.IntRange(0, 2).Draw(rt, "found")])
		}
	case "size":
		m.Update(tea.WindowSizeMsg{Width: rapid.SampledFrom([]int{80, 100}).Draw(rt, "width"), Height: rapid.IntRange(12, 24).Draw(rt, "height")})
	}
	m.lookup.SetNow(m.opts.Clock.Now().Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "hours")) * time.Hour))
}
