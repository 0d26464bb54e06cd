package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/credential"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Text is a text field.
type Text struct {
	label   string
	input   Input
	initial string
	// selectOnFocus makes the first character replace the initial text.
	selectOnFocus bool
	// clean is set for logins and passwords and cleans pasted text. pasteProblem says why the
	// last paste was refused.
	clean        func(string) (string, error)
	pasteProblem string
	// Check returns what is wrong with a changed text, "" if nothing is. Nil accepts every text.
	Check func(string) string
	// Warn returns what to consider about a valid text, "" for nothing. It may be nil.
	Warn func() string
	// Disabled reports whether the field does not apply now; it then shows DisabledText. Nil
	// means that it always applies.
	Disabled     func() bool
	DisabledText string
	// Hint explains an empty field. If there is no room for it, the part after the last comma is
	// dropped.
	Hint string
	// HelpText says what can be typed, "" if that is obvious.
	HelpText string
	// Notes returns versions of a note on the text, such as the time it stands for, the longest
	// first. The first one that fits is shown after the text.
	Notes func(string) []string
}

// NewText returns a field with this value for at most limit characters.
func NewText(label, value string, limit int) *Text {
	t := &Text{label: label, input: NewInput(limit), initial: value}
	t.input.SetValue(value)
	return t
}

// NewLogin returns a field for a sign-in name.
func NewLogin(label, value string) *Text {
	t := NewText(label, value, 0)
	t.clean = credential.CleanLogin
	return t
}

// NewSecret returns an empty field for a password, drawn as dots. It has no length limit, because
// the operator could not see that something was cut off.
func NewSecret(label string) *Text {
	t := NewText(label, "", 0)
	t.clean = credential.CleanSecret
	t.input.Hide()
	return t
}

// Value returns the text.
func (t *Text) Value() string { return t.input.Value() }

// SetValue replaces the text.
func (t *Text) SetValue(s string) { t.input.SetValue(s) }

// SetDefault replaces the text without making the field dirty.
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
func (t *Text) Line(th theme.Theme, w int, focused bool) (string, frame.Cursor) {
	if t.IsDisabled() && t.DisabledText == "" {
		return "", frame.Cursor{}
	}
	if t.IsDisabled() {
		return th.Muted.Render(t.DisabledText), frame.Cursor{}
	}
	space := ""
	if t.clean != nil {
		space = credential.EdgeSpace(t.Value())
		if space != "" {
			w = max(1, w-2-frame.Width(space))
		}
	}
	text, at := t.input.View(w)
	var cursor frame.Cursor
	if focused {
		cursor = frame.At(at, 0)
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
	for _, note := range t.Notes(t.Value()) {
		if frame.Width(text)+2+frame.Width(note) <= w {
			return line + "  " + th.Muted.Render(note), cursor
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

// Dirty implements Field. A disabled field is never dirty.
func (t *Text) Dirty() bool { return !t.IsDisabled() && t.Value() != t.initial }
