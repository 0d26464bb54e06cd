package account

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
)

func TestVerdict(t *testing.T) {
	const (
		unlockNoHelp = "Unlocking alone does not help: the account is inactive"
		notRead      = "Internal or external sign-in: not read yet"
		externalAlso = "External service: HDP's lock and password do not apply"
		mixedAlso    = "Can also sign in externally: HDP's lock and password do not apply there"
	)
	left := 12*time.Minute + 40*time.Second
	until := noon.Add(left)
	for name, row := range map[string]struct {
		account Account
		want    Verdict
	}{
		"no obstacle": {with(), Verdict{Outcome: CanSignIn, Text: "Can sign in"}},
		"a row of the list": {with(auth(NotRead)), Verdict{
			Outcome: CanSignIn, Text: "Can sign in",
			Also: []string{notRead},
		}},

		"locked": {with(lockedFor(left)), Verdict{
			Outcome: CannotSignIn, Text: "Cannot sign in: locked for another 12 min",
			Remedy: RemedyUnlock, Until: until,
		}},
		"locked without an end": {with(locked), Verdict{
			Outcome: CannotSignIn, Text: "Cannot sign in: locked, end unknown",
			Remedy: RemedyUnlock,
		}},
		"locked with an unreadable end": {with(unreadableLock), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: locked, end unreadable", Remedy: RemedyUnlock,
		}},
		"locked for another instant": {with(lockedFor(1)), Verdict{
			Outcome: CannotSignIn, Text: "Cannot sign in: locked for another 1 s",
			Remedy: RemedyUnlock, Until: noon.Add(1),
		}},
		"expired lock, this instant": {with(lockedFor(0)), Verdict{
			Outcome: CanSignIn, Text: "Can sign in: the lock expired just now",
			RemedyText: "Still flagged as locked: unlocking clears the flag",
		}},
		"expired lock": {with(lockedFor(-time.Hour)), Verdict{
			Outcome: CanSignIn, Text: "Can sign in: the lock expired 1 h 00 min ago",
			RemedyText: "Still flagged as locked: unlocking clears the flag",
		}},
		"expired lock, in a row of the list": {with(lockedFor(-time.Hour), auth(NotRead)), Verdict{
			Outcome: CanSignIn,
			Text:    "Can sign in: the lock expired 1 h 00 min ago", Also: []string{notRead},
			RemedyText: "Still flagged as locked: unlocking clears the flag",
		}},
		"an end without a lock": {
			with(lockedFor(left), func(a *Account) { a.Locked = false }),
			Verdict{Outcome: CanSignIn, Text: "Can sign in"},
		},

		"inactive": {with(inactive), Verdict{Outcome: CannotSignIn, Text: "Cannot sign in: inactive", Remedy: RemedyActivate}},
		"inactive and locked": {with(inactive, lockedFor(left)), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: inactive and locked for another 12 min", Remedy: RemedyActivate, RemedyText: unlockNoHelp, Until: until,
		}},
		"inactive, lock expired": {with(inactive, lockedFor(-time.Minute)), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: inactive", Also: []string{"The lock expired 1 min ago"}, Remedy: RemedyActivate,
		}},
		"everything at once": {with(inactive, locked, mustChangePassword, expiresIn(-3*day), auth(NotRead)), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: inactive and locked, end unknown",
			Also:    []string{"Password expired 3 days ago", "Must change the password at the next sign-in", notRead},
			Remedy:  RemedyActivate, RemedyText: unlockNoHelp,
		}},

		"expired": {with(expiresIn(-3 * day)), Verdict{
			Outcome: CanSignInWithCaution, Text: "Password expired 3 days ago and must be changed",
			Remedy: RemedyExtendExpiry,
		}},
		"expired this instant": {with(expiresIn(0)), Verdict{
			Outcome: CanSignInWithCaution, Text: "Password expired just now and must be changed",
			Remedy: RemedyExtendExpiry,
		}},
		"expires in an instant": {with(expiresIn(1)), Verdict{
			Outcome: CanSignIn, Text: "Can sign in",
			Also: []string{"Password expires in under 1 min"},
		}},
		"expires soon": {with(expiresIn(6 * day)), Verdict{
			Outcome: CanSignIn, Text: "Can sign in",
			Also: []string{"Password expires in 6 days"},
		}},
		"expires later": {with(expiresIn(7 * day)), Verdict{Outcome: CanSignIn, Text: "Can sign in"}},
		"must change":   {with(mustChangePassword), Verdict{Outcome: CanSignInWithCaution, Text: "Can sign in, but must then change the password"}},
		"must change, expired": {with(mustChangePassword, expiresIn(-3*day)), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Password expired 3 days ago and must be changed", Also: []string{"Must change the password at the next sign-in"},
			Remedy: RemedyResetPassword, RemedyText: "A later expiry alone does not help: the password must be changed",
		}},
		"must change, expired, and a temporary password was set": {with(mustChangePassword, given, expiresIn(-3*day)), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Password expired 3 days ago and must be changed", Also: []string{"Must change the password at the next sign-in"},
			Remedy: RemedyExtendExpiry, RemedyText: "A temporary password was set; the expiry is still in the past",
		}},
		"must change, and a temporary password was set": {with(mustChangePassword, given), Verdict{Outcome: CanSignInWithCaution, Text: "Can sign in, but must then change the password"}},
		"unreadable expiration": {with(unreadableExpiry), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Can sign in, but the password expiry is unreadable",
		}},
		"locked, expired": {with(lockedFor(left), expiresIn(-3*day)), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: locked for another 12 min", Also: []string{"Password expired 3 days ago"}, Remedy: RemedyUnlock, Until: until,
		}},
		"lock expired, password expired": {with(lockedFor(-time.Minute), expiresIn(-3*day)), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Password expired 3 days ago and must be changed", Also: []string{"The lock expired 1 min ago"}, Remedy: RemedyExtendExpiry,
		}},

		"unknown status": {with(status7), Verdict{Outcome: Unknown, Text: "Unknown: status 7 is not documented"}},
		"unknown status, locked": {with(status7, lockedFor(left)), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: locked for another 12 min", Also: []string{"Status 7 is not documented"}, Remedy: RemedyUnlock, Until: until,
		}},
		"unknown password status": {with(password7), Verdict{
			Outcome: Unknown,
			Text:    "Unknown: password status 7 is not documented",
		}},
		"no status": {with(noStatus, mustChangePassword), Verdict{
			Outcome: Unknown, Text: "Unknown: no status info available",
			Also: []string{"Must change the password at the next sign-in"},
		}},
		"no password": {with(noPassword), Verdict{Outcome: Unknown, Text: "Unknown: no password info available"}},
		"only a name": {with(noStatus, noPassword, auth(NotRead)), Verdict{
			Outcome: Unknown,
			Text:    "Unknown: no status info available", Also: []string{"No password info available", notRead},
		}},
		"the zero account": {Account{}, Verdict{
			Outcome: Unknown,
			Text:    "Unknown: no status info available", Also: []string{"No password info available", notRead},
		}},

		"external": {with(auth(External), noPassword), Verdict{
			Outcome: CanSignInWithCaution, Text: "Can sign in if the external service agrees",
			Remedy: RemedyNotHere, RemedyText: "HDP's lock and password do not apply",
		}},
		"external, locked, expired": {with(auth(External), lockedFor(left), expiresIn(-day), mustChangePassword), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Can sign in if the external service agrees", Also: []string{"Flagged as locked in HDP"},
			Remedy: RemedyNotHere, RemedyText: "HDP's lock and password do not apply",
		}},
		"external, inactive, locked": {with(auth(External), inactive, lockedFor(left)), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: inactive", Also: []string{externalAlso}, Remedy: RemedyActivate,
		}},
		"external, unknown status": {with(auth(External), status7), Verdict{
			Outcome: Unknown,
			Text:    "Unknown: status 7 is not documented", Also: []string{externalAlso},
		}},

		"mixed": {with(auth(Mixed)), Verdict{Outcome: CanSignIn, Text: "Can sign in", Also: []string{mixedAlso}}},
		"mixed, locked": {with(auth(Mixed), lockedFor(left)), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Internal sign-in locked for another 12 min; external not affected", Also: []string{mixedAlso}, Remedy: RemedyUnlock, Until: until,
		}},
		"mixed, locked, expired": {with(auth(Mixed), locked, expiresIn(-day)), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Internal sign-in locked, end unknown; external not affected",
			Also:    []string{"Internal password expired 1 day ago", mixedAlso}, Remedy: RemedyUnlock,
		}},
		"mixed, expired": {with(auth(Mixed), expiresIn(-day)), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Internal password expired 1 day ago and must be changed", Also: []string{mixedAlso}, Remedy: RemedyExtendExpiry,
		}},
		"mixed, must change": {with(auth(Mixed), mustChangePassword), Verdict{
			Outcome: CanSignInWithCaution,
			Text:    "Can sign in, but must then change the internal password", Also: []string{mixedAlso},
		}},
		"mixed, unknown status, locked": {with(auth(Mixed), status7, lockedFor(left)), Verdict{
			Outcome: Unknown,
			Text:    "Unknown: status 7 is not documented", Also: []string{"Internal sign-in locked for another 12 min", mixedAlso}, Until: until,
		}},
		"mixed, inactive, locked": {with(auth(Mixed), inactive, lockedFor(left)), Verdict{
			Outcome: CannotSignIn,
			Text:    "Cannot sign in: inactive and locked for another 12 min", Also: []string{mixedAlso},
			Remedy: RemedyActivate, RemedyText: unlockNoHelp, Until: until,
		}},

		"no sign-in name": {with(auth(NoAuth)), Verdict{Outcome: Unknown, Text: "Unknown: the account has no sign-in name"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := row.account.Verdict(noon)
			if got.Outcome != row.want.Outcome || got.Text != row.want.Text || !slices.Equal(got.Also, row.want.Also) ||
				got.Remedy != row.want.Remedy || got.RemedyText != row.want.RemedyText || !got.Until.Equal(row.want.Until) {
				t.Errorf("\n got %+v\nwant %+v", got, row.want)
			}
		})
	}
}

func given(a *Account) { a.HasTemporaryPassword = true }

// everyAccount yields every combination of facts that affect signing in.
func everyAccount(yield func(Account) bool) {
	same := func(*Account) {}
	for _, status := range []func(*Account){same, inactive, status7, noStatus} {
		for _, lock := range []func(*Account){same, lockedFor(time.Minute), lockedFor(-time.Minute), locked, unreadableLock} {
			for _, password := range []func(*Account){same, mustChangePassword, password7, noPassword} {
				for _, expiry := range []func(*Account){same, expiresIn(time.Hour), expiresIn(-time.Hour), expiresIn(90 * day), unreadableExpiry} {
					for _, by := range []Auth{NotRead, Internal, External, Mixed, NoAuth} {
						if !yield(with(lock, status, password, expiry, auth(by))) {
							return
						}
					}
				}
			}
		}
	}
}

func TestEveryCombinationHasAVerdict(t *testing.T) {
	n := 0
	for a := range everyAccount {
		n++
		v := a.Verdict(noon)
		complain := func(what string) { t.Errorf("%s:\n%+v\n%+v", what, a, v) }

		isInactive := a.HasStatus && a.Status == hdpclient.Inactive
		lock := a.Lock(noon)
		inForce := lock == LockRunning || lock == LockNoEnd
		barred := isInactive || inForce && a.Auth != External && a.Auth != Mixed
		if (v.Outcome == CannotSignIn) != barred {
			complain("wrong about whether the user can sign in")
		}
		documented := a.HasStatus && (a.Status == hdpclient.Active || isInactive)
		if v.Outcome >= CanSignInWithCaution && !documented {
			complain("promises a sign-in without knowing the status")
		}
		passwordCounts := a.Auth != External
		clean := a.HasPassword && a.PasswordStatus == hdpclient.PasswordActive && !a.Expired(noon) && !a.PasswordExpiresUnreadable
		if v.Outcome == CanSignIn && (a.Auth == External || passwordCounts && !clean) {
			complain("promises more than is known")
		}

		all := append([]string{v.Text}, v.Also...)
		text := strings.Join(all, "\n")
		if strings.Contains(text, "expire") && a.Auth == External {
			complain("mentions a password that does not apply")
		}
		if a.Expired(noon) && a.Auth != External && !strings.Contains(text, "expired") {
			complain("does not mention the expired password")
		}
		if inForce && !strings.Contains(text, "locked") && !(isInactive && a.Auth == External) && !(!documented && a.Auth == External) {
			complain("does not mention the lock")
		}
		if v.Until.IsZero() == strings.Contains(text, " for another ") {
			complain("ticks without a countdown, or the reverse")
		}
		if v.Remedy == RemedyUnlock && (!inForce || isInactive || a.Auth == External) {
			complain("unlocking would not help")
		}
		if isInactive != (v.Remedy == RemedyActivate) {
			complain("suggests activation wrongly")
		}
		for i, s := range all {
			if s == "" || strings.TrimSpace(s) != s || slices.Index(all, s) != i {
				complain("an empty or repeated line")
			}
		}
	}
	if n != 4*5*4*5*5 {
		t.Errorf("%d combinations", n)
	}
}
