package cli_test

import (
	"strings"
	"testing"

	"hdpadmin/internal/cli"
)

func TestListsOfAccounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		want string // the lines with their numbers, or the error
	}{
		"names":                   {"alice\nbob\n", "1 alice, 2 bob"},
		"no line end":             {"alice\nbob", "1 alice, 2 bob"},
		"CRLF and a BOM":          {"\ufeffalice\r\nbob\r\n", "1 alice, 2 bob"},
		"blanks and empty lines":  {"\n \n  alice smith \n\n307\n", "3 alice smith, 5 307"},
		"nothing is a comment":    {"a\n# b\n'c'\n\"d, e\"\n", "1 a, 2 # b, 3 'c', 4 \"d, e\""},
		"a name in quotes":        {"\"alice\"\n", "1 \"alice\""},
		"forced meanings":         {"id:307\nname:307\n", "1 id:307, 2 name:307"},
		"an id that is none":      {"alice\nid:x\n", `line 2: id: needs the id of an account after it, not "x"`},
		"no name":                 {"name:\n", "line 1: name: needs a user name after it"},
		"a header":                {"account\nalice\nid:307\n", "2 alice, 3 id:307"},
		"a header in other case":  {"ACCOUNT \r\nalice\r\n", "2 alice"},
		"a header after a BOM":    {"\ufeff\"userName\"\nalice\n", "2 name:alice"},
		"a header after nothing":  {"\n\nid\n7\n\n8\n", "4 id:7, 6 id:8"},
		"columns":                 {"x,userName,y\n1,alice,2\n", "2 name:alice"},
		"the id counts first":     {"userName,account,id\nalice,bob,7\nalice,bob,\nalice,,\n", "2 id:7, 3 bob, 4 name:alice"},
		"semicolons":              {"id;userName\n7;alice\n", "2 id:7"},
		"tabs":                    {"userName\tid\nalice\t 7 \n", "2 id:7"},
		"quotes and line breaks":  {"userName,x\n\"al\"\"ice, b\",\"1\n2\"\nbob,3\n", "2 name:al\"ice, b, 4 name:bob"},
		"blanks are of the name":  {"userName\n\" alice \"\n", "2 name: alice "},
		"an escaped formula":      {"userName\n'=1\n", "2 name:=1 or name:'=1"},
		"an empty row":            {"id,userName\n,\n7,\n", "3 id:7"},
		"only a header":           {"id,userName\n", ""},
		"an exported list":        {"\ufeffid,userName,roles\n7,\"'-a\",\"1 2\"\n,\"b\",\n", "2 id:7, 3 name:b"},
		"no file":                 {"", "it is empty and names no accounts"},
		"empty lines":             {"\n\r\n \n", "it is empty and names no accounts"},
		"a plan file":             {"{\n  \"format\": 1,\n", "line 1 is JSON, and not an account; hdpadmin apply takes a plan file"},
		"only a BOM":              {"\ufeff", "it is empty and names no accounts"},
		"an unknown header":       {"user,name\n", "line 1 looks like the header of a CSV file, but has no column called id, account or userName"},
		"a short row":             {"id,userName\n7,alice\n3", "line 3: wrong number of fields"},
		"an open quote":           {"id,userName\n7,\"alice\n", `line 2: extraneous or missing " in quoted-field`},
		"an id with zeros":        {"id\n07\n", `line 2: id: needs the id of an account after it, not "07"`},
		"a row without account":   {"id,x\n,1\n", "line 2: the row names no account"},
		"UTF-16":                  {"a\x00l\x00\n", "line 1: the line is not UTF-8 text"},
		"Latin-1":                 {"alice\nm\xfcller\n", "line 2: the line is not UTF-8 text"},
		"Latin-1 in a table":      {"userName\nm\xfcller\n", "line 2: the userName is not UTF-8 text"},
		"a line without end":      {strings.Repeat("x", 70_000), "line 1: the line is too long; is this a list of accounts?"},
		"a later one without end": {"a\n" + strings.Repeat("x", 70_000), "line 2: the line is too long; is this a list of accounts?"},
		"a row without end":       {"id\n7\n\"" + strings.Repeat("x\n", 1<<20), "after 1 row: the row is too long; is a quotation mark missing?"},
	} {
		got, err := cli.ReadLines(strings.NewReader(c.file))
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestAListHasALimit(t *testing.T) {
	t.Parallel()
	if _, err := cli.ReadLines(&endless{}); err == nil || !strings.Contains(err.Error(), "more than 2,000,000 lines") {
		t.Error(err)
	}
}

func TestARowHasALimitAndATableHasNone(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	got, err := cli.ReadLines(strings.NewReader("id,x\n" + strings.Repeat("7,"+strings.Repeat("x", 100)+"\n", rows)))
	if err != nil || strings.Count(got, "id:7") != rows {
		t.Errorf("%d rows, %v", strings.Count(got, "id:7"), err)
	}
}

// endless is a file like the output of yes.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "y\n"[i%2]
	}
	return len(p) &^ 1, nil
}

func TestTheExitCodeOfABatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows string
		want string
	}{
		{"", "unchanged 0"},
		{"applied 0", "applied 0"},
		{"unchanged 0, unchanged 0", "unchanged 0"},
		{"unchanged 0, applied 0", "applied 0"},
		{"refused 5, refused 5", "refused 5"},
		{"conflict 6, conflict 6", "conflict 6"},
		{"unknown 7", "unknown 7"},
		{"differs 1, differs 1", "differs 1"},
		{"not-sent 5, not-sent 5", "not-sent 5"}, // left out for protection
		{"refused 5, not-sent 5", "partly 5"},
		{"refused 4, not-sent 4", "partly 4"},
		{"not-sent 9, not-sent 9", "not-sent 9"},
		{"applied 0, unknown 7", "partly 8"},
		{"unchanged 0, unknown 7", "partly 8"},
		{"applied 0, not-sent 5", "partly 8"},
		{"unchanged 0, not-sent 9", "partly 8"},
		{"refused 5, conflict 6", "partly 8"},
		{"unknown 7, refused 5, unknown 7", "partly 8"},
		{"applied 1, applied 1", "applied 8"}, // not in the audit log
	} {
		var rows []string
		if c.rows != "" {
			rows = strings.Split(c.rows, ", ")
		}
		if got := cli.BatchCode(rows...); got != c.want {
			t.Errorf("%s: %s, want %s", c.rows, got, c.want)
		}
	}
}
