package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clipboard"
)

// clip copies to the terminal's clipboard.
type clip struct {
	*console
	copies   int  // so far
	isSecret bool // the last one is a password that has not been cleared
}

// copyActions lists what goes to the clipboard.
func copyActions() []action.Action[*clip] {
	return []action.Action[*clip]{
		{
			ID: "copy-name", Keys: keys("y"), Places: in(action.AnyPane),
			Help: "copy the user name to your terminal's clipboard", Also: "clipboard", Disabled: (*clip).whyNoName, Run: (*clip).copyName,
		},
		{
			ID: "copy-id", Keys: keys("Y"), Places: in(action.AnyPane),
			Help: "copy the account's id", Also: "clipboard", Disabled: (*clip).whyNoAccount, Run: (*clip).copyID,
		},
	}
}

// clearClipboardMsg says that the nth copy, a password, is due to be cleared.
type clearClipboardMsg struct{ n int }

// copy sends text to the terminal's clipboard. Terminals do not report whether it arrived.
func (m *clip) copy(text string) tea.Cmd {
	set, err := clipboard.SetSequence(text, m.opts.Between)
	if err != nil {
		m.say(caution, "Not copied: "+err.Error())
		return nil
	}
	m.copies, m.isSecret = m.copies+1, false
	m.say(plain, "Sent to your terminal's clipboard")
	return tea.Raw(set)
}

// copyPassword copies a password and clears it later, unless something else was copied since.
func (m *clip) copyPassword(text string) tea.Cmd {
	sent := m.copy(text)
	if sent == nil || m.opts.ClipboardClear == 0 {
		return sent
	}
	m.isSecret = true
	m.say(plain, fmt.Sprintf("Sent to your terminal's clipboard; cleared in %s or when you quit", words.ExactDuration(m.opts.ClipboardClear)))
	return tea.Batch(sent, m.opts.Clock.After(m.opts.ClipboardClear, clearClipboardMsg{m.copies}))
}

// takeClear returns the sequence that clears a copied password, or "", and counts it
// as cleared.
func (m *clip) takeClear() string {
	if !m.isSecret {
		return ""
	}
	m.isSecret = false
	clear, _ := clipboard.SetSequence("", m.opts.Between) // "" is never too long
	return clear
}

func (m *clip) clear() tea.Cmd {
	if clear := m.takeClear(); clear != "" {
		return tea.Raw(clear)
	}
	return nil
}

func (m *clip) take(msg tea.Msg) (tea.Cmd, bool) {
	due, ok := msg.(clearClipboardMsg)
	if !ok || due.n != m.copies {
		return nil, ok
	}
	return m.clear(), true
}

func (m *clip) copyName() tea.Cmd {
	a, _ := m.currentAccount()
	return m.copy(a.Name.String())
}

func (m *clip) copyID() tea.Cmd {
	id, _ := m.currentID()
	return m.copy(fmt.Sprint(id))
}

func (m *clip) whyNoName() string {
	if why := m.whyNoAccount(); why != "" {
		return why
	}
	if _, known := m.currentAccount(); !known {
		return "the account has not been read"
	}
	return ""
}
