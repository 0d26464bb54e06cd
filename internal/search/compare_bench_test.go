package search

import (
	"strings"
	"testing"

	"github.com/sahilm/fuzzy"
)

// BenchmarkCompare compares finding a plain word among 100,000 names with the minimum
// that any search must do, a scan of lower-cased names, and with a common library.
func BenchmarkCompare(b *testing.B) {
	const word = "smith"
	all := manyAccounts(100_000)
	s := snapshotOf(all)
	names := make([]string, len(all))
	for i, a := range all {
		names[i] = strings.ToLower(a.Name.Raw())
	}
	b.Run("filter", func(b *testing.B) {
		for b.Loop() {
			s.Filter(Filter{Query: ParseQuery(word), Now: noon})
		}
	})
	b.Run("bare scan", func(b *testing.B) {
		for b.Loop() {
			var found []int
			for i, name := range names {
				if strings.Contains(name, word) {
					found = append(found, i)
				}
			}
			if len(found) == 0 {
				b.Fatal("nothing found")
			}
		}
	})
	b.Run("sahilm-fuzzy", func(b *testing.B) {
		for b.Loop() {
			fuzzy.Find(word, names)
		}
	})
}
