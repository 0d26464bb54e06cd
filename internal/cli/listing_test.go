//go:build unix

package cli_test

import (
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/cli"
)

func TestTable(t *testing.T) {
	long := strings.Repeat("x", 50)
	var b strings.Builder
	err := cli.WriteTable(&b, time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC),
		account.Account{ID: 7, Name: hdpclient.TextOf("佐藤"), TenantID: 5},
		account.Account{ID: 4711, Name: hdpclient.TextOf("a\x1b[31m\nb"), HasStatus: true, Status: hdpclient.Active},
		account.Account{ID: -1, Name: hdpclient.TextOf(long), TenantID: 9, TenantName: hdpclient.TextOf("Sales")},
	)
	want := strings.Join([]string{
		"  ID  USER                                      TENANT  STATUS  PASSWORD",
		"   7  佐藤                                      5       ?       ?",
		"4711  a␛[31m␊b                                          active  ?",
		"   ?  " + long + "  Sales   ?       ?",
		"",
	}, "\n")
	if err != nil || b.String() != want {
		t.Errorf("%v, got\n%s\nwant\n%s", err, b.String(), want)
	}
}
