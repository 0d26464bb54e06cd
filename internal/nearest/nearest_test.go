package nearest_test

import (
	"testing"

	"hdpadmin/internal/nearest"
)

func TestIndex(t *testing.T) {
	names := []string{"server", "user", "theme", "größe"}
	for _, c := range []struct {
		what, given string
		most, want  int
	}{
		{"the same", "user", 0, 1},
		{"a letter is missing", "servr", 1, 0},
		{"a letter too many", "themee", 1, 2},
		{"a wrong letter", "usar", 1, 1},
		{"neighbours swapped", "uesr", 1, 1},
		{"a wrong letter that takes two bytes", "grüße", 1, 3},
		{"two edits", "srevr", 1, -1},
		{"two edits allowed", "srevr", 2, 0},
		{"nothing near", "accent", 2, -1},
		{"nothing given", "", 3, -1},
	} {
		if got := nearest.Index(c.given, names, c.most); got != c.want {
			t.Errorf("%s: %q with up to %d edits: %d, want %d", c.what, c.given, c.most, got, c.want)
		}
	}
	if got := nearest.Index("abc", []string{"xbc", "ayc"}, 2); got != 0 {
		t.Errorf("of two names as near: %d, want the first", got)
	}
	if got := nearest.Index("abc", nil, 9); got != -1 {
		t.Errorf("without names: %d", got)
	}
}
