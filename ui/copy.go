package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clipboard"
)

// copyActions lists what goes to the clipboard.
func copyActions() []action.Action[*Model] {
	return []action.Action[*Model]{
		{
			ID: "copy-name", Keys: keys("y"), Places: in(action.AnyPane),
			Help: "copy the user name to your terminal's clipboard", Disabled: (*Model).whyNoName, Run: (*Model).copyName,
		},
		{
			ID: "copy-id", Keys: keys("Y"), Places: in(action.AnyPane),
			Help: "copy the account's id", Disabled: (*Model).whyNoAccount, Run: (*Model).copyID,
		},
	}
}

// copied describes what was last sent to the terminal's clipboard.
type copied struct {
	n      int  // number of copies so far
	secret bool // it is a password that has not been cleared
}

// clearClipboardMsg says that the nth copy, a password, is due to be cleared.
type clearClipboardMsg struct{ n int }

// copyText sends text to the terminal's clipboard. Terminals do not report whether it arrived.
func (m *Model) copyText(text string) tea.Cmd {
	set, err := clipboard.SetSequence(text, m.opts.Between)
	if err != nil {
		m.say(caution, "Not copied: "+err.Error())
		return nil
	}
	m.copied = copied{n: m.copied.n + 1}
	m.say(plain, "Sent to your terminal's clipboard")
	return tea.Raw(set)
}

// copyPassword copies a password and clears it later, unless something else was copied since.
func (m *Model) copyPassword(text string) tea.Cmd {
	sent := m.copyText(text)
	if sent == nil || m.opts.ClipboardClear == 0 {
		return sent
	}
	m.copied.secret = true
	m.say(plain, fmt.Sprintf("Sent to your terminal's clipboard; cleared in %s or when you quit", words.ExactDuration(m.opts.ClipboardClear)))
	return tea.Batch(sent, m.clock.After(m.opts.ClipboardClear, clearClipboardMsg{m.copied.n}))
}

// takeClipboardClear returns the sequence that clears a copied password, or "", and counts it
// as cleared.
func (m *Model) takeClipboardClear() string {
	if !m.copied.secret {
		return ""
	}
	m.copied.secret = false
	clear, _ := clipboard.SetSequence("", m.opts.Between) // "" is never too long
	return clear
}

func (m *Model) clearClipboard() tea.Cmd {
	if clear := m.takeClipboardClear(); clear != "" {
		return tea.Raw(clear)
	}
	return nil
}

func (m *Model) handleClipboard(msg tea.Msg) (tea.Cmd, bool) {
	due, ok := msg.(clearClipboardMsg)
	if !ok || due.n != m.copied.n {
		return nil, ok
	}
	return m.clearClipboard(), true
}

func (m *Model) copyName() tea.Cmd {
	a, _ := m.currentAccount()
	return m.copyText(a.Name.String())
}

func (m *Model) copyID() tea.Cmd {
	id, _ := m.currentID()
	return m.copyText(fmt.Sprint(id))
}

func (m *Model) whyNoName() string {
	if why := m.whyNoAccount(); why != "" {
		return why
	}
	if _, known := m.currentAccount(); !known {
		return "the account has not been read"
	}
	return ""
}
