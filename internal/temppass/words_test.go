package temppass

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
)

func TestWords(t *testing.T) {
	words := wordList()
	if !slices.IsSorted(words) {
		t.Error("they are not sorted")
	}
	var spoken []string // words that Spell uses
	for c := '!'; c <= '~'; c++ {
		spoken = append(spoken, strings.Fields(strings.ToLower(strings.Join(Spell(hdpclient.SecretOf(string(c))), " ")))...)
	}
	for i, w := range words {
		if !regexp.MustCompile(`^[a-z]{4}$`).MatchString(w) {
			t.Fatalf("%q is not a word of four letters", w)
		}
		if slices.Contains(spoken, w) {
			t.Errorf("%q is mistaken for a character that is spelled", w)
		}
		for _, other := range words[:i] {
			if n := differ(w, other); n < 2 {
				t.Errorf("%q and %q differ in %d letters", w, other, n)
			}
		}
	}
}

// differ returns in how many letters two words of the same length differ.
func differ(a, b string) (n int) {
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}
