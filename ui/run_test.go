package ui

import "testing"

func TestQuitClearsThePasswordFromTheClipboard(t *testing.T) {
	m := newConsole(t, 0)
	m.clipboard.isSecret = true
	if got, want := m.terminalOptions().LastOutput(), "\x1b]52;c;\a"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}
