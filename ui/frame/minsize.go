package frame

import "fmt"

// The smallest terminal that anything is drawn on, in cells.
const (
	MinWidth = 40
	MinRows  = 12
)

// TooSmall draws a notice that the terminal is too small, even on a tiny one.
func TooSmall(w, h int) Picture {
	notice := fmt.Sprintf("hdpadmin needs %d×%d cells; this terminal has %d×%d.", MinWidth, MinRows, w, h)
	return Picture{Lines: Block(Wrap(notice, w), w, h, "")}
}
