package cli

import (
	"fmt"
	"io"
)

// progressLine is one line that says how far a command is, and is replaced again and again.
type progressLine struct {
	to    io.Writer // nil: shows nothing
	shown bool
}

// progressLine returns a line on standard error, which shows nothing unless that is a terminal.
func (f factory) progressLine() *progressLine {
	if f.isJSON() || !isTerminal(f.stderr) || f.getenv("TERM") == "dumb" {
		return &progressLine{}
	}
	return &progressLine{to: f.stderr}
}

func (l *progressLine) show(format string, args ...any) {
	if l.to != nil {
		l.shown = true
		_, _ = fmt.Fprintf(l.to, "\r\x1b[K"+format, args...) // nobody may be there to see it
	}
}

func (l *progressLine) clear() {
	if l.shown {
		l.shown = false
		_, _ = fmt.Fprint(l.to, "\r\x1b[K")
	}
}
