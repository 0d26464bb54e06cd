package fold

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFoldingIsIdempotentForEveryCharacter(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		once := String(string(r))
		if twice := String(once); twice != once {
			t.Errorf("%q folds to %q and that to %q", r, once, twice)
		}
	}
}

func TestFoldingIsIdempotent(t *testing.T) {
	letters := rapid.SampledFrom([]string{
		"a", "A", "á", "a\u0301", "0", ".", "-", "–", "”", "’", " ", "\u00a0", "ß", "ẞ", "ﬁ", "ø", "Σ", "ς", "İ", "김", "王", "\u202e", "\u200b", "\n", "\r", "\x1b", "\xff",
	})
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOfN(letters, 0, 20), func(s []string) string { return strings.Join(s, "") }))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		once := String(s)
		if twice := String(once); twice != once {
			t.Fatalf("%q folds to %q and that to %q", s, once, twice)
		}
		if strings.ContainsAny(once, "\n\r") || !utf8.ValidString(once) {
			t.Fatalf("%q folds to %q", s, once)
		}
	})
}

func TestTextsThatFoldToTheSame(t *testing.T) {
	for typed, want := range map[string]string{
		"José":        "jose",
		"jose\u0301":  "jose",
		"ﬁnn":         "finn",
		"Straße":      "strasse",
		"Łódź":        "lodz",
		"a\u202eb":    "ab",
		"a\u00a0b":    "a b",
		"„x”":         "\"x\"",
		"x–y":         "x-y",
		"O’Hara":      "o'hara",
		"ΟΔΟΣ":        String("οδος"),
		"line\nbreak": "line break",
	} {
		if got := String(typed); got != want {
			t.Errorf("%q folds to %q, want %q", typed, got, want)
		}
	}
}
