package keyboard_test

import (
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"hdpadmin/ui/keyboard"
)

// packets arrive one after the other; a pause comes before one that begins with "…".
type packets []string

func (p *packets) Read(to []byte) (int, error) {
	if len(*p) == 0 {
		return 0, io.EOF
	}
	first := strings.TrimPrefix((*p)[0], "…")
	n := copy(to, first)
	if (*p)[0] = first[n:]; n == len(first) {
		*p = (*p)[1:]
	}
	return n, nil
}

func (p *packets) readable(time.Duration) bool {
	return len(*p) > 0 && !strings.HasPrefix((*p)[0], "…")
}

// keysOf returns the keys and other events that Bubble Tea reads from the packets. Keys with alt
// are split.
func keysOf(t *testing.T, from ...string) (names []string) {
	t.Helper()
	p := packets(from)
	r := &keyboard.Reader{From: &p, WaitReadable: p.readable}
	var bytes []byte
	for buf := make([]byte, 4096); ; {
		n, err := r.Read(buf)
		if bytes = append(bytes, buf[:n]...); err != nil {
			break
		}
	}
	var decoder uv.EventDecoder
	pasted, text := false, ""
	for len(bytes) > 0 {
		n, event := decoder.Decode(bytes)
		switch event := event.(type) {
		case uv.PasteStartEvent:
			pasted = true
		case uv.PasteEndEvent:
			pasted = false
			names = append(names, "paste "+text)
		case uv.KeyPressEvent:
			if pasted {
				text += string(bytes[:n])
				break
			}
			for _, k := range keyboard.SplitAlt(tea.KeyPressMsg(event)) {
				names = append(names, k.String())
			}
		default:
			names = append(names, strings.TrimPrefix(strings.TrimPrefix(typeOf(event), "uv."), "ultraviolet."))
		}
		bytes = bytes[n:]
	}
	return names
}

func TestEscAndKeysInOnePacket(t *testing.T) {
	t.Parallel()
	typed := func(text string) (keys []string) {
		for _, r := range text {
			keys = append(keys, string(r))
		}
		return keys
	}
	after := func(first string, text string, last ...string) []string {
		return slices.Concat([]string{"esc", first}, typed(text), last)
	}
	for _, c := range []struct {
		name string
		in   []string
		want []string
	}{
		{"a search", []string{"\x1b/ursula\r"}, after("/", "ursula", "enter")},
		{"a capital", []string{"\x1bUr"}, []string{"esc", "U", "r"}},
		{"enter", []string{"\x1b\rj"}, []string{"esc", "enter", "j"}},
		{"ctrl+r", []string{"\x1b\x12j"}, []string{"esc", "ctrl+r", "j"}},
		{"another alphabet", []string{"\x1béa"}, []string{"esc", "é", "a"}},
		{"one that is split", []string{"a\xc3", "\xa9"}, []string{"a", "é"}},
		{"two escs", []string{"\x1b\x1b"}, []string{"esc", "esc"}},
		{"two escs and a key", []string{"\x1b\x1bj"}, []string{"esc", "esc", "j"}},
		{"esc, and keys later", []string{"\x1b", "…[A"}, []string{"esc", "[", "A"}},
		{"esc and a name after [", []string{"\x1b[ursula\r"}, after("[", "ursula", "enter")},
		{"esc and a name after ]", []string{"\x1b]ursula\r"}, after("]", "ursula", "enter")},
		{"esc and a name after O", []string{"\x1bOursula\r"}, after("O", "ursula", "enter")},
		{"esc and a name after P", []string{"\x1bPursula\r"}, after("P", "ursula", "enter")},
		{"esc and a name after X", []string{"\x1bXursula\r"}, after("X", "ursula", "enter")},
		{"esc and a name after ^", []string{"\x1b^ursula\r"}, after("^", "ursula", "enter")},
		{"esc and a name after _", []string{"\x1b_ursula\r"}, after("_", "ursula", "enter")},
		{"esc and a number after ]", []string{"\x1b]11\r"}, after("]", "11", "enter")},
		{"esc and a number after ], and a pause", []string{"\x1b]11", "…2"}, after("]", "112")},
		{"esc and O, and a pause", []string{"\x1bO", "…P"}, []string{"esc", "O", "P"}},
		{"esc and O and a view", []string{"\x1bO2", "…j"}, []string{"esc", "O", "2", "j"}},
		{"esc and [, and a pause", []string{"\x1b[", "…A"}, []string{"esc", "[", "A"}},
		{"esc, and an arrow key", []string{"\x1b\x1b[A"}, []string{"esc", "up"}},
		{"esc, and a paste", []string{"\x1b\x1b[200~x\x1b[201~j"}, []string{"esc", "paste x", "j"}},
		{"something endless", []string{"\x1b]1;" + strings.Repeat("a", 400), "\a"}, slices.Concat([]string{"esc"}, typed("]1;"+strings.Repeat("a", 400)), []string{"ctrl+g"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := keysOf(t, c.in...); !slices.Equal(got, c.want) {
				t.Errorf("%q are %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestSplitSequenceIsOneKey(t *testing.T) {
	t.Parallel()
	for seq, want := range map[string]string{
		"\x1b[A": "up", "\x1bOB": "down", "\x1b[1;5C": "ctrl+right", "\x1b[3~": "delete", "\x1b[3$": "shift+delete",
		"\x1b[[A": "f1", "\x1b[[E": "f5", "\x1bOP": "f1", "\x1bOa": "ctrl+up", "\x1b[Z": "shift+tab", "\x1b[27u": "esc",
		"\x1b[200~a\x1bb\x1b[A\x1b[201~": "paste a\x1bb\x1b[A",
		"\x1b[?62;22c":                   "PrimaryDeviceAttributesEvent",
		"\x1b[?2026;2$y":                 "ModeReportEvent",
		"\x1b]11;rgb:0000/0000/0000\a":   "BackgroundColorEvent", "\x1b]11;rgb:0000/0000/0000\x1b\\": "BackgroundColorEvent",
		"\x1bP>|XTerm(370)\x1b\\": "TerminalVersionEvent",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			for at := range len(seq) {
				in := []string{"j" + seq[:at], seq[at:] + "k"}
				if got := keysOf(t, in...); !slices.Equal(got, []string{"j", want, "k"}) {
					t.Errorf("%q are %q, want j, %q and k", in, got, want)
				}
			}
		})
	}
}

// The end of a paste may arrive in two packets with a pause between them. If it were missed,
// everything typed from then on would belong to the paste.
func TestEndOfAPasteMayArriveLate(t *testing.T) {
	t.Parallel()
	if got := keysOf(t, "\x1b[200~abc\x1b[2", "…01~j"); !slices.Equal(got, []string{"paste abc", "j"}) {
		t.Errorf("%q", got)
	}
}

func typeOf(event uv.Event) string { return reflect.TypeOf(event).String() }

// The decoder keeps a paste until it ends, and a client of a service can send text for ever.
func TestEndlessPasteIsCutOff(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	in := packets{"\x1b[200~", strings.Repeat("a", 3*most), "\x1b[201~b"}
	r := &keyboard.Reader{From: &in, WaitReadable: in.readable}
	out, err := io.ReadAll(r)
	if want := "\x1b[200~" + strings.Repeat("a", most) + "\x1b[201~b"; err != nil || string(out) != want {
		t.Errorf("%d bytes, want %d; %v", len(out), len(want), err)
	}
}
