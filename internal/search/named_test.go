package search

import (
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func TestNamedFindsEverySpelling(t *testing.T) {
	names := []string{"alice", "Alice", "ALICE", "alicé", "Große.ſ", "GROẞE.S", "grosse.s", "\u212aim", "kim", "", "\u200b", "alic", "alices"}
	var b Builder
	for i, name := range names {
		b.Add(account.Account{ID: int64(100 - i), Name: hdpclient.TextOf(name)})
	}
	s := b.Finish()
	for _, name := range append(names, "bob") {
		var want []int
		for i := range s.Len() {
			if strings.EqualFold(s.At(i).Name.Raw(), name) {
				want = append(want, i)
			}
		}
		if got := s.Named(name); !slices.Equal(got, want) {
			t.Errorf("%q: positions %v, want %v", name, got, want)
		}
	}
	if got := new(Snapshot).Named("alice"); got != nil {
		t.Errorf("an empty list: %v", got)
	}
}
