package ui

import (
	"strings"

	"hdpadmin/ui/action"
)

// Actions is the table of everything the console can do.
func Actions() []action.Action[*Model] { return actions() }

// Place is where a key is pressed now.
func (m *Model) Place() action.Place { return m.place() }

// Front is what has the keys as it is drawn: the dialog on top, or the panes with
// the line below them.
func (m *Model) Front() string {
	if d := m.top(); d != nil {
		return strings.Join(d.View(m.theme, m.topKeys(), m.width, m.height-2).Lines, "\n")
	}
	return m.View().Content
}

// Refuses says why a key cannot do here what it means, "" where it can.
func (m *Model) Refuses(key string) string {
	a, known := m.actions.Match(m.place(), key)
	if !known {
		return "it means nothing here"
	}
	return a.DisabledReason(m)
}
