package hdptest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

// text returns the reply for comparison.
func (g reply) text() string { return fmt.Sprint(g.status, " ", g.body) }

// TestEveryQuirkMakesADifference runs the same story without and with each quirk.
func TestEveryQuirkMakesADifference(t *testing.T) {
	const (
		amber = hdptest.AccountPassword
		tea   = `{"newPassword":"Green-Tea77"}`
		lock  = `"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"`
		bad   = `401 {"error":{"code":222206007,"message":{"lang":"en-US","value":"Invalid user ID or password."}}}`
		lacks = `403 {"error":{"code":222208103,"message":{"lang":"en-US","value":"You lack the permissions to access this url."}}}`
		gone  = `{"error":{"code":222207916,"message":{"lang":"en-US","value":"There is no User with that id: 123."}}}`
		alice = "/api/admin/users/307"
		grace = "/api/admin/users/338"
	)
	lockedNow := func(r *rig, id int64) string { return fmt.Sprint(r.Stored(id).Locked()) }
	viewer := func(r *rig, path string) reply {
		return r.as("viewer", hdptest.ViewerPassword, "GET", path, "")
	}
	create := func(r *rig) reply {
		return r.admin("POST", "/api/admin/users", `{"userName":"new","statusInfo":{"status":1},`+
			`"passwordInfo":{"password":"Green-Tea77"},"permissions":{"roles":[2]}}`)
	}
	tested := map[hdptest.Quirk]bool{}
	for _, c := range []struct {
		quirk         hdptest.Quirk
		story         func(*rig) string
		without, with string
	}{
		{hdptest.LockClearsItself, func(r *rig) string {
			r.clock.Advance(13 * time.Minute)
			return r.admin("GET", alice+"/statusinfo", "").text()
		}, `200 {"status":1,` + lock + `}`, `200 {"status":1,"accountLocked":false}`},
		{hdptest.SignInClearsLock, func(r *rig) string {
			r.clock.Advance(13 * time.Minute)
			r.as("alice.smith", amber, "GET", whoami, "")
			return lockedNow(r, 307)
		}, "true", "false"},
		{hdptest.ManualLockIgnored, func(r *rig) string {
			return r.admin("PUT", grace+"/statusinfo", `{"status":1,"accountLocked":true,"accountLockedUntil":"2027-01-01 00:00:00"}`).text()
		}, `200 {"status":1,"accountLocked":true,"accountLockedUntil":"2027-01-01 00:00:00"}`, `200 {"status":1,"accountLocked":false}`},
		{hdptest.SameWrongPasswordNotCounted, func(r *rig) string {
			r.failSignIns("grace.kim", "a", "a", "a", "a")
			return lockedNow(r, 338)
		}, "true", "false"},
		{hdptest.UnlockKeepsCounter, func(r *rig) string {
			r.failSignIns("grace.kim", "a", "b", "c")
			r.admin("PUT", grace+"/statusinfo", unlock)
			r.failSignIns("grace.kim", "d")
			return lockedNow(r, 338)
		}, "false", "true"},
		{hdptest.ResetKeepsCounter, func(r *rig) string {
			r.failSignIns("grace.kim", "a", "b")
			r.admin("PUT", grace+"/resetpassword", tea)
			r.failSignIns("grace.kim", "c")
			return lockedNow(r, 338)
		}, "false", "true"},
		{hdptest.ResetUnlocks, func(r *rig) string {
			r.admin("PUT", alice+"/resetpassword", tea)
			return r.Stored(307).StatusInfo
		}, `{"status":1,` + lock + `}`, `{"status":1,"accountLocked":false}`},
		{hdptest.ResetAddsExpiry, func(r *rig) string {
			r.admin("PUT", alice+"/resetpassword", `{"newPassword":"Green-Tea777"}`)
			return r.Stored(307).PasswordInfo
		}, `{"passwordStatus":2,"passwordExpiration":"2026-12-01 00:00:00"}`, `{"passwordStatus":2,"passwordExpiration":"2027-03-22 14:02:31"}`},
		{hdptest.ResetSkipsPolicy, func(r *rig) string {
			return fmt.Sprint(r.admin("PUT", alice+"/resetpassword", `{"newPassword":"x"}`).status)
		}, "400", "204"},
		{hdptest.ResetExternalAccepted, func(r *rig) string {
			return fmt.Sprint(r.admin("PUT", "/api/admin/users/356/resetpassword", tea).status, r.CheckPassword(356, "Green-Tea77"))
		}, "400 false", "204 false"},
		{hdptest.NameInPasswordRefused, func(r *rig) string {
			return fmt.Sprint(r.admin("PUT", "/api/admin/users/482/resetpassword", `{"newPassword":"S.LEE-pass12"}`).status)
		}, "204", "400"},
		{hdptest.SelfEditRefused, func(r *rig) string {
			out := ""
			for path, body := range map[string]string{
				"statusinfo": `{"status":1}`, "passwordinfo": `{"passwordStatus":1}`,
				"resetpassword": `{"newPassword":"` + hdptest.AdminPassword + `"}`,
			} {
				out = fmt.Sprint(r.admin("PUT", "/api/admin/users/1/"+path, body).status < 400, out)
			}
			return out
		}, "truetruetrue", "falsefalsefalse"},
		{hdptest.OwnChangeForcesChange, func(r *rig) string {
			return r.as("grace.kim", amber, "PUT", "/api/admin/userdetails/changePassword",
				`{"currentPassword":"`+amber+`","newPassword":"Green-Tea777"}`).text()
		}, `200 {"passwordStatus":1,"passwordExpiration":"2027-03-22 14:02:31"}`, `200 {"passwordStatus":2,"passwordExpiration":"2027-03-22 14:02:31"}`},
		{hdptest.ChangeAnswers204, func(r *rig) string {
			return r.as("grace.kim", amber, "PUT", "/api/admin/userdetails/changePassword",
				`{"currentPassword":"`+amber+`","newPassword":"Green-Tea777"}`).text()
		}, `200 {"passwordStatus":1,"passwordExpiration":"2027-03-22 14:02:31"}`, `204 `},
		{hdptest.NullOmitted, func(r *rig) string {
			return r.admin("PUT", alice+"/passwordinfo", `{"passwordStatus":1,"passwordExpiration":null}`).text()
		}, `200 {"passwordStatus":1,"passwordExpiration":null}`, `200 {"passwordStatus":1}`},
		{
			hdptest.FractionalSeconds, func(r *rig) string {
				return r.admin("GET", alice+"/statusinfo", "").text() + r.admin("GET", alice+"/passwordinfo", "").text()
			}, `200 {"status":1,` + lock + `}200 {"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"}`,
			`200 {"status":1,` + strings.ReplaceAll(lock, `:11"`, `:11.0"`) + `}200 {"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00.0"}`,
		},
		{
			hdptest.AllAsStrings, func(r *rig) string {
				return r.admin("PUT", alice+"/statusinfo", `{"status":1,"accountLocked":false}`).text() + r.admin("GET", alice+"/passwordinfo", "").text()
			}, `200 {"status":1,"accountLocked":false}200 {"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"}`,
			`200 {"status":"1","accountLocked":"false"}200 {"passwordStatus":"1","passwordExpiration":"2026-12-01 00:00:00"}`,
		},
		{hdptest.UnknownDropped, func(r *rig) string {
			return r.admin("PUT", alice+"/statusinfo", `{"status":1,"note":"x"}`).text()
		}, `200 {"status":1,"note":"x"}`, `200 {"status":1}`},
		{hdptest.NotFoundIs400, func(r *rig) string {
			return r.admin("GET", "/api/admin/users/123/statusinfo", "").text()
		}, "404 " + gone, "400 " + gone},
		{hdptest.CodeAsString, func(r *rig) string {
			return r.admin("GET", "/api/admin/users/123/statusinfo", "").text()
		}, "404 " + gone, "404 " + strings.Replace(gone, "222207916", `"222207916"`, 1)},
		{hdptest.OutsideIsNotFound, func(r *rig) string {
			return viewer(r, "/api/admin/users/301").text()
		}, lacks, "404 " + strings.Replace(gone, "123", "301", 1)},
		{hdptest.OutsideIsBare, func(r *rig) string {
			return viewer(r, "/api/admin/users/301").text()
		}, lacks, "403 "},
		{hdptest.ListRefusedOutside, func(r *rig) string {
			return viewer(r, "/api/admin/users").text()[:3] + r.admin("GET", "/api/admin/users", "").text()[:3]
		}, "200200", "403200"},
		{hdptest.ListUnordered, func(r *rig) string {
			var got struct{ Users []struct{ ID int64 } }
			r.admin("GET", "/api/admin/users", "").decode(t, &got)
			var ids []int64
			for _, u := range got.Users {
				ids = append(ids, u.ID)
			}
			inOrder := slices.IsSorted(ids)
			slices.Sort(ids)
			return fmt.Sprint(inOrder, slices.Equal(ids, r.IDs()))
		}, "true true", "false true"},
		{hdptest.ListHasLength, func(r *rig) string {
			got := r.admin("GET", "/api/admin/users", "")
			return fmt.Sprint(got.header.Get("Content-Length") == fmt.Sprint(len(got.body)))
		}, "false", "true"},
		{hdptest.UnauthorizedIsBare, func(r *rig) string {
			return r.as("nobody", "x", "GET", whoami, "").text()
		}, bad, "401 "},
		{hdptest.NoChallenge, func(r *rig) string {
			return r.as("nobody", "x", "GET", whoami, "").header.Get("WWW-Authenticate")
		}, `Basic realm="Hybrid Data Pipeline"`, ""},
		{hdptest.ForbiddenIsBare, func(r *rig) string {
			return viewer(r, "/api/admin/limits").text()
		}, lacks, "403 "},
		{hdptest.RefusedSignInSaysWhy, func(r *rig) string {
			return r.as("alice.smith", amber, "GET", whoami, "").text() + r.as("alice.smith", "wrong", "GET", whoami, "").text()
		}, bad + bad, `403 {"error":{"code":999000021,"message":{"lang":"en-US","value":"The account is locked."}}}` + bad},
		{hdptest.SignInByAuthName, func(r *rig) string {
			r.AddAccount(hdptest.Account{UserName: "jane.doe", Roles: []int64{2}, AuthUsers: []hdptest.AuthUser{{AuthUserName: "jdoe", AuthServiceID: 1}}})
			byUserName, bySignIn := r.as("jane.doe", amber, "GET", whoami, ""), r.as("jdoe", amber, "GET", whoami, "")
			return fmt.Sprint(byUserName.status, bySignIn.status, r.as("grace.kim", amber, "GET", whoami, "").status)
		}, "200 401 200", "401 200 200"},
		{hdptest.MustChangeRefused, func(r *rig) string {
			return r.as("ines.costa", amber, "GET", whoami, "").text()[:3]
		}, "200", "401"},
		{hdptest.PolicyNeedsSignIn, func(r *rig) string {
			return r.as("", "", "GET", "/api/public/passwordpolicy", "").text()[:3]
		}, "200", "401"},
		{hdptest.VersionNeedsMgmtAPI, func(r *rig) string {
			r.AddOperator("only14", amber, nil, 14)
			return r.as("only14", amber, "GET", "/api/mgmt/version", "").text()[:3]
		}, "200", "403"},
		{hdptest.CreateAnswers201, func(r *rig) string { return create(r).text()[:3] }, "200", "201"},
		{hdptest.CreateEchoesPassword, func(r *rig) string {
			return fmt.Sprint(strings.Contains(create(r).body, `"password":"Green-Tea77"`))
		}, "false", "true"},
		{hdptest.DeleteAnswers200, func(r *rig) string {
			return r.admin("DELETE", alice, "").text()
		}, "204 ", `200 {"success":true}`},
		{hdptest.DataSourcesNeedOnBehalfOf, func(r *rig) string {
			r.AddOperator("reader", amber, []int64{57}, 14)
			r.AddOperator("agent", amber, []int64{57}, 2, 11, 14, 21)
			const path = "/api/admin/users/405/datasources"
			return fmt.Sprint(r.as("reader", amber, "GET", path, "").status, r.as("agent", amber, "GET", path, "").status)
		}, "200 200", "403 200"},
		{hdptest.NoIPListIsNotFound, func(r *rig) string {
			return r.admin("GET", "/api/mgmt/security/whitelist/user?user=alice.smith", "").text()
		}, "200 {}", `404 {"error":{"code":999000012,"message":{"lang":"en-US","value":"The User has no IP address whitelist."}}}`},
		{hdptest.NoDate, func(r *rig) string {
			return fmt.Sprint(r.admin("GET", whoami, "").header["Date"])
		}, "[Sun, 22 Nov 2026 14:02:31 GMT]", "[]"},
	} {
		t.Run(string(c.quirk), func(t *testing.T) {
			policy := hdptest.DefaultPolicy()
			policy.ExpirationDays = 120
			if got := c.story(start(t, hdptest.WithPolicy(policy))); got != c.without {
				t.Errorf("without it\n%s\nwant\n%s", got, c.without)
			}
			if got := c.story(start(t, hdptest.WithPolicy(policy), hdptest.WithQuirks(c.quirk))); got != c.with {
				t.Errorf("with it\n%s\nwant\n%s", got, c.with)
			}
		})
		tested[c.quirk] = true
	}
	for _, q := range hdptest.Quirks() {
		if !tested[q] {
			t.Errorf("%q has no story", q)
		}
	}
}

func TestQuirksCanBeSwitchedWhileRunning(t *testing.T) {
	r := start(t)
	r.SetQuirk(hdptest.NullOmitted, true)
	r.admin("GET", "/api/admin/users/412/passwordinfo", "").expect(t, 200, `{"passwordStatus":1}`)
	r.SetQuirk(hdptest.NullOmitted, false)
	r.admin("GET", "/api/admin/users/412/passwordinfo", "").expect(t, 200, `{"passwordStatus":1,"passwordExpiration":null}`)
}
