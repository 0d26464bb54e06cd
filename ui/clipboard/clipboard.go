// Package clipboard builds the sequences that ask a terminal to put text on its clipboard (OSC
// 52), also through tmux and screen. Terminals do not reply, so nobody knows whether it worked.
package clipboard

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// MaxBytes is the longest text, in bytes, whose Base64 form every terminal accepts.
const MaxBytes = 56_000

// TooLongError is the length in bytes of a text that is too long for terminals.
type TooLongError int

// Error implements error.
func (n TooLongError) Error() string {
	return fmt.Sprintf("%d bytes are more than a terminal accepts (%d)", int(n), MaxBytes)
}

// Multiplexers says which multiplexers run between the program and the terminal. The zero value
// is none.
type Multiplexers struct{ Tmux, Screen bool }

// Detect looks at the variables that tmux and screen set. On a remote host only TERM is left, and
// tmux may also set it to "screen".
func Detect(getenv func(string) string) Multiplexers {
	term := getenv("TERM")
	return Multiplexers{
		Tmux:   getenv("TMUX") != "" || strings.HasPrefix(term, "tmux"),
		Screen: getenv("STY") != "" || getenv("TMUX") == "" && strings.HasPrefix(term, "screen"),
	}
}

// maxScreenString is the longest string that versions of screen before 2014 pass on; they cut off
// the rest.
const maxScreenString = 250

// SetSequence returns the sequence that puts text on the clipboard; "" clears it. tmux and screen
// get it twice, plain and wrapped to be passed on, because it depends on their settings which of
// the two works.
func SetSequence(text string, through Multiplexers) (string, error) {
	if len(text) > MaxBytes {
		return "", TooLongError(len(text))
	}
	set := ansi.SetSystemClipboard(text)
	all := set
	if through.Tmux {
		all += ansi.TmuxPassthrough(set)
	}
	if through.Screen {
		all += ansi.ScreenPassthrough(set, maxScreenString)
	}
	return all, nil
}
