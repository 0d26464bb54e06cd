package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/credential"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Text is a field in which something is typed.
type Text struct {
	label   string
	input   Input
	initial string
	// selectOnFocus: what is typed takes the place of a text that was left as it was. It takes
	// one key to edit the text instead.
	selectOnFocus bool
	// clean is for logins and passwords: it cleans what is pasted. left says what was
	// wrong with a paste that was left out.
	clean        func(string) (string, error)
	pasteProblem string
	// Check says what is wrong with the text, "" that nothing is. It is not asked
	// about a text that was left as it was. Nil: everything is right.
	Check func(string) string
	// Warn says what to bear in mind about a text with nothing wrong in it, "" or
	// nil: nothing.
	Warn func() string
	// Disabled reports that the field has no meaning now; it then shows Instead.
	Disabled     func() bool
	DisabledText string
	// Hint explains an empty field; where there is no room for all of it, up to a comma.
	Hint string
	// HelpText says what can be typed, "" where that needs no word.
	HelpText string
	// Notes stand behind the text, the first that there is room for: what it comes
	// to, the longest form first.
	Notes func(string) []string
}

// NewText returns a field with value in it that takes at most limit characters.
func NewText(label, value string, limit int) *Text {
	t := &Text{label: label, input: NewInput(limit), initial: value}
	t.input.SetValue(value)
	return t
}

// NewLogin returns a field for the name someone signs in with.
func NewLogin(label, value string) *Text {
	t := NewText(label, value, 0)
	t.clean = credential.CleanLogin
	return t
}

// NewSecret returns an empty field for a password, which shows a dot for every
// character. It cuts nothing off: nobody would see that.
func NewSecret(label string) *Text {
	t := NewText(label, "", 0)
	t.clean = credential.CleanSecret
	t.input.Hide()
	return t
}

// Value is the text as typed.
func (t *Text) Value() string { return t.input.Value() }

// SetValue replaces the text.
func (t *Text) SetValue(s string) { t.input.SetValue(s) }

// SetDefault replaces the text by one that is not the operator's, and that leaving loses
// nothing of.
func (t *Text) SetDefault(s string) {
	t.initial = s
	t.SetValue(s)
}

// Clear empties the field.
func (t *Text) Clear() {
	t.input.SetValue("")
	t.pasteProblem = ""
}

// Label implements Field.
func (t *Text) Label() string { return t.label }

// Update implements Field.
func (t *Text) Update(msg tea.Msg) {
	if t.IsDisabled() {
		return
	}
	t.pasteProblem = ""
	if paste, is := msg.(tea.PasteMsg); is && t.clean != nil {
		cleaned, err := t.clean(paste.Content)
		if err != nil {
			t.pasteProblem = "not pasted: it " + err.Error()
			return
		}
		msg = tea.PasteMsg{Content: cleaned}
	}
	t.input.Update(msg)
}

// Focus implements Field.
func (t *Text) Focus() {
	if t.selectOnFocus && !t.Dirty() {
		t.input.Select()
	}
	t.input.Focus()
}

// Blur implements Field.
func (t *Text) Blur() { t.input.Blur() }

// Line implements Field.
func (t *Text) Line(th theme.Theme, w int, focused bool) (string, int) {
	if t.IsDisabled() && t.DisabledText == "" {
		return "", -1
	}
	if t.IsDisabled() {
		return th.Muted.Render(t.DisabledText), -1
	}
	space := ""
	if t.clean != nil {
		space = credential.EdgeSpace(t.Value())
		if space != "" {
			w = max(1, w-2-frame.Width(space))
		}
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
	if focused && t.input.Selected() {
		style = th.Cursor
	}
	line := style.Render(text)
	if space != "" {
		return line + "  " + th.Caution.Render(space), cursor
	}
	if t.Notes == nil || t.Err() != "" {
		return line, cursor
	}
	for _, aside := range t.Notes(t.Value()) {
		if frame.Width(text)+2+frame.Width(aside) <= w {
			return line + "  " + th.Muted.Render(aside), cursor
		}
	}
	return line, cursor
}

// Err implements Field.
func (t *Text) Err() string {
	if t.pasteProblem != "" {
		return t.pasteProblem
	}
	if t.clean != nil {
		if _, err := t.clean(t.Value()); err != nil {
			return "it " + err.Error()
		}
	}
	if t.Check == nil || !t.Dirty() {
		return ""
	}
	return t.Check(t.Value())
}

// Warning implements Field.
func (t *Text) Warning() string {
	if t.Warn == nil || t.IsDisabled() || t.Err() != "" {
		return ""
	}
	return t.Warn()
}

// Help implements Field.
func (t *Text) Help() string { return t.HelpText }

// IsDisabled implements Field.
func (t *Text) IsDisabled() bool { return t.Disabled != nil && t.Disabled() }

// Dirty implements Field. A field that is off counts for nothing.
func (t *Text) Dirty() bool { return !t.IsDisabled() && t.Value() != t.initial }
