package form

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Text is a field in which something is typed.
type Text struct {
	label string
	input Input
	first string
	// Check says what is wrong with the text, "" that nothing is. It is not asked
	// about a text that was left as it was. Nil: everything is right.
	Check func(string) string
	// Beware says what to bear in mind about a text with nothing wrong in it, "" or
	// nil: nothing.
	Beware func() string
	// Disabled reports that the field has no meaning now; it then shows Instead.
	Disabled func() bool
	Instead  string
	// Hint explains an empty field.
	Hint string
	// Asides stand behind the text, the first that there is room for: what it comes
	// to, the longest form first.
	Asides func(string) []string
}

// NewText returns a field with value in it that takes at most limit characters.
func NewText(label, value string, limit int) *Text {
	t := &Text{label: label, input: NewInput(limit), first: value}
	t.input.SetValue(value)
	return t
}

// Hide makes the field show a dot for every character.
func (t *Text) Hide() *Text { t.input.Hide(); return t }

// Value is the text as typed.
func (t *Text) Value() string { return t.input.Value() }

// SetValue replaces the text.
func (t *Text) SetValue(s string) { t.input.SetValue(s) }

// Clear empties the field.
func (t *Text) Clear() { t.input.SetValue("") }

// Label implements Field.
func (t *Text) Label() string { return t.label }

// Update implements Field.
func (t *Text) Update(msg tea.Msg) {
	if !t.Off() {
		t.input.Update(msg)
	}
}

// Focus implements Field.
func (t *Text) Focus() { t.input.Focus() }

// Blur implements Field.
func (t *Text) Blur() { t.input.Blur() }

// Line implements Field.
func (t *Text) Line(th theme.Theme, w int, focused bool) (string, int) {
	if t.Off() && t.Instead == "" {
		return "", -1
	}
	if t.Off() {
		return th.Muted.Render(t.Instead), -1
	}
	text, cursor := t.input.View(w)
	if !focused {
		cursor = -1
	}
	if text == "" {
		return th.Muted.Render(t.Hint), cursor
	}
	line := th.Text.Render(text)
	if t.Asides == nil || t.Err() != "" {
		return line, cursor
	}
	for _, aside := range t.Asides(t.Value()) {
		if frame.Width(text)+2+frame.Width(aside) <= w {
			return line + "  " + th.Muted.Render(aside), cursor
		}
	}
	return line, cursor
}

// Err implements Field.
func (t *Text) Err() string {
	if t.Check == nil || !t.Dirty() {
		return ""
	}
	return t.Check(t.Value())
}

// Caution implements Field.
func (t *Text) Caution() string {
	if t.Beware == nil || t.Off() || t.Err() != "" {
		return ""
	}
	return t.Beware()
}

// Off implements Field.
func (t *Text) Off() bool { return t.Disabled != nil && t.Disabled() }

// Dirty implements Field. A field that is off counts for nothing.
func (t *Text) Dirty() bool { return !t.Off() && t.Value() != t.first }
