package theme

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Update applies what a message says about the terminal, and reports whether it says anything.
func (t *Terminal) Update(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		t.Light = msg.Color != nil && !msg.IsDark()
	case tea.ColorProfileMsg:
		t.Sixteen, t.Mono = msg.Profile <= colorprofile.ANSI, msg.Profile <= colorprofile.ASCII
	default:
		return false
	}
	return true
}

// QueryBackground asks the terminal for its background once, if the look depends on it. Nothing
// waits for the answer: until it comes, and if it never does, the background counts as dark. A
// nil look depends on nothing.
func (t Terminal) QueryBackground(look func(Terminal) Theme) tea.Cmd {
	if look == nil {
		return nil
	}
	light := t
	light.Light = true
	if look(light).Palette == look(t).Palette {
		return nil
	}
	return tea.RequestBackgroundColor
}
