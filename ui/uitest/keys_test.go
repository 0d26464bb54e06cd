package uitest

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// Bubble Tea's decoder must make the same key from the bytes that a terminal sends.
func TestKeysMatchTheDecoder(t *testing.T) {
	for _, key := range []struct{ name, bytes, prints string }{
		{"enter", "\r", "enter"},
		{"esc", "\x1b", "esc"},
		{"tab", "\t", "tab"},
		{"shift+tab", "\x1b[Z", "shift+tab"},
		{"backspace", "\x7f", "backspace"},
		{"space", " ", "space"},
		{"ctrl+space", "\x00", "ctrl+space"},
		{"up", "\x1b[A", "up"},
		{"down", "\x1b[B", "down"},
		{"left", "\x1b[D", "left"},
		{"right", "\x1b[C", "right"},
		{"shift+right", "\x1b[1;2C", "shift+right"},
		{"ctrl+left", "\x1b[1;5D", "ctrl+left"},
		{"home", "\x1b[H", "home"},
		{"end", "\x1b[F", "end"},
		{"pgup", "\x1b[5~", "pgup"},
		{"pgdown", "\x1b[6~", "pgdown"},
		{"delete", "\x1b[3~", "delete"},
		{"insert", "\x1b[2~", "insert"},
		{"f1", "\x1bOP", "f1"},
		{"f12", "\x1b[24~", "f12"},
		{"u", "u", "u"},
		{"P", "P", "P"},
		{"shift+p", "P", "P"},
		{"/", "/", "/"},
		{"?", "?", "?"},
		{"*", "*", "*"},
		{"+", "+", "+"},
		{":", ":", ":"},
		{"7", "7", "7"},
		{"ä", "ä", "ä"},
		{"山", "山", "山"},
		{"👩‍🚒", "👩‍🚒", "👩‍🚒"},
		{"ctrl+c", "\x03", "ctrl+c"},
		{"ctrl+r", "\x12", "ctrl+r"},
		{"ctrl+x", "\x18", "ctrl+x"},
		{"ctrl+z", "\x1a", "ctrl+z"},
		{"alt+x", "\x1bx", "alt+x"},
		{"alt+enter", "\x1b\r", "alt+enter"},
	} {
		t.Run(key.name, func(t *testing.T) {
			got, ok := keyNamed(key.name)
			if !ok {
				t.Fatal("no such key")
			}
			var decoder uv.EventDecoder
			n, event := decoder.Decode([]byte(key.bytes))
			want, ok := event.(uv.KeyPressEvent)
			if n != len(key.bytes) || !ok {
				t.Fatalf("decoded %d bytes into %#v", n, event)
			}
			if uv.Key(got) != uv.Key(want) {
				t.Errorf("key %#v, want %#v", got, want)
			}
			if prints := tea.KeyPressMsg(got).String(); prints != key.prints {
				t.Errorf("prints %q, want %q", prints, key.prints)
			}
		})
	}
}

func TestUnknownKeyIsRefused(t *testing.T) {
	for _, name := range []string{"", "entre", "ctrl+", "ctrl+entre", "ab", "e\u0301", "\r", "hyper+tabb"} {
		if key, ok := keyNamed(name); ok {
			t.Errorf("%q is %#v", name, key)
		}
	}
}
