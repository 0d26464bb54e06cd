package hdptest_test

import (
	"io"
	"net/http"
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

func BenchmarkStart100000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, err := hdptest.Start(hdptest.WithAccounts(100_000))
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

func BenchmarkList100000(b *testing.B) {
	s := hdptest.NewServer(b, hdptest.WithAccounts(100_000))
	b.ReportAllocs()
	for b.Loop() {
		req, err := http.NewRequestWithContext(b.Context(), "GET", s.URL+"/api/admin/users?details=true", nil)
		if err != nil {
			b.Fatal(err)
		}
		req.SetBasicAuth("d2cadmin", hdptest.AdminPassword)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
	}
	http.DefaultClient.CloseIdleConnections()
}
