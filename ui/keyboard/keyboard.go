// Package keyboard sorts the bytes of a terminal into keys and sequences before Bubble Tea
// decodes them. A terminal sends Esc as the byte that also begins an arrow key, and a network
// puts several keys into one packet: Bubble Tea would take Esc and the next key for one key
// with alt, and text after Esc for the beginning of a sequence.
package keyboard

import (
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// How long the rest of a sequence may take. SSH may deliver an arrow key in two packets.
const (
	LocalWait = 50 * time.Millisecond
	SSHWait   = 150 * time.Millisecond
)

// Reader reads keys. Its bytes decode to the same keys however the terminal's arrived.
type Reader struct {
	From io.Reader
	// WaitReadable waits until From has bytes, and reports whether it has.
	WaitReadable func(wait time.Duration) bool
	Wait         time.Duration

	sort sorter
	out  []byte // for the next Read, where the last had no room
}

// Read waits for the rest of a sequence rather than to return a part of it: nobody calls it
// again before there is something to read.
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

// sorter keeps the bytes that do not tell yet what they are.
type sorter struct {
	rest   []byte
	pasted bool // within a bracketed paste, which is text whatever it holds
}

const (
	esc        = 0x1b
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	// The spelling of Esc that can begin nothing else.
	escKey = "\x1b[27u"
	// The longest sequence that a terminal sends unasked, or is asked for here.
	maxSequence = 256
)

// isWaiting reports whether more bytes can change what those kept are. A paste that has not ended
// goes on anyway.
func (s *sorter) isWaiting() bool { return len(s.rest) > 0 && !s.pasted }

// add appends to out what the bytes decide.
func (s *sorter) add(out, in []byte) []byte { return s.process(out, append(s.rest, in...), false) }

// flush appends what was kept, now that nothing follows it.
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
			n, token = s.takePasted(in)
		case in[0] != esc:
			n = runeLength(in, last)
			token = in[:n]
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

// takePasted passes pasted text on, up to what may be the beginning of its end.
func (s *sorter) takePasted(in []byte) (n int, token []byte) {
	for n < len(in) {
		if rest := in[n:]; rest[0] == esc {
			if len(rest) >= len(pasteEnd) && string(rest[:len(pasteEnd)]) == pasteEnd {
				s.pasted = false
				n += len(pasteEnd)
				break
			}
			if len(rest) < len(pasteEnd) && string(rest) == pasteEnd[:len(rest)] {
				break
			}
		}
		n++
	}
	return n, in[:n]
}

// runeLength is how many bytes are one character; 0 while some of it are missing.
func runeLength(in []byte, last bool) int {
	if !last && !utf8.FullRune(in) {
		return 0
	}
	_, n := utf8.DecodeRune(in)
	return n
}

// takeEscape takes a sequence as it is. Bytes that are none are Esc or a key with alt, spelt so
// that what follows cannot be taken for the rest of them.
func (s *sorter) takeEscape(in []byte, last bool) (n int, token []byte) {
	n, kind := parseSequence(in)
	switch {
	case kind == partial && !last:
		return 0, nil
	case kind == complete:
		s.pasted = string(in[:n]) == pasteBegin
		return n, canonicalize(in[:n])
	case len(in) > 1 && in[1] != esc && in[1] < utf8.RuneSelf:
		return 2, encodeAlt(in[1])
	}
	return 1, []byte(escKey)
}

// canonicalize spells a sequence as the decoder knows it everywhere: F1 to F5 of the Linux
// console, and a key with shift of rxvt, it knows only where nothing follows in the packet.
func canonicalize(seq []byte) []byte {
	switch last := len(seq) - 1; {
	case len(seq) == 4 && seq[1] == '[' && seq[2] == '[':
		return []byte{esc, '[', '1', '1' + seq[last] - 'A', '~'}
	case seq[last] == '$':
		return append(append([]byte(nil), seq[:last]...), ";2~"...)
	}
	return seq
}

// encodeAlt spells a key with alt.
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
