package terminal

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Repaint draws the whole screen again. Drawing while the terminal grows may leave the old
// scroll margins in force, and every frame that scrolls between them would be one line off from
// then on.
func Repaint() tea.Cmd {
	return tea.Sequence(tea.Raw(ansi.SaveCursor+ansi.SetTopBottomMargins(0, 0)+ansi.RestoreCursor), tea.ClearScreen)
}

// resizeDelay is how long the size must stay the same before the terminal counts as resized,
// since dragging changes it many times.
const resizeDelay = 150 * time.Millisecond

// resizedMsg says that the terminal had its size for resizeDelay, after count changes.
type resizedMsg struct{ count int }

// repaintLater repaints once the size stays the same. The first size needs no repaint, since
// the screen is empty.
func (h *host) repaintLater() tea.Cmd {
	h.resizeCount++
	if h.resizeCount == 1 {
		return nil
	}
	return h.after(resizeDelay, resizedMsg{h.resizeCount})
}
