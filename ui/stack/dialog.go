package stack

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Dialog lies over a screen and receives the keys. The interfaces below are optional.
type Dialog interface {
	// Place returns action.Form, action.Dialog, or a place within one of them that has keys of
	// its own.
	Place() action.Place
	// Words returns one or two words for what enter and esc do now; "" hides one.
	Words() (enter, esc string)
	// Enter and Esc return what the dialog asks for, or nil.
	Enter() tea.Cmd
	Esc() tea.Cmd
	// View draws the dialog in at most w × h cells.
	View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture
}

// What a dialog may also do. A dialog asserts the last five, as in
// var _ stack.Warner = (*Model)(nil): the stack would not notice a misspelt method.
type (
	// Typer takes typed keys and pasted text. Only a form gets them.
	Typer interface{ Type(text tea.Msg) }
	// Mover moves by fields in a form and by lines elsewhere.
	Mover interface{ Move(by int) }
	// Fielder has a form. FieldKeys reports whether Move leads to another field now, and whether
	// the left and right keys change the value of the focused one.
	Fielder interface{ FieldKeys() (next, choose bool) }
	// Pager may be longer than the screen, and scrolls by pages.
	Pager interface{ Page(by int) }
	// Preparer may still be waiting for what enter would confirm.
	Preparer interface{ Preparing() bool }
	// Warner may show something that must be read before enter.
	Warner interface{ Warns() bool }
	// Sender may be waiting for a write that it sent.
	Sender interface{ Sending() bool }
	// SecretHolder may hold passwords, and overwrites them.
	SecretHolder interface{ DropSecrets() }
	// Asker may lose something when it is closed. It returns the question to ask first, "" for
	// none.
	Asker interface{ AskOnClose() (title, text string) }
)

// ClosedMsg asks for a dialog to be closed.
type ClosedMsg struct {
	From      Dialog
	Confirmed bool // the operator answered an Asker's question with yes
}

// Leave asks for a dialog to be closed.
func Leave(d Dialog) tea.Cmd { return func() tea.Msg { return ClosedMsg{From: d} } }
