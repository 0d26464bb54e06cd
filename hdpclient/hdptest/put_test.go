package hdptest_test

import (
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

func TestPutReplaces(t *testing.T) {
	for _, c := range []struct {
		name, path, put, want string
	}{
		{"an unlock removes the times", "/api/admin/users/307/statusinfo", `{"status":1,"accountLocked":false}`, `{"status":1,"accountLocked":false}`},
		{"a deactivation alone removes the lock", "/api/admin/users/307/statusinfo", `{"status":0}`, `{"status":0}`},
		{
			"what is sent is kept", "/api/admin/users/307/statusinfo",
			`{"status":0,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`,
			`{"status":0,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`,
		},
		{"a forced change alone removes the expiry", "/api/admin/users/307/passwordinfo", `{"passwordStatus":2}`, `{"passwordStatus":2}`},
		{
			"the documented sample", "/api/admin/users/307/passwordinfo",
			`{"passwordStatus": 2, "passwordExpiration": "2025-12-31 00:00:00"}`, `{"passwordStatus":2,"passwordExpiration":"2025-12-31 00:00:00"}`,
		},
		{
			"null stays null", "/api/admin/users/307/passwordinfo", `{"passwordStatus":1,"passwordExpiration":null}`,
			`{"passwordStatus":1,"passwordExpiration":null}`,
		},
		{
			"unknown properties are stored as they came", "/api/admin/users/391/statusinfo", `{"status":1,"riskScore":0.870,"labels":[ "<a>",{"b":1e2}],"lastReview":null}`,
			`{"status":1,"riskScore":0.870,"labels":["<a>",{"b":1e2}],"lastReview":null}`,
		},
		{"omitted unknown properties are removed", "/api/admin/users/391/statusinfo", `{"status":1}`, `{"status":1}`},
		{"omitted permissions are removed", "/api/admin/users/405/permissions", `{"roles":[572]}`, `{"roles":[572],"permissions":[]}`},
		{
			"the authinfo list is replaced", "/api/admin/users/363/authinfo", `{"authUsers":[{"authUserName":"k","authServiceId":3}]}`,
			`{"authUsers":[{"authUserName":"k","authServiceId":3}]}`,
		},
		{
			"unknown properties of permissions are stored", "/api/admin/users/405/permissions", `{"permissions":[31],"roles":[572],"since":{"a": 1}}`,
			`{"roles":[572],"permissions":[31],"since":{"a":1}}`,
		},
		{
			"unknown properties of the authinfo are stored", "/api/admin/users/363/authinfo",
			`{"authUsers":[{"authUserName":"k","mapping":"x","authServiceId":3}],"note":null}`, `{"authUsers":[{"authUserName":"k","mapping":"x","authServiceId":3}],"note":null}`,
		},
		{"the tenants are replaced", "/api/admin/users/20/tenantsadministered", `{"tenantsAdministered":[57]}`, `{"tenantsAdministered":[57]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t)
			r.admin("PUT", c.path, c.put).expect(t, 200, c.want)
			r.admin("GET", c.path, "").expect(t, 200, c.want)
		})
	}
}

func TestPutRefusesUndocumentedValues(t *testing.T) {
	const status, password = "/api/admin/users/307/statusinfo", "/api/admin/users/307/passwordinfo"
	r := start(t)
	before := r.Stored(307)
	for _, c := range []struct{ name, path, body string }{
		{"no status", status, `{"accountLocked":false}`},
		{"status in another case", status, `{"Status":1}`},
		{"status null", status, `{"status":null}`},
		{"status as text", status, `{"status":"1"}`},
		{"status unknown", status, `{"status":7}`},
		{"lock as a number", status, `{"status":1,"accountLocked":1}`},
		{"time with a fraction", status, `{"status":1,"accountLockedAt":"2026-11-22 13:45:11.0"}`},
		{"time with a T", status, `{"status":1,"accountLockedAt":"2026-11-22T13:45:11"}`},
		{"time with a zone", status, `{"status":1,"accountLockedAt":"2026-11-22 13:45:11Z"}`},
		{"day that does not exist", password, `{"passwordStatus":1,"passwordExpiration":"2026-02-30 00:00:00"}`},
		{"empty time", password, `{"passwordStatus":1,"passwordExpiration":""}`},
		{"no password status", password, `{"passwordExpiration":null}`},
		{"password status unknown", password, `{"passwordStatus":0}`},
		{"a password", password, `{"passwordStatus":1,"password":"Green-Tea77"}`},
		{"property given twice", status, `{"status":1,"status":0}`},
		{"a list", status, `[1]`},
		{"half an object", status, `{"status":1`},
		{"text after the object", status, `{"status":1}{}`},
		{"nothing", status, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.admin("PUT", c.path, c.body)
			got.expectCode(t, 400, 222207007)
		})
	}
	if got := r.Stored(307); got.StatusInfo != before.StatusInfo || got.PasswordInfo != before.PasswordInfo {
		t.Errorf("a refused PUT changed the account: %+v", got)
	}
}

func TestPutPermissionsChecksTheGrant(t *testing.T) {
	r := start(t)
	r.admin("PUT", "/api/admin/users/307/permissions", `{"roles":[]}`).expectCode(t, 400, 222207007)
	r.admin("PUT", "/api/admin/users/307/permissions", `{"roles":[572]}`).expectCode(t, 400, 999000005)
	r.admin("PUT", "/api/admin/users/307/permissions", `{"roles":[9999]}`).expectCode(t, 404, 222207924)
	r.admin("PUT", "/api/admin/users/307/permissions", `{"roles":[562],"permissions":[24]}`).expectCode(t, 404, 222208553)
	r.admin("PUT", "/api/admin/users/1/permissions", `{"roles":[1]}`).expectCode(t, 403, 999000002)
	r.helpdesk("PUT", "/api/admin/users/307/permissions", `{"roles":[562],"permissions":[12]}`).expectCode(t, 403, 999000007)
	r.helpdesk("PUT", "/api/admin/users/307/permissions", `{"roles":[563]}`).expectCode(t, 403, 999000007)
	r.admin("PUT", "/api/admin/users/307/permissions", `{"roles":[562],"roles":[563]}`).expectCode(t, 400, 222207007)
	if got := r.Stored(307); !slices.Equal(got.Roles, []int64{562}) || len(got.Permissions) != 0 {
		t.Errorf("a refused PUT changed the account: %+v", got)
	}
}

func TestPutAuthInfoChecksTheNames(t *testing.T) {
	r := start(t)
	const path = "/api/admin/users/356/authinfo" // of tenant 57
	before := r.Stored(356).AuthUsers
	for body, code := range map[string]int64{
		`{"authUsers":[]}`: 222207007,
		`{}`:               222207007,
		`{"authUsers":[{"authUserName":"","authServiceId":1}]}`:                                         222207007,
		`{"authUsers":[{"authUserName":"` + strings.Repeat("x", 129) + `","authServiceId":1}]}`:         222207007,
		`{"authUsers":[{"authUserName":"j","authServiceId":3}]}`:                                        999000010, // of tenant 56
		`{"authUsers":[{"authUserName":"j","authServiceId":9}]}`:                                        999000010,
		`{"authUsers":[{"authUserName":"j","authServiceId":1}],"authUsers":[{"authUserName":"other"}]}`: 222207007,
	} {
		r.admin("PUT", path, body).expectCode(t, 400, code)
	}
	if got := r.Stored(356).AuthUsers; !slices.Equal(got, before) {
		t.Errorf("a refused PUT changed the sign-in names: %v", got)
	}
}

// What an account may do follows from its roles at once.
func TestRolesTakeEffect(t *testing.T) {
	r := start(t)
	const list = "/api/admin/users/412/statusinfo"
	r.as("grace.kim", hdptest.AccountPassword, "GET", list, "").expectCode(t, 403, 222208103)
	r.admin("PUT", "/api/admin/users/338/permissions", `{"roles":[562,563],"permissions":[]}`)
	r.admin("PUT", "/api/admin/users/338/tenantsadministered", `{"tenantsAdministered":[56]}`)
	r.as("grace.kim", hdptest.AccountPassword, "GET", list, "").expect(t, 200, `{"status":1}`)
	r.admin("GET", "/api/admin/roles/563", "").expect(t, 200, `{"id":563,"name":"Tenant Administrator","tenantId":56,"description":"Administers Sales",`+
		`"permissions":[1,2,3,4,5,6,7,8,9,10,11,13,14,15,16,17,18,19,20,21],"users":[338,503]}`)
	r.SetRoles(338, []int64{562})
	r.as("grace.kim", hdptest.AccountPassword, "GET", list, "").expectCode(t, 403, 222208103)
}
