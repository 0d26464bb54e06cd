package hdpclient

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// secrets are strings that must not leave this package, however the server spells them.
type secrets []string

func (s secrets) with(plain string) secrets {
	if plain == "" {
		return s
	}
	return append(slices.Clip(s), plain)
}

// scrub redacts every secret in text. It compares both without escapes, because a
// server repeats a password as its page, address or JSON requires.
func (s secrets) scrub(text string) string {
	if len(s) == 0 || text == "" {
		return text
	}
	plain, decoded := mapText(text), mapText(text).decode()
	var hide []span
	for _, secret := range s {
		secret = strings.TrimSpace(secret) // texts are trimmed as well
		if secret == "" {
			continue
		}
		bare := mapText(secret).decode()
		// Characters next to a secret may look like part of an escape.
		hide = append(hide, plain.fold().find(mapText(secret).fold())...)
		hide = append(hide, decoded.fold().find(bare.fold())...)
		hide = append(hide, decoded.maskNonASCII().find(bare.maskNonASCII())...)
		hide = append(hide, decoded.stripAccents().find(bare.stripAccents())...)
		hide = append(hide, decoded.findEncoded(secret)...)
	}
	return redact(text, hide)
}

// span is a range of bytes in a text.
type span struct{ from, to int }

func redact(text string, hide []span) string {
	slices.SortFunc(hide, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	end := 0
	for _, h := range hide {
		if h.from >= end {
			b.WriteString(text[end:h.from] + redacted)
		}
		end = max(end, h.to)
	}
	return b.String() + text[end:]
}

// mappedText is a converted text that knows, for each byte, its place in the original.
type mappedText struct {
	text   []byte
	origin []span
}

func mapText(text string) mappedText {
	s := mappedText{text: []byte(text), origin: make([]span, len(text))}
	for i := range s.origin {
		s.origin[i] = span{i, i + 1}
	}
	return s
}

func (s *mappedText) add(text []byte, origin span) {
	for _, b := range text {
		s.text, s.origin = append(s.text, b), append(s.origin, origin)
	}
}

// originOf returns the place in the original of the n bytes from i.
func (s mappedText) originOf(i, n int) span { return span{s.origin[i].from, s.origin[i+n-1].to} }

// decode removes escapes, including nested ones up to a limit: a server must not keep
// us busy.
func (s mappedText) decode() mappedText {
	const deepest = 8
	for range deepest {
		var next mappedText
		for i := 0; i < len(s.text); {
			n, plain := unescape(s.text[i:])
			next.add(plain, s.originOf(i, n))
			i += n
		}
		if len(next.text) == len(s.text) {
			break
		}
		s = next
	}
	return s
}

// unescape returns the number of bytes that the first character takes, and its meaning.
func unescape(text []byte) (n int, plain []byte) {
	switch text[0] {
	case '&':
		return unescapeEntity(text)
	case '%':
		if c, ok := parseDigits(text, 1, 2, 16); ok {
			return 3, []byte{byte(c & 0xff)}
		}
		if r, ok := parseDigits(text, 2, 4, 16); ok && text[1] == 'u' {
			return 6, utf8.AppendRune(nil, r)
		}
	case '\\':
		return unescapeBackslash(text)
	case '<': // as Text prints invisible characters
		for _, mark := range []string{"<U+", "<0x"} {
			end := bytes.IndexByte(text[:min(len(text), 12)], '>')
			if r, ok := parseDigits(text, len(mark), end-len(mark), 16); ok && bytes.HasPrefix(text, []byte(mark)) {
				return end + 1, utf8.AppendRune(nil, r)
			}
		}
	}
	return 1, text[:1]
}

func unescapeEntity(text []byte) (n int, plain []byte) {
	const longest = 33
	n = 1
	for n < min(len(text), longest) && (text[n] == '#' || text[n] < utf8.RuneSelf && isWord(text[n])) {
		n++
	}
	if n == len(text) || text[n] != ';' {
		return 1, text[:1]
	}
	if plain := html.UnescapeString(string(text[:n+1])); plain != string(text[:n+1]) {
		return n + 1, []byte(plain)
	}
	return 1, text[:1]
}

func unescapeBackslash(text []byte) (n int, plain []byte) {
	if len(text) < 2 {
		return 1, text
	}
	const letters, controls = "abfnrtv0", "\a\b\f\n\r\t\v\x00"
	switch c := text[1]; {
	case c == 'u':
		r, ok := parseDigits(text, 2, 4, 16)
		if low, pair := parseDigits(text, 8, 4, 16); ok && pair && utf16.IsSurrogate(r) && text[6] == '\\' && text[7] == 'u' {
			return 12, utf8.AppendRune(nil, utf16.DecodeRune(r, low))
		}
		if ok {
			return 6, utf8.AppendRune(nil, r)
		}
	case c == 'U':
		if r, ok := parseDigits(text, 2, 8, 16); ok {
			return 10, utf8.AppendRune(nil, r)
		}
	case c == 'x':
		if r, ok := parseDigits(text, 2, 2, 16); ok {
			return 4, []byte{byte(r & 0xff)}
		}
	case c >= '0' && c <= '3':
		if r, ok := parseDigits(text, 1, 3, 8); ok {
			return 4, []byte{byte(r & 0xff)}
		}
	}
	if i := strings.IndexByte(letters, text[1]); i >= 0 {
		return 2, []byte{controls[i]}
	}
	if !isWord(text[1]) {
		return 2, text[1:2]
	}
	return 1, text[:1]
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func parseDigits(text []byte, i, digits, base int) (rune, bool) {
	if digits <= 0 || len(text) < i+digits {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[i:i+digits]), base, 31)
	return rune(n), err == nil
}

// fold maps to lower case, makes runs of blanks one space, and reads invalid UTF-8 as
// the Latin-1 that it probably is.
func (s mappedText) fold() mappedText {
	return s.mapRunes(func(r rune) rune { return unicode.ToLower(r) })
}

// maskNonASCII folds, and makes each run of other characters one question mark, as a
// server does that reads them in the wrong charset. It returns nothing if too little is
// left to recognise a secret by.
func (s mappedText) maskNonASCII() mappedText {
	const enough = 4
	a := s.mapRunes(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '?'
		}
		return unicode.ToLower(r)
	})
	if len(a.text)-bytes.Count(a.text, []byte("?")) < enough {
		return mappedText{}
	}
	return a
}

// stripAccents folds and removes accents, because a server may compose or decompose
// them.
func (s mappedText) stripAccents() mappedText {
	return s.mapRunes(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToLower(r)
		}
		plain, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r)))
		if unicode.Is(unicode.Mn, plain) {
			return dropRune
		}
		return unicode.ToLower(plain)
	})
}

// dropRune tells mapRunes to omit a character.
const dropRune rune = -1

// mapRunes maps every character and omits repeated blanks and question marks.
func (s mappedText) mapRunes(fold func(rune) rune) mappedText {
	var out mappedText
	for i := 0; i < len(s.text); {
		r, n := utf8.DecodeRune(s.text[i:])
		if r == utf8.RuneError && n == 1 {
			r = rune(s.text[i])
		}
		if picture := r - '␀'; picture >= 0 && picture < ' ' {
			r = picture
		}
		if r = fold(r); r == dropRune {
			if last := len(out.text) - 1; last >= 0 {
				out.origin[last].to = s.originOf(i, n).to
			}
			i += n
			continue
		}
		if unicode.IsSpace(r) || r == '+' {
			r = ' '
		}
		if last := len(out.text) - 1; last >= 0 && (r == ' ' || r == '?') && out.text[last] == byte(r) {
			out.origin[last].to = s.originOf(i, n).to
		} else {
			out.add(utf8.AppendRune(nil, r), s.originOf(i, n))
		}
		i += n
	}
	return out
}

func (s mappedText) find(secret mappedText) []span {
	wanted := secret.text
	if len(bytes.TrimSpace(wanted)) == 0 {
		return nil
	}
	var found []span
	for i := 0; ; i += len(wanted) {
		next := bytes.Index(s.text[i:], wanted)
		if next < 0 {
			return found
		}
		i += next
		found = append(found, s.originOf(i, len(wanted)))
	}
}

// findEncoded finds words that contain the secret in base64 or hexadecimal.
func (s mappedText) findEncoded(secret string) []span {
	var found []span
	for i := 0; i < len(s.text); i++ {
		n := 0
		for i+n < len(s.text) && (isWord(s.text[i+n]) || strings.IndexByte("+/-_", s.text[i+n]) >= 0) {
			n++
		}
		if n > 0 && holdsEncoded(s.text[i:i+n], []byte(secret)) {
			for padding := 0; padding < 2 && i+n < len(s.text) && s.text[i+n] == '='; padding++ {
				n++
			}
			found = append(found, s.originOf(i, n))
		}
		i += n
	}
	return found
}

func holdsEncoded(run, secret []byte) bool {
	const certain = 4 // a shorter secret would be found in every long word
	if digits := []byte(hex.EncodeToString(secret)); len(secret) >= certain && bytes.Contains(bytes.ToLower(run), digits) {
		return true
	}
	for skip := range min(4, len(run)) {
		for _, decode := range []func([]byte) []byte{fromBase64, fromHex} {
			plain := decode(run[skip:])
			if bytes.Equal(plain, secret) || len(secret) >= certain && bytes.Contains(plain, secret) {
				return true
			}
		}
	}
	return false
}

// fromBase64 reads both alphabets, up to the first error.
func fromBase64(run []byte) []byte {
	run = bytes.ReplaceAll(bytes.ReplaceAll(run, []byte("-"), []byte("+")), []byte("_"), []byte("/"))
	plain := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
	n, _ := base64.RawStdEncoding.Decode(plain, run)
	return plain[:n]
}

func fromHex(run []byte) []byte {
	plain := make([]byte, len(run)/2)
	n, _ := hex.Decode(plain, run[:len(run)/2*2])
	return plain[:n]
}
