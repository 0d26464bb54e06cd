package keyboard_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"hdpadmin/ui/keyboard"
)

// Bubble Tea decodes in a goroutine of its own, so a panic there would end the whole process: with it,
// every session of a service.
func TestEightBitControlsDoNotReachTheDecoder(t *testing.T) {
	for _, before := range []string{"", "\x1b[200~"} {
		for pad := range 130 {
			from := strings.NewReader(before + strings.Repeat("a", pad) + "\x9bM !!")
			r := &keyboard.Reader{From: from, WaitReadable: func(time.Duration) bool { return false }}
			if err := uv.NewTerminalReader(r, "xterm").StreamEvents(t.Context(), make(chan uv.Event, 1000)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTextKeepsItsBytes(t *testing.T) {
	for given, want := range map[string]string{
		"Иванова 山田 €\x9b!":                       "Иванова 山田 €!",
		"\x1b[200~Иванова 山田 \x9b\x1b[A\x1b[201~": "\x1b[200~Иванова 山田 \x1b[A\x1b[201~",
		"\xa0\xff": "\xa0\xff", // Latin-1 text, which the decoder replaces
	} {
		var got bytes.Buffer
		r := &keyboard.Reader{From: strings.NewReader(given), WaitReadable: func(time.Duration) bool { return false }}
		if _, err := got.ReadFrom(r); err != nil || got.String() != want {
			t.Errorf("%q became %q, want %q; %v", given, got.String(), want, err)
		}
	}
}
