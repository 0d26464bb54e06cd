package temppass

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
)

func TestEveryCharacterOfAPasswordIsSpelled(t *testing.T) {
	want := map[rune]string{
		'a': "small alfa", 'b': "small bravo", 'c': "small charlie", 'd': "small delta", 'e': "small echo",
		'f': "small foxtrot", 'g': "small golf", 'h': "small hotel", 'i': "small india", 'j': "small juliett",
		'k': "small kilo", 'l': "small lima", 'm': "small mike", 'n': "small november", 'o': "small oscar",
		'p': "small papa", 'q': "small quebec", 'r': "small romeo", 's': "small sierra", 't': "small tango",
		'u': "small uniform", 'v': "small victor", 'w': "small whiskey", 'x': "small x-ray", 'y': "small yankee",
		'z': "small zulu",
		'A': "capital Alfa", 'B': "capital Bravo", 'C': "capital Charlie", 'D': "capital Delta", 'E': "capital Echo",
		'F': "capital Foxtrot", 'G': "capital Golf", 'H': "capital Hotel", 'I': "capital India", 'J': "capital Juliett",
		'K': "capital Kilo", 'L': "capital Lima", 'M': "capital Mike", 'N': "capital November", 'O': "capital Oscar",
		'P': "capital Papa", 'Q': "capital Quebec", 'R': "capital Romeo", 'S': "capital Sierra", 'T': "capital Tango",
		'U': "capital Uniform", 'V': "capital Victor", 'W': "capital Whiskey", 'X': "capital X-ray", 'Y': "capital Yankee",
		'Z': "capital Zulu",
		'2': "two", '3': "three", '4': "four", '5': "five", '6': "six", '7': "seven", '8': "eight", '9': "nine",
		'!': "exclamation mark", '@': "at sign", '#': "hash sign", '$': "dollar sign", '%': "percent sign",
		'^': "caret", '*': "asterisk", '-': "hyphen", '_': "underscore", '=': "equals sign", '+': "plus sign",
		'?': "question mark",
	}
	all := "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits + specials
	if len(all) != len(want) {
		t.Errorf("%d characters are used, but the table has %d", len(all), len(want))
	}
	for _, r := range all {
		if got := Spell(hdpclient.SecretOf(string(r))); !slices.Equal(got, []string{want[r]}) {
			t.Errorf("%q is spelled %q, not %q", r, got, want[r])
		}
	}
}

func TestNoTwoCharactersAreSpelledAlike(t *testing.T) {
	spelled := map[string]rune{}
	for r := rune(0); r < 0x2000; r++ {
		words := Spell(hdpclient.SecretOf(string(r)))
		if len(words) != 1 || words[0] == "" {
			t.Fatalf("%q is spelled %q", r, words)
		}
		if other, taken := spelled[strings.ToLower(words[0])]; taken {
			t.Errorf("%q and %q are both %q", r, other, words[0])
		}
		spelled[strings.ToLower(words[0])] = r
		if ' ' <= r && r <= '~' && strings.Contains(words[0], "U+") {
			t.Errorf("%q has no name", r)
		}
		for _, w := range words[0] {
			if w < ' ' || w == 0x7f || 0x80 <= w && w < 0xa0 || w >= 0x2000 || 0x300 <= w && w < 0x370 {
				t.Errorf("the words for %U contain %U", r, w)
			}
		}
	}
}

func TestEachCharacterHasItsWords(t *testing.T) {
	for _, test := range []struct {
		name, password string
		want           []string
	}{
		{"empty", "", nil},
		{"each in its place", "Ta7!7", []string{"capital Tango", "small alfa", "seven", "exclamation mark", "seven"}},
		{"typed by hand", "Il0 é", []string{"capital India", "small lima", "zero", "space", "letter é (U+00E9)"}},
		{"what a terminal must not get", "\x1b\u202e\u0301", []string{"character U+001B", "character U+202E", "character U+0301"}},
		{"no text at all", "\xff", []string{"character U+FFFD"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Spell(hdpclient.SecretOf(test.password)); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func ExampleSpell() {
	for _, words := range Spell(hdpclient.SecretOf("Ta7!")) {
		fmt.Println(words)
	}
	// Output:
	// capital Tango
	// small alfa
	// seven
	// exclamation mark
}
