package hdpclient

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	json "github.com/go-json-experiment/json"
)

const firstPassword = "Green-Tea77"

func aNewUser() NewUser {
	return NewUser{
		UserName: "new.user", TenantID: Some[int64](56), StatusInfo: aStatus, Password: SecretOf(firstPassword),
		Permissions: Permissions{Roles: []int64{562}},
	}
}

func TestCreateSendsTheAccount(t *testing.T) {
	at := func(s string) Opt[Timestamp] {
		var ts Timestamp
		if err := json.Unmarshal([]byte(`"`+s+`"`), &ts); err != nil {
			t.Fatal(err)
		}
		return Some(ts)
	}
	for _, test := range []struct {
		name string
		edit func(*NewUser)
		want string
	}{
		{"the least", func(u *NewUser) { u.TenantID, u.Password = Opt[int64]{}, Secret{} }, `{"userName":"new.user","statusInfo":{"status":1},"permissions":{"roles":[562],"permissions":[]}}`},
		{
			"with a password", func(*NewUser) {},
			`{"userName":"new.user","tenantId":56,"statusInfo":{"status":1},"passwordInfo":{"password":"Green-Tea77","passwordStatus":2},"permissions":{"roles":[562],"permissions":[]}}`,
		},
		{
			"with everything", func(u *NewUser) {
				u.UserName = "Ελένη \"x\"\x1b"
				u.Password = SecretOf("Qu\"ote\\ ü")
				u.PasswordInfo = Some(PasswordInfo{PasswordStatus: PasswordActive, PasswordExpiration: at("2027-01-01 00:00:00")})
				u.Permissions.Permissions = []int64{30}
				u.AuthInfo = Some(AuthInfo{AuthUsers: []AuthUser{{AuthUserName: TextOf("e"), AuthServiceID: 5}}})
			},
			`{"userName":"Ελένη \"x\"\u001b","tenantId":56,"statusInfo":{"status":1},"passwordInfo":{"password":"Qu\"ote\\ ü","passwordStatus":1,"passwordExpiration":"2027-01-01 00:00:00"},` +
				`"permissions":{"roles":[562],"permissions":[30]},"authenticationInfo":{"authUsers":[{"authUserName":"e","authServiceId":5}]}}`,
		},
		{
			"the sample without a password", func(u *NewUser) {
				u.Password, u.PasswordInfo = Secret{}, Some(PasswordInfo{PasswordStatus: PasswordActive, PasswordExpiration: Null[Timestamp]()})
			},
			`{"userName":"new.user","tenantId":56,"statusInfo":{"status":1},"passwordInfo":{"passwordStatus":1,"passwordExpiration":null},"permissions":{"roles":[562],"permissions":[]}}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := dialProven(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != http.MethodPost || r.URL.Path != "/api/admin/users" || r.Header.Get("Content-Type") != "application/json" || string(body) != test.want {
					t.Errorf("%s %s %s", r.Method, r.URL, body)
				}
				reply(201, "")(w, r)
			})
			u := aNewUser()
			test.edit(&u)
			if _, err := c.CreateUser(t.Context(), u); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCreateIsNotSent(t *testing.T) {
	var requests counter
	c, _ := dialProven(t, inTurn(&requests, reply(201, "")))
	for name, edit := range map[string]func(*NewUser){
		"no name":                 func(u *NewUser) { u.UserName = "" },
		"a name not in UTF-8":     func(u *NewUser) { u.UserName = "a\xff" },
		"no role":                 func(u *NewUser) { u.Permissions.Roles = nil },
		"a password not in UTF-8": func(u *NewUser) { u.Password = SecretOf("a\xff") },
	} {
		u := aNewUser()
		edit(&u)
		_, err := c.CreateUser(t.Context(), u)
		if err == nil {
			t.Errorf("%s: sent", name)
			continue
		}
		wantIs(t, err, "not sent")
	}
	if requests.get() != 0 {
		t.Errorf("%d requests", requests.get())
	}
}

func TestCreateAnswers(t *testing.T) {
	const echo = `{"id":1234,"userName":"new.user","tenantId":56,"statusInfo":{"status":1},"passwordInfo":{"passwordStatus":2,"password":"Green-Tea77"},"permissions":{"roles":[562]}}`
	for _, test := range []struct {
		name     string
		status   int
		body     string
		location string
		id       int64
		echo     bool
		is       []string // nil: no error
	}{
		{name: "200 with the account", status: 200, body: echo, id: 1234, echo: true},
		{name: "201 with the account", status: 201, body: echo, id: 1234, echo: true},
		{name: "201 with both", status: 201, body: echo, location: "/api/admin/users/9", id: 1234, echo: true},
		{name: "201 with Location", status: 201, location: "https://h:8443/x/api/admin/users/1234", id: 1234},
		{name: "201 with a relative Location", status: 201, location: "users/1234?x=1", id: 1234},
		{name: "201 with another Location", status: 201, location: "/login/1234"},
		{name: "201 with an odd Location", status: 201, location: "/api/admin/users/-5"},
		{name: "201 with a broken Location", status: 201, location: "http://[::1/users/5"},
		{name: "201 with nothing", status: 201},
		{name: "204", status: 204},
		{name: "an empty 200", status: 200},
		{name: "the name in another case", status: 200, body: `{"id":5,"userName":"New.User"}`, id: 5, echo: true},
		{name: "the id alone", status: 200, body: `{"id":5}`, id: 5, echo: true},
		{name: "the name alone", status: 200, body: `{"userName":"new.user"}`, location: "/users/5", id: 5, echo: true},
		{name: "an id in a string", status: 200, body: `{"id":"5","userName":"new.user"}`, id: 5, echo: true},
		{name: "an id that cannot be read", status: 200, body: `{"id":{},"userName":"new.user"}`, echo: true},
		{name: "another account", status: 200, body: `{"id":5,"userName":"alice"}`, is: []string{"unknown"}},
		{name: "success alone", status: 200, body: `{"success":true}`, is: []string{"unknown"}},
		{name: "a password alone", status: 200, body: `{"password":"Green-Tea77"}`, is: []string{"unknown"}},
		{name: "another program's error", status: 200, body: `{"error":"upstream request timeout"}`, is: []string{"unknown"}},
		{name: "a page", status: 200, body: `<html>`, is: []string{"unknown"}},
		{name: "303", status: 303, location: "/api/admin/users/5", is: []string{"unknown"}},
		{name: "307", status: 307, location: "/elsewhere", is: []string{"unknown"}},
		{name: "400 with an envelope", status: 400, body: `{"error":{"code":999000004,"message":{"lang":"en-US","value":"x"}}}`, is: []string{"refused"}},
		{name: "404 for a role", status: 404, body: `{"error":{"code":222207924,"message":{"lang":"en-US","value":"x"}}}`, is: []string{"refused", "not found"}},
		{name: "409 without an envelope", status: 409, body: `{}`, is: []string{"unknown"}},
		{name: "503", status: 503, is: []string{"unknown", "unavailable"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests counter
			headers := []string{}
			if test.location != "" {
				headers = []string{"Location", test.location}
			}
			c, w := dialProven(t, inTurn(&requests, reply(test.status, test.body, headers...)))
			got, err := c.CreateUser(t.Context(), aNewUser())
			if requests.get() != 1 || len(w.all) != 0 {
				t.Errorf("%d requests: it is sent once", requests.get())
			}
			if test.is != nil {
				wantIs(t, err, test.is...)
				if e := asError(t, err); !e.Snippet.IsZero() {
					t.Errorf("the answer is quoted: %q", e.Snippet)
				}
				return
			}
			if _, repeated := got.Echo.Get(); err != nil || got.ID != test.id || repeated != test.echo {
				t.Errorf("%+v, %v", got, err)
			}
			wantNoSecret(t, fmt.Sprintf("%+v %#v %s", got, got, encode(t, got.Echo)), firstPassword)
		})
	}
}

// However a server repeats the password, the caller does not see it.
func TestCreatedUserHasNoPassword(t *testing.T) {
	for _, part := range []string{
		`"password":"Green-Tea77"`, `"passwordInfo":{"passwordStatus":2,"password":"Green-Tea77","PASSWORD":"Green-Tea77"}`,
		`"passwordInfo":{"passwordStatus":2,"temporary":"Green-Tea77"}`, `"statusInfo":{"status":1,"note":"it is Green-Tea77"}`,
		`"permissions":{"roles":[1],"a":[{"b":"\u0047reen-Tea77"}]}`, `"authenticationInfo":{"authUsers":[{"authUserName":"a","authServiceId":1,"pw":"R3JlZW4tVGVhNzc="}]}`,
		`"tenantName":"Green-Tea77"`, `"passwordInfo":{"passwordStatus":2,"passwordExpiration":"Green-Tea77"}`,
	} {
		var log bytes.Buffer
		c, _ := dialProven(t, reply(200, `{"id":5,"userName":"new.user",`+part+`}`), WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		u := aNewUser()
		got, err := c.CreateUser(t.Context(), u)
		if err != nil || got.ID != 5 {
			t.Errorf("%s: %+v, %v", part, got, err)
		}
		wantNoSecret(t, log.String()+fmt.Sprintf("%v %+v %#v %s %v %+v %#v", got, got, got, encode(t, got.Echo), u, u, u), firstPassword)
	}
	if text, err := json.Marshal(aNewUser()); err == nil {
		t.Errorf("a new user is marshalled: %s", text)
	}
}

func TestDeleteAnswers(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		body   string
		is     []string // nil: no error
	}{
		{"204", 204, ``, nil},
		{"an empty 200", 200, ``, nil},
		{"the body of the sample", 200, `{"success":true}`, nil},
		{"success in a string", 200, `{"success":"true"}`, nil},
		{"no success", 200, `{"success":false}`, []string{"unknown"}},
		{"an empty object", 200, `{}`, []string{"unknown"}},
		{"a gateway's error", 200, `{"error":"upstream request timeout"}`, []string{"unknown"}},
		{"a page", 200, `<html>`, []string{"unknown"}},
		{"no such account", 404, notFoundEnvelope, []string{"refused", "not found"}},
		{"no such account, in the form of the page", 400, strings.Replace(notFoundEnvelope, "222207916", `"222207916"`, 1), []string{"refused", "not found"}},
		{"no such page", 404, `<html>`, []string{"unknown"}},
		{"500", 500, ``, []string{"unknown"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests counter
			c, w := dialProven(t, inTurn(&requests, func(rw http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodDelete || r.URL.Path != "/api/admin/users/307" || r.ContentLength != 0 {
					t.Errorf("%s %s with %d bytes", r.Method, r.URL, r.ContentLength)
				}
				if !r.Close {
					t.Error("the connection stays open, and may have a body after a 204")
				}
				reply(test.status, test.body)(rw, r)
			}))
			err := c.DeleteUser(t.Context(), 307)
			if requests.get() != 1 || len(w.all) != 0 {
				t.Errorf("%d requests: it is sent once", requests.get())
			}
			if test.is == nil && err != nil {
				t.Error(err)
			} else if test.is != nil {
				wantIs(t, err, test.is...)
			}
		})
	}
}

// net/http would repeat some requests on its own, above all on a connection that was used
// before.
func TestEveryWriteIsSentOnce(t *testing.T) {
	writes := map[string]func(*testing.T, *Client) error{
		"create": func(t *testing.T, c *Client) error { _, err := c.CreateUser(t.Context(), aNewUser()); return err },
		"delete": func(t *testing.T, c *Client) error { return c.DeleteUser(t.Context(), 307) },
		"roles": func(t *testing.T, c *Client) error {
			_, err := c.UpdatePermissions(t.Context(), 307, Permissions{Roles: []int64{1}})
			return err
		},
		"sign-in names": func(t *testing.T, c *Client) error {
			_, err := c.UpdateAuthInfo(t.Context(), 307, AuthInfo{AuthUsers: []AuthUser{{AuthServiceID: 1}}})
			return err
		},
	}
	for name, write := range writes {
		for what, answer := range map[string]http.HandlerFunc{
			"no answer": hangUp, "503": reply(503, "", "Retry-After", "1"), "429": reply(429, ""), "a redirect": reply(307, "", "Location", "/again"),
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				var requests counter
				c, w := dial(t, inTurn(&requests, reply(200, `{"status":1}`), answer))
				if _, err := c.StatusInfo(t.Context(), 307); err != nil {
					t.Fatal(err)
				}
				if err := write(t, c); !errors.Is(err, ErrOutcomeUnknown) {
					t.Error(err)
				}
				if requests.get() != 2 || len(w.all) != 0 {
					t.Errorf("%d requests, want the read and one write", requests.get())
				}
			})
		}
	}
}
