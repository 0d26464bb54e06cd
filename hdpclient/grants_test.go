package hdpclient

import (
	"io"
	"net/http"
	"testing"

	json "github.com/go-json-experiment/json"
)

func TestPermissionsRoundTrip(t *testing.T) {
	for name, test := range map[string]struct{ came, back string }{
		"the sample":                {`{"roles":[1,2],"permissions":[9,12]}`, ``},
		"unknown properties":        {`{"roles":[1],"permissions":[],"since":{"b":[1,2.50,"\u00e9\/"],"a":null},"x":1e400}`, ``},
		"an unknown permission":     {`{"roles":[1],"permissions":[9007199254740993]}`, ``},
		"no permissions":            {`{"roles":[1]}`, `{"roles":[1],"permissions":[]}`},
		"null permissions":          {`{"roles":[1],"permissions":null,"x":1}`, `{"roles":[1],"permissions":[],"x":1}`},
		"permissions first":         {`{"permissions":[9],"roles":[1]}`, `{"roles":[1],"permissions":[9]}`},
		"a password, which is lost": {`{"roles":[1],"permissions":[],"password":"x"}`, `{"roles":[1],"permissions":[]}`},
	} {
		var p Permissions
		if err := json.Unmarshal([]byte(test.came), &p, lenient()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if test.back == "" {
			test.back = test.came
		}
		if got := encode(t, p); got != test.back {
			t.Errorf("%s: %s goes back as %s", name, test.came, got)
		}
		if lost := name == "a password, which is lost"; p.Withheld() != lost {
			t.Errorf("%s: withheld %v", name, p.Withheld())
		}
	}
}

func TestAuthInfoRoundTrip(t *testing.T) {
	for name, test := range map[string]struct{ came, back string }{
		"the sample":             {`{"authUsers":[{"authUserName":"user437","authServiceId":1},{"authUserName":"*","authServiceId":5}]}`, ``},
		"unknown properties":     {`{"authUsers":[{"authUserName":"a","authServiceId":1,"map":{"b":2.50}}],"x":"\u00e9"}`, ``},
		"odd forms":              {`{"authUsers":[{"authUserName":"\u0061\/\ud800","authServiceId":"1"},{"authUserName":412,"authServiceId":2.0}]}`, ``},
		"invalid UTF-8":          {"{\"authUsers\":[{\"authUserName\":\"a\xff\",\"authServiceId\":1}]}", ``},
		"another spelling":       {`{"authUsers":[{"authUsername":"a","authServiceId":1}]}`, `{"authUsers":[{"authUserName":"a","authServiceId":1}]}`},
		"a password inside":      {`{"authUsers":[{"authUserName":"a","authServiceId":1,"Password":"x","y":1}]}`, `{"authUsers":[{"authUserName":"a","authServiceId":1,"y":1}]}`},
		"a password at the top":  {`{"authUsers":[],"x":[{"password":"x"}]}`, `{"authUsers":[],"x":[{}]}`},
		"nothing, as in a quirk": {`{}`, `{"authUsers":[]}`},
	} {
		var i AuthInfo
		if err := json.Unmarshal([]byte(test.came), &i, lenient()); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if test.back == "" {
			test.back = test.came
		}
		if got := encode(t, i); got != test.back {
			t.Errorf("%s: %s goes back as %s", name, test.came, got)
		}
		if lost := name[0:2] == "a "; i.Withheld() != lost {
			t.Errorf("%s: withheld %v", name, i.Withheld())
		}
	}
	renamed := AuthInfo{}
	if err := json.Unmarshal([]byte(`{"authUsers":[{"authUserName":412,"authServiceId":"1"}]}`), &renamed, lenient()); err != nil {
		t.Fatal(err)
	}
	renamed.AuthUsers[0].AuthUserName, renamed.AuthUsers[0].AuthServiceID = TextOf("b\x1b"), 2
	if got := encode(t, renamed); got != `{"authUsers":[{"authUserName":"b\u001b","authServiceId":"2"}]}` {
		t.Errorf("changed to %s", got)
	}
}

// A PUT of what was not understood would damage the account.
func TestGrantsThatCannotBeRead(t *testing.T) {
	for body, want := range map[string]string{
		`{"roles":[1],"roles":[2]}`:                         "the answer's /roles appears twice",
		`{"roles":[1],"permissions":[],"permissions":null}`: "the answer's /permissions appears twice",
		`{"roles":["x"]}`:                                   "the answer's /roles/0 has the wrong type",
		`{"roles":[1.5]}`:                                   "the answer's /roles/0 has the wrong type",
		`{"roles":1}`:                                       "the answer's /roles has the wrong type",
		`[]`:                                                "the answer's  has the wrong type",
	} {
		err := json.Unmarshal([]byte(body), &Permissions{}, lenient())
		if err == nil || decodeError(err).Error() != want {
			t.Errorf("%s: %v", body, err)
		}
	}
	for body, want := range map[string]string{
		`{"authUsers":[],"authUsers":[]}`:                                           "the answer's /authUsers appears twice",
		`{"authUsers":[{"authUserName":"a","authServiceId":1,"authServiceId":2}]}`:  "the answer's /authUsers/0/authServiceId appears twice",
		`{"authUsers":[{"authUserName":"a","authUsername":"b","authServiceId":1}]}`: "the answer's /authUsers/0/authUsername appears twice",
		`{"authUsers":[{"authServiceId":1}]}`:                                       string(errNoAuthUser),
		`{"authUsers":[{"authUserName":null,"authServiceId":1}]}`:                   string(errNoAuthUser),
		`{"authUsers":[{"authUserName":"a"}]}`:                                      string(errNoAuthUser),
		`{"authUsers":[{"authUserName":"a","authServiceId":"one"}]}`:                "the answer's /authUsers/0/authServiceId has the wrong type",
		`{"authUsers":["a"]}`:                                                       "the answer's /authUsers/0 has the wrong type",
	} {
		err := json.Unmarshal([]byte(body), &AuthInfo{}, lenient())
		if err == nil || decodeError(err).Error() != want {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestGrantsAreSentWhole(t *testing.T) {
	var got string
	c, _ := dialProven(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.Path + " " + string(body)
		_, _ = w.Write(body)
	})
	echo, err := c.UpdatePermissions(t.Context(), 307, Permissions{Roles: []int64{2}})
	if p, ok := echo.Get(); err != nil || !ok || len(p.Roles) != 1 || got != `PUT /api/admin/users/307/permissions {"roles":[2],"permissions":[]}` {
		t.Errorf("%s, %+v, %v", got, echo, err)
	}
	names := AuthInfo{AuthUsers: []AuthUser{{AuthUserName: TextOf("Ελένη|*"), AuthServiceID: 5}}}
	users, err := c.UpdateAuthInfo(t.Context(), 307, names)
	if i, ok := users.Get(); err != nil || !ok || len(i.AuthUsers) != 1 || got != `PUT /api/admin/users/307/authinfo {"authUsers":[{"authUserName":"Ελένη|*","authServiceId":5}]}` {
		t.Errorf("%s, %+v, %v", got, users, err)
	}
	got = ""
	_, noRoles := c.UpdatePermissions(t.Context(), 307, Permissions{Permissions: []int64{9}})
	_, noNames := c.UpdateAuthInfo(t.Context(), 307, AuthInfo{})
	for _, err := range []error{noRoles, noNames} {
		wantIs(t, err, "not sent")
	}
	if got != "" {
		t.Errorf("sent %s", got)
	}
}
