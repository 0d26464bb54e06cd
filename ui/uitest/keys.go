package uitest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// Press sends keys by the names that Bubble Tea uses: "enter", "esc", "ctrl+c", "shift+tab",
// "pgdown", "f1", "space", "u", "P", "/". It returns when Update has handled them all.
func (t *Term) Press(keys ...string) {
	t.tb.Helper()
	for _, name := range keys {
		key, ok := keyNamed(name)
		if !ok {
			t.tb.Fatalf("unknown key %q", name)
		}
		t.push(tea.KeyPressMsg(key))
	}
}

// Type sends text as one key for each character; a line break is "enter".
func (t *Term) Type(text string) {
	t.tb.Helper()
	for text != "" {
		char := firstKey(text)
		text = text[len(char):]
		switch char {
		case "\n", "\r":
			t.Press("enter")
		case "\t":
			t.Press("tab")
		default:
			t.push(tea.KeyPressMsg(character(char)))
		}
	}
}

// Paste sends text as one bracketed paste.
func (t *Term) Paste(text string) {
	t.tb.Helper()
	t.push(tea.PasteMsg{Content: text})
}

// Send sends any message and returns when Update has handled it.
func (t *Term) Send(msg tea.Msg) {
	t.tb.Helper()
	if msg != nil {
		t.push(msg)
	}
}

// Resize changes the terminal's size and then tells the program, as a real terminal does. A frame
// of the old size may still come before the program clears the screen.
func (t *Term) Resize(w, h int) {
	t.tb.Helper()
	t.screen.resize(w, h)
	t.push(tea.WindowSizeMsg{Width: w, Height: h})
}

// keyNamed returns the key that Bubble Tea's decoder would make from a terminal's bytes.
func keyNamed(name string) (tea.Key, bool) {
	var mod tea.KeyMod
	rest := name
	for _, m := range modifiers { // in the order in which Bubble Tea prints them
		if after, ok := strings.CutPrefix(rest, m.name+"+"); ok && after != "" {
			mod |= m.mod
			rest = after
		}
	}
	if code, ok := namedKeys[rest]; ok {
		key := tea.Key{Code: code, Mod: mod}
		if rest == "space" && mod == 0 {
			key.Text = " "
		}
		return key, true
	}
	if rest == "" || firstKey(rest) != rest || unicode.IsControl([]rune(rest)[0]) {
		return tea.Key{}, false
	}
	char := rest
	if mod == tea.ModShift {
		char, mod = strings.ToUpper(char), 0
	}
	key := character(char)
	if mod != 0 {
		key.Mod |= mod
		key.Text, key.ShiftedCode = "", 0
	}
	return key, true
}

// firstKey returns the part of the text that Bubble Tea's decoder turns into one key: a whole
// grapheme, except after an ASCII letter, whose combining accents become separate keys.
func firstKey(text string) string {
	if text == "" || text[0] < utf8.RuneSelf {
		return text[:min(1, len(text))]
	}
	char, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
	return char
}

// character returns the key that types char.
func character(char string) tea.Key {
	code, size := utf8.DecodeRuneInString(char)
	if size < len(char) {
		return tea.Key{Code: tea.KeyExtended, Text: char}
	}
	if code < unicode.MaxASCII && unicode.IsUpper(code) {
		return tea.Key{Code: unicode.ToLower(code), ShiftedCode: code, Mod: tea.ModShift, Text: char}
	}
	return tea.Key{Code: code, Text: char}
}

var modifiers = []struct {
	name string
	mod  tea.KeyMod
}{
	{"ctrl", tea.ModCtrl},
	{"alt", tea.ModAlt},
	{"shift", tea.ModShift},
	{"meta", tea.ModMeta},
	{"hyper", tea.ModHyper},
	{"super", tea.ModSuper},
}

var namedKeys = map[string]rune{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "esc": tea.KeyEscape,
	"space": tea.KeySpace,
	"up":    tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"insert": tea.KeyInsert, "delete": tea.KeyDelete,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
	"f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f11": tea.KeyF11, "f12": tea.KeyF12,
}
