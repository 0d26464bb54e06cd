package ui

import (
	"io"
	"net/http"
	"testing"
	"time"

	json "github.com/go-json-experiment/json"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/desk"
)

// BenchmarkList reads the list of 100,000 accounts up to the complete snapshot, alternating
// with merely decoding the same bytes. It reports the ratio of the two, and when the first rows
// are there.
func BenchmarkList(b *testing.B) {
	server := hdptest.NewServer(b, hdptest.WithAccounts(100_000))
	login := server.Logins()[0]
	client, err := hdpclient.New(server.URL)
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	client.SetCredentials(hdpclient.Credentials{User: login.User, Password: hdpclient.SecretOf(login.Password)})

	var listed, decoded, first time.Duration
	for b.Loop() {
		start := time.Now()
		first += readList(b, client, server.Count())
		listed += time.Since(start)
		b.StopTimer()
		start = time.Now()
		body := fetch(b, server.URL+"/api/admin/users?details=true", login)
		var list struct {
			Users []hdpclient.User `json:"users"`
		}
		if err := json.Unmarshal(body, &list); err != nil {
			b.Fatal(err)
		}
		if len(list.Users) != server.Count() {
			b.Fatalf("%d accounts of %d", len(list.Users), server.Count())
		}
		decoded += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(listed.Seconds()/decoded.Seconds(), "×decoding")
	b.ReportMetric(float64(first.Microseconds())/1000/float64(b.N), "ms/first-rows")
}

// readList reads the whole list and returns when the first rows were there.
func readList(b *testing.B, client *hdpclient.Client, accounts int) (first time.Duration) {
	b.Helper()
	start := time.Now()
	f := &feed{steps: make(chan listStepMsg)}
	go f.run(b.Context(), desk.New(client, nil).StreamList(b.Context(), desk.ListOptions{Partial: true, Now: time.Now}))
	for s := range f.steps {
		if first == 0 {
			first = time.Since(start)
		}
		if s.Err != nil {
			b.Fatal(s.Err)
		}
		if s.Done && s.Accounts.Len() != accounts {
			b.Fatalf("%d accounts of %d", s.Accounts.Len(), accounts)
		}
	}
	return first
}

func fetch(b *testing.B, url string, login hdptest.Login) []byte {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.SetBasicAuth(login.User, login.Password)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return body
}
