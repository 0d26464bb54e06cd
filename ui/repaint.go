package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// repaint draws the whole screen anew. What was drawn while the terminal became
// larger may have left it with the margins of the size before, and a whole frame
// that scrolls between those is a line off, now and ever after.
func repaint() tea.Cmd {
	return tea.Sequence(tea.Raw(ansi.SaveCursor+ansi.SetTopBottomMargins(0, 0)+ansi.RestoreCursor), tea.ClearScreen)
}

// resizeDelay is how long a terminal keeps its size before it counts as resized: one
// that is dragged changes it many times.
const resizeDelay = 150 * time.Millisecond

// resizedMsg says that the terminal may have its size now, after so many changes.
type resizedMsg struct{ count int }

// repaintLater repaints once the terminal has come to rest. Its first size is that of
// an empty screen.
func (h *host) repaintLater() tea.Cmd {
	h.resizeCount++
	if h.resizeCount == 1 {
		return nil
	}
	times := h.resizeCount
	return tea.Tick(resizeDelay, func(time.Time) tea.Msg { return resizedMsg{times} })
}
