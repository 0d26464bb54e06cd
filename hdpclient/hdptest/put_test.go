package hdptest_test

import "testing"

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
}
