package serve

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/shell"
)

func TestSplitWords(t *testing.T) {
	for line, want := range map[string][]string{
		"":                              nil,
		" \t ":                          nil,
		"unlock  alice.smith":           {"unlock", "alice.smith"},
		`a'b'"c"\d`:                     {"abcd"},
		`'' ""`:                         {"", ""},
		`'a\b' "a\b" "a\\b" "a\$b"`:     {`a\b`, `a\b`, `a\b`, "a$b"},
		`"a'b" 'a"b' \' \"`:             {"a'b", `a"b`, "'", `"`},
		"find 'locked:yes | x' \"a;b\"": {"find", "locked:yes | x", "a;b"},
		`a\;b \| \& \< \>`:              {"a;b", "|", "&", "<", ">"},
		"$(x) `y` *.? ~ # {a,b} [c] !":  {"$(x)", "`y`", "*.?", "~", "#", "{a,b}", "[c]", "!"},
		"größe 名前":                      {"größe", "名前"},
		"a\\\nb 'c\nd'":                 {"ab", "c\nd"},
		`--reason=INC-1\ x`:             {"--reason=INC-1 x"},
	} {
		if got, err := splitWords(line); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q", line, got, err, want)
		}
	}
	for line, want := range map[string]string{
		"list | grep x":                    "not a shell",
		"unlock a; unlock b":               "not a shell",
		"unlock a && b":                    "not a shell",
		"list > file":                      "not a shell",
		"unlock < file":                    "not a shell",
		"a\nb":                             "control character",
		"a\x00b":                           "control character (U+0000)",
		"a '\x1b[31m'":                     "control character (U+001B)",
		"a\u0085b":                         "control character",
		"a\xffb":                           "not valid UTF-8",
		"'a":                               "no closing '",
		`"a`:                               `no closing "`,
		`a\`:                               `ends in a single \`,
		strings.Repeat("a", maxExecLine+1): "longer than",
		strings.Repeat("a ", maxWords+1):   "more than",
	} {
		if got, err := splitWords(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %q, %v, want %s", line, got, err, want)
		}
	}
}

func FuzzExecLine(f *testing.F) {
	for _, line := range []string{"", "unlock alice.smith --reason 'INC 1'", `a\ b "c$d\"e"`, "a | b", "'", "\\", "a\x00", "\xff", "a\\\nb"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := splitWords(line)
		if err != nil {
			if words != nil {
				t.Errorf("words and an error: %q, %v", words, err)
			}
			return
		}
		if len(words) > maxWords {
			t.Errorf("%d words", len(words))
		}
		size := 0
		quoted := make([]string, len(words))
		for i, w := range words {
			size += len(w)
			quoted[i] = shell.Quote(w)
		}
		if size > len(line) {
			t.Errorf("%q has grown to %q", line, words)
		}
		again, err := splitWords(strings.Join(quoted, " "))
		if err == nil && !slices.Equal(again, words) || err != nil && size < maxExecLine/8 {
			t.Errorf("%q quoted becomes %q, %v", words, again, err)
		}
	})
}

func terminalPayload(term string, w, h uint32, modes string) []byte {
	return ssh.Marshal(struct {
		Term       string
		W, H, X, Y uint32
		Modes      string
	}{term, w, h, 0, 0, modes})
}

func TestParseTerminal(t *testing.T) {
	modes := "\x03\x00\x00\x00\x7f\x35\x00\x00\x00\x01\x00"
	got, ok := parseTerminal(terminalPayload("xterm", 0, 4_000_000_000, modes))
	if !ok || got.term != "xterm" || got.size != (Size{80, 500}) || len(got.modes) != 2 || got.modes[ssh.VERASE] != 0x7f || got.modes[ssh.ECHO] != 1 {
		t.Errorf("%+v, %t", got, ok)
	}
	many := ""
	for i := range 159 {
		many += string([]byte{byte(i + 1), 0, 0, 0, 0})
	}
	for name, payload := range map[string][]byte{
		"nothing":            nil,
		"text":               []byte("nonsense"),
		"a control sequence": terminalPayload("\x1b[31m", 80, 24, ""),
		"a long name":        terminalPayload(strings.Repeat("x", 129), 80, 24, ""),
		"half a mode":        terminalPayload("xterm", 80, 24, "\x03\x00"),
		"too many modes":     terminalPayload("xterm", 80, 24, many),
	} {
		if got, ok := parseTerminal(payload); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func FuzzTerminalRequest(f *testing.F) {
	f.Add(terminalPayload("xterm-256color", 80, 24, "\x03\x00\x00\x00\x7f\x00"))
	f.Add(terminalPayload("", 0, 1<<31, "\x81"))
	f.Add([]byte{0, 0, 0, 200})
	f.Fuzz(func(t *testing.T, payload []byte) {
		isSane := func(s Size) bool {
			return s.Width >= 1 && s.Width <= maxWidth && s.Height >= 1 && s.Height <= maxHeight
		}
		if r, ok := parseTerminal(payload); ok && (!isSane(r.size) || len(r.term) > maxVariable || !isPrintable(r.term) || len(r.modes) > maxModes) {
			t.Errorf("%+v", r)
		}
		if s, _ := parseSize(Size{80, 24}, payload); !isSane(s) {
			t.Errorf("%+v", s)
		}
		parseSignal(payload)
	})
}

func FuzzEnvironmentRequest(f *testing.F) {
	request := func(name, value string) []byte { return ssh.Marshal(struct{ Name, Value string }{name, value}) }
	f.Add(request("LANG", "C.UTF-8"), request("LC_ALL", "C"))
	f.Add(request("LANG=", "x\x00"), []byte{0, 0})
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var v variables
		v.set(one)
		v.set(two)
		for i := range 100 {
			v.set(request(fmt.Sprint("LC_", strings.Repeat("A", i+1)), "x"))
		}
		if len(v) > maxVariables {
			t.Errorf("%d variables", len(v))
		}
		for _, set := range v {
			name, value, is := strings.Cut(set, "=")
			if !is || !mayBeSet(name) || !isPrintable(value) || len(value) > maxVariable {
				t.Errorf("%q", set)
			}
		}
	})
}

func TestArrivals(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a := newArrivals(Limits{Arriving: 5, ArrivingPerAddress: 4, Burst: 3, Rate: 1}.withDefaults())
	arrive := func(address string) string {
		left, refused := a.admit(netip.MustParseAddr(address), now)
		if refused != nil {
			return refused.reason
		}
		left()
		left() // counts once
		return ""
	}
	for i := range 3 {
		if got := arrive("2001:db8::1"); got != "" {
			t.Errorf("connection %d: %s", i, got)
		}
	}
	if got := arrive("2001:db8::ffff:1"); got != "too many connections from this address" {
		t.Errorf("the same /64: %q", got)
	}
	for _, other := range []string{"2001:db8:0:1::1", "192.0.2.1", "192.0.2.2"} {
		if got := arrive(other); got != "" {
			t.Errorf("%s: %q", other, got)
		}
	}
	now = now.Add(time.Second)
	if got := arrive("2001:db8::1"); got != "" {
		t.Errorf("a second later: %q", got)
	}
	if a.open != 0 {
		t.Errorf("%d are counted as arriving", a.open)
	}
}

func TestArrivalsKeepAnEndOfAddresses(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a := newArrivals(Limits{Burst: 2, Rate: 1}.withDefaults())
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
	refusals := 0
	for i := range maxAddresses + 100 {
		if left, refused := a.admit(at(i), now); refused == nil {
			left()
		} else {
			refusals++
		}
	}
	if len(a.addresses) != maxAddresses || refusals != 98 {
		t.Errorf("%d addresses are remembered; %d of 100 more were refused", len(a.addresses), refusals)
	}
	now = now.Add(time.Minute)
	if _, refused := a.admit(at(maxAddresses+1), now); refused != nil || len(a.addresses) != 1 {
		t.Errorf("%v, %d addresses are remembered", refused, len(a.addresses))
	}
}
