package keyboard

import (
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// Press routes a key. A key with alt that means nothing itself is routed as Esc and the key.
func Press(key tea.KeyPressMsg, isBound func(tea.KeyPressMsg) bool, route func(tea.KeyPressMsg) tea.Cmd) tea.Cmd {
	if isBound(key) {
		return route(key)
	}
	var cmds []tea.Cmd
	for _, k := range SplitAlt(key) {
		cmds = append(cmds, route(k))
	}
	return tea.Batch(cmds...)
}

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
