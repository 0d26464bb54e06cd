package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/palette"
)

// showPalette lists every action, those of the current place first.
func (m *Model) showPalette() tea.Cmd {
	here := m.place()
	var entries []palette.Entry
	there := slices.SortedStableFunc(slices.Values(groups()), func(a, b group) int { return distance(a.place, here) - distance(b.place, here) })
	for _, g := range there {
		for _, a := range m.actions.All() {
			if a.Places[0] != g.place || a.Run == nil || a.ID == "palette" {
				continue
			}
			e := palette.Entry{ID: a.ID, Key: a.Keycap(), Help: a.Help, IsHere: a.WorksIn(here)}
			e.DisabledReason = "only " + g.where
			if e.IsHere {
				e.DisabledReason = a.DisabledReason(m.scene())
			}
			entries = append(entries, e)
		}
	}
	m.stack.Push(palette.New(entries))
	return nil
}

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
