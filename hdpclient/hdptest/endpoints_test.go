package hdptest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

func TestEndpointsAnswerAsDocumented(t *testing.T) {
	r := start(t)
	for _, c := range []struct {
		name, path, body string
	}{
		{"user", "/api/admin/users/412", `{"id":412,"userName":"alina.kovac","tenantId":56,"statusInfo":{"status":1},` +
			`"passwordInfo":{"passwordStatus":1,"passwordExpiration":null},"permissions":{"roles":[562],"permissions":[]},` +
			`"authenticationInfo":{"authUsers":[{"authUserName":"alina.kovac","authServiceId":1}]}}`},
		{"user with details", "/api/admin/users/503?details=true", `{"id":503,"userName":"sales.admin","tenantId":56,"tenantName":"Sales",` +
			`"statusInfo":{"status":1},"passwordInfo":{"passwordStatus":1,"passwordExpiration":"2027-02-10 00:00:00"},` +
			`"permissions":{"roles":[563],"permissions":[]},"authenticationInfo":{"authUsers":[{"authUserName":"sales.admin","authServiceId":1}]},` +
			`"tenantsAdministered":[56]}`},
		{"status info, never locked", "/api/admin/users/412/statusinfo", `{"status":1}`},
		{"password info", "/api/admin/users/307/passwordinfo", `{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"}`},
		{"password info, never set", "/api/admin/users/977/passwordinfo", `{"passwordStatus":2}`},
		{"permissions", "/api/admin/users/405/permissions", `{"roles":[572],"permissions":[30,31,47]}`},
		{"authinfo, external", "/api/admin/users/356/authinfo", `{"authUsers":[{"authUserName":"jnovak","authServiceId":2}]}`},
		{
			"authinfo, mixed", "/api/admin/users/363/authinfo",
			`{"authUsers":[{"authUserName":"kiran.rao","authServiceId":1},{"authUserName":"kiran.rao@corp.example","authServiceId":3}]}`,
		},
		{"tenants administered", "/api/admin/users/20/tenantsadministered", `{"tenantsAdministered":[32,56,57,61,88]}`},
		{
			"auth user name", "/api/admin/users/authUserName/JNOVAK?details=true",
			`{"users":[{"id":356,"userName":"jan.novak","tenantId":57,"tenantName":"Ops","authUsername":"jnovak","authServiceIds":[2],` +
				`"statusInfo":{"status":1},"permissions":{"roles":[572],"permissions":[]}}]}`,
		},
		{"unknown auth user name", "/api/admin/users/authUserName/statusinfo", `{"users":[]}`},
		{
			"escaped auth user name", "/api/admin/users/authUserName/" + url.PathEscape("night shift/ops 50%"),
			`{"users":[{"id":475,"userName":"night shift/ops 50%","tenantId":57,"authUsername":"night shift/ops 50%","authServiceIds":[1],` +
				`"statusInfo":{"status":1},"permissions":{"roles":[572],"permissions":[]}}]}`,
		},
		{"tenants with the same name", "/api/admin/tenants", `{"tenants":[{"id":1,"name":"System"},{"id":27,"name":"Finance"},{"id":32,"name":"Engineering"},` +
			`{"id":56,"name":"Sales"},{"id":57,"name":"Ops"},{"id":61,"name":"Support"},{"id":88,"name":"Support"}]}`},
		{"tenant", "/api/admin/tenants/1", `{"id":1,"name":"System","description":"The system tenant","parentTenant":null,"status":1}`},
		{
			"tenant with details", "/api/admin/tenants/56?details=true",
			`{"id":56,"name":"Sales","description":"Field and inside sales","parentTenant":1,"status":1,"roles":[562,563],"admins":[20,21,503]}`,
		},
		{"tenant's admins", "/api/admin/tenants/27/admins", `{"admins":[]}`},
		{"roles of a tenant", "/api/admin/roles?tenantID=27", `{"roles":[{"id":272,"name":"User","tenantId":27,"description":"Default user"},` +
			`{"id":273,"name":"Tenant Administrator","tenantId":27,"description":"Administers Finance"}]}`},
		{"role", "/api/admin/roles/5", `{"id":5,"name":"Viewer","tenantId":1,"description":"Views users","permissions":[9,11,14],"users":[21]}`},
		{"role without permissions", "/api/admin/roles/6", `{"id":6,"name":"No Rights","tenantId":1,"description":"Nothing","permissions":[],"users":[]}`},
		{
			"data sources", "/api/admin/users/405/datasources",
			`{"dataSources":[{"id":"16","name":"SalesForecast","dataStore":1,"isGroup":false,"description":"Forecast of the quarter",` +
				`"sharedByAnotherUser":false,"sharedWithAnotherUser":true},{"id":"23","name":"Orders","dataStore":9,"isGroup":false,` +
				`"description":"","sharedByAnotherUser":false,"sharedWithAnotherUser":false}]}`,
		},
		{"no data sources", "/api/admin/users/412/datasources", `{"dataSources":[]}`},
		{
			"IP list", "/api/mgmt/security/whitelist/user?user=svc-reporting",
			`{"managementAPI":[{"startAddress":"10.20.0.0","endAddress":"10.20.255.255"}],"dataAccess":[{"startAddress":"10.20.7.4"}]}`,
		},
		{"own IP list", "/api/mgmt/security/whitelist/user", `{}`},
		{"no limits set", "/api/admin/limits/system", `{"limits":[]}`},
		{"configuration", "/api/admin/configurations/6", `{"id":6,"description":"Password policy","value":"1"}`},
		{
			"configuration that is null", "/api/admin/configurations/1",
			`{"id":1,"description":"Delimiter between the user name and the authentication service","value":null}`,
		},
		{
			"who am I", "/api/mgmt/user?user=grace.kim",
			`{"userId":338,"passwordExpiration":"2026-11-24 00:00:00.0","permissions":[1,2,3,4,5,6,7,8,9,10,11]}`,
		},
		{"my permissions", "/api/mgmt/permissions?user=viewer", `{"userId":21,"permissions":[9,11,14]}`},
		{
			"version", "/api/mgmt/version",
			`{"InstallType":"LICENSED","HDPVersion":"4.6.2.3430","WAPVersion":"4.6.2.1407","DASVersion":"4.6.2.2113"}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.admin("GET", c.path, "")
			got.expect(t, 200, c.body)
			if kind := got.header.Get("Content-Type"); kind != "application/json;charset=UTF-8" {
				t.Errorf("Content-Type is %q", kind)
			}
		})
	}
}

func TestEndpointsWithLongAnswers(t *testing.T) {
	r := start(t)
	for path, want := range map[string]string{
		"/api/admin/permissions":                `{"id":15,"name":"ModifyUsers",`,
		"/api/admin/auth/services?details=true": `{"id":1,"name":"Internal","tenantId":1,"description":"Internal authentication service","tenantName":"System"}`,
		"/api/admin/limits": `{"id":3,"name":"PasswordLockoutLimit","description":"Consecutive failed logins before the account locks",` +
			`"minValue":0,"maxValue":1000,"defaultValue":3,"validForLimits":1}`,
		"/api/admin/limits/users": `{"userId":398,"userName":"pavel.horak","limits":[]},` +
			`{"userId":405,"userName":"svc-reporting","limits":[{"id":1,"value":1000},{"id":6,"value":100}]}`,
		"/api/public/passwordpolicy": `{"ruleId":"pwdLengthRule","ruleName":"PASSWORD_LENGTH_RULE","title":"Between 8 and 12 characters","minLength":8,"maxLength":12}`,
		"/api/admin/users?details=true": `{"id":307,"userName":"alice.smith","tenantId":56,"tenantName":"Sales","statusInfo":{"status":1,` +
			`"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"},` +
			`"passwordInfo":{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"},"permissions":{"roles":[562],"permissions":[]}}`,
	} {
		if got := r.admin("GET", path, ""); got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("GET %s: %d %s", path, got.status, got.body)
		}
	}
}

func TestHealthcheckTakesHead(t *testing.T) {
	start(t).as("", "", "HEAD", "/api/healthcheck", "").expect(t, 200, "")
}

func TestSystemLimits(t *testing.T) {
	r := start(t)
	const path = "/api/admin/limits/system/3"
	r.admin("GET", path, "").expectCode(t, 404, 999000008)
	r.admin("POST", path, `{"value":5}`).expect(t, 201, `{"value":5}`)
	r.admin("PUT", path, `{"value":4}`).expect(t, 200, `{"value":4}`)
	r.admin("GET", path, "").expect(t, 200, `{"value":4}`)
	r.admin("GET", "/api/admin/limits/system", "").expect(t, 200, `{"limits":[{"id":3,"value":4}]}`)
	r.admin("PUT", path, `{"value":1001}`).expectCode(t, 400, 222207929)
}

func TestUserLimits(t *testing.T) {
	r := start(t)
	const path = "/api/admin/limits/users/307/1"
	r.AddOperator("limiter", "Green-Tea77", nil, 27)
	limiter := func(method, path, body string) reply { return r.as("limiter", "Green-Tea77", method, path, body) }
	r.helpdesk("POST", path, `{"value":400}`).expectCode(t, 403, 222208103)
	limiter("PUT", path, `{"value":400}`).expectCode(t, 404, 999000008)
	limiter("DELETE", path, "").expectCode(t, 404, 999000008)
	limiter("POST", path, `{"value":-2}`).expectCode(t, 400, 222207929)
	limiter("POST", path, `{}`).expectCode(t, 400, 222207007)
	limiter("POST", path, `{"value":400}`).expect(t, 201, `{"value":400}`)
	limiter("PUT", path, `{"value":500}`).expect(t, 200, `{"value":500}`)
	limiter("POST", "/api/admin/limits/users/99/1", `{"value":400}`).expectCode(t, 404, 222207916)
	limiter("POST", "/api/admin/limits/users/307/3", `{"value":400}`).expectCode(t, 404, 999000008) // for the system only
	if got := r.Stored(307).Limits; len(got) != 1 || got[1] != 500 {
		t.Errorf("stored %v", got)
	}
	limiter("DELETE", path, "").expect(t, 204, "")
	if got := r.Stored(307).Limits; len(got) != 0 {
		t.Errorf("stored %v", got)
	}
}

func TestDeleteRole(t *testing.T) {
	r := start(t)
	r.AddOperator("pruner", "Green-Tea77", []int64{56}, 20)
	pruner := func(path string) reply { return r.as("pruner", "Green-Tea77", "DELETE", path, "") }
	pruner("/api/admin/roles/572").expectCode(t, 403, 222208103)
	pruner("/api/admin/roles/9999").expectCode(t, 404, 222207924)
	pruner("/api/admin/roles/563").expectCode(t, 400, 999000018)
	r.helpdesk("DELETE", "/api/admin/roles/563", "").expectCode(t, 403, 222208103)
	r.admin("DELETE", "/api/admin/roles/3", "").expectCode(t, 400, 999000017)
	r.SetRoles(503, []int64{562})
	pruner("/api/admin/roles/563").expect(t, 204, "")
	r.admin("PUT", "/api/admin/users/503/permissions", `{"roles":[563]}`).expectCode(t, 404, 222207924)
}

func TestValidatePassword(t *testing.T) {
	r := start(t)
	var got struct {
		PasswordValidationResponse struct {
			Passed bool
			Rules  []struct {
				RuleID string
				Passed bool
			}
		}
	}
	r.admin("POST", "/api/mgmt/passwordpolicy/validate", `{"password":"lower-case1"}`).decode(t, &got)
	v := got.PasswordValidationResponse
	if v.Passed || len(v.Rules) != 5 || v.Rules[1].RuleID != "upperCaseCharacterRule" || v.Rules[1].Passed || !v.Rules[2].Passed {
		t.Errorf("got %+v", v)
	}
	r.admin("POST", "/api/mgmt/passwordpolicy/validate", `{"password":"Lower-case1"}`).decode(t, &got)
	if !got.PasswordValidationResponse.Passed {
		t.Errorf("got %+v", got)
	}
}

func TestNoSuchUser(t *testing.T) {
	r := start(t)
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/api/admin/users/123", ""},
		{"GET", "/api/admin/users/123/statusinfo", ""},
		{"GET", "/api/admin/users/abc/passwordinfo", ""},
		{"PUT", "/api/admin/users/123/statusinfo", `{"status":1}`},
		{"PUT", "/api/admin/users/123/passwordinfo", `{"passwordStatus":1}`},
		{"PUT", "/api/admin/users/123/resetpassword", `{"newPassword":"Green-Tea77"}`},
		{"GET", "/api/admin/users/123/permissions", ""},
		{"GET", "/api/admin/users/123/authinfo", ""},
		{"GET", "/api/admin/users/123/datasources", ""},
		{"DELETE", "/api/admin/users/123", ""},
	} {
		r.admin(c.method, c.path, c.body).expectCode(t, 404, 222207916)
	}
	r.admin("GET", "/api/admin/users/123/statusinfo", "").expect(t, 404,
		`{"error":{"code":222207916,"message":{"lang":"en-US","value":"There is no User with that id: 123."}}}`)
}

func TestUnknownPathsAndMethods(t *testing.T) {
	r := start(t)
	if got := r.admin("GET", "/api/admin/nothing", ""); got.status != 404 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Errorf("unknown path: %d %s", got.status, got.body)
	}
	if got := r.admin("DELETE", "/api/admin/users/307/statusinfo", ""); got.status != 405 || got.header.Get("Allow") != "GET, PUT" {
		t.Errorf("unknown method: %d %v", got.status, got.header)
	}
	before := r.Stored(307)
	if got := r.admin("PUT", "/api/admin/users/expirepassword", `{"daysUntilExpiration":0}`); got.status != 501 {
		t.Errorf("mass expiry: %d", got.status)
	}
	if r.Stored(307).PasswordInfo != before.PasswordInfo {
		t.Error("mass expiry changed an account")
	}
}

func TestReadsNeedTheirPermissions(t *testing.T) {
	r := start(t)
	for _, c := range []struct {
		path        string
		permissions []int64
		tenants     []int64
	}{
		{"/api/admin/users/405/datasources", []int64{14}, []int64{57}},
		{"/api/admin/limits/users", []int64{27}, nil},
		{"/api/mgmt/security/whitelist/user?user=svc-reporting", []int64{11, 29}, nil},
		{"/api/admin/roles/572", []int64{18}, []int64{57}},
		{"/api/admin/permissions", []int64{11}, nil},
		{"/api/admin/auth/services", []int64{26}, nil},
		{"/api/admin/users/405/tenantsadministered", []int64{14}, []int64{57}},
	} {
		name := "may " + c.path
		r.AddOperator(name, "Green-Tea77", c.tenants, c.permissions...)
		if got := r.as(name, "Green-Tea77", "GET", c.path, ""); got.status != 200 {
			t.Errorf("%s with %v: %d %s", c.path, c.permissions, got.status, got.body)
		}
		for i, p := range c.permissions {
			name := fmt.Sprint("lacks ", p, " for ", c.path)
			r.AddOperator(name, "Green-Tea77", c.tenants, slices.Delete(slices.Clone(c.permissions), i, i+1)...)
			r.as(name, "Green-Tea77", "GET", c.path, "").expectCode(t, 403, 222208103)
		}
		if c.tenants != nil {
			r.AddOperator("outside "+c.path, "Green-Tea77", []int64{56}, c.permissions...)
			r.as("outside "+c.path, "Green-Tea77", "GET", c.path, "").expectCode(t, 403, 222208103)
		}
	}
	r.admin("GET", "/api/mgmt/security/whitelist/user?user=nobody", "").expectCode(t, 400, 222207031)
}

func TestResetPassword(t *testing.T) {
	r := start(t)
	const path = "/api/admin/users/349/resetpassword"
	r.SetPasswordInfo(349, `{"passwordStatus":1,"passwordExpiration":"2026-12-22 00:00:00","origin":"x"}`)
	r.helpdesk("PUT", path, `{"newPassword":"Green-Tea77"}`).expect(t, 204, "")
	if !r.CheckPassword(349, "Green-Tea77") || r.CheckPassword(349, hdptest.AccountPassword) {
		t.Error("the new password is not in force")
	}
	if got := r.Stored(349).PasswordInfo; got != `{"passwordStatus":2,"passwordExpiration":"2026-12-22 00:00:00","origin":"x"}` {
		t.Errorf("passwordInfo is %s", got)
	}
	r.helpdesk("PUT", path, `{"newPassword":"weak"}`).expectCode(t, 400, 999000001)
	r.helpdesk("PUT", path, `{"newPassword":"`+strings.Repeat("Aa1-", 8)+`x"}`).expectCode(t, 400, 222207007)
	r.helpdesk("PUT", path, `{}`).expectCode(t, 400, 222207007)
	r.helpdesk("PUT", "/api/admin/users/356/resetpassword", `{"newPassword":"Green-Tea77"}`).expectCode(t, 400, 999000006)
	if !r.CheckPassword(349, "Green-Tea77") {
		t.Error("a refused reset changed the password")
	}
}

func TestPoliciesCanBeChosen(t *testing.T) {
	const path = "/api/admin/users/349/resetpassword"
	none := start(t, hdptest.WithPolicy(hdptest.NoPolicy()))
	none.admin("PUT", path, `{"newPassword":"x"}`).expect(t, 204, "")
	none.admin("GET", "/api/admin/configurations/6", "").expect(t, 200, `{"id":6,"description":"Password policy","value":"-1"}`)
	custom := start(t, hdptest.WithPolicy(hdptest.Policy{ID: 2, MinLength: 12, MaxLength: 128, MinUpper: 1, MinLower: 1, MinDigit: 1, MinSpecial: 1}))
	custom.admin("PUT", path, `{"newPassword":"Green-Tea77"}`).expectCode(t, 400, 999000001) // 11 characters
	custom.admin("PUT", path, `{"newPassword":"Green-Tea-777"}`).expect(t, 204, "")
}

func TestChangeOwnPassword(t *testing.T) {
	r := start(t)
	const path = "/api/admin/userdetails/changePassword"
	old := hdptest.AccountPassword
	// The password expired three days ago: only the change is possible.
	r.as("farid.haddad", old, "GET", "/api/mgmt/user", "").expectCode(t, 401, 222206007)
	r.as("farid.haddad", old, "PUT", path, `{"newPassword":"Green-Tea77"}`).expectCode(t, 400, 222207007)
	r.as("farid.haddad", old, "PUT", path, `{"currentPassword":"x","newPassword":"Green-Tea77"}`).expectCode(t, 400, 999000011)
	r.as("farid.haddad", old, "PUT", path, `{"currentPassword":"`+old+`","newPassword":"Green-Tea77"}`).
		expect(t, 200, `{"passwordStatus":1,"passwordExpiration":null}`)
	r.as("farid.haddad", "Green-Tea77", "GET", "/api/mgmt/user", "").
		expect(t, 200, `{"userId":331,"passwordExpiration":null,"permissions":[1,2,3,4,5,6,7,8,9,10,11]}`)
}

func TestCreate(t *testing.T) {
	r := start(t)
	const user = `{"userName":"new.user","tenantId":56,"statusInfo":{"status":1},"passwordInfo":{"password":"Green-Tea77","passwordStatus":2},"permissions":{"roles":[562],"permissions":[30]}}`
	r.admin("POST", "/api/admin/users", user).expect(t, 200, `{"id":978,"userName":"new.user","tenantId":56,"statusInfo":{"status":1},`+
		`"passwordInfo":{"passwordStatus":2},"permissions":{"roles":[562],"permissions":[30]},`+
		`"authenticationInfo":{"authUsers":[{"authUserName":"new.user","authServiceId":1}]}}`)
	if !r.CheckPassword(978, "Green-Tea77") {
		t.Error("the password is not in force")
	}
	r.as("new.user", "Green-Tea77", "GET", whoami, "").expect(t, 200, `{"userId":978,"passwordExpiration":null,"permissions":[1,2,3,4,5,6,7,8,9,10,11,30]}`)

	change := func(old, new string) string {
		return strings.Replace(strings.Replace(user, "new.user", "other", 1), old, new, 1)
	}
	for body, want := range map[string]struct {
		status int
		code   int64
	}{
		strings.Replace(user, "new.user", "New.User", 1): {400, 999000004},
		change("other", ""):                       {400, 222207007},
		change("other", strings.Repeat("x", 129)): {400, 222207007},
		change("562", "572"):                      {400, 999000005},
		change("562", "9999"):                     {404, 222207924},
		change("[562]", "[]"):                     {400, 222207007},
		change("[30]", "[24]"):                    {404, 222208553},
		change(`"tenantId":56`, `"tenantId":99`):  {404, 222208573},
		change(`"status":1`, `"state":1`):         {400, 222207007},
		change(`"Green-Tea77"`, `"weak"`):         {400, 999000001},
		change(`"permissions":{`, `"authenticationInfo":{"authUsers":[]},"permissions":{`):                                 {400, 222207007},
		change(`"statusInfo"`, `"authenticationInfo":{"authUsers":[{"authUserName":"x","authServiceId":7}]},"statusInfo"`): {400, 999000010},
		`[]`: {400, 222207007},
	} {
		r.admin("POST", "/api/admin/users", body).expectCode(t, want.status, want.code)
	}
	if _, found := r.Find("other"); found || r.Count() != len(r.IDs()) {
		t.Error("a refused creation made an account")
	}
}

func TestCreateNeedsRights(t *testing.T) {
	r := start(t)
	const password = "Green-Tea77"
	r.AddOperator("maker", password, []int64{56}, 13)
	r.AddOperator("looker", password, []int64{56}, 14)
	body := func(tenant string, role int64) string {
		return fmt.Sprintf(`{"userName":"by.maker"%s,"statusInfo":{"status":1},"permissions":{"roles":[%d]}}`, tenant, role)
	}
	post := func(who, body string) reply { return r.as(who, password, "POST", "/api/admin/users", body) }
	post("looker", body(`,"tenantId":56`, 562)).expectCode(t, 403, 222208103)
	post("maker", body(`,"tenantId":57`, 572)).expectCode(t, 403, 222208103)
	post("maker", body(``, 2)).expectCode(t, 403, 222208103) // the maker's own tenant, without access to it
	post("maker", body(`,"tenantId":56`, 563)).expectCode(t, 403, 999000007)
	if got := post("maker", body(`,"tenantId":56`, 562)); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestUpdateUserReplacesTheAccount(t *testing.T) {
	r := start(t)
	const path = "/api/admin/users/363" // kiran.rao, locked, with two sign-in names
	put := func(more string) reply {
		return r.admin("PUT", path, `{"userName":"kiran.rao2","statusInfo":{"status":0},"permissions":{"roles":[562]}`+more+`}`)
	}
	put("").expect(t, 200, `{"id":363,"userName":"kiran.rao2","tenantId":56,"statusInfo":{"status":0},`+
		`"passwordInfo":{"passwordStatus":1,"passwordExpiration":"2026-12-13 00:00:00"},"permissions":{"roles":[562],"permissions":[]},`+
		`"authenticationInfo":{"authUsers":[{"authUserName":"kiran.rao2","authServiceId":1}]}}`)
	if id, found := r.Find("Kiran.Rao2"); id != 363 || !found {
		t.Errorf("found as %d", id)
	}
	if _, found := r.Find("kiran.rao"); found {
		t.Error("the old name is still in use")
	}
	if !r.CheckPassword(363, hdptest.AccountPassword) {
		t.Error("the password has changed")
	}
	put(`,"passwordInfo":{"passwordStatus":2}`)
	if !r.CheckPassword(363, hdptest.AccountPassword) || r.Stored(363).PasswordInfo != `{"passwordStatus":2}` {
		t.Errorf("stored %+v", r.Stored(363))
	}
	put(`,"passwordInfo":{"password":"Green-Tea77"}`)
	if !r.CheckPassword(363, "Green-Tea77") {
		t.Error("the password has not changed")
	}
	before := r.Stored(363)
	r.admin("PUT", path, `{"userName":"alice.smith","statusInfo":{"status":1},"permissions":{"roles":[562]}}`).expectCode(t, 400, 999000004)
	r.admin("PUT", path, `{"userName":"x","permissions":{"roles":[562]}}`).expectCode(t, 400, 222207007)
	r.helpdesk("PUT", path, `{"userName":"x","tenantId":27,"statusInfo":{"status":1},"permissions":{"roles":[272]}}`).expectCode(t, 403, 222208103)
	r.admin("PUT", "/api/admin/users/1", `{"userName":"d2cadmin","statusInfo":{"status":1},"permissions":{"roles":[2]}}`).expectCode(t, 403, 999000002)
	if after := r.Stored(363); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("a refused PUT changed %+v", after)
	}
}

func TestDeleteRemovesEverything(t *testing.T) {
	r := start(t)
	const path = "/api/admin/users/405"
	r.AddOperator("leaver", "Green-Tea77", []int64{57}, 16)
	r.AddOperator("viewer2", "Green-Tea77", []int64{57}, 14)
	r.as("viewer2", "Green-Tea77", "DELETE", path, "").expectCode(t, 403, 222208103)
	r.as("leaver", "Green-Tea77", "DELETE", "/api/admin/users/307", "").expectCode(t, 403, 222208103)
	r.as("leaver", "Green-Tea77", "DELETE", path, "").expect(t, 204, "")
	if got := r.Stored(405); got.ID != 0 {
		t.Errorf("still exists: %+v", got)
	}
	r.admin("DELETE", path, "").expectCode(t, 404, 222207916)
	r.admin("GET", path, "").expectCode(t, 404, 222207916)
	r.admin("GET", "/api/admin/users/authUserName/svc-reporting", "").expect(t, 200, `{"users":[]}`)
	r.as("svc-reporting", hdptest.AccountPassword, "GET", whoami, "").expectCode(t, 401, 222206007)
	for _, list := range []string{"/api/admin/users", "/api/admin/limits/users"} {
		if got := r.admin("GET", list, ""); strings.Contains(got.body, "svc-reporting") {
			t.Errorf("%s still has it", list)
		}
	}
	r.admin("DELETE", "/api/admin/users/1", "").expectCode(t, 400, 999000003)

	// An administrator's name is free again, and the tenants have one administrator less.
	r.admin("DELETE", "/api/admin/users/503", "").expect(t, 204, "")
	r.admin("GET", "/api/admin/tenants/56/admins", "").expect(t, 200, `{"admins":[20,21]}`)
	r.admin("GET", "/api/admin/roles/563", "").expect(t, 200, `{"id":563,"name":"Tenant Administrator","tenantId":56,"description":"Administers Sales",`+
		`"permissions":[1,2,3,4,5,6,7,8,9,10,11,13,14,15,16,17,18,19,20,21],"users":[]}`)
	var again struct{ ID int64 }
	r.admin("POST", "/api/admin/users", `{"userName":"Sales.Admin","tenantId":56,"statusInfo":{"status":1},"permissions":{"roles":[562]}}`).decode(t, &again)
	if again.ID <= 977 {
		t.Errorf("the id %d was used again", again.ID)
	}
}

func TestAffinityCookieIsSetOnceForAClientThatKeepsIt(t *testing.T) {
	r := start(t)
	first := r.admin("GET", "/api/mgmt/user", "").header.Get("Set-Cookie")
	if !strings.HasPrefix(first, "C2S-SESSION=") {
		t.Fatalf("cookie is %q", first)
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", r.URL+"/api/mgmt/user", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("d2cadmin", hdptest.AdminPassword)
	req.Header.Set("Cookie", first[:strings.Index(first, ";")])
	resp, err := r.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if again := resp.Header.Get("Set-Cookie"); again != "" {
		t.Errorf("set again: %q", again)
	}
}

func TestLoginsWork(t *testing.T) {
	r := start(t)
	var names []string
	for _, l := range r.Logins() {
		names = append(names, l.User)
		if got := r.as(l.User, l.Password, "GET", "/api/mgmt/user", ""); got.status != 200 {
			t.Errorf("%s: %d %s", l.User, got.status, got.body)
		}
	}
	if !slices.Equal(names, []string{"d2cadmin", "helpdesk", "viewer"}) {
		t.Errorf("logins are %v", names)
	}
}
