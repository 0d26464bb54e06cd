package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func TestParseQuery(t *testing.T) {
	for typed, want := range map[string]string{
		"":                          "words [], phrase “”, 0 terms, text “”",
		"  ali  smi ":               "words [ali smi], phrase “ali  smi”, 0 terms, text “ali  smi”",
		"smi longest":               "words [longest smi], phrase “smi longest”, 0 terms, text “smi longest”",
		`"ali smi" x`:               "words [ali smi x], phrase “ali smi x”, 0 terms, text “ali smi x”",
		`"ali smi`:                  "words [ali smi], phrase “ali smi”, 0 terms, text “ali smi”",
		`"a""b"`:                    `words [a"b], phrase “”, 0 terms, text “a"b”`,
		`"a"b`:                      "words [a b], phrase “a b”, 0 terms, text “a b”",
		`a"b c`:                     `words [a"b c], phrase “a"b c”, 0 terms, text “a"b c”`,
		`"`:                         "words [], phrase “”, 0 terms, text “”",
		`""`:                        "words [], phrase “”, 0 terms, text “”",
		`"status:active"`:           "words [status:active], phrase “”, 0 terms, text “status:active”",
		"-":                         "words [-], phrase “”, 0 terms, text “-”",
		"- a":                       "words [- a], phrase “- a”, 0 terms, text “- a”",
		"-a":                        "words [], phrase “”, 1 terms, text “”",
		`-"a b"`:                    "words [], phrase “”, 1 terms, text “”",
		"a-b":                       "words [a-b], phrase “”, 0 terms, text “a-b”",
		"ali status:active":         "words [ali], phrase “”, 1 terms, text “ali”",
		"b status:active a -c":      "words [a b], phrase “b a”, 2 terms, text “b a”",
		"status:active STATUS:1":    "words [], phrase “”, 1 terms, text “”",
		"status:1 -status:1":        "words [], phrase “”, 2 terms, text “”",
		`tenant:"a b"c`:             "words [c], phrase “”, 1 terms, text “c”",
		"ldap:alice":                "words [ldap:alice], phrase “”, 0 terms, text “ldap:alice”",
		":active":                   "words [:active], phrase “”, 0 terms, text “:active”",
		"status:foo":                "words [], phrase “”, 0 terms, text “”",
		"\u200b":                    "words [], phrase “”, 0 terms, text “\u200b”",
		"expires:<7d\u00a0role:\t1": "words [1], phrase “”, 1 terms, text “1”",
	} {
		q := ParseQuery(typed)
		var words []string
		for _, w := range q.words {
			words = append(words, w.folded)
		}
		got := fmt.Sprintf("words %v, phrase “%s”, %d terms, text “%s”", words, q.phrase.folded, len(q.terms), q.Text())
		if got != want {
			t.Errorf("%q:\n got %s\nwant %s", typed, got, want)
		}
		if q.Empty() != (len(words) == 0 && len(q.terms) == 0) || q.String() != strings.TrimSpace(typed) {
			t.Errorf("%q: empty %v, %q", typed, q.Empty(), q)
		}
	}
}

func TestProblems(t *testing.T) {
	const useStatus, useExpires = ". Use active, inactive or a number.", ". Use <7d, >30d, never or past."
	for typed, want := range map[string][]string{
		"alice 10:30 ::1 \"staus:x\" status:7 -locked:no":  nil,
		"expires:<7d expires:>2w expires:>=12h expires:<9": nil,
		"status:foo":                     {"0-10 Ignored status:foo" + useStatus},
		"status:":                        {"0-7 … status: needs active, inactive or a number"},
		"status:act":                     {"0-10 … Ignored status:act" + useStatus + " Did you mean status:active?"},
		"status:atcive":                  {"0-13 Ignored status:atcive" + useStatus + " Did you mean status:active?"},
		"status:1.5":                     {"0-10 Ignored status:1.5" + useStatus},
		"a  -status:x b":                 {"3-12 Ignored status:x" + useStatus},
		"locked:ys":                      {"0-9 Ignored locked:ys. Use yes, no or expired. Did you mean locked:yes?"},
		"locked:true":                    {"0-11 Ignored locked:true. Use yes, no or expired."},
		"must-reset:ja":                  {"0-13 Ignored must-change:ja. Use yes or no."},
		"expires:7d":                     {"0-10 Ignored expires:7d" + useExpires + " Did you mean expires:<7d?"},
		"expires:<":                      {"0-9 … Ignored expires:<" + useExpires + " Did you mean expires:<7d?"},
		"expires:>=":                     {"0-10 … Ignored expires:>=" + useExpires},
		"roel:1":                         {"0-6 roel: is not a qualifier and is searched as text. Did you mean role:?"},
		"expires:<0d":                    {"0-11 Ignored expires:<0d" + useExpires + " Did you mean expires:<7d?"},
		"expires:>7y":                    {"0-11 Ignored expires:>7y" + useExpires},
		"expires:<99999999999999999999d": {"0-30 Ignored expires:<999999999999999…" + useExpires},
		"expires:<36501d":                {"0-15 Ignored expires:<36501d" + useExpires},
		"expires:<36500d":                nil,
		"expires:<5214w":                 nil,
		"role:admin":                     {"0-10 Ignored role:admin. Use a role id."},
		"role:-1":                        {"0-7 Ignored role:-1. Use a role id."},
		`tenant:""`:                      {"0-9 … tenant: needs the start of a tenant's name, or its id"},
		"staus:active":                   {"0-12 staus: is not a qualifier and is searched as text. Did you mean status:?"},
		"-lock:yes":                      {"0-9 lock: is not a qualifier and is searched as text. Did you mean locked:?"},
		"mustchange:yes":                 {"0-14 mustchange: is not a qualifier and is searched as text. Did you mean must-change:?"},
		"expiry:never":                   {"0-12 expiry: is not a qualifier and is searched as text. Did you mean expires:?"},
		"ldap:alice":                     {"0-10 ldap: is not a qualifier and is searched as text. Qualifiers: tenant: status: locked: must-change: expires: role:"},
		"x:1 status:\x1b[31m": {
			"0-3 x: is not a qualifier and is searched as text. Qualifiers: tenant: status: locked: must-change: expires: role:",
			"4-16 Ignored status:␛[31m" + useStatus,
		},
		"status:" + strings.Repeat("é", 30): {"0-67 Ignored status:ééééééééééééééééé…" + useStatus},
	} {
		var got []string
		for _, p := range ParseQuery(typed).Problems() {
			more := ""
			if p.Unfinished {
				more = "… "
			}
			got = append(got, fmt.Sprintf("%d-%d %s%s", p.Start, p.End, more, p.Text))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", typed, got, want)
		}
	}
}

func TestARefusedQueryIsExplained(t *testing.T) {
	for typed, want := range map[string]string{
		"alice status:active": "",
		"locked:maybe":        "Not valid: locked:maybe. Use yes, no or expired.",
		"locked:":             "locked: needs yes, no or expired.",
		"status:actve ldap:x": "Not valid: status:actve. Use active, inactive or a number. Did you mean status:active? " +
			"ldap: is not a qualifier. Put a name that contains a colon in quotes. Qualifiers: tenant: status: locked: must-change: expires: role:",
		"staus:active": "staus: is not a qualifier. Did you mean status:?",
	} {
		got := ""
		if err := ParseQuery(typed).Err(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q:\n got %q\nwant %q", typed, got, want)
		}
	}
}

func TestNamesThatReadLikeQualifiersAreFoundInQuotes(t *testing.T) {
	for _, name := range []string{"status:active", "-bob", `"quoted`, `a"b`, "a b", "tenant:", "-", "x:y", "--", `-"a`, "DOM\\user", "locked:yes -x"} {
		s := listOf("7 " + name)
		if got := found(s, Quote(name)); !slices.Equal(got, []string{"exact 7"}) {
			t.Errorf("%s finds %q", Quote(name), got)
		}
	}
	for name, want := range map[string]string{"alice": "alice", "": `""`, `a"b`: `"a""b"`} {
		if got := Quote(name); got != want {
			t.Errorf("%q in quotes is %s, want %s", name, got, want)
		}
	}
}

func TestAQuotedNameFindsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), pieces).Draw(t, "name")
		if newWord(name).folded == "" {
			return // nothing is left to search for
		}
		q := ParseQuery(Quote(name))
		if len(q.terms) > 0 || len(q.Problems()) > 0 || q.Text() != strings.TrimSpace(name) && q.Text() != name {
			t.Fatalf("%q is read as %+v", Quote(name), q)
		}
	})
}

var pieces = rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{
	"tenant:", "status:", "STATUS:", "locked:", "must-change:", "must-reset:", "expires:", "role:", "xyz:", "active", "yes", "no", "<7d", ">", "past", "never", "7", "-", "\"", ":", " ", "\u00a0", "\n", "a", "é", "\xff", "\u200b", "Sales", "«", "”", "″",
}), 0, 10), func(s []string) string { return strings.Join(s, "") })

// judge checks what holds for every query.
func judge(t interface{ Fatalf(string, ...any) }, s *Snapshot, typed string, cursor int) {
	q := ParseQuery(typed)
	at := 0
	for _, p := range q.Problems() {
		if p.Start < at || p.End <= p.Start || p.End > len(typed) {
			t.Fatalf("%q: problem %+v", typed, p)
		}
		for _, text := range []string{p.Text, p.Refusal} {
			if hdpclient.Clean(text) != text || strings.TrimSpace(text) != text || text == "" {
				t.Fatalf("%q: %q", typed, text)
			}
		}
		at = p.End
	}
	m := s.Filter(Filter{Query: q, Now: noon})
	for i := range m.Len() {
		if a, rank := m.At(i); rank != Fuzzy && !holdsAll(a, q) {
			t.Fatalf("%q finds %q", typed, a.Name)
		}
	}
	if q.Empty() && m.Len() != s.Len() {
		t.Fatalf("%q is empty and finds %d", typed, m.Len())
	}
	for _, c := range s.Complete(typed, cursor) {
		if c.Start < 0 || c.End < c.Start || c.End > len(typed) || hdpclient.Clean(c.Text) != c.Text {
			t.Fatalf("%q at %d: %+v", typed, cursor, c)
		}
		if 0 < c.Start && c.Start < len(typed) && !utf8.RuneStart(typed[c.Start]) {
			t.Fatalf("%q at %d cuts a character: %+v", typed, cursor, c)
		}
		done := typed[:c.Start] + c.Text + typed[c.End:]
		for _, p := range ParseQuery(done).Problems() {
			if p.Start < c.Start+len(c.Text) && p.End > c.Start && !p.Unfinished && !strings.HasPrefix(p.Text, "Ignored ") {
				t.Fatalf("%q at %d is completed to %q: %s", typed, cursor, done, p.Text)
			}
		}
	}
}

func TestAnyInputIsParsed(t *testing.T) {
	s := snapshotOf(manyKinds())
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.OneOf(rapid.String(), pieces).Draw(t, "typed")
		judge(t, s, typed, rapid.IntRange(-1, len(typed)+1).Draw(t, "cursor"))
	})
}

// manyKinds returns a few accounts of different kinds.
func manyKinds() []account.Account {
	all := []account.Account{with(), with(locked), with(inactive, expiresIn(3*day)), with(expiresIn(-day), mustChangePassword), with(noStatus, noPassword), with(auth(account.External))}
	for i := range all {
		all[i].ID = int64(i + 1)
		all[i].TenantID = int64(i % 3)
		all[i].TenantName = hdpclient.TextOf([]string{"", "North Sales", "a\x1bb"}[i%3])
		all[i].Roles = []account.Roles{{}, account.RolesOf(), account.RolesOf(1, 7)}[i%3]
	}
	return all
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{
		"alice", `tenant:"North Sales" -status:inactive`, "expires:<7d expires:>30d", "staus:x", `-"a b`, "role:1", "locked:", `""""`, "expires:<99999999999h",
	} {
		f.Add(seed, len(seed))
	}
	f.Add("\x9e", -54)
	f.Add("a \u00a0", 3)
	s := snapshotOf(manyKinds())
	f.Fuzz(func(t *testing.T, typed string, cursor int) { judge(t, s, typed, cursor) })
}

// Chat programs and word processors replace quotes and dashes.
func TestQuotesAndDashesOfOtherPrograms(t *testing.T) {
	s := listOf("1 o'brien", "2 anna-lena", "3 alice.smith", "4 o’hara", "5 jean–luc")
	for typed, want := range map[string]string{
		"o’brien": "1", "oʼbrien": "1", "o´brien": "1", "anna‑lena": "2", "anna–lena": "2", "“alice.smith”": "3", "„alice.smith“": "3", "«alice.smith»": "3",
		"o'hara": "4", "jean-luc": "5", "o‘hara": "4", "smith –anna": "3", "tenant:“x” o'h": "", "“o'hara": "4",
	} {
		got := ""
		for a := range s.Find(ParseQuery(typed)).Accounts() {
			got += a.IDWord()
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", typed, got, want)
		}
	}
	if got := ParseQuery("“alice.smith”").Text(); got != "alice.smith" {
		t.Errorf("the server is asked for %q", got)
	}
}
