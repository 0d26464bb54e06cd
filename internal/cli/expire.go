package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/timeinput"
	"hdpadmin/internal/words"
)

// expireOptions are the flags of expire.
type expireOptions struct {
	at    string
	never bool
}

func expireVerb() verb {
	var o expireOptions
	return verb{
		name: "expire", short: "Set when a password expires", needsYes: true,
		long: "expire sets when the password of an account expires. --at takes a time as in the\n" +
			"console: 2026-12-01 08:00, tomorrow or +30d. A time is UTC unless it has a zone,\n" +
			"as in 2026-12-01T08:00+01:00. A day without a time begins at 00:00 UTC.",
		example:  "hdpadmin expire alice.smith --at +30d --yes\n  hdpadmin expire --from accounts.csv --at +30d --dry-run",
		addFlags: o.addTo, complete: o.complete,
	}
}

func (o *expireOptions) addTo(flags *pflag.FlagSet) {
	flags.StringVar(&o.at, "at", "", "`time` when the password expires, such as 2026-12-01 08:00, tomorrow or +30d")
	flags.BoolVar(&o.never, "never", false, "remove the expiry, so that the password never expires")
}

// complete returns the verb for the time that was given.
func (o *expireOptions) complete(v verb, times words.Times) (verb, error) {
	if o.never == (o.at != "") {
		return v, errors.New("expire needs either --at TIME or --never")
	}
	in := timeinput.Input{Never: true}
	if !o.never {
		var err error
		if in, err = timeinput.Parse(o.at, times.Now()); err != nil {
			return v, fmt.Errorf("--at: %w", err)
		}
	}
	if in.Never {
		v.question, v.done, v.already = "Set the password to never expire for %s", "Removed the password expiry of %s", "The password of %s does not expire"
		v.did, v.was = "set to never expire", "already set to never expire"
		v.plan, v.action = planPassword(change.ClearExpiry), batch.ClearExpiry()
		return v, nil
	}
	when := words.Times{Zone: times.Zone}.Named().ExactText(in.Time)
	v.question, v.done, v.already = "Set the password expiry to "+when+" for %s", "Set the password expiry of %s to "+when, "The password of %s already expires at "+when
	v.did, v.was = "set to expire at "+when, "already set to expire at that time"
	if !in.Time.After(times.Now()) {
		v.question += " (" + explain.ExpiresAtOnce + ")"
	}
	v.action = batch.SetExpiry(in.Time)
	v.plan = planPassword(func(p hdpclient.PasswordInfo) hdpclient.PasswordInfo {
		return change.SetExpiry(p, hdpclient.At(in.Time))
	})
	return v, nil
}
