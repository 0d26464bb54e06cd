package account

import (
	"errors"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
)

func decoded[T any](t *testing.T, text string) hdpclient.Opt[T] {
	t.Helper()
	var v T
	if err := jsonv2.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return hdpclient.Some(v)
}

// inWords returns one line per section: its title and its facts.
func inWords(sections []Section) string {
	var lines []string
	for _, s := range sections {
		parts := []string{s.Title + ":"}
		for _, f := range s.Facts {
			parts = append(parts, f.Label+"="+f.Value)
		}
		if s.None != "" {
			parts = append(parts, s.None)
		}
		if s.Err != nil {
			parts = append(parts, s.Err.Error())
		}
		lines = append(lines, strings.Join(parts, " | "))
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "\u00a0", " ")
}

func TestSectionsOfAReading(t *testing.T) {
	times := words.Times{Zone: time.FixedZone("CET", 3600), Now: func() time.Time { return noon }}
	refused := errors.New("refused")
	for name, c := range map[string]struct {
		reading Reading
		want    string
	}{
		"everything": {
			Reading{
				Status:      decoded[hdpclient.StatusInfo](t, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 11:45:00","accountLockedUntil":"2026-11-22 12:15:00"}`),
				Password:    decoded[hdpclient.PasswordInfo](t, `{"passwordStatus":1,"passwordExpiration":"2026-12-24 00:00:00"}`),
				Auth:        decoded[hdpclient.AuthInfo](t, `{"authUsers":[{"authUserName":"alice","authServiceId":1},{"authUserName":"*","authServiceId":7}]}`),
				Permissions: decoded[hdpclient.Permissions](t, `{"roles":[562],"permissions":[12]}`),
			},
			"Status: | Status=active | Locked=yes | Locked at=12:45:00, 15 min ago (11:45:00 UTC) | Locked until=13:15:00, in 15 min (12:15:00 UTC)\n" +
				"Password: | Password=active | Expires=2026-12-24 01:00:00, in 31 days (00:00:00 UTC)\n" +
				"Sign-in: | internal=alice | service 7=* (any name of this service)\n" +
				"Permissions: | Roles=id 562 | Also has=Administrator (12)",
		},
		"nothing": {
			Reading{Status: decoded[hdpclient.StatusInfo](t, `{"status":0}`), Password: decoded[hdpclient.PasswordInfo](t, `{"passwordStatus":2}`)},
			"Status: | Status=inactive | Locked=no\nPassword: | Password=must change | Expires=never\n" +
				"Sign-in: | no sign-in name\nPermissions: | not given",
		},
		"a lock that has ended": {
			Reading{
				Status:   decoded[hdpclient.StatusInfo](t, `{"status":1,"accountLocked":true,"accountLockedAt":"soon","accountLockedUntil":"2026-11-22 11:15:00"}`),
				Password: decoded[hdpclient.PasswordInfo](t, `{"passwordStatus":1,"passwordExpiration":"never"}`),
				Auth:     decoded[hdpclient.AuthInfo](t, `{}`),
			},
			"Status: | Status=active | Locked=expired, flag still set | Locked at=soon (not a time) | Locked until=12:15:00, 45 min ago (11:15:00 UTC)\n" +
				"Password: | Password=active | Expires=never (not a time)\nSign-in: | no sign-in name\nPermissions: | not given",
		},
		"a lock without times": {
			Reading{Status: decoded[hdpclient.StatusInfo](t, `{"status":1,"accountLocked":true}`), Password: decoded[hdpclient.PasswordInfo](t, `{"passwordStatus":1}`)},
			"Status: | Status=active | Locked=yes | Locked at=not given | Locked until=no end given\n" +
				"Password: | Password=active | Expires=never\nSign-in: | no sign-in name\nPermissions: | not given",
		},
		"refused": {
			Reading{StatusErr: refused, PasswordErr: refused, AuthErr: refused, PermissionsErr: refused},
			"Status: | refused\nPassword: | refused\nSign-in: | refused\nPermissions: | refused",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := inWords(c.reading.Account().Sections(hdpclient.Some(c.reading), times)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestSectionsOfARow(t *testing.T) {
	times := words.Times{Now: func() time.Time { return noon }}
	for want, a := range map[string]Account{
		"Status: | Status=not given\nPassword: | Password=not given":                                        with(noStatus, noPassword),
		"Status: | Status=active | Locked=no\nPassword: | Password=active | Expires=12:01:00 UTC, in 1 min": with(expiresIn(time.Minute)),
		"Status: | Status=active | Locked=no\nPassword: | Password=active | Expires=cannot be read":         with(unreadableExpiry),
	} {
		if got := inWords(a.Sections(hdpclient.Opt[Reading]{}, times)); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestAuthInWords(t *testing.T) {
	for a, want := range map[Auth]string{Internal: "internal", External: "external service", Mixed: "internal and external", NoAuth: "", NotRead: ""} {
		if got := a.String(); got != want {
			t.Errorf("%d: %q, want %q", a, got, want)
		}
	}
}
