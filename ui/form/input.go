package form

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Input is one line of text under the real terminal cursor. It edits as
// bubbles/textinput does and draws itself, because that one places the cursor by
// characters and not by cells. The zero Input is not usable; see NewInput.
type Input struct {
	edit     textinput.Model
	selected bool
}

// IsEditKey reports whether the key moves in a text or deletes of it.
func IsEditKey(k tea.KeyPressMsg) bool {
	m := keyMap()
	return key.Matches(k, m.WordForward, m.WordBackward, m.DeleteWordBackward, m.DeleteWordForward)
}

// keyMap is that of bubbles/textinput without alt+b, alt+f and alt+d: terminals send Esc and
// the letter for them, and those are two keys.
func keyMap() textinput.KeyMap {
	m := textinput.DefaultKeyMap()
	m.WordForward.SetKeys("alt+right", "ctrl+right")
	m.WordBackward.SetKeys("alt+left", "ctrl+left")
	m.DeleteWordForward.SetKeys("alt+delete", "ctrl+delete")
	// The clipboard of the host the console runs on is not the operator's;
	// what the terminal pastes arrives as tea.PasteMsg.
	m.Paste = key.NewBinding(key.WithDisabled())
	return m
}

// NewInput returns an empty input that takes at most limit characters.
func NewInput(limit int) Input {
	m := textinput.New()
	m.Prompt = ""
	m.CharLimit = limit
	m.SetVirtualCursor(false)
	m.KeyMap = keyMap()
	return Input{edit: m}
}

// Hide makes the input show a dot for every character.
func (i *Input) Hide() { i.edit.EchoMode = textinput.EchoPassword }

// Value is the text as typed.
func (i *Input) Value() string { return i.edit.Value() }

// Select makes the next letter, or pasted text, replace the whole text. Any other key
// edits it.
func (i *Input) Select() { i.selected = i.Value() != "" }

// Selected reports whether the next letter replaces the text.
func (i *Input) Selected() bool { return i.selected }

// SetValue replaces the text and puts the cursor behind it.
func (i *Input) SetValue(s string) {
	i.selected = false
	i.edit.SetValue(s)
	i.edit.CursorEnd()
}

// Cursor is where the cursor stands in the text, in bytes.
func (i *Input) Cursor() int {
	return len(string([]rune(i.edit.Value())[:i.edit.Position()]))
}

// Replace puts text in place of the bytes from start up to end, and the cursor
// behind it.
func (i *Input) Replace(start, end int, text string) {
	i.selected = false
	s := i.edit.Value()
	i.edit.SetValue(s[:start] + text + s[end:])
	i.edit.SetCursor(len([]rune(s[:start] + text)))
}

// Focus makes the input take keys.
func (i *Input) Focus() { _ = i.edit.Focus() }

// Blur makes it take none.
func (i *Input) Blur() {
	i.selected = false
	i.edit.Blur()
}

// Update edits the text by a key or by pasted text.
func (i *Input) Update(msg tea.Msg) {
	if i.selected && insertedText(msg) != "" {
		i.edit.SetValue("")
	}
	i.selected = false
	// A real cursor needs no command: the terminal makes it blink.
	i.edit, _ = i.edit.Update(msg)
}

// insertedText is what a message would put into a field, "" for a key that only edits.
func insertedText(msg tea.Msg) string {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return msg.Text
	case tea.PasteMsg:
		return strings.TrimSpace(msg.Content)
	}
	return ""
}

// View returns the part of the text that fits w cells and holds the cursor, and
// the cursor's cell in it. It is not padded.
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
