package actionlist

import (
	"fmt"
	"testing"
)

func TestSearch(t *testing.T) {
	rows := []Row{
		{ID: "unlock", Key: "u", Text: "unlock the account, or the marked ones", Also: "unblock", IsHere: true},
		{ID: "edit-status", Key: "s", Text: "edit the status info: active, locked, and until when", IsHere: true},
		{ID: "edit-expiry", Key: "e", Text: "set when the password expires", IsHere: true},
		{ID: "quit", Key: "q", Text: "quit", Also: "exit", IsHere: true},
		{ID: "leave", Key: "esc", Text: "close the dialog; asks at sign-in first", IsHere: true},
		{ID: "show-locked", Key: "2", Text: "show the locked ones"},
		{ID: "batch-stop", Key: "s", Text: "begin no further account for good"},
		{ID: "history", Key: "l", Text: "list your changes", Also: "log"},
		{ID: "mark", Key: "space", Text: "select the account"},
		{ID: "page-down", Key: "pgdn", Text: "a page down"},
	}
	for words, want := range map[string]string{
		"":                "[unlock edit-status edit-expiry quit leave show-locked batch-stop history mark page-down]",
		"unlock":          "[unlock]",
		"log":             "[history leave]",                                                            // a whole word before a part of "dialog", which is here
		"mark":            "[mark unlock]",                                                              // a whole word elsewhere before the start of one here
		"lock":            "[edit-status show-locked unlock]",                                           // starts of words, then a part
		"locked":          "[edit-status show-locked]",                                                  // among whole words, those of this place first
		"account":         "[unlock batch-stop mark]",                                                   // also in the text
		"exit":            "[quit]",                                                                     // not in the text
		"block":           "[]",                                                                         // a part of a word that is not on the screen
		"expires passw":   "[edit-expiry]",                                                              // both words
		"edit":            "[edit-status edit-expiry]",                                                  // a part of the name
		"EDIT Expiry":     "[edit-expiry]",                                                              // capitals
		"edit-status":     "[edit-status]",                                                              // the whole name
		"sign-in":         "[leave]",                                                                    // a word with a hyphen in the text
		"s":               "[edit-status batch-stop edit-expiry leave show-locked mark unlock history]", // keys, starts of words, parts
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
