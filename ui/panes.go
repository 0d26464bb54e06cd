package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
)

// paneActions lists the actions of the panes and the search field that only read.
func paneActions() []action.Action[*accounts] {
	return slices.Concat(searchActions(), cursorActions(), viewActions(), markActions(), scrollActions(), leaveActions())
}

func searchActions() []action.Action[*accounts] {
	return []action.Action[*accounts]{
		{
			ID: "search", Former: []action.ID{"find"}, Keys: keys("/"), ReservedKey: "/", Places: in(action.AnyPane), Short: "search",
			Help: "find an account by name, id or tenant, as you type", Also: "filter lookup", Run: (*accounts).startSearch,
		},
		{
			ID: "cancel-opening", Keys: keys("esc"), ReservedKey: "esc", Places: in(action.Opening), ShortFunc: (*accounts).cancelLabel,
			Help: "stop waiting for the account; its dialog gets the other keys", Also: "cancel back", Run: (*accounts).cancelOpening,
		},
		{
			ID: "open-match", Former: []action.ID{"open-found"}, Keys: keys("enter"), ReservedKey: "enter", Places: in(action.Search), ShortFunc: (*accounts).openLabel, Disabled: (*accounts).whyNotOpen,
			Help: "open the highlighted account, or ask the server", Run: (*accounts).openHighlighted,
		},
		{
			ID: "leave-search", Former: []action.ID{"leave-find"}, Keys: keys("esc"), Places: in(action.Search), Short: "list",
			Help: "leave the search field and keep the matches", Also: "back", Run: (*accounts).leaveSearch,
		},
		{
			ID: "complete", Keys: keys("tab"), Places: in(action.Search),
			Help: "complete a qualifier such as status:, or go to the list", Run: (*accounts).completeOrLeave,
		},
		{
			ID: "search-down", Former: []action.ID{"found-down"}, Keys: keys("down"), KeyLabel: "↓", Places: in(action.Search),
			Help: "go to the next account", Run: (*accounts).leaveSearchDown,
		},
	}
}

func cursorActions() []action.Action[*accounts] {
	move := func(by int) func(*accounts) tea.Cmd {
		return func(m *accounts) tea.Cmd { m.lookup.Move(by); return nil }
	}
	return []action.Action[*accounts]{
		{
			ID: "open", Keys: keys("enter"), Places: in(action.List), ShortFunc: (*accounts).openLabel,
			Help: "open the account", Also: "details", Disabled: (*accounts).whyNotOpen, Run: (*accounts).openHighlighted,
		},
		{ID: "down", Keys: keys("down", "j"), KeyLabel: "↓ j", Places: in(action.List), Help: "go to the next account", Run: move(1)},
		{ID: "up", Keys: keys("up", "k"), KeyLabel: "↑ k", Places: in(action.List), Help: "go to the previous account", Run: move(-1)},
		{
			ID: "page-down", Keys: keys("pgdown", "ctrl+d"), KeyLabel: "pgdn", Places: in(action.List), Help: "move down a page",
			Run: func(m *accounts) tea.Cmd { m.lookup.MovePage(1); return nil },
		},
		{
			ID: "page-up", Keys: keys("pgup", "ctrl+u"), KeyLabel: "pgup", Places: in(action.List), Help: "move up a page",
			Run: func(m *accounts) tea.Cmd { m.lookup.MovePage(-1); return nil },
		},
		{
			ID: "first", Keys: keys("g", "home"), Places: in(action.List), Help: "go to the first account",
			Run: func(m *accounts) tea.Cmd { m.lookup.MoveTo(0); return nil },
		},
		{
			ID: "last", Keys: keys("G", "end"), Places: in(action.List), Help: "go to the last account",
			Run: func(m *accounts) tea.Cmd { m.lookup.MoveTo(-1); return nil },
		},
	}
}

// showViews returns the action that shows each view.
func showViews() [search.Views]action.ID {
	return [search.Views]action.ID{
		search.All: "show-all", search.Locked: "show-locked", search.Inactive: "show-inactive",
		search.MustChange: "show-must-change", search.Expired: "show-expired", search.Expiring: "show-expiring",
	}
}

// viewKeys returns the first key of each of them.
func (m *accounts) viewKeys() (keys [search.Views]string) {
	for v, id := range showViews() {
		keys[v], _, _ = strings.Cut(m.keycap(id), " ")
	}
	return keys
}

// viewActions lists what chooses, sorts and exports the accounts shown.
func viewActions() []action.Action[*accounts] {
	show := func(v search.View, key, help string, former ...action.ID) action.Action[*accounts] {
		return action.Action[*accounts]{
			ID: showViews()[v], Former: former, Keys: keys(key), Places: in(action.List), Help: help,
			Run: func(m *accounts) tea.Cmd { m.lookup.SetView(v); return nil },
		}
	}
	return []action.Action[*accounts]{
		show(search.All, "1", "show all accounts"),
		show(search.Locked, "2", "show locked accounts"),
		show(search.Inactive, "3", "show inactive accounts"),
		show(search.MustChange, "4", "show accounts that must change their password", "show-must-reset"),
		show(search.Expired, "5", "show accounts whose password has expired"),
		show(search.Expiring, "6", "show accounts whose password expires soon"),
		{
			ID: "sort", Keys: keys("o"), Places: in(action.List), Short: "sort", Help: "sort by the next column; after the last, by relevance", Also: "order",
			Disabled: (*accounts).whyNothingShown,
			Run:      func(m *accounts) tea.Cmd { m.lookup.NextSort(); return nil },
		},
		{
			ID: "reverse", Keys: keys("O"), Places: in(action.List), Help: "reverse the sort order", Disabled: (*accounts).whyNotReverse,
			Run: func(m *accounts) tea.Cmd { m.lookup.ReverseSort(); return nil },
		},
		{
			ID: "export", Keys: keys("x"), Places: in(action.List), Short: "export", Help: "write the accounts shown to a file, as CSV or JSON", Also: "csv json excel save download",
			Disabled: (*accounts).whyNothingShown, Run: func(m *accounts) tea.Cmd { return m.list.exportShown() },
		},
	}
}

func markActions() []action.Action[*accounts] {
	return []action.Action[*accounts]{
		{
			ID: "mark", Keys: keys("space"), Places: in(action.List), Short: "mark", Help: "mark or unmark the account", Also: "select tick bulk batch",
			Disabled: (*accounts).whyNoAccount, Run: func(m *accounts) tea.Cmd { m.lookup.ToggleMark(); return nil },
		},
		{
			ID: "mark-shown", Keys: keys("*"), Places: in(action.List), Help: "mark all accounts shown, or unmark them", Also: "select everything bulk batch",
			Disabled: (*accounts).whyNothingShown, Run: func(m *accounts) tea.Cmd { m.lookup.MarkShown(); return nil },
		},
		{
			ID: "mark-down", Keys: keys("shift+down", "J"), KeyLabel: "shift+↓", Places: in(action.List), Help: "mark the account and move down",
			Disabled: (*accounts).whyNoAccount, Run: func(m *accounts) tea.Cmd { m.lookup.MarkTo(1); return nil },
		},
		{
			ID: "mark-up", Keys: keys("shift+up", "K"), KeyLabel: "shift+↑", Places: in(action.List), Help: "mark the account and move up",
			Disabled: (*accounts).whyNoAccount, Run: func(m *accounts) tea.Cmd { m.lookup.MarkTo(-1); return nil },
		},
		{
			ID: "unmark-all", Keys: keys("U"), Places: in(action.List), Help: "unmark all accounts, including those not shown", Also: "deselect unselect none",
			Disabled: (*accounts).whyNoMarks, Run: func(m *accounts) tea.Cmd { m.lookup.UnmarkAll(); return nil },
		},
	}
}

// scrollActions lists the actions of the account pane.
func scrollActions() []action.Action[*accounts] {
	scroll := func(by int) func(*accounts) tea.Cmd {
		return func(m *accounts) tea.Cmd { m.account.Scroll(by); return nil }
	}
	page := func(by int) func(*accounts) tea.Cmd {
		return func(m *accounts) tea.Cmd { m.account.Page(by); return nil }
	}
	return []action.Action[*accounts]{
		{ID: "account-down", Keys: keys("down", "j"), KeyLabel: "↓ j", Places: in(action.Account), Help: "scroll down", Disabled: (*accounts).whyNoScroll, Run: scroll(1)},
		{ID: "account-up", Keys: keys("up", "k"), KeyLabel: "↑ k", Places: in(action.Account), Help: "scroll up", Disabled: (*accounts).whyNoScroll, Run: scroll(-1)},
		{ID: "account-page-down", Keys: keys("pgdown"), KeyLabel: "pgdn", Places: in(action.Account), Help: "scroll down a page", Disabled: (*accounts).whyNoScroll, Run: page(1)},
		{ID: "account-page-up", Keys: keys("pgup"), Places: in(action.Account), Help: "scroll up a page", Disabled: (*accounts).whyNoScroll, Run: page(-1)},
		{ID: "account-reread", Keys: keys("enter"), Places: in(action.Account), Help: "reload the account", Also: "refresh", Run: (*accounts).reopen},
	}
}

func leaveActions() []action.Action[*accounts] {
	return []action.Action[*accounts]{
		{
			ID: "list-back", Keys: keys("esc"), ReservedKey: "esc", Places: in(action.List), ShortFunc: (*accounts).backLabel,
			Help: "clear the search, then the view; or stop reading the list", Also: "back", Run: (*accounts).backInList,
		},
		{
			ID: "to-list", Keys: keys("esc"), Places: in(action.Account), Short: "list",
			Help: "go back to the list", Also: "back", Run: (*accounts).toList,
		},
		{
			ID: "next-pane", Keys: keys("tab", "shift+tab"), KeyLabel: "tab", Places: in(action.AnyPane), ShortFunc: (*accounts).otherPaneLabel,
			Help: "switch to the other pane", Also: "focus", Disabled: (*accounts).whyNoOtherPane, Run: (*accounts).nextPane,
		},
	}
}

func (m *accounts) startSearch() tea.Cmd {
	m.focus = action.List
	m.lookup.StartTyping()
	return nil
}

// completeOrLeave completes a qualifier, or leaves the search field for the list.
func (m *accounts) completeOrLeave() tea.Cmd {
	if m.lookup.Complete() {
		return nil
	}
	return m.leaveSearch()
}

func (m *accounts) leaveSearch() tea.Cmd {
	m.cancelServerSearch()
	m.lookup.StopTyping()
	return nil
}

// leaveSearchDown leaves the search field for the row after the highlighted one, if there is one.
func (m *accounts) leaveSearchDown() tea.Cmd {
	atEnd := m.lookup.IsOnLookupRow()
	left := m.leaveSearch()
	if !atEnd {
		m.lookup.Move(1)
	}
	return left
}

func (m *accounts) cancelServerSearch() {
	if _, asking := m.serverSearch.Loading(); asking {
		m.serverSearch.Cancel()
		m.lookup.SetNotice("")
	}
}

// backInList goes one step back: from a search to all accounts, or from a list being read to
// what has been read.
func (m *accounts) backInList() tea.Cmd {
	switch {
	case m.lookup.IsFiltered():
		m.lookup.Back()
	case m.list.isLoading():
		m.list.stop()
		switch s := m.lookup.Snapshot(); {
		case s.Len() == 0:
			m.say(caution, "Stopped: no list was read")
		case s.Partial():
			m.say(caution, "Stopped: partial list, "+words.Plural(s.Len(), "account"))
		default:
			m.say(caution, "Stopped: the list is still as of "+m.times().Minute(s.AsOf()))
		}
	}
	m.forgetPending()
	return nil
}

// backLabel says what esc would go back to in the list.
func (m *accounts) backLabel() string {
	switch {
	case m.lookup.IsSearched():
		return "clear"
	case m.lookup.IsFiltered():
		return "all"
	case m.list.isLoading():
		return "stop"
	}
	return ""
}

func (m *accounts) whyNotReverse() string {
	if !m.lookup.IsSorted() {
		return "not sorted; press " + m.keycap("sort") + " to sort"
	}
	return ""
}

func (m *accounts) whyNothingShown() string {
	if m.lookup.Len() == 0 {
		return "no accounts are shown"
	}
	return ""
}

func (m *accounts) whyNoMarks() string {
	if m.lookup.MarkCount() == 0 {
		return "no account is marked"
	}
	return ""
}

func (m *accounts) toList() tea.Cmd {
	m.focus = action.List
	m.forgetPending()
	return nil
}

func (m *accounts) whyNoScroll() string {
	if m.account.Fits() {
		return "there is nothing more to show"
	}
	return ""
}

func (m *accounts) whyNoOtherPane() string {
	if m.focus == action.Account {
		return ""
	}
	return m.whyNoAccount()
}

// otherPaneLabel names the account pane next to the list. Elsewhere enter or esc is the way.
func (m *accounts) otherPaneLabel() string {
	if m.isWide() && m.focus == action.List {
		return "account"
	}
	return ""
}

func (m *accounts) nextPane() tea.Cmd {
	if m.focus == action.Account {
		return m.toList()
	}
	if a, ok := m.lookup.Current(); ok {
		if id, has := m.account.ID(); !has || id != a.ID {
			m.account.ShowRow(a, m.lookup.Snapshot().AsOf())
		}
		m.focus = action.Account
	}
	return nil
}
