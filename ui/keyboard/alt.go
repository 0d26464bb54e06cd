package keyboard

import (
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// SplitAlt splits a key with alt into Esc and the key, because terminals send both the same way.
// Any other key stays as it is.
func SplitAlt(key tea.KeyPressMsg) []tea.KeyPressMsg {
	if key.Mod&tea.ModAlt == 0 {
		return []tea.KeyPressMsg{key}
	}
	key.Mod &^= tea.ModAlt
	if printable := unicode.IsPrint(key.Code) && key.Mod&^tea.ModShift == 0; printable {
		char := key.Code
		if key.Mod == tea.ModShift {
			char = unicode.ToUpper(char)
			key.ShiftedCode = char
		}
		key.Text = string(char)
	}
	return []tea.KeyPressMsg{{Code: tea.KeyEscape}, key}
}
