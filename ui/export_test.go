package ui

import (
	"strings"

	"hdpadmin/ui/action"
)

// Actions returns everything the console can do.
func Actions() []action.Action[scene] { return actions() }

// Place returns where a key is pressed now.
func (m *Model) Place() action.Place { return m.place() }

// Front draws whatever has the keys: the dialog on top, or the panes with the footer.
func (m *Model) Front() string {
	if d := m.stack.Top(); d != nil {
		return strings.Join(d.View(m.theme, m.dialogKeys(d), m.width, m.height-2).Lines, "\n")
	}
	return m.View().Content
}

// Refuses says why a key cannot work here, or "".
func (m *Model) Refuses(key string) string {
	a, known := m.actions.Match(m.place(), key)
	if !known {
		return "it means nothing here"
	}
	return a.DisabledReason(m.scene())
}
