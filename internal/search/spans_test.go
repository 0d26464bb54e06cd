package search

import (
	"strings"
	"testing"

	"hdpadmin/hdpclient"
)

// marked returns the printed name with its spans in brackets.
func marked(name string, spans []Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(name[at:s.Start] + "[" + name[s.Start:s.End] + "]")
		at = s.End
	}
	return b.String() + name[at:]
}

func TestSpans(t *testing.T) {
	for name, row := range map[string]struct{ account, query, want string }{
		"an empty query":      {"1 alice", "", "alice"},
		"the whole name":      {"1 alice", "ALICE", "[alice]"},
		"start":               {"1 alice", "ali", "[ali]ce"},
		"the best place":      {"1 malia.alison", "ali", "malia.[ali]son"},
		"the first inside":    {"1 xalixali", "ali", "x[ali]xali"},
		"two words":           {"1 alice.smith", "smi al", "[al]ice.[smi]th"},
		"side by side":        {"1 alice", "ali ice", "[alice]"},
		"a phrase":            {"1 alice b smith", "b smith", "alice [b smith]"},
		"id":                  {"307 alice", "307", "alice"},
		"tenant":              {"1 alice @Sales", "sales", "alice"},
		"name and tenant":     {"1 alice @Sales", "sales ali", "[ali]ce"},
		"gaps":                {"1 alice.smith", "asm", "[a]lice.[sm]ith"},
		"fuzzy with accents":  {"1 Ánna Øst", "anaot", "[Án]n[a] [Ø]s[t]"},
		"accent":              {"1 josé.m", "jose", "[josé].m"},
		"a decomposed accent": {"1 jose\u0301.m", "jose", "[jose\u0301].m"},
		"half a letter":       {"1 Strauß", "straus", "[Strauß]"},
		"Korean half a block": {"1 김철", "기", "[김]철"},
		"after a hidden mark": {"1 \u202ealice", "ali", "<U+202E>[ali]ce"},
		"over a hidden mark":  {"1 al\u200bice", "alice", "[al]<U+200B>[ice]"},
		"after an escape":     {"1 \x1b[1mbob", "bob", "␛[1m[bob]"},
		"after a broken byte": {"1 \xffbob", "bob", "<0xFF>[bob]"},
		"a leading accent":    {"1 \u0301bob", "bob", "<U+0301>[bob]"},
		"half of a ligature":  {"1 ﬁnn", "i", "[ﬁ]nn"},
	} {
		t.Run(name, func(t *testing.T) {
			m := listOf(row.account).Find(ParseQuery(row.query))
			if m.Len() != 1 {
				t.Fatalf("%q finds %d", row.query, m.Len())
			}
			a, _ := m.At(0)
			if got := marked(a.Name.String(), m.Spans(0)); got != row.want {
				t.Errorf("%q marks %s, want %s", row.query, got, row.want)
			}
		})
	}
}

// Spans rely on this.
func TestPrefixOfATextPrintsAsPrefix(t *testing.T) {
	for _, s := range []string{"alice", "a\u0301b", "\u0301b", "x\u202ey\x1bz", "\xe2\x82x\xff", "\xe2\x82\xac", "김\u200b철"} {
		whole := hdpclient.Clean(s)
		for i := range s {
			if start := hdpclient.Clean(s[:i]); !strings.HasPrefix(whole, start) {
				t.Errorf("%q prints as %q, but its start %q as %q", s, whole, s[:i], start)
			}
		}
	}
}
