package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/terminal"
)

// drain ends a served console when its service is about to end: nothing new is sent, and what was sent
// gets its outcome.
type drain struct {
	*console
	began   bool
	leaving bool // nothing is running any more
}

// drainedMsg ends the console once the operator has had the time to read how everything ended.
type drainedMsg struct{}

// readingTime is how long the last screen of a drained console stays.
const readingTime = 5 * time.Second

func (m *drain) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg.(type) {
	case terminal.DrainMsg:
		m.began = true
		m.opts.Writer.Halt()
		const news = "The service is shutting down; nothing new is sent."
		if !m.login.showOnLockScreen(news) {
			m.say(caution, news)
		}
	case drainedMsg:
		return tea.Quit, true
	default:
		return nil, false
	}
	return nil, true
}

// check leaves once everything that was sent has ended.
func (m *drain) check() tea.Cmd {
	if !m.began || m.leaving || m.login.needsLogin() {
		return nil
	}
	m.leaving = true
	return m.opts.Clock.After(readingTime, drainedMsg{})
}

// badge is for the header, "" unless the service is about to end.
func (m *drain) badge() string {
	if !m.began {
		return ""
	}
	return " SHUTTING DOWN "
}

func (m *drain) whyEnding() string {
	if !m.began {
		return ""
	}
	return "the service is shutting down"
}
