package hdpclient

import "testing"

func TestDeclaredCharsetIsHonoured(t *testing.T) {
	const latin1Body, utf8Body = "{\"users\":[{\"id\":1,\"userName\":\"Bj\xf6rn\"}]}", `{"users":[{"id":1,"userName":"Björn"}]}`
	for contentType, body := range map[string]string{
		"application/json; charset=ISO-8859-1":    latin1Body,
		`application/json;charset="iso-8859-1"`:   latin1Body,
		"application/json; charset=utf-8":         utf8Body,
		"application/json":                        utf8Body,
		"application/json; charset=iso 8859-1; =": utf8Body,
	} {
		c, _ := dial(t, reply(200, body, "Content-Type", contentType))
		users, err := collect(t, c, t.Context(), UsersOptions{})
		if err != nil || len(users) != 1 || users[0].UserName.Raw() != "Björn" {
			t.Errorf("%s: the list is %+v, %v", contentType, users, err)
		}
		found, err := c.UsersByAuthName(t.Context(), "x")
		if err != nil || len(found) != 1 || found[0].UserName.Raw() != "Björn" {
			t.Errorf("%s: found %+v, %v", contentType, found, err)
		}
	}
}
