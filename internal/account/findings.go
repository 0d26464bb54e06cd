package account

import (
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
)

// finding is a fact about signing in, in two wordings: text as the first line of the
// verdict, also after another finding. A finding without text is never first.
type finding struct {
	outcome    Outcome
	text       string
	more       string // follows text if that is first
	also       string
	remedy     Remedy
	remedyText string
	until      time.Time
}

// findings returns all findings. Those with the same outcome stay in this order:
// status, lock, password, authentication.
func (a Account) findings(now time.Time) []finding {
	var all []finding
	add := func(f finding, ok bool) {
		if ok {
			all = append(all, f)
		}
	}
	add(a.statusFinding(now))
	if a.Auth != External {
		add(a.lockFinding(now))
		all = append(all, a.passwordFindings(now)...)
	}
	add(a.authFinding(now))
	return all
}

func (a Account) statusFinding(now time.Time) (finding, bool) {
	switch {
	case !a.HasStatus:
		return unclear(Unknown, "no status info available"), true
	case a.Status == hdpclient.Active:
		return finding{}, false
	case a.Status != hdpclient.Inactive:
		return unclear(Unknown, a.Status.String()+" is not documented"), true
	}
	f := finding{
		outcome: CannotSignIn,
		text:    "Cannot sign in: inactive",
		remedy:  RemedyActivate,
	}
	if locked, until := a.describeLock(now); locked != "" && a.Auth != External {
		f.text += " and " + locked
		f.until = until
		f.remedyText = "Unlocking alone does not help: the account is inactive"
	}
	return f, true
}

// unclear returns the finding that a fact leaves open whether the account can sign in.
func unclear(outcome Outcome, fact string) finding {
	return finding{outcome: outcome, text: "Unknown: " + fact, also: words.Capitalize(fact)}
}

// lockFinding omits the lock of an inactive account, which statusFinding includes.
func (a Account) lockFinding(now time.Time) (finding, bool) {
	if a.Lock(now) == LockExpired {
		expired := "the lock expired " + words.Ago(now.Sub(a.LockedUntil))
		return finding{
			outcome:    CanSignIn,
			text:       "Can sign in: " + expired,
			also:       words.Capitalize(expired),
			remedyText: "Still flagged as locked: unlocking clears the flag",
		}, true
	}
	locked, until := a.describeLock(now)
	if locked == "" || a.Status == hdpclient.Inactive {
		return finding{}, false
	}
	if a.Auth == Mixed {
		return finding{
			outcome: CanSignInWithCaution,
			text:    "Internal sign-in " + locked + "; external not affected",
			also:    "Internal sign-in " + locked,
			remedy:  RemedyUnlock,
			until:   until,
		}, true
	}
	return finding{
		outcome: CannotSignIn,
		text:    "Cannot sign in: " + locked,
		also:    words.Capitalize(locked),
		remedy:  RemedyUnlock,
		until:   until,
	}, true
}

// describeLock returns "" if no lock is in force.
func (a Account) describeLock(now time.Time) (text string, until time.Time) {
	switch lock := a.Lock(now); {
	case lock == LockRunning:
		return "locked for another " + words.TimeLeft(a.LockedUntil.Sub(now)), a.LockedUntil
	case lock == LockNoEnd && a.LockedUntilUnreadable:
		return "locked, end unreadable", time.Time{}
	case lock == LockNoEnd:
		return "locked, end unknown", time.Time{}
	}
	return "", time.Time{}
}

// expiresSoon is how far ahead a verdict mentions an expiration.
const expiresSoon = 7 * day

func (a Account) passwordFindings(now time.Time) []finding {
	notKnown := Unknown
	password := "password"
	if a.Auth == Mixed {
		// There is another way to sign in, so the password is only a caution.
		notKnown, password = CanSignInWithCaution, "internal password"
	}
	if !a.HasPassword {
		return []finding{unclear(notKnown, "no "+password+" info available")}
	}

	mustChangePassword := a.PasswordStatus == hdpclient.PasswordMustChange
	var found []finding
	if !mustChangePassword && a.PasswordStatus != hdpclient.PasswordActive {
		found = append(found, unclear(notKnown, a.PasswordStatus.String()+" is not documented"))
	}
	if a.Expired(now) {
		expired := password + " expired " + words.Ago(now.Sub(a.PasswordExpires))
		f := finding{
			outcome: CanSignInWithCaution,
			text:    words.Capitalize(expired) + " and must be changed",
			also:    words.Capitalize(expired),
			remedy:  RemedyExtendExpiry,
		}
		switch {
		case mustChangePassword && a.HasTemporaryPassword:
			f.remedyText = "A temporary password was set; the expiry is still in the past"
		case mustChangePassword:
			f.remedy = RemedyResetPassword
			f.remedyText = "A later expiry alone does not help: the password must be changed"
		}
		found = append(found, f)
	}
	if mustChangePassword {
		found = append(found, finding{
			outcome: CanSignInWithCaution,
			text:    "Can sign in, but must then change the " + password,
			also:    "Must change the " + password + " at the next sign-in",
		})
	}
	if a.PasswordExpiresUnreadable {
		found = append(found, finding{
			outcome: CanSignInWithCaution,
			text:    "Can sign in, but the " + password + " expiry is unreadable",
			also:    "The " + password + " expiry is unreadable",
		})
	}
	if left := a.PasswordExpires.Sub(now); left > 0 && left < expiresSoon {
		found = append(found, finding{outcome: CanSignIn, also: words.Capitalize(password) + " expires " + words.In(left)})
	}
	return found
}

func (a Account) authFinding(now time.Time) (finding, bool) {
	switch a.Auth {
	case Internal:
		return finding{}, false
	case External:
		f := finding{
			outcome:    CanSignInWithCaution,
			text:       "Can sign in if the external service agrees",
			also:       "External service: HDP's lock and password do not apply",
			remedy:     RemedyNotHere,
			remedyText: "HDP's lock and password do not apply",
		}
		if locked, _ := a.describeLock(now); locked != "" {
			f.more = "Flagged as locked in HDP"
		}
		return f, true
	case Mixed:
		return finding{outcome: CanSignIn, also: "Can also sign in externally: HDP's lock and password do not apply there"}, true
	case NoAuth:
		return unclear(Unknown, "the account has no sign-in name"), true
	default:
		return finding{outcome: CanSignIn, also: "Internal or external sign-in: not read yet"}, true
	}
}
