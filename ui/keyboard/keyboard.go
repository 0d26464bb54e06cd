// Package keyboard separates a terminal's bytes into keys and sequences before Bubble Tea decodes
// them. Esc is also the first byte of an arrow key, and a network may put several keys into one
// packet: Bubble Tea would read Esc and the next key as one key with alt, and text after Esc as a
// sequence.
package keyboard

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// How long the rest of a sequence may take to arrive. SSH can split an arrow key into two
// packets.
const (
	LocalWait = 50 * time.Millisecond
	SSHWait   = 150 * time.Millisecond
)

// Reader reads keys. However the terminal's bytes were split into packets, the bytes it returns
// decode to the same keys.
type Reader struct {
	From io.Reader
	// WaitReadable waits until From has bytes and reports whether it has.
	WaitReadable func(wait time.Duration) bool
	Wait         time.Duration

	sort sorter
	out  []byte // did not fit into the last Read
}

// Read waits for the rest of a sequence and never returns part of one, because it is not called
// again before there is more to read.
func (r *Reader) Read(p []byte) (int, error) {
	var err error
	if len(r.out) == 0 {
		err = r.fill(make([]byte, max(1, len(p)/16)))
	}
	n := copy(p, r.out)
	if r.out = r.out[n:]; n > 0 {
		return n, nil
	}
	return 0, err
}

func (r *Reader) fill(chunk []byte) error {
	n, err := r.From.Read(chunk)
	r.out = r.sort.add(nil, chunk[:n])
	for err == nil && r.sort.isWaiting() && r.WaitReadable(r.Wait) {
		n, err = r.From.Read(chunk)
		r.out = r.sort.add(r.out, chunk[:n])
	}
	r.out = r.sort.flush(r.out)
	return err
}

// sorter keeps bytes that could still become a sequence.
type sorter struct {
	rest   []byte
	pasted bool // inside a bracketed paste, where everything is text
	length int  // of the text of that paste so far
}

const (
	esc        = 0x1b
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	// An encoding of Esc that cannot begin anything else.
	escKey = "\x1b[27u"
	// The longest sequence that a terminal sends on its own or is asked for here.
	maxSequence = 256
	// The most text of one paste, far more than any field takes. Bubble Tea keeps all of it until the
	// paste ends, and the client of a service need never end it.
	maxPasted = 1 << 20
)

// isWaiting reports whether more bytes could change the meaning of those kept. In a paste they
// cannot.
func (s *sorter) isWaiting() bool { return len(s.rest) > 0 && !s.pasted }

// add appends to out the keys and sequences that are complete.
func (s *sorter) add(out, in []byte) []byte { return s.process(out, append(s.rest, in...), false) }

// flush appends the bytes kept, which are complete if nothing follows them.
func (s *sorter) flush(out []byte) []byte {
	if !s.isWaiting() {
		return out
	}
	return s.process(out, s.rest, true)
}

func (s *sorter) process(out, in []byte, last bool) []byte {
	s.rest = nil
	for len(in) > 0 {
		var n int
		var token []byte
		switch {
		case s.pasted:
			n, token = s.takePasted(in, last)
		case in[0] != esc:
			n = runeLength(in, last)
			token = withoutC1(in[:n])
		default:
			n, token = s.takeEscape(in, last)
		}
		if n == 0 {
			s.rest = append([]byte(nil), in...)
			return out
		}
		out, in = append(out, token...), in[n:]
	}
	return out
}

// takePasted passes on pasted text, as far as there is not too much of it, up to what may be the start of
// the end marker.
func (s *sorter) takePasted(in []byte, last bool) (n int, token []byte) {
	for n < len(in) {
		rest, length := in[n:], 1
		switch {
		case bytes.HasPrefix(rest, []byte(pasteEnd)):
			s.pasted = false
			return n + len(pasteEnd), append(token, pasteEnd...)
		case rest[0] == esc && strings.HasPrefix(pasteEnd, string(rest)):
			return n, token
		case rest[0] != esc:
			length = runeLength(rest, last)
		}
		if length == 0 {
			return n, token
		}
		if s.length += length; s.length <= maxPasted {
			token = append(token, withoutC1(rest[:length])...)
		}
		n += length
	}
	return n, token
}

// withoutC1 drops a control character of one byte, which is not valid in UTF-8. Terminals send it only
// if asked to, and Bubble Tea's decoder panics on a mouse event that begins with one.
func withoutC1(char []byte) []byte {
	if len(char) == 1 && char[0] >= 0x80 && char[0] <= 0x9f {
		return nil
	}
	return char
}

// runeLength returns the length of the first character in bytes, 0 if part of it is missing.
func runeLength(in []byte, last bool) int {
	if !last && !utf8.FullRune(in) {
		return 0
	}
	_, n := utf8.DecodeRune(in)
	return n
}

// takeEscape returns a sequence unchanged. Anything else is Esc or a key with alt, encoded so
// that the following bytes cannot be taken for the rest of it.
func (s *sorter) takeEscape(in []byte, last bool) (n int, token []byte) {
	n, kind := parseSequence(in)
	switch {
	case kind == partial && !last:
		return 0, nil
	case kind == complete:
		s.pasted, s.length = string(in[:n]) == pasteBegin, 0
		return n, canonicalize(in[:n])
	case len(in) > 1 && in[1] != esc && in[1] < utf8.RuneSelf:
		return 2, encodeAlt(in[1])
	}
	return 1, []byte(escKey)
}

// canonicalize rewrites sequences that the decoder only understands at the end of a packet: F1 to
// F5 of the Linux console, and rxvt's keys with shift.
func canonicalize(seq []byte) []byte {
	switch last := len(seq) - 1; {
	case len(seq) == 4 && seq[1] == '[' && seq[2] == '[':
		return []byte{esc, '[', '1', '1' + seq[last] - 'A', '~'}
	case seq[last] == '$':
		return append(append([]byte(nil), seq[:last]...), ";2~"...)
	}
	return seq
}

// encodeAlt encodes a key with alt.
func encodeAlt(b byte) []byte {
	const alt, shift, ctrl = 2, 1, 4
	code, mods := int(b), 1+alt
	switch {
	case b >= 'A' && b <= 'Z':
		code, mods = int(b)+'a'-'A', mods+shift
	case b == '\t', b == '\r', b == 0x7f:
	case b == 0:
		code, mods = ' ', mods+ctrl
	case b <= 0x1a:
		code, mods = int(b)+'a'-1, mods+ctrl
	case b < ' ':
		code, mods = int(b)+'@', mods+ctrl
	}
	return []byte("\x1b[" + strconv.Itoa(code) + ";" + strconv.Itoa(mods) + "u")
}
