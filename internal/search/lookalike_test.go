package search

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func TestNamesThatLookTheSame(t *testing.T) {
	if utf8.RuneCountInString(alike) != len(latin) {
		t.Fatal("the two lists of letters differ in length")
	}
	for _, c := range []struct {
		names string
		want  string // the ids of each one's lookalike, 0 for none
	}{
		{"alice.smith alice.smyth", "0 0"},
		{"alice.smith аlice.smith", "2 1"}, // Cyrillic
		{"bob аlice.smith ann alice.smith", "0 4 0 2"},
		{"ADMIN ΑDΜΙΝ", "2 1"}, // Greek
		{"Alice alice", "0 0"},
		{"admin adrnin admln", "2 1 0"},
		{"user1 userl userI user0 userO", "2 1 1 5 4"},
		{"jos\u00e9 jose\u0301 jose", "2 1 0"}, // composed, decomposed and without an accent
		{"root ｒｏｏｔ", "2 1"},                   // full width
		{"ann \u200bann", "0 0"},               // prints a mark
		{"аnn ann ann", "2 1 1"},
		{"ann ann аnn", "3 3 1"},
		{"саша саша", "0 0"}, // the same name twice
		{"caша саша", "2 1"},
	} {
		b := Builder{}
		for i, name := range strings.Fields(c.names) {
			b.Add(account.Account{ID: int64(i + 1), Name: hdpclient.TextOf(name)})
			b.Snapshot() // an earlier snapshot, which later accounts must not change
		}
		s, got := b.Finish(), ""
		for i := range s.Len() {
			other, _ := s.Lookalike(s.At(i))
			got += fmt.Sprint(other.ID, " ")
		}
		if strings.TrimSpace(got) != c.want {
			t.Errorf("%s: %s, want %s", c.names, got, c.want)
		}
	}
}

func TestRenamedAccountLooksLikeAnother(t *testing.T) {
	b := Builder{}
	b.Add(account.Account{ID: 1, Name: hdpclient.TextOf("ann")})
	b.Add(account.Account{ID: 2, Name: hdpclient.TextOf("аnn")})
	before := b.Snapshot()
	b.Add(account.Account{ID: 2, Name: hdpclient.TextOf("bob")})
	b.Add(account.Account{ID: 3, Name: hdpclient.TextOf("ЬоЬ")})
	after := b.Finish()
	for id, want := range map[int64]bool{1: true, 2: true} {
		a, _ := before.ByID(id)
		if _, is := before.Lookalike(a); is != want {
			t.Errorf("before, account %d looks like another: %v", id, is)
		}
		a, _ = after.ByID(id)
		if _, is := after.Lookalike(a); is {
			t.Errorf("after, account %d looks like another", id)
		}
	}
}
