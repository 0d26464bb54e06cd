package desk_test

import (
	"fmt"
	"runtime"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
)

// BenchmarkSessions reports how much memory the lists of sessions use that see 100,000 accounts.
func BenchmarkSessions(b *testing.B) {
	s := hdptest.NewServer(b, hdptest.WithAccounts(100_000))
	tenants := [][]int64{{sales}, {ops}, {sales, ops}, {27}, {32}, {61}, {88}, {27, 32}, {61, 88}, {sales, 27}}
	for i, some := range tenants {
		s.AddOperator(fmt.Sprint("admin", i), password, nil, int64(hdpclient.PermissionAdministrator))
		s.AddOperator(fmt.Sprint("tenant", i), password, some, int64(hdpclient.PermissionViewUsers), int64(hdpclient.PermissionMgmtAPI))
	}
	for _, c := range []struct {
		name     string
		sessions int
		login    func(i int) string
	}{
		{"one", 1, func(int) string { return "admin0" }},
		{"ten with one login", 10, func(int) string { return "admin0" }},
		{"ten administrators", 10, func(i int) string { return fmt.Sprint("admin", i) }},
		{"ten of other tenants", 10, func(i int) string { return fmt.Sprint("tenant", i) }},
		{"one and ten of other tenants", 11, func(i int) string {
			if i == 0 {
				return "admin0"
			}
			return fmt.Sprint("tenant", i-1)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				lists := desk.NewLists()
				lists.SetKeep(0)
				var ends []func()
				rows := 0
				for i := range c.sessions {
					client, err := hdpclient.New(s.URL)
					if err != nil {
						b.Fatal(err)
					}
					client.SetCredentials(hdpclient.Credentials{User: c.login(i), Password: hdpclient.SecretOf(password)})
					d := desk.New(client, change.NewWriter(b.Context(), client), desk.WithLists(lists))
					list, err := d.ReadList(b.Context())
					if err != nil {
						b.Fatal(err)
					}
					rows += list.Len()
					ends = append(ends, d.Close, client.Close)
				}
				b.ReportMetric(float64(heap()-before)/1e6, "MB")
				b.ReportMetric(float64(rows), "rows")
				for _, end := range ends {
					end()
				}
				runtime.KeepAlive(lists)
			}
		})
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
