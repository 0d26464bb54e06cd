package hdpclient

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

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

func TestDeclaredCharsetLeavesUTF8Intact(t *testing.T) {
	for note, want := range map[string]string{
		"Müller € 日":    "Müller € 日",
		"M\xfcller":     "Müller",
		"\xe2\x82 \xfc": "\u00e2\u0082 ü",
	} {
		body := `{"status":1,"note":"` + note + `"}`
		c, _ := dial(t, reply(200, body, "Content-Type", "application/json; charset=ISO-8859-1"))
		if s, err := c.StatusInfo(t.Context(), 307); err != nil || string(s.Extra) != `{"note":"`+want+`"}` {
			t.Errorf("%q became %q, %v", note, s.Extra, err)
		}
		inBytes := &latin1Body{body: io.NopCloser(iotest.OneByteReader(strings.NewReader(note + "\xe2")))}
		if text, err := io.ReadAll(inBytes); err != nil || string(text) != want+"â" {
			t.Errorf("%q, byte by byte, became %q, %v", note, text, err)
		}
	}
}
