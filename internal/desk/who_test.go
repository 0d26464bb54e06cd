package desk_test

import (
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
)

// Operators who share a login unlock in their own names.
func TestTheUnlockOfAnotherOperatorIsNotYours(t *testing.T) {
	s := hdptest.NewServer(t)
	client, err := hdpclient.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	client.SetCredentials(hdpclient.Credentials{User: "svc", Password: hdpclient.SecretOf("x")})
	locked := account.Account{ID: 307, Locked: true, LockedAt: time.Now()}
	for holder, want := range map[string]string{"": "your unlock", "bob": "your unlock", "carol": "the unlock by bob"} {
		var opts []change.Option
		by := "svc"
		if holder != "" {
			opts, by = append(opts, change.WithLocks(change.NewLocks(), s.URL, holder)), "bob"
		}
		d := desk.New(client, change.NewWriter(t.Context(), client, opts...))
		d.RememberLocks(map[int64]audit.LockChange{307: {At: locked.LockedAt.Add(-time.Hour), By: by}})
		if got := d.LockedAgain(locked); !strings.Contains(got, want) {
			t.Errorf("%q: %q", holder, got)
		}
	}
}
