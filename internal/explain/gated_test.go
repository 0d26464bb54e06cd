package explain_test

import (
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/explain"
)

func TestAPasswordThatIsNotTriedIsExplained(t *testing.T) {
	at := time.Date(2026, 12, 1, 14, 2, 0, 0, time.UTC)
	for _, c := range []struct {
		gated             *hdpclient.GateError
		lead, means, next string
	}{
		{
			&hdpclient.GateError{Login: "svc", Repeated: true, Refusals: []hdpclient.GateRefusal{{By: "bob", At: at}}, Until: at.Add(15 * time.Minute)},
			"HDP refused this password for svc. It is not sent again before 14:17 UTC.",
			"Refused at 14:02 UTC in a session of bob. By default HDP locks an account for 30 min after three wrong passwords within 15 min.",
			"Enter another password. If this one is right (the account may have been locked), try it again after 14:17 UTC.",
		},
		{
			&hdpclient.GateError{Login: "svc", Refusals: []hdpclient.GateRefusal{{By: "bob", At: at}, {By: "carol", At: at.Add(time.Minute)}}, Until: at.Add(16 * time.Minute)},
			"HDP refused 2 passwords for svc. No password is sent before 14:18 UTC.",
			"Refused at 14:02 UTC in a session of bob, at 14:03 UTC in a session of carol. By default HDP locks an account for 30 min after three wrong passwords within 15 min: one try is left.",
			"Wait until 14:18 UTC, then enter your password.",
		},
	} {
		p := explain.Error(&hdpclient.Error{Op: "read", Method: "GET", NotSent: true, Err: c.gated})
		if p.Lead != c.lead || p.Means != c.means || p.Next != c.next {
			t.Errorf("%q\n%q\n%q", p.Lead, p.Means, p.Next)
		}
	}
}
