package account

import (
	"testing"
	"time"
	"unicode/utf8"

	"hdpadmin/hdpclient"
)

func TestStatusWord(t *testing.T) {
	for name, row := range map[string]struct {
		account Account
		want    string
	}{
		"active":                       {with(), "active"},
		"inactive":                     {with(inactive), "inactive"},
		"locked":                       {with(lockedFor(1)), "locked"},
		"locked without an end":        {with(locked), "locked"},
		"lock expired":                 {with(lockedFor(0)), "lock exp."},
		"inactive, locked":             {with(inactive, locked), "inact+lock"},
		"inactive, lock expired":       {with(inactive, lockedFor(-1)), "inactive"},
		"unknown status":               {with(status7), "status 7"},
		"unknown status, lock expired": {with(status7, lockedFor(-1)), "status 7"},
		"unknown status, locked":       {with(status7, locked), "locked"},
		"status as wide as fits":       {with(func(a *Account) { a.Status = 999 }), "status 999"},
		"status too wide":              {with(func(a *Account) { a.Status = 1000 }), "unknown"},
		"unknown":                      {with(noStatus), "?"},
		"external, flagged as locked":  {with(auth(External), locked), "locked"},
	} {
		if got := row.account.StatusWord(noon); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestSummaryWord(t *testing.T) {
	for name, row := range map[string]struct {
		account Account
		want    string
	}{
		"active":                      {with(), "active"},
		"expires soon":                {with(expiresIn(day)), "active"},
		"expired":                     {with(expiresIn(-9 * day)), "expired 9 d"},
		"expired, must change":        {with(expiresIn(-9*day), mustChangePassword), "expired 9 d"},
		"must change":                 {with(mustChangePassword), "must change"},
		"lock expired, must change":   {with(lockedFor(-1), mustChangePassword), "must change"},
		"lock expired":                {with(lockedFor(-1)), "lock exp."},
		"locked, expired":             {with(lockedFor(1), expiresIn(-day)), "locked"},
		"locked without an end":       {with(locked, mustChangePassword), "locked"},
		"inactive, expired":           {with(inactive, expiresIn(-day)), "inactive"},
		"unknown status, must change": {with(status7, mustChangePassword), "status 7"},
		"external, expired":           {with(auth(External), expiresIn(-day)), "active"},
		"status unknown, expired":     {with(noStatus, expiresIn(-day)), "expired 1 d"},
		"password unknown":            {with(noPassword), "active"},
	} {
		if got := row.account.SummaryWord(noon); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestPasswordWord(t *testing.T) {
	midnight := 12 * time.Hour // from noon
	for name, row := range map[string]struct {
		account Account
		want    string
	}{
		"never":                     {with(), "never"},
		"unknown":                   {with(noPassword), "?"},
		"external":                  {with(auth(External), mustChangePassword, expiresIn(-day)), "external"},
		"mixed":                     {with(auth(Mixed), mustChangePassword), "must change"},
		"must change":               {with(mustChangePassword, expiresIn(9*day)), "must change"},
		"must change, expired":      {with(mustChangePassword, expiresIn(-9*day)), "expired 9 d"},
		"unknown status":            {with(password7), "status 7"},
		"unreadable":                {with(unreadableExpiry), "unreadable"},
		"unreadable, must change":   {with(unreadableExpiry, mustChangePassword), "must change"},
		"this instant":              {with(expiresIn(0)), "expired <1 h"},
		"in an instant":             {with(expiresIn(1)), "today"},
		"a second before midnight":  {with(expiresIn(midnight - time.Second)), "today"},
		"at midnight":               {with(expiresIn(midnight)), "tomorrow"},
		"nearly a day":              {with(expiresIn(day - 1)), "tomorrow"},
		"a day":                     {with(expiresIn(day)), "expires 1 d"},
		"nine days":                 {with(expiresIn(9*day + 23*time.Hour)), "expires 9 d"},
		"ninety days, a moment ago": {with(expiresIn(90*day - time.Second)), "expires 90 d"},
		"99 days":                   {with(expiresIn(100*day - time.Hour)), "expires 99 d"},
		"100 days":                  {with(expiresIn(100 * day)), "expires 100 d"},
		"114 days ago":              {with(expiresIn(-114 * day)), "expired 114 d"},
		"nearly two years":          {with(expiresIn(730*day - time.Hour)), "expires 729 d"},
		"two years":                 {with(expiresIn(730 * day)), "expires 2 y"},
		"99 years":                  {with(expiresIn(100*365*day - time.Hour)), "expires 99 y"},
		"a century":                 {with(expiresIn(100 * 365 * day)), "expires >99 y"},
		"the end of the calendar": {with(func(a *Account) {
			a.PasswordExpires = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		}), "expires >99 y"},
		"the start of the epoch": {with(func(a *Account) { a.PasswordExpires = time.Unix(0, 0).UTC() }), "expired 56 y"},
		"an hour ago":            {with(expiresIn(-time.Hour)), "expired 1 h"},
		"three days ago":         {with(expiresIn(-3 * day)), "expired 3 d"},
		"the year 1": {with(func(a *Account) {
			a.PasswordExpires = time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)
		}), "expired >99 y"},
	} {
		if got := row.account.PasswordWord(noon); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestTodayIsTheOperatorsDay(t *testing.T) {
	a := with(expiresIn(11 * time.Hour)) // 23:00 UTC
	for hours, want := range map[int]string{0: "today", 1: "tomorrow", 11: "tomorrow", 12: "today", -5: "today", -12: "today"} {
		if got := a.PasswordWord(noon.In(time.FixedZone("", hours*3600))); got != want {
			t.Errorf("%d hours from UTC it is %q, want %q", hours, got, want)
		}
	}
}

func TestWordsFitTheirColumns(t *testing.T) {
	for a := range everyAccount {
		for _, c := range []struct {
			word  string
			cells int
		}{{a.StatusWord(noon), StatusCells}, {a.PasswordWord(noon), PasswordCells}, {a.SummaryWord(noon), PasswordCells}} {
			if n := utf8.RuneCountInString(c.word); n == 0 || n > c.cells {
				t.Errorf("%q takes %d cells", c.word, n)
			}
		}
		if a.HasStatus && a.Status != hdpclient.Active && a.StatusWord(noon) == "active" {
			t.Errorf("active: %+v", a)
		}
	}
}

func BenchmarkRow(b *testing.B) {
	now := time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)
	a := Account{
		HasStatus: true, Status: hdpclient.Active, Locked: true, LockedUntil: now.Add(time.Hour),
		HasPassword: true, PasswordStatus: hdpclient.PasswordActive, PasswordExpires: now.Add(9 * day),
	}
	b.ReportAllocs()
	for b.Loop() {
		a.StatusWord(now)
		a.PasswordWord(now)
	}
}
