package export

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// accounts returns accounts with different known and unknown values.
func accounts() []account.Account {
	return []account.Account{
		{
			ID: 307, Name: hdpclient.TextOf("alice"), TenantID: 56, TenantName: hdpclient.TextOf("Sales, EMEA"),
			HasStatus: true, Status: hdpclient.Active, Locked: true,
			LockedAt: noon.Add(-time.Minute), LockedUntil: noon.Add(time.Minute).In(time.FixedZone("CET", 3600)),
			HasPassword: true, PasswordStatus: hdpclient.PasswordMustChange, PasswordExpires: noon,
			Roles: account.RolesOf(7, 2),
		},
		{
			ID: 5, Name: hdpclient.TextOf(`the "=1+1"`), HasStatus: true, Locked: true, LockedUntil: noon,
			HasPassword: true, PasswordStatus: hdpclient.PasswordActive, Roles: account.RolesOf(),
		},
		{
			ID: 6, Name: hdpclient.TextOf("=cmd|' /C calc'!A0"), HasStatus: true, Status: 7, LockedUntilUnreadable: true, Locked: true,
			HasPassword: true, PasswordStatus: 9, PasswordExpiresUnreadable: true,
		},
		{ID: -1},
	}
}

func written(t *testing.T, format Format, rows ...account.Account) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, format, slices.Values(rows), noon); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCSV(t *testing.T) {
	const want = "\ufeff" + `id,userName,tenantId,tenantName,status,locked,accountLockedAt,accountLockedUntil,passwordStatus,passwordExpired,passwordExpiration,roles
307,"alice",56,"Sales, EMEA",active,yes,2026-11-22T11:59:00Z,2026-11-22T12:01:00Z,must reset,yes,2026-11-22T12:00:00Z,"2 7"
5,"the ""=1+1""",,,inactive,lapsed,,2026-11-22T12:00:00Z,active,no,never,""
6,"'=cmd|' /C calc'!A0",,,status 7,yes,,unreadable,password status 9,unreadable,unreadable,
,"",,,,,,,,,,
`
	if got := written(t, CSV, accounts()...); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSON(t *testing.T) {
	const want = `[
{"id":307,"userName":"alice","tenantId":56,"tenantName":"Sales, EMEA","status":"active","locked":true,"accountLockedAt":"2026-11-22T11:59:00Z","accountLockedUntil":"2026-11-22T12:01:00Z","passwordStatus":"must reset","passwordExpired":true,"passwordExpiration":"2026-11-22T12:00:00Z","roles":[2,7]},
{"id":5,"userName":"the \"=1+1\"","tenantId":null,"tenantName":null,"status":"inactive","locked":false,"accountLockedAt":null,"accountLockedUntil":"2026-11-22T12:00:00Z","passwordStatus":"active","passwordExpired":false,"passwordExpiration":null,"roles":[]},
{"id":6,"userName":"=cmd|' /C calc'!A0","tenantId":null,"tenantName":null,"status":"status 7","locked":true,"accountLockedAt":null,"accountLockedUntil":null,"passwordStatus":"password status 9","passwordExpired":null,"passwordExpiration":null,"roles":null},
{"id":null,"userName":"","tenantId":null,"tenantName":null,"status":null,"locked":null,"accountLockedAt":null,"accountLockedUntil":null,"passwordStatus":null,"passwordExpired":null,"passwordExpiration":null,"roles":null}
]
`
	if got := written(t, JSON, accounts()...); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := written(t, JSON); got != "[]\n" {
		t.Errorf("nobody: %q", got)
	}
}

func TestPickedColumns(t *testing.T) {
	c, err := PickColumns("userName", "id", "userName", "locked")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.AppendObject([]byte("> "), accounts()[0], noon); err != nil || string(got) != `> {"userName":"alice","id":307,"locked":true}` {
		t.Errorf("%s, %v", got, err)
	}
	var b strings.Builder
	w := NewCSV(&b, c, "outcome", "message")
	err = errors.Join(w.Write(accounts()[0], noon, "applied", `=now "so"`), w.Write(accounts()[3], noon, "unknown", ""), w.Flush())
	const want = "\ufeff" + `userName,id,locked,outcome,message
"alice",307,yes,"applied","'=now ""so"""
"",,,"unknown",""
`
	if err != nil || b.String() != want {
		t.Errorf("got\n%s\nwant\n%s\n%v", b.String(), want, err)
	}
	var wrong *UnknownColumnError
	if _, err := PickColumns("id", "name"); !errors.As(err, &wrong) || wrong.Name != "name" {
		t.Errorf("%v", err)
	}
	if all := AllColumns(); len(all) != 12 || all[0] != "id" {
		t.Errorf("%q", all)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestFailedWriteIsReported(t *testing.T) {
	many := slices.Repeat(accounts(), 1000)
	for _, format := range []Format{CSV, JSON} {
		for _, rows := range [][]account.Account{nil, many} {
			if err := Write(full{}, format, slices.Values(rows), noon); !errors.Is(err, io.ErrShortWrite) {
				t.Errorf("format %d, %d rows: %v", format, len(rows), err)
			}
		}
	}
	if err := Write(io.Discard, 7, slices.Values(many), noon); err == nil {
		t.Error("an unknown format is accepted")
	}
}

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]string{
		"a.csv": "0 true", "/x/y.JSON": "1 true", "a.txt": "0 false", "csv": "0 false", "": "0 false",
	} {
		format, ok := FormatOf(path)
		if got := fmt.Sprint(int(format), ok); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		rows := slices.Repeat(accounts(), n/4)
		for name, format := range map[string]Format{"CSV": CSV, "JSON": JSON} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := Write(io.Discard, format, slices.Values(rows), noon); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
