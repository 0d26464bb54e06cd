package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/clipboard"
)

// clipboardState is what was last sent to the terminal's clipboard from here.
type clipboardState struct {
	n      int  // how many there were
	secret bool // it is a password, and has not been taken off again
}

// clearClipboardMsg is the time at which the password that was copied as the nth is
// taken off the clipboard.
type clearClipboardMsg struct{ n int }

// copyText sends text to the terminal's clipboard. Whether it got there nobody
// tells.
func (m *Model) copyText(text string) tea.Cmd {
	set, err := clipboard.SetSequence(text, m.opts.Between)
	if err != nil {
		m.say(caution, "Not copied: "+err.Error())
		return nil
	}
	m.clipboard = clipboardState{n: m.clipboard.n + 1}
	m.say(plain, "Sent to your terminal's clipboard")
	return tea.Raw(set)
}

// copyPassword sends a password, and takes it off the clipboard after a while,
// unless something else was copied here since.
func (m *Model) copyPassword(text string) tea.Cmd {
	sent := m.copyText(text)
	if sent == nil || m.opts.ClipboardClear == 0 {
		return sent
	}
	m.clipboard.secret = true
	m.say(plain, fmt.Sprintf("Sent to your terminal's clipboard; cleared in %s or when you quit", formatLimit(m.opts.ClipboardClear)))
	return tea.Batch(sent, m.clock.After(m.opts.ClipboardClear, clearClipboardMsg{m.clipboard.n}))
}

// takeClipboardClear is the sequence that takes a password off the clipboard, "" where
// none is on it.
func (m *Model) takeClipboardClear() string {
	if !m.clipboard.secret {
		return ""
	}
	m.clipboard.secret = false
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
	if !ok || due.n != m.clipboard.n {
		return nil, ok
	}
	return m.clearClipboard(), true
}

// copyName and copyID copy what the account is known by.
func (m *Model) copyName() tea.Cmd {
	a, _ := m.currentAccount()
	return m.copyText(a.Name.String())
}

func (m *Model) copyID() tea.Cmd {
	id, _ := m.currentID()
	return m.copyText(fmt.Sprint(id))
}

// whyNoName says why there is no name to copy.
func (m *Model) whyNoName() string {
	if why := m.whyNoAccount(); why != "" {
		return why
	}
	if _, known := m.currentAccount(); !known {
		return "the account has not been read"
	}
	return ""
}
