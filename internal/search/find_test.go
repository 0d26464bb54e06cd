package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// listOf makes a snapshot of accounts written as "id name" or "id name @tenant".
func listOf(rows ...string) *Snapshot {
	var b Builder
	for _, row := range rows {
		var a account.Account
		id, name, _ := strings.Cut(row, " ")
		if _, err := fmt.Sscan(id, &a.ID); err != nil {
			panic(err)
		}
		name, tenant, _ := strings.Cut(name, " @")
		a.Name, a.TenantName = hdpclient.TextOf(name), hdpclient.TextOf(tenant)
		b.Add(a)
	}
	return b.Finish()
}

func (r Rank) word() string {
	return []string{"unranked", "exact", "prefix", "word", "inside", "tenant", "fuzzy"}[r]
}

// found returns what a query finds, each account as "rank id".
func found(s *Snapshot, query string) []string {
	m := s.Find(ParseQuery(query))
	rows := []string{}
	for i := range m.Len() {
		a, rank := m.At(i)
		rows = append(rows, fmt.Sprintf("%s %d", rank.word(), a.ID))
	}
	return rows
}

func TestFind(t *testing.T) {
	staff := []string{"7 natalie", "3 alice.smith", "5 bob.alison", "9 ali", "1 alina", "2 malik", "8 bob"}
	for name, row := range map[string]struct {
		list  []string
		query string
		want  []string
	}{
		"an empty query returns all, in the list's order": {
			[]string{"2 b", "3 a", "1 c"}, "  ", []string{"unranked 2", "unranked 3", "unranked 1"},
		},
		"exact, prefix, word start, inside": {
			staff, "ali", []string{"exact 9", "prefix 3", "prefix 1", "word 5", "inside 2", "inside 7"},
		},
		"case does not matter":          {[]string{"1 ALICE", "2 alice"}, "Alice", []string{"exact 1", "exact 2"}},
		"an exact spelling comes first": {[]string{"1 ALICE", "2 alice"}, "alice", []string{"exact 2", "exact 1"}},
		"equal ranks by name, then id": {
			[]string{"4 al-b", "3 al-a", "2 AL-A"}, "al", []string{"prefix 2", "prefix 3", "prefix 4"},
		},
		"a word start after a hit inside": {
			[]string{"1 malia.ali", "2 malialia"}, "ali", []string{"word 1", "inside 2"},
		},
		"every word": {
			[]string{"1 alice.smith", "2 alice.jones", "3 smith"}, "smi ali", []string{"word 1"},
		},
		"blanks in the name": {
			[]string{"1 smith and alice", "2 alice smith", "3 alice smithson"},
			"alice smith",
			[]string{"exact 2", "prefix 3", "word 1"},
		},
		"no match": {staff, "zzz", []string{}},

		"accents in the name":   {[]string{"1 José.Müller"}, "jose mull", []string{"word 1"}},
		"accents in the query":  {[]string{"1 jose"}, "JOSÉ", []string{"exact 1"}},
		"decomposed accents":    {[]string{"1 jose\u0301"}, "josé", []string{"exact 1"}},
		"stroke and ligature":   {[]string{"1 Łukasz", "2 Bjørn", "3 Strauß", "4 ﬁnn"}, "strauss", []string{"exact 3"}},
		"ligature":              {[]string{"4 ﬁnn"}, "fin", []string{"prefix 4"}},
		"Turkish":               {[]string{"1 İlkay", "2 Işık"}, "isik", []string{"exact 2"}},
		"Greek final sigma":     {[]string{"1 Παπαδόπουλος"}, "ΠΑΠΑΔΟΠΟΥΛΟΣ", []string{"exact 1"}},
		"Cyrillic":              {[]string{"1 Андрей Иванов", "2 иван"}, "иван", []string{"exact 2", "word 1"}},
		"Chinese":               {[]string{"1 王小明", "2 小明"}, "小明", []string{"exact 2", "inside 1"}},
		"Korean as it is typed": {[]string{"1 김철수"}, "기", []string{"prefix 1"}},
		"full width":            {[]string{"1 ａｌｉｃｅ"}, "alice", []string{"exact 1"}},
		"hidden characters":     {[]string{"1 ad\u202emi\u200bn", "2 admin"}, "admin", []string{"exact 2", "exact 1"}},
		"hidden in the query":   {[]string{"1 admin"}, "\u200badmin\ufeff", []string{"exact 1"}},
		"control characters":    {[]string{"1 a\x1b[31mdmin\n"}, "[31m", []string{"inside 1"}},
		"line break is a blank": {[]string{"1 alice\nsmith", "2 bob"}, "alice smith", []string{"exact 1"}},
		"invalid UTF-8":         {[]string{"1 al\xffice"}, "ice", []string{"word 1"}},
		"an empty name":         {[]string{"1 ", "2 b"}, "b", []string{"exact 2"}},

		"id":                    {[]string{"307 a", "30 b", "3 c", "1307 d"}, "307", []string{"exact 307"}},
		"id prefix, by name":    {[]string{"3071 z", "30 b", "307 c", "31 d", "310 e", "300000 a"}, "30", []string{"exact 30", "prefix 300000", "prefix 307", "prefix 3071"}},
		"id before inside":      {[]string{"3071 x30", "1 30z", "2 a.30"}, "30", []string{"prefix 1", "prefix 3071", "word 2"}},
		"name and id":           {[]string{"1 30z", "3072 30a"}, "30", []string{"prefix 3072", "prefix 1"}},
		"name and tenant alike": {[]string{"1 sally @Sales", "2 sal @Ops"}, "sal", []string{"exact 2", "prefix 1"}},
		"name before id":        {[]string{"3071 z", "1 307z"}, "307", []string{"prefix 1", "prefix 3071"}},
		"id with name":          {[]string{"307 alice", "308 bob"}, "30 ali", []string{"prefix 307"}},
		"leading zeros":         {[]string{"7 a", "8 x007"}, "007", []string{"inside 8"}},
		"zero is not an id":     {[]string{"0 a", "10 b"}, "0", nil},
		"sign":                  {[]string{"7 a"}, "+7", []string{}},
		"biggest id":            {[]string{"9223372036854775807 a", "92 b"}, "922337203685477580", []string{"prefix 9223372036854775807"}},
		"more than an id":       {[]string{"92 b"}, "9223372036854775808", []string{}},
		"full width digits":     {[]string{"307 b"}, "３０７", []string{"exact 307"}},

		"tenant comes last":       {[]string{"1 bob @Sales EMEA", "2 sally @Ops", "3 x @Wholesales"}, "sal", []string{"prefix 2", "tenant 1"}},
		"a word of the tenant":    {[]string{"1 bob @Sales-EMEA"}, "emea", []string{"tenant 1"}},
		"name and tenant":         {[]string{"1 ali @Sales", "2 ali.sales @Ops", "3 ali @Ops"}, "ali sales", []string{"word 2", "inside 1"}},
		"tenant alone, two words": {[]string{"1 ali @North Sales"}, "nor sal", []string{"tenant 1"}},

		"gaps":                             {[]string{"1 alice.smith", "2 bob"}, "asm", []string{"fuzzy 1"}},
		"fuzzy only without other matches": {[]string{"1 alice.smith", "2 plasma"}, "asm", []string{"inside 2"}},
		"closer letters first":             {[]string{"1 axxxxbxxxxc", "2 axbxc"}, "abc", []string{"fuzzy 2", "fuzzy 1"}},
		"fuzzy in another script":          {[]string{"1 Иванов", "2 bob"}, "ивнв", []string{"fuzzy 1"}},
		"gaps, two words":                  {[]string{"1 alice.smith", "2 alice"}, "alc smh", []string{"fuzzy 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := found(listOf(row.list...), row.query); !slices.Equal(got, row.want) {
				t.Errorf("%q finds %q, want %q", row.query, got, row.want)
			}
		})
	}
}

func TestNoAccountsNoMatches(t *testing.T) {
	for name, m := range map[string]Matches{
		"zero matches":               {},
		"nothing asked of nothing":   new(Snapshot).Find(Query{}),
		"something asked of nothing": new(Snapshot).Find(ParseQuery("ali 7")),
	} {
		if m.Len() != 0 || m.Best() != 0 || m.ExactCount() != 0 {
			t.Errorf("%s: %d found", name, m.Len())
		}
		if _, ok := m.Place(7); ok {
			t.Errorf("%s: 7 has a place", name)
		}
	}
}

// Sorted by id, an exact match is highlighted wherever it is; otherwise the first row
// is.
func TestBestMatchAndExactCount(t *testing.T) {
	for name, row := range map[string]struct {
		list  []string
		query string
		best  int64 // its id
		alike int
	}{
		"an empty query":                    {[]string{"1 alice"}, "", 1, 0},
		"exact before others":               {[]string{"1 alice.b", "2 alice"}, "alice", 2, 1},
		"the first of many prefixes":        {[]string{"1 alina", "2 alice", "3 malik"}, "ali", 1, 0},
		"fuzzy":                             {[]string{"3 malik"}, "mlk", 3, 0},
		"id":                                {[]string{"30 b307", "307 a", "3070 b"}, "307", 307, 1},
		"a longer id":                       {[]string{"3070 a", "13075 b"}, "307", 3070, 0},
		"id and another's name":             {[]string{"307 a", "9 307"}, "307", 9, 2},
		"id and own name":                   {[]string{"307 307", "3070 b"}, "307", 307, 1},
		"id and another's name, full width": {[]string{"307 a", "9 ３０７"}, "307", 307, 2},
		"id and a name's start":             {[]string{"307 a", "9 307b"}, "307", 307, 1},
		"as typed before other case":        {[]string{"1 ALICE", "2 alice"}, "alice", 2, 1},
		"case before accents":               {[]string{"1 álice", "2 ALICE"}, "alice", 2, 1},
		"neither as typed":                  {[]string{"2 álice", "1 àlice"}, "alice", 1, 2},
		"twice the same name":               {[]string{"2 alice", "1 alice"}, "alice", 1, 2},
		"a hidden twin":                     {[]string{"1 ad\u200bmin", "2 admin"}, "admin", 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := listOf(row.list...).Filter(Filter{Query: ParseQuery(row.query), Sort: Sort{By: ColumnID}})
			if best, _ := m.At(m.Best()); best.ID != row.best || m.ExactCount() != row.alike {
				t.Errorf("%q: %d is highlighted and ExactCount is %d, want %d and %d", row.query, best.ID, m.ExactCount(), row.best, row.alike)
			}
		})
	}
}

func TestPlaceOfAnAccount(t *testing.T) {
	s := listOf("5 malik", "3 alice", "9 bob")
	for query, want := range map[string][3]int{ // of 5, 3 and 9; -1 for none
		"":    {0, 1, 2},
		"ali": {1, 0, -1},
		"mlk": {0, -1, -1},
	} {
		m := s.Find(ParseQuery(query))
		for i, id := range []int64{5, 3, 9} {
			place, ok := m.Place(id)
			if !ok {
				place = -1
			}
			if place != want[i] {
				t.Errorf("%q: %d is at %d, want %d", query, id, place, want[i])
			}
		}
	}
}

// Find returns the accounts that a query asks for, otherwise like the zero Filter.
func (s *Snapshot) Find(q Query) Matches { return s.Filter(Filter{Query: q}) }
