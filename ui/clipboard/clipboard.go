// Package clipboard makes the sequences by which a terminal is asked to put text
// on its clipboard (OSC 52), through tmux and screen where they are in between. No
// terminal answers: whether it did is not known.
package clipboard

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// MaxBytes is the longest text in bytes: in Base64 it is what terminals take for
// certain.
const MaxBytes = 56_000

// TooLongError is the error of a text that no terminal would take whole.
type TooLongError int

// Error says how long it is.
func (n TooLongError) Error() string {
	return fmt.Sprintf("%d bytes are more than a terminal accepts (%d)", int(n), MaxBytes)
}

// Multiplexers is what is between the program and the terminal. The zero value is
// nothing.
type Multiplexers struct{ Tmux, Screen bool }

// Detect goes by the variables that tmux and screen set. On another host than
// theirs only TERM is left of them, which of screen may be either.
func Detect(getenv func(string) string) Multiplexers {
	term := getenv("TERM")
	return Multiplexers{
		Tmux:   getenv("TMUX") != "" || strings.HasPrefix(term, "tmux"),
		Screen: getenv("STY") != "" || getenv("TMUX") == "" && strings.HasPrefix(term, "screen"),
	}
}

// maxScreenString is the longest string that screen hands on, in the versions before
// 2014; it cuts off the rest.
const maxScreenString = 250

// SetSequence is the sequence that puts text on the clipboard; "" clears it. tmux and
// screen get it for themselves, since some are set up to see to it, and wrapped to
// be handed on, since others are not.
func SetSequence(text string, between Multiplexers) (string, error) {
	if len(text) > MaxBytes {
		return "", TooLongError(len(text))
	}
	set := ansi.SetSystemClipboard(text)
	all := set
	if between.Tmux {
		all += ansi.TmuxPassthrough(set)
	}
	if between.Screen {
		all += ansi.ScreenPassthrough(set, maxScreenString)
	}
	return all, nil
}
