package keyboard

import (
	"bytes"
	"strings"
)

// kind classifies bytes that begin with Esc.
type kind int

const (
	notSequence kind = iota // Esc and keys
	partial                 // the start of a sequence
	complete
)

// parseSequence reports whether the bytes begin with a sequence that terminals send, and its
// length.
func parseSequence(in []byte) (int, kind) {
	switch {
	case len(in) < 2:
		return 0, partial
	case len(in) > maxSequence:
		in = in[:maxSequence]
	}
	var n int
	var k kind
	switch rest := in[2:]; in[1] {
	case esc:
		return parseAltKey(in)
	case '[':
		n, k = parseCSI(rest)
	case 'O':
		n, k = parseSS3(rest)
	case ']':
		n, k = parseReport(rest, isOSC)
	case 'P':
		n, k = parseReport(rest, func(s []byte) bool { return s[0] >= ' ' && s[0] <= '?' })
	case '_':
		n, k = parseReport(rest, func(s []byte) bool { return s[0] == 'G' })
	}
	if k == partial && len(in) == maxSequence {
		return 0, notSequence
	}
	return n + 2, k
}

// parseAltKey parses an arrow or function key with alt, as rxvt sends it.
func parseAltKey(in []byte) (int, kind) {
	if len(in) == 2 {
		return 0, partial
	}
	n, k := 0, notSequence
	if in[2] == '[' || in[2] == 'O' {
		n, k = parseSequence(in[1:])
	}
	if k == complete && !strings.ContainsRune("ABCDEFHPQRS~", rune(in[n])) || string(in[1:1+n]) == pasteBegin {
		return 0, notSequence
	}
	return n + 1, k
}

// parseCSI parses a control sequence after its Esc [.
func parseCSI(in []byte) (int, kind) {
	if len(in) > 0 && in[0] == '[' { // F1 to F5 of the Linux console
		return parseFinal(in[1:], 1, "ABCDE")
	}
	n := len(in) - len(bytes.TrimLeft(in, "0123456789"))
	if n > 0 && n < len(in) && in[n] == '$' { // a key with shift, as rxvt sends it
		return n + 1, complete
	}
	for n < len(in) && in[n] >= '0' && in[n] <= '?' {
		n++
	}
	for n < len(in) && in[n] >= ' ' && in[n] <= '/' {
		n++
	}
	switch {
	case n == len(in):
		return 0, partial
	case in[n] < '@' || in[n] > '~':
		return 0, notSequence
	case n > 0:
		return n + 1, complete
	case in[0] == 'M': // a mouse event with its position
		const length = 4
		if len(in) < length {
			return 0, partial
		}
		return length, complete
	}
	return parseFinal(in, 0, "ABCDEFHIOPQRSZabcd")
}

// parseSS3 parses an arrow or function key after its Esc O. Terminals send those of the keypad
// only to a program that asks for them.
func parseSS3(in []byte) (int, kind) {
	if len(in) > 0 && in[0] >= '2' && in[0] <= '8' {
		return parseFinal(in[1:], 1, "ABCDEFHPQRS")
	}
	return parseFinal(in, 0, "ABCDEFHPQRSabcd")
}

// parseFinal parses the last byte of a sequence, one of ends, after n others.
func parseFinal(in []byte, n int, ends string) (int, kind) {
	switch {
	case len(in) == 0:
		return 0, partial
	case strings.IndexByte(ends, in[0]) < 0:
		return 0, notSequence
	}
	return n + 1, complete
}

// parseReport parses a terminal's reply up to BEL or Esc \. begins checks its start, and it has
// no control characters, unlike a name and Enter typed after Esc ].
func parseReport(in []byte, begins func([]byte) bool) (int, kind) {
	if len(in) > 0 && !begins(in) {
		return 0, notSequence
	}
	n := bytes.IndexFunc(in, func(r rune) bool { return r < ' ' })
	switch {
	case n < 0, in[n] == esc && n+1 == len(in):
		return 0, partial
	case in[n] == '\a':
		return n + 1, complete
	case in[n] == esc && in[n+1] == '\\':
		return n + 2, complete
	}
	return 0, notSequence
}

// isOSC reports whether the bytes begin with a number and a semicolon, as far as they go.
func isOSC(in []byte) bool {
	rest := bytes.TrimLeft(in, "0123456789")
	return len(rest) < len(in) && (len(rest) == 0 || rest[0] == ';')
}
