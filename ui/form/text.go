package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Text is a field in which something is typed.
type Text struct {
	label string
	input Input
	first string
	// replaced: what is typed takes the place of a text that was left as it was; selected:
	// the next key does. It takes one key to edit the text instead.
	replaced, selected bool
	// Check says what is wrong with the text, "" that nothing is. It is not asked
	// about a text that was left as it was. Nil: everything is right.
	Check func(string) string
	// Beware says what to bear in mind about a text with nothing wrong in it, "" or
	// nil: nothing.
	Beware func() string
	// Disabled reports that the field has no meaning now; it then shows Instead.
	Disabled func() bool
	Instead  string
	// Hint explains an empty field; where there is no room for all of it, up to a comma.
	Hint string
	// Takes says what can be typed, "" where that needs no word.
	Takes string
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

// Fill replaces the text by one that is not the operator's, and that leaving loses
// nothing of.
func (t *Text) Fill(s string) {
	t.first = s
	t.SetValue(s)
}

// Clear empties the field.
func (t *Text) Clear() { t.input.SetValue("") }

// Label implements Field.
func (t *Text) Label() string { return t.label }

// Update implements Field.
func (t *Text) Update(msg tea.Msg) {
	if t.Off() {
		return
	}
	if t.selected && text(msg) != "" {
		t.Clear()
	}
	t.selected = false
	t.input.Update(msg)
}

// text is what a message would put into a field, "" for a key that only edits.
func text(msg tea.Msg) string {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return msg.Text
	case tea.PasteMsg:
		return strings.TrimSpace(msg.Content)
	}
	return ""
}

// Focus implements Field.
func (t *Text) Focus() {
	t.selected = t.replaced && !t.Dirty() && t.Value() != ""
	t.input.Focus()
}

// Blur implements Field.
func (t *Text) Blur() {
	t.selected = false
	t.input.Blur()
}

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
		hint := t.Hint
		if at := strings.LastIndex(hint, ","); at > 0 && frame.Width(hint) > w {
			hint = hint[:at]
		}
		return th.Muted.Render(hint), cursor
	}
	style := th.Text
	if focused && t.selected {
		style = th.Cursor
	}
	line := style.Render(text)
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

// Help implements Field.
func (t *Text) Help() string { return t.Takes }

// Off implements Field.
func (t *Text) Off() bool { return t.Disabled != nil && t.Disabled() }

// Dirty implements Field. A field that is off counts for nothing.
func (t *Text) Dirty() bool { return !t.Off() && t.Value() != t.first }
