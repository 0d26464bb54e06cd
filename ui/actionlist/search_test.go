package actionlist

import (
	"fmt"
	"testing"
)

func TestSearch(t *testing.T) {
	rows := []Row{
		{ID: "unlock", Key: "u", Text: "unlock the account, or the marked ones", IsHere: true},
		{ID: "edit-status", Key: "s", Text: "edit the status info: active, locked, and until when", IsHere: true},
		{ID: "edit-expiry", Key: "e", Text: "set when the password expires", IsHere: true},
		{ID: "quit", Key: "q", Text: "quit", IsHere: true},
		{ID: "show-locked", Key: "2", Text: "show the locked ones"},
		{ID: "batch-stop", Key: "s", Text: "begin no further account for good"},
		{ID: "page-down", Key: "pgdn", Text: "a page down"},
	}
	for words, want := range map[string]string{
		"":                "[unlock edit-status edit-expiry quit show-locked batch-stop page-down]",
		"unlock":          "[unlock]",
		"lock":            "[edit-status unlock show-locked]", // starts a word, then occurs in one; the entries of this place first
		"locked":          "[edit-status show-locked]",
		"account":         "[unlock batch-stop]",
		"expires passw":   "[edit-expiry]",
		"edit":            "[edit-status edit-expiry]",
		"EDIT Expiry":     "[edit-expiry]",
		"s":               "[edit-status edit-expiry unlock show-locked batch-stop]", // starts a word of the name, starts a word of the help, occurs in one
		"pgdn":            "[page-down]",
		"ulk":             "[unlock]", // scattered letters
		"unlock quit":     "[]",
		"nothing of that": "[]",
	} {
		var ids []string
		for _, r := range search(rows, words) {
			ids = append(ids, string(r.ID))
		}
		if got := fmt.Sprint(ids); got != want {
			t.Errorf("%q finds %s, want %s", words, got, want)
		}
	}
}
