package hdptest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hdpadmin/hdpclient/hdptest"
)

func TestTheSeedDecidesTheAccounts(t *testing.T) {
	list := func(seed uint64) string {
		return start(t, hdptest.WithAccounts(3000), hdptest.WithSeed(seed)).admin("GET", "/api/admin/users?details=true", "").body
	}
	one := list(1)
	if one != list(1) {
		t.Error("the same seed made two lists")
	}
	two := list(2)
	if one == two {
		t.Error("two seeds made the same list")
	}
	if at := strings.Index(one, `"id":10`); one[:at] != two[:at] {
		t.Error("the hand-made accounts depend on the seed")
	}
}

func TestAccountCount(t *testing.T) {
	for _, c := range []struct {
		opt  hdptest.Option
		want int
	}{
		{hdptest.WithoutAccounts(), 3}, {hdptest.WithAccounts(1), 3}, {hdptest.WithAccounts(6), 6}, {hdptest.WithAccounts(5000), 5000},
	} {
		if got := start(t, c.opt).Count(); got != c.want {
			t.Errorf("%d accounts, want %d", got, c.want)
		}
	}
	r := start(t, hdptest.WithAccounts(6))
	if got := r.IDs(); !slices.Equal(got, []int64{1, 20, 21, 307, 412, 977}) {
		t.Errorf("ids %v", got)
	}
}

func TestThreeLettersFindThreeAccounts(t *testing.T) {
	r := start(t)
	var got []string
	for _, id := range r.IDs() {
		if a := r.Stored(id); strings.Contains(a.UserName, "ali") {
			got = append(got, fmt.Sprint(id, " ", a.UserName))
		}
	}
	if want := []string{"307 alice.smith", "412 alina.kovac", "977 alistair.b"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestHandMadeAccountsCoverEveryState(t *testing.T) {
	r := start(t)
	now := r.clock.Now()
	all := map[string]int64{}
	for _, id := range r.IDs() {
		a := r.Stored(id)
		until, ends := a.LockedUntil()
		expires, expiring := a.PasswordExpiration()
		external := func(u hdptest.AuthUser) bool { return u.AuthServiceID != 1 }
		for what, is := range map[string]bool{
			"locked":            a.Locked() && ends && until.After(now) && a.Status() == 1,
			"lock expired":      a.Locked() && ends && !until.After(now),
			"lock without end":  a.Locked() && !ends,
			"locked, inactive":  a.Locked() && a.Status() == 0,
			"inactive":          !a.Locked() && a.Status() == 0,
			"expired":           expiring && expires.Before(now),
			"expires soon":      expiring && expires.After(now) && expires.Before(now.AddDate(0, 0, 7)),
			"never, null":       strings.Contains(a.PasswordInfo, "null"),
			"never, absent":     !strings.Contains(a.PasswordInfo, "passwordExpiration"),
			"must change":       a.PasswordStatus() == 2,
			"external":          !slices.ContainsFunc(a.AuthUsers, func(u hdptest.AuthUser) bool { return !external(u) }),
			"mixed":             len(a.AuthUsers) > 1 && slices.ContainsFunc(a.AuthUsers, external),
			"128 characters":    utf8.RuneCountInString(a.UserName) == 128,
			"control character": strings.ContainsRune(a.UserName, 0x1b) && strings.ContainsRune(a.UserName, 0x202e),
			"Greek":             a.UserName == hdptest.GreekName, "Cyrillic": a.UserName == hdptest.CyrillicName,
			"CJK": a.UserName == hdptest.CJKName, "Arabic": a.UserName == hdptest.ArabicName,
			"unknown status":          a.Status() == 7,
			"unknown password status": a.PasswordStatus() == 9,
			"unknown property":        strings.Contains(a.StatusInfo, "riskScore"),
			"unknown permission":      slices.Contains(a.Permissions, 47),
			"a name that is an id":    a.UserName == "412" && r.Stored(412).ID == 412 && a.ID != 412,
			"one Support":             a.TenantID == 61, "the other Support": a.TenantID == 88,
		} {
			if is {
				all[what] = id
			} else if _, seen := all[what]; !seen {
				all[what] = 0
			}
		}
	}
	for what, id := range all {
		if id == 0 {
			t.Errorf("no account has: %s", what)
		}
	}
}

func TestAHostileNameSurvivesJSON(t *testing.T) {
	r := start(t)
	var got struct{ UserName string }
	r.admin("GET", "/api/admin/users/461", "").decode(t, &got)
	if got.UserName != hdptest.HostileName {
		t.Errorf("got %q", got.UserName)
	}
}

func TestGeneratedAccountsHaveRealisticShares(t *testing.T) {
	r := start(t, hdptest.WithAccounts(48_000))
	list := r.admin("GET", "/api/admin/users", "").body
	// Times of this form sort as text.
	now, week := "2026-11-22 14:02:31", "2026-11-29 14:02:31"
	locked, expired, soon := 0, 0, 0
	times := func(key string) []string {
		var out []string
		for i, part := range strings.Split(list, `"`+key+`":"`) {
			if i > 0 {
				out = append(out, part[:len(now)])
			}
		}
		return out
	}
	for _, until := range times("accountLockedUntil") {
		if until > now {
			locked++
		}
	}
	for _, at := range times("passwordExpiration") {
		if at <= now {
			expired++
		} else if at <= week {
			soon++
		}
	}
	inactive, mustChange := strings.Count(list, `"status":0`), strings.Count(list, `"passwordStatus":2`)
	for _, c := range []struct {
		what           string
		got, min, most int
	}{
		{"locked", locked, 25, 60},
		{"inactive", inactive, 650, 950},
		{"must change", mustChange, 60, 130},
		{"expired", expired, 150, 350},
		{"expiring", soon, 400, 1200},
	} {
		if c.got < c.min || c.got > c.most {
			t.Errorf("%d %s, want %d to %d", c.got, c.what, c.min, c.most)
		}
	}
}

func TestAddAccountAndFind(t *testing.T) {
	r := start(t, hdptest.WithoutAccounts())
	id := r.AddAccount(hdptest.Account{UserName: "Anna", TenantID: 56, StatusInfo: `{"status": 3, "x": null}`})
	if got, ok := r.Find("ANNA"); !ok || got != id {
		t.Errorf("found %d, %t", got, ok)
	}
	got := r.Stored(id)
	if got.StatusInfo != `{"status":3,"x":null}` || got.PasswordInfo != `{"passwordStatus":1}` || got.Password != "" ||
		!slices.Equal(got.Roles, []int64{562}) || !r.CheckPassword(id, hdptest.AccountPassword) {
		t.Errorf("got %+v", got)
	}
	r.Delete(id)
	if _, ok := r.Find("anna"); ok || r.Stored(id).ID != 0 || r.Stored(id).Locked() {
		t.Error("a deleted account still exists")
	}
	if again := r.AddAccount(hdptest.Account{}); again == id {
		t.Error("an id was used twice")
	}
}

func TestLoggedRequestsHoldNoPassword(t *testing.T) {
	r := start(t)
	const reset = `{"newPassword":"Green-Tea77"}`
	r.helpdesk("GET", "/api/admin/users?details=true", "")
	r.helpdesk("PUT", statusPath, unlock)
	r.helpdesk("PUT", "/api/admin/users/307/resetpassword", reset)
	r.helpdesk("PUT", "/api/admin/users/307/passwordinfo", `{"passwordStatus":1,"password":"Green-Tea77"}`)
	r.as("nobody", "Green-Tea77", "GET", whoami, "")
	got := r.Requests()
	want := []hdptest.Request{
		{Method: "GET", Path: "/api/admin/users?details=true", Login: "helpdesk", Status: 200},
		{Method: "PUT", Path: statusPath, Login: "helpdesk", Status: 200, Body: unlock, BodyLength: len(unlock)},
		{Method: "PUT", Path: "/api/admin/users/307/resetpassword", Login: "helpdesk", Status: 204, BodyLength: len(reset), Redacted: true},
		{Method: "PUT", Path: "/api/admin/users/307/passwordinfo", Login: "helpdesk", Status: 400, BodyLength: 45, Redacted: true},
		{Method: "GET", Path: whoami, Login: "nobody", Status: 401},
	}
	for i := range want {
		want[i].Time = r.clock.Now()
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if all := fmt.Sprintf("%+v", got); strings.Contains(all, "Green-Tea77") || strings.Contains(all, hdptest.HelpdeskPassword) {
		t.Error("the log holds a password")
	}
	r.ResetRequests()
	if left := r.Requests(); len(left) != 0 {
		t.Errorf("still logged: %+v", left)
	}
}
