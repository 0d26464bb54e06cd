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
	createUser := func(r *rig, name string, tenant, role int64, more string) reply {
		return r.admin("POST", "/api/admin/users", fmt.Sprintf(
			`{"userName":%q,"tenantId":%d,"statusInfo":{"status":1},"permissions":{"roles":[%d]}%s}`, name, tenant, role, more))
	}
	create := func(r *rig) reply {
		return createUser(r, "new", 1, 2, `,"passwordInfo":{"password":"Green-Tea77"}`)
	}
	refusal := func(status int, code int64, text string) string {
		return fmt.Sprintf(`%d {"error":{"code":%d,"message":{"lang":"en-US","value":%q}}}`, status, code, text)
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
		{hdptest.CreateAnswersLocation, func(r *rig) string {
			got := create(r)
			return fmt.Sprint(got.status, got.body != "", got.header.Get("Location") == fmt.Sprint(r.URL, "/api/admin/users/978"))
		}, "200 true false", "201 false true"},
		{hdptest.CreateNeedsPassword, func(r *rig) string {
			got := createUser(r, "new", 56, 562, `,"passwordInfo":{"passwordStatus":1,"passwordExpiration":null}`)
			external := createUser(r, "other", 56, 562, `,"authenticationInfo":{"authUsers":[{"authUserName":"o","authServiceId":2}]}`)
			return fmt.Sprint(got.text()[:3], r.CheckPassword(978, amber), external.status)
		}, "200false 200", "400false 200"},
		{hdptest.CreateActivatesPassword, func(r *rig) string {
			createUser(r, "new", 56, 562, `,"passwordInfo":{"password":"Green-Tea77","passwordStatus":2}`)
			return r.Stored(978).PasswordInfo
		}, `{"passwordStatus":2}`, `{"passwordStatus":1}`},
		{hdptest.NamesUniquePerTenant, func(r *rig) string {
			// alice.smith is in tenant 56.
			return fmt.Sprint(createUser(r, "Alice.Smith", 57, 572, "").text()[:3], createUser(r, "alice.smith", 56, 562, "").text()[:3])
		}, "400400", "200400"},
		{hdptest.NamesCaseSensitive, func(r *rig) string {
			got := createUser(r, "Alice.Smith", 56, 562, `,"passwordInfo":{"password":"Green-Tea77"}`)
			again := createUser(r, "Alice.Smith", 57, 572, "")
			return fmt.Sprint(got.text()[:3], again.text()[:3], r.as("Alice.Smith", "Green-Tea77", "GET", whoami, "").status)
		}, "400400401", "200400200"},
		{hdptest.CreateEchoesPassword, func(r *rig) string {
			return fmt.Sprint(strings.Contains(create(r).body, `"password":"Green-Tea77"`))
		}, "false", "true"},
		{hdptest.DeleteAnswers200, func(r *rig) string {
			return r.admin("DELETE", alice, "").text()
		}, "204 ", `200 {"success":true}`},
		{hdptest.Delete204HasBody, func(r *rig) string {
			got := r.raw("DELETE", alice)
			return fmt.Sprint(strings.HasPrefix(got, "HTTP/1.1 204 No Content\r\n"), strings.HasSuffix(got, "\r\n\r\n"), strings.HasSuffix(got, `{"success":true}`))
		}, "true true false", "true false true"},
		{hdptest.DeleteOwnerRefused, func(r *rig) string {
			return r.admin("DELETE", grace, "").text() + r.admin("DELETE", alice, "").text()
		}, "204 204 ", refusal(400, 999000015, "The User owns data sources.") + "204 "},
		{hdptest.DeleteOrphansDataSources, func(r *rig) string {
			r.admin("DELETE", grace, "")
			return fmt.Sprint(r.Orphans())
		}, "[]", "[{31 Pipeline-EMEA 1 Leads of the region false}]"},
		{hdptest.DeleteSelfRefused, func(r *rig) string {
			id := r.AddOperator("leaver", amber, []int64{1, 56}, 14, 16)
			return r.as("leaver", amber, "DELETE", fmt.Sprint("/api/admin/users/", id), "").text() +
				fmt.Sprint(r.as("leaver", amber, "DELETE", alice, "").status)
		}, "204 401", refusal(403, 999000002, "You are not allowed to change your own account with this call.") + "204"},
		{hdptest.LastAdminUnguarded, func(r *rig) string {
			r.AddOperator("agent", amber, []int64{1}, 15, 16)
			put := r.as("agent", amber, "PUT", "/api/admin/users/1/permissions", `{"roles":[2]}`)
			r.SetRoles(1, []int64{1})
			return fmt.Sprint(put.status, r.as("agent", amber, "DELETE", "/api/admin/users/1", "").status)
		}, "400 400", "200 204"},
		{hdptest.SelfGrantIs400, func(r *rig) string {
			return r.admin("PUT", "/api/admin/users/1/permissions", `{"roles":[1]}`).text()[:3]
		}, "403", "400"},
		{hdptest.GrantNeedsEveryPermission, func(r *rig) string {
			// The helpdesk lacks most permissions of role 562, and all of role 563 above 11.
			return fmt.Sprint(r.helpdesk("PUT", alice+"/permissions", `{"roles":[562]}`).status,
				r.helpdesk("PUT", alice+"/permissions", `{"roles":[563]}`).status)
		}, "200 403", "403 403"},
		{hdptest.AuthInfoMissing, func(r *rig) string {
			return fmt.Sprint(r.admin("GET", alice+"/authinfo", "").body, strings.Contains(r.admin("GET", alice, "").body, "authenticationInfo"))
		}, `{"authUsers":[{"authUserName":"alice.smith","authServiceId":1}]}true`, "{}false"},
		{hdptest.SignInNamesUnique, func(r *rig) string {
			const body = `{"authUsers":[{"authUserName":"JNovak","authServiceId":2}]}`
			return r.admin("PUT", alice+"/authinfo", body).text()[:3] + r.admin("PUT", "/api/admin/users/356/authinfo", body).text()[:3]
		}, "200200", "400200"},
		{hdptest.MoveIgnored, func(r *rig) string {
			// An account that stays in tenant 56 cannot have a role of 57.
			put := r.admin("PUT", alice, `{"userName":"alice.smith","tenantId":57,"statusInfo":{"status":1},"permissions":{"roles":[572]}}`)
			return put.text()[:3] + fmt.Sprint(r.Stored(307).TenantID)
		}, "20057", "40056"},
		{hdptest.MoveRefused, func(r *rig) string {
			return r.admin("PUT", alice, `{"userName":"alice.smith","tenantId":57,"statusInfo":{"status":1},"permissions":{"roles":[572]}}`).text()[:3] +
				r.admin("PUT", alice, `{"userName":"alice.smith","tenantId":56,"statusInfo":{"status":1},"permissions":{"roles":[562]}}`).text()[:3]
		}, "200200", "400200"},
		{hdptest.RoleInUseIsNotFound, func(r *rig) string {
			return r.admin("DELETE", "/api/admin/roles/5", "").text()
		}, refusal(400, 999000018, "The Role is assigned to a User."), refusal(404, 222207924, "There is no Role with that id: 5")},
		{hdptest.LimitPostOverwrites, func(r *rig) string {
			return r.admin("POST", "/api/admin/limits/users/405/1", `{"value":5}`).text()[:3] + fmt.Sprint(r.Stored(405).Limits)
		}, "400map[1:1000 6:100]", "201map[1:5 6:100]"},
		{hdptest.MoreUserLimits, func(r *rig) string {
			return r.admin("POST", "/api/admin/limits/users/307/14", `{"value":5}`).text()[:3]
		}, "404", "201"},
		{hdptest.IPListAppliesHere, func(r *rig) string {
			const lists = `{"adminAPI":[{"startAddress":"10.0.0.1"},{"startAddress":"127.0.0.0","endAddress":"127.0.0.9"}],"managementAPI":[{"startAddress":"10.0.0.1"},{"startAddress":"::1","endAddress":"x"}]}`
			r.AddAccount(hdptest.Account{UserName: "bound", Roles: []int64{4}, IPList: lists})
			return r.as("bound", amber, "GET", whoami, "").text()[:4] + r.as("bound", amber, "GET", "/api/admin/users", "").text()[:3]
		}, "200 200", "403 200"},
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
