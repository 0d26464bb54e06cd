package hdpclient_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

// Ten sessions of a service with the login of one operator, at a server that locks after three wrong
// passwords.
func TestSessionsDoNotLockTheirLogin(t *testing.T) {
	for _, c := range []struct {
		name     string
		password func(n int) string
		quirks   []hdptest.Quirk
		sent     int
	}{
		{"one wrong password", func(int) string { return "wrong" }, nil, 1},
		{"ten wrong passwords", func(n int) string { return fmt.Sprint("wrong", n) }, nil, 2},
		{"ten wrong passwords, where repeated ones do not count", func(n int) string { return fmt.Sprint("wrong", n) }, []hdptest.Quirk{hdptest.SameWrongPasswordNotCounted}, 2},
		{"two by turns", func(n int) string { return fmt.Sprint("wrong", n%2) }, nil, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := hdptest.NewServer(t)
			for _, q := range c.quirks {
				server.SetQuirk(q, true)
			}
			gate := hdpclient.NewGate()
			session := func(password string) *hdpclient.Client {
				client, err := hdpclient.New(server.URL, hdpclient.WithGate(gate, "bob"))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(client.Close)
				client.SetCredentials(hdpclient.Credentials{User: "helpdesk", Password: hdpclient.SecretOf(password)})
				return client
			}
			var all sync.WaitGroup
			for n := range 10 {
				client := session(c.password(n))
				all.Go(func() {
					for range 3 {
						if _, err := client.Self(t.Context()); !errors.Is(err, hdpclient.ErrUnauthorized) {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			if n := len(server.Requests()); n != c.sent {
				t.Errorf("%d requests, want %d", n, c.sent)
			}
			outside, err := hdpclient.New(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer outside.Close()
			outside.SetCredentials(hdpclient.Credentials{User: "helpdesk", Password: hdpclient.SecretOf(hdptest.HelpdeskPassword)})
			if _, err := outside.Self(t.Context()); err != nil {
				t.Errorf("the login is locked: %v", err)
			}
		})
	}
}
