package temppass

import (
	"fmt"
	"strings"
	"unicode"

	"hdpadmin/hdpclient"
)

// Spell spells password character by character for the phone: "capital Tango", "small
// alfa", "seven", "exclamation mark". Letters follow the ICAO alphabet. It also spells
// passwords that Generate would not make: characters outside ASCII by their code point,
// and shown only if they are Latin, so that the words cannot disturb a terminal.
//
// The words are as secret as the password. They are strings and cannot be wiped, so
// keep them only while they are on screen.
func Spell(password hdpclient.Secret) []string {
	var words []string
	for _, r := range password.Reveal() {
		words = append(words, spellRune(r))
	}
	return words
}

func spellRune(r rune) string {
	switch {
	case 'a' <= r && r <= 'z':
		return "small " + strings.ToLower(letterName(r-'a'))
	case 'A' <= r && r <= 'Z':
		return "capital " + letterName(r-'A')
	case '0' <= r && r <= '9':
		return digitName(r - '0')
	}
	if name := specialName(r); name != "" {
		return name
	}
	if r > unicode.MaxASCII && unicode.Is(unicode.Latin, r) {
		return fmt.Sprintf("letter %c (%U)", r, r)
	}
	return fmt.Sprintf("character %U", r)
}

func letterName(i rune) string {
	return [...]string{
		"Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
		"Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango",
		"Uniform", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu",
	}[i]
}

func digitName(i rune) string {
	return [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}[i]
}

// specialName names a special character of ASCII; it returns "" for others.
func specialName(r rune) string {
	switch r {
	case ' ':
		return "space"
	case '!':
		return "exclamation mark"
	case '"':
		return "double quote"
	case '#':
		return "hash sign"
	case '$':
		return "dollar sign"
	case '%':
		return "percent sign"
	case '&':
		return "ampersand"
	case '\'':
		return "apostrophe"
	case '(':
		return "opening parenthesis"
	case ')':
		return "closing parenthesis"
	case '*':
		return "asterisk"
	case '+':
		return "plus sign"
	case ',':
		return "comma"
	case '-':
		return "hyphen"
	case '.':
		return "full stop"
	case '/':
		return "slash"
	case ':':
		return "colon"
	case ';':
		return "semicolon"
	case '<':
		return "less-than sign"
	case '=':
		return "equals sign"
	case '>':
		return "greater-than sign"
	case '?':
		return "question mark"
	case '@':
		return "at sign"
	case '[':
		return "opening bracket"
	case '\\':
		return "backslash"
	case ']':
		return "closing bracket"
	case '^':
		return "caret"
	case '_':
		return "underscore"
	case '`':
		return "grave accent"
	case '{':
		return "opening brace"
	case '|':
		return "vertical bar"
	case '}':
		return "closing brace"
	case '~':
		return "tilde"
	}
	return ""
}
