package form

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Input is one line of text with the terminal's own cursor. It edits like bubbles/textinput but
// draws itself, because that one counts characters and not cells. Make one with [NewInput].
type Input struct {
	edit     textinput.Model
	selected bool
}

// IsEditKey reports whether the key moves by words or deletes words in a text.
func IsEditKey(k tea.KeyPressMsg) bool {
	m := keyMap()
	return key.Matches(k, m.WordForward, m.WordBackward, m.DeleteWordBackward, m.DeleteWordForward)
}

// keyMap returns the keys of bubbles/textinput without alt+b, alt+f and alt+d: terminals send Esc
// and a letter for them, and those are two keys here.
func keyMap() textinput.KeyMap {
	m := textinput.DefaultKeyMap()
	m.WordForward.SetKeys("alt+right", "ctrl+right")
	m.WordBackward.SetKeys("alt+left", "ctrl+left")
	m.DeleteWordForward.SetKeys("alt+delete", "ctrl+delete")
	// The clipboard of the console's host is not the operator's. What the terminal pastes arrives
	// as tea.PasteMsg.
	m.Paste = key.NewBinding(key.WithDisabled())
	return m
}

// NewInput returns an empty input for at most limit characters.
func NewInput(limit int) Input {
	m := textinput.New()
	m.Prompt = ""
	m.CharLimit = limit
	m.SetVirtualCursor(false)
	m.KeyMap = keyMap()
	return Input{edit: m}
}

// Hide shows a dot for every character.
func (i *Input) Hide() { i.edit.EchoMode = textinput.EchoPassword }

// Value returns the text.
func (i *Input) Value() string { return i.edit.Value() }

// Select makes the next character or pasted text replace the whole text. Any other key edits it.
func (i *Input) Select() { i.selected = i.Value() != "" }

// Selected reports whether the next character replaces the text.
func (i *Input) Selected() bool { return i.selected }

// SetValue replaces the text and puts the cursor at its end.
func (i *Input) SetValue(s string) {
	i.selected = false
	i.edit.SetValue(s)
	i.edit.CursorEnd()
}

// Cursor returns the position of the cursor in bytes.
func (i *Input) Cursor() int {
	return len(string([]rune(i.edit.Value())[:i.edit.Position()]))
}

// Replace replaces the bytes from start up to end and puts the cursor after the new text.
func (i *Input) Replace(start, end int, text string) {
	i.selected = false
	s := i.edit.Value()
	i.edit.SetValue(s[:start] + text + s[end:])
	i.edit.SetCursor(len([]rune(s[:start] + text)))
}

// Focus makes the input accept keys.
func (i *Input) Focus() { _ = i.edit.Focus() }

// Blur makes the input ignore keys.
func (i *Input) Blur() {
	i.selected = false
	i.edit.Blur()
}

// Update edits the text with a key or pasted text.
func (i *Input) Update(msg tea.Msg) {
	if i.selected && insertedText(msg) != "" {
		i.edit.SetValue("")
	}
	i.selected = false
	// The command only makes a drawn cursor blink; the terminal's own does so anyway.
	i.edit, _ = i.edit.Update(msg)
}

// insertedText returns the text that a message would insert, "" for a key that only edits.
func insertedText(msg tea.Msg) string {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return msg.Text
	case tea.PasteMsg:
		return strings.TrimSpace(msg.Content)
	}
	return ""
}

// View returns the part of the text around the cursor that fits into w cells, and the cursor's
// cell in it. The text is not padded.
func (i *Input) View(w int) (text string, cursor int) {
	runes := []rune(i.edit.Value())
	if i.edit.EchoMode == textinput.EchoPassword {
		runes = []rune(strings.Repeat("•", len(runes)))
	}
	before, after := string(runes[:i.edit.Position()]), string(runes[i.edit.Position():])
	if over := ansi.StringWidth(before) - (w - 1); over > 0 {
		before = ansi.TruncateLeft(before, over, "")
	}
	cursor = ansi.StringWidth(before)
	return ansi.Truncate(before+after, w, ""), min(cursor, max(0, w-1))
}
