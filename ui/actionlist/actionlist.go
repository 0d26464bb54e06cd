// Package actionlist has what the help and the palette share: a list of actions with their keys,
// and a field above it that filters the list while the operator types.
package actionlist

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Row is an action, or something else with a short name.
type Row struct {
	ID             action.ID // "" if it is not an action
	Key            string    // or the short name
	Text           string    // what the action does
	Also           string    // more words that find it
	Heading        string    // the row is below it, together with the next rows of the same heading
	DisabledReason string    // why it is not possible now, "" if it is
	IsHere         bool      // it works in the place that has the focus
}

// List is the rows with the field. Make one with [New].
type List struct {
	rows, matches []Row
	input         form.Input
}

// New returns a list of the rows, in the order to show them while nothing is typed.
func New(rows []Row) *List {
	l := &List{rows: rows, matches: search(rows, ""), input: form.NewInput(100)}
	l.input.Focus()
	return l
}

// Rows returns all rows.
func (l *List) Rows() []Row { return l.rows }

// Matches returns the rows that match what is typed, the best first.
func (l *List) Matches() []Row { return l.matches }

// Type edits the field with a key or pasted text, and reports whether the text changed.
func (l *List) Type(msg tea.Msg) bool {
	before := l.input.Value()
	l.input.Update(msg)
	if l.input.Value() == before {
		return false
	}
	l.matches = search(l.rows, l.input.Value())
	return true
}

// IsFiltered reports whether something is typed.
func (l *List) IsFiltered() bool { return l.input.Value() != "" }

// Clear empties the field.
func (l *List) Clear() {
	l.input.SetValue("")
	l.matches = search(l.rows, "")
}

// AddField adds the field to a dialog, with a sign before it and a hint while it is empty.
func (l *List) AddField(d *frame.Dialog, th theme.Theme, sign, hint string) {
	indent := frame.Width(sign) + 1
	text, cursor := l.input.View(d.W - indent)
	field := th.Text.Render(text)
	if text == "" {
		field = th.Muted.Render(hint)
	}
	d.AddPicture(frame.Picture{Lines: []string{th.Key.Render(sign) + " " + field}, Cursor: frame.At(indent+cursor, 0)})
	const lowest = 12 // from this height on there is room for a line without text
	if d.H >= lowest {
		d.Add("")
	}
}
