package hdpclient_test

import (
	"errors"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

func TestChangePassword(t *testing.T) {
	const next = "Plum-Tide7"
	for name, c := range map[string]struct {
		quirk  hdptest.Quirk
		said   bool
		status hdpclient.PasswordStatus
	}{
		"by default":              {"", true, hdpclient.PasswordActive},
		"must be changed again":   {hdptest.OwnChangeForcesChange, true, hdpclient.PasswordMustChange},
		"answered without a body": {hdptest.ChangeAnswers204, false, 0},
		"when it must be changed": {hdptest.MustChangeRefused, true, hdpclient.PasswordActive},
	} {
		t.Run(name, func(t *testing.T) {
			s := hdptest.NewServer(t)
			if c.quirk != "" {
				s.SetQuirk(c.quirk, true)
			}
			if c.quirk == hdptest.MustChangeRefused {
				s.SetPasswordInfo(1, `{"passwordStatus":2}`)
			}
			client := signIn(t, s)
			old := hdpclient.SecretOf(s.Logins()[0].Password)
			info, err := client.ChangePassword(t.Context(), old, hdpclient.SecretOf(next))
			if err != nil {
				t.Fatal(err)
			}
			if got, said := info.Get(); said != c.said || got.PasswordStatus != c.status {
				t.Errorf("it says %+v", got)
			}
			if !s.CheckPassword(1, next) {
				t.Error("the new password was not set")
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		s := hdptest.NewServer(t)
		client := signIn(t, s)
		old := hdpclient.SecretOf(s.Logins()[0].Password)
		_, err := client.ChangePassword(t.Context(), old, hdpclient.SecretOf("weak"))
		if !errors.Is(err, hdpclient.ErrRefused) || errors.Is(err, hdpclient.ErrUnauthorized) {
			t.Error(err)
		}
		_, err = client.ChangePassword(t.Context(), old, hdpclient.Secret{})
		if !errors.Is(err, hdpclient.ErrNotSent) || len(s.Requests()) != 1 {
			t.Error(err)
		}
		for _, r := range s.Requests() {
			if r.Body != "" {
				t.Errorf("the server still has %q", r.Body)
			}
		}
	})
}
