package desk

import (
	"time"

	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

// Matches returns the accounts in the list that match a query and may be changed, by the time now.
// Names that only have the same letters do not count, although a search shows them if nothing else
// matches; nor do accounts without a usable id.
func Matches(list *search.Snapshot, q search.Query, now time.Time) []account.Account {
	matches := list.Filter(search.Filter{Query: q, Now: now})
	if matches.AreFuzzy() {
		return nil
	}
	var found []account.Account
	for i := range matches.Len() {
		if a, _ := matches.At(i); a.HasID() {
			found = append(found, a)
		}
	}
	return found
}
