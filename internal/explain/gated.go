package explain

import (
	"fmt"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
)

// explainGated explains why a password was not tried, although it may be right.
func explainGated(p *Problem, e *hdpclient.GateError) {
	login, until := hdpclient.Clean(e.Login), clockTime(e.Until)
	var when []string
	for _, r := range e.Refusals {
		when = append(when, "at "+clockTime(r.At)+" in a session of "+hdpclient.Clean(r.By))
	}
	p.Title, p.Short = "Password not tried", "password not tried"
	if e.Repeated {
		p.Lead = fmt.Sprintf("HDP refused this password for %s. It is not sent again before %s.", login, until)
		p.Next = "Enter another password. If this one is right (the account may have been locked), try it again after " + until + "."
	} else {
		p.Lead = fmt.Sprintf("HDP refused %s for %s. No password is sent before %s.", words.Plural(len(e.Refusals), "password"), login, until)
		p.Next = "Wait until " + until + ", then enter your password."
	}
	p.Means = "Refused " + strings.Join(when, ", ") + ". By default HDP locks an account for 30 min after three wrong passwords within 15 min"
	if left := 3 - len(e.Refusals); left == 1 {
		p.Means += ": one try is left"
	}
	p.Means += "."
}

func clockTime(t time.Time) string { return t.UTC().Format("15:04 UTC") }
