package export

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

func TestEscapeFormulas(t *testing.T) {
	for name, row := range map[string]struct{ raw, want string }{
		"a name":                    {"alice.smith", "alice.smith"},
		"nothing":                   {"", ""},
		"a sign inside":             {"a-b+c@d=e", "a-b+c@d=e"},
		"equals":                    {"=1+1", "'=1+1"},
		"plus":                      {"+1", "'+1"},
		"minus":                     {"-1", "'-1"},
		"at":                        {"@SUM(1)", "'@SUM(1)"},
		"minus sign":                {"\u22121", "'\u22121"},
		"tab":                       {"\tx", "␉x"},
		"carriage return":           {"\rx", "␍x"},
		"line feed":                 {"\nx", "␊x"},
		"tab, then equals":          {"\t=1", "␉=1"},
		"after blanks":              {"  =1", "  '=1"},
		"after a no-break space":    {"\u00a0=1", "<U+00A0>=1"},
		"after a wide blank":        {"\u3000=1", "\u3000'=1"},
		"after what does not show":  {"\u200b\ufeff=1", "<U+200B><U+FEFF>=1"},
		"after a control character": {"\x00\x1b=1", "␀␛=1"},
		"after a turn":              {"\u202e=1", "<U+202E>=1"},
		"after a quote":             {`"=1"`, `"'=1"`},
		"full width":                {"＝1", "'＝1"},
		"full width plus":           {"＋1", "'＋1"},
		"full width minus":          {"－1", "'－1"},
		"full width at":             {"＠1", "'＠1"},
		"small":                     {"﹦1", "'﹦1"},
		"after a semicolon":         {"a;=1", "a;'=1"},
		"after many":                {"a; ;\" @b;-c", "a; ;\" '@b;'-c"},
		"escape":                    {"a\x1b[31mb", "a␛[31mb"},
		"C1":                        {"a\u0085b\u009bc", "a<U+0085>b<U+009B>c"},
		"line break":                {"a\r\nb", "a␍␊b"},
		"line separators":           {"a\u2028b\u2029c", "a<U+2028>b<U+2029>c"},
		"bytes that are not UTF-8":  {"a\xff", "a<0xFF>"},
		"other scripts":             {"Łukasz 王小明", "Łukasz 王小明"},
	} {
		if got := escapeFormulas(row.raw); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

var nasty = rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{
	"=", "+", "-", "@", "\t", "\r", "\n", " ", "\u00a0", "＝", "－", "﹢", "\u200b", "\u202e", "\x1b", "\"", "'", ",", ";", "a", "1", "\xff", "\u0301",
})), func(s []string) string { return strings.Join(s, "") }))

// runs is a plain check of whether a spreadsheet may take a cell for a formula.
func runs(cell string) bool {
	cell = strings.TrimLeftFunc(cell, func(r rune) bool {
		return unicode.IsSpace(r) || r == '"' || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn, unicode.Me)
	})
	r, _ := utf8.DecodeRuneInString(norm.NFKC.String(cell))
	return strings.ContainsRune("=+-@\u2212", r) && cell != ""
}

func TestNoTextRunsAsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := nasty.Draw(t, "text")
		got := escapeFormulas(raw)
		for _, cell := range strings.Split(got, ";") {
			if runs(cell) {
				t.Fatalf("%q comes out as %q", raw, got)
			}
		}
		if strings.ContainsFunc(got, unicode.IsControl) || !utf8.ValidString(got) {
			t.Fatalf("%q comes out as %q", raw, got)
		}
		if !slices.ContainsFunc(strings.Split(raw, ";"), runs) && got != hdpclient.Clean(raw) {
			t.Fatalf("%q is altered to %q", raw, got)
		}
	})
}

func TestUnescape(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "alice": "alice", "o'brien": "o'brien", "'alice": "'alice", "'=1": "=1", "  '+49": "  +49", "a;'=1": "a;=1", "a'=1": "a'=1", "''=1": "''=1",
	} {
		if got := Unescape(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		raw := nasty.Draw(t, "text")
		cell := escapeFormulas(raw)
		got := Unescape(cell)
		if hdpclient.Clean(raw) == raw && !strings.Contains(raw, "'") && got != raw {
			t.Fatalf("%q comes back as %q", raw, got)
		}
	})
}

// Parsers other than ours must read what is written.
func TestOtherReadersAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, tenant := nasty.Draw(t, "name"), nasty.Draw(t, "tenant")
		a := account.Account{ID: 7, Name: hdpclient.TextOf(name), TenantName: hdpclient.TextOf(tenant)}
		var b strings.Builder
		if err := Write(&b, CSV, slices.Values([]account.Account{a, a}), noon); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil || len(rows) != 3 || rows[2][1] != escapeFormulas(name) || rows[2][3] != escapeFormulas(tenant) {
			t.Fatalf("%q: %q, %v", b.String(), rows, err)
		}
		b.Reset()
		if err := Write(&b, JSON, slices.Values([]account.Account{a, a}), noon); err != nil {
			t.Fatal(err)
		}
		var objects []map[string]any
		if err := json.Unmarshal([]byte(b.String()), &objects); err != nil || len(objects) != 2 ||
			objects[1]["userName"] != hdpclient.Clean(name) {
			t.Fatalf("%q: %v, %v", b.String(), objects, err)
		}
	})
}
