package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/actionlist"
	"hdpadmin/ui/palette"
)

// showPalette lists every action, those of the current place first, and those that a read-only
// console does not have last.
func (m *Model) showPalette() tea.Cmd {
	rows := m.actionRows(func(g group) string { return "only " + g.where })
	rows = slices.DeleteFunc(rows, func(r actionlist.Row) bool {
		a, _ := m.actions.Find(r.ID)
		return a.ID == "palette" || a.Run == nil
	})
	// An action that is searched for and not found would seem not to exist.
	for _, a := range m.actions.Dropped() {
		rows = append(rows, actionRow(a, whyReadOnly))
	}
	m.stack.Push(palette.New(rows))
	return nil
}

const whyReadOnly = "this console is read-only"

// distance orders places: the current one, one that contains it, any other. Actions of both
// panes come before those of one.
func distance(p, here action.Place) int {
	switch {
	case p == here, here.IsPane() && p == action.AnyPane:
		return 0
	case here.IsWithin(p), p == action.Global:
		return 1
	}
	return 2
}

func (m *Model) takePalette(msg tea.Msg) (tea.Cmd, bool) {
	run, is := msg.(palette.RunMsg)
	if !is {
		return nil, false
	}
	if a, ok := m.actions.Find(run.ID); ok && m.stack.Close(run.From) {
		return m.runHere(a), true
	}
	return nil, true
}

// runHere runs the action if it works here. The place may have changed while the palette was
// open.
func (m *Model) runHere(a action.Action[scene]) tea.Cmd {
	if !a.WorksIn(m.place()) {
		m.say(caution, "Not done: this action does not work here")
		return nil
	}
	return m.runAction(a)
}
