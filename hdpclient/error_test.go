package hdpclient

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestEnvelopes(t *testing.T) {
	const text = "There is no User with that id: 123."
	whole := envelope{code: "222207916", lang: "en-US", message: TextOf(text)}
	tests := []struct {
		name, body string
		want       envelope
		ok         bool
	}{
		{"as documented", `{"error":{"code":222207916,"message":{"lang":"en-US","value":"` + text + `"}}}`, whole, true},
		{"on several lines", "{\n\"error\":{\n\"code\":222207916,\n\"message\":{\n\"lang\":\"en-US\",\n\"value\":\"" + text + "\"\n}\n}\n}", whole, true},
		{"code as a string", `{"error":{"code":"222207916","message":{"lang":"en-US","value":"` + text + `"}}}`, whole, true},
		{"a code of another range", `{"error":{"code":"7","message":{"lang":"","value":"x"}}}`, envelope{code: "7", message: TextOf("x")}, true},
		{"a brace missing", `{"error":{"code":222207916,"message":{"lang":"en-US","value":"` + text + `"}}`, whole, true},
		{"all braces missing at the end", `{"error":{"code":222207916,"message":{"lang":"en-US","value":"` + text + `"`, whole, true},
		{"braces missing at the start", `"error":"code":222207916,"message":"lang":"en-US","value":"` + text + `"`, whole, true},
		{"a brace too many", `{"error":{"code":222207916,"message":{"lang":"en-US","value":"` + text + `"}}}}`, whole, true},
		{"no language", `{"error":{"code":222207916,"message":{"value":"x"}}}`, envelope{code: "222207916", message: TextOf("x")}, true},
		{"message as text", `{"error":{"code":222207916,"message":"x"}}`, envelope{code: "222207916", message: TextOf("x")}, true},
		{"no message", `{"error":{"code":222207916}}`, envelope{code: "222207916"}, true},
		{"XML", `<error><code>222207916</code><message lang="en-US">` + text + `</message></error>`, whole, true},
		{"XML with a head", `<?xml version="1.0" encoding="UTF-8"?><error xmlns="x"><code> 222207916 </code><message xml:lang="en-US">` + text + `</message></error>`, whole, true},
		{"a page", `<html><code>222207916</code></html>`, envelope{}, false},
		{"a gateway's", `{"error":{"code":503,"message":"upstream"}}`, envelope{code: "503", message: TextOf("upstream")}, false},
		{"a framework's", `{"timestamp":1,"status":404,"error":"Not Found","path":"/x"}`, envelope{}, false},
		{"an account", `{"status":1}`, envelope{}, false},
		{"a bare message", `{"message":"Forbidden"}`, envelope{}, false},
		{"cut in the message", `{"error":{"code":222207916,"message":{"lang":"en-US","value":"There is`, envelope{}, false},
		{"nothing", ``, envelope{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := parseEnvelope([]byte(test.body))
			if ok != test.ok || ok && got != test.want {
				t.Errorf("%+v %v", got, ok)
			}
		})
	}
}

func TestReadResponses(t *testing.T) {
	envelope := func(code string) string {
		return `{"error":{"code":` + code + `,"message":{"lang":"en-US","value":"said so"}}}`
	}
	tests := []struct {
		name    string
		status  int
		body    string
		kind    BodyKind
		snippet string
		is      []string
	}{
		{"no such user", 404, envelope("222207916"), BodyEnvelope, "", []string{"not found", "refused"}},
		{"no such user, 400", 400, envelope("222207916"), BodyEnvelope, "", []string{"not found", "refused"}},
		{"no such tenant", 404, envelope("222208573"), BodyEnvelope, "", []string{"not found", "refused"}},
		{"not permitted", 403, envelope(`"222208103"`), BodyEnvelope, "", []string{"forbidden", "refused"}},
		{"not permitted, 404", 404, envelope("222208103"), BodyEnvelope, "", []string{"forbidden", "refused"}},
		{"not permitted, 401", 401, envelope("222208103"), BodyEnvelope, "", []string{"forbidden", "refused"}},
		{"wrong password, 500", 500, envelope("222206007"), BodyEnvelope, "", []string{"unauthorized"}},
		{"after a byte order mark", 404, "\ufeff" + envelope("222207916"), BodyEnvelope, "", []string{"not found", "refused"}},
		{"another refusal", 400, envelope("222207007"), BodyEnvelope, "", []string{"refused"}},
		{"trouble", 500, envelope("222207919"), BodyEnvelope, "", nil},
		{"a page under 404", 404, "<!doctype html><title>Not\n here &amp; there</title><p>x", BodyHTML, "Not here & there", nil},
		{"a page without a title", 500, "<html><head><style>p{}</style></head><body><p>Out of <b>order</b></p></body></html>", BodyHTML, "Out of order", nil},
		{"text", 403, "Access denied by\tpolicy\x1b[31m", BodyOther, "Access denied by policy␛[31m", []string{"forbidden"}},
		{"JSON of a gateway", 403, `{"message":"Forbidden"}`, BodyOther, `{"message":"Forbidden"}`, []string{"forbidden"}},
		{"nothing under 403", 403, "", BodyEmpty, "", []string{"forbidden"}},
		{"nothing under 200", 200, "", BodyEmpty, "", nil},
		{"204", 204, "", BodyEmpty, "", nil},
		{"a page under 200", 200, "<html><title>Sign in</title></html>", BodyHTML, "Sign in", nil},
		{"cut under 200", 200, `{"status":1,"passw`, BodyCut, "", nil},
		{"another object", 200, `{"a":1}`, BodyOther, "", nil},
		{"null", 200, `null`, BodyOther, "null", nil},
		{"long text", 500, strings.Repeat("ä", 150), BodyOther, strings.Repeat("ä", 100) + "…", nil},
		{"501", 501, "", BodyEmpty, "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := dial(t, reply(test.status, test.body))
			_, err := c.StatusInfo(t.Context(), 307)
			wantIs(t, err, test.is...)
			e := asError(t, err)
			if e.Body != test.kind || e.Status != test.status || e.Snippet.String() != test.snippet {
				t.Errorf("status %d, body %q, snippet %q", e.Status, e.Body, e.Snippet)
			}
			if e.Op != "read status info" || e.Method != http.MethodGet || e.Path != "/api/admin/users/307/statusinfo" || e.Took <= 0 {
				t.Errorf("%+v", e)
			}
			if test.kind == BodyEnvelope && (e.Code == "" || e.Lang != "en-US" || e.Message.Raw() != "said so") {
				t.Errorf("envelope %q %q %q", e.Code, e.Lang, e.Message)
			}
		})
	}
}

// Errors that a caller's tests construct must behave like those of the client.
func TestHandmadeErrors(t *testing.T) {
	tests := []struct {
		name string
		err  error
		is   []string
		text string
	}{
		{
			"no answer to a write",
			&Error{Op: "update status info", Method: "PUT", Path: "/x"},
			[]string{"unknown"},
			"update status info: PUT /x (outcome unknown)",
		},
		{
			"refused", fmt.Errorf("apply: %w", &Error{Op: "update status info", Method: "PUT", Path: "/x", Status: 404, Code: CodeUserNotFound, Body: BodyEnvelope, Message: TextOf("no\x1b")}),
			[]string{"refused", "not found"},
			"apply: update status info: PUT /x: HTTP 404: no␛ (222207916)",
		},
		{
			"not sent",
			&Error{Op: "update status info", Method: "PUT", Path: "/x", NotSent: true, Err: fmt.Errorf("%w: dial", ErrUnavailable)},
			[]string{"not sent", "unavailable"},
			"update status info: PUT /x: server not available: dial (not sent)",
		},
		{
			"a page", &Error{Op: "list users", Method: "GET", Path: "/x", Status: 502, Body: BodyHTML, Snippet: TextOf("Bad Gateway"), Took: time.Second},
			[]string{"unavailable"},
			`list users: GET /x: HTTP 502: HTML page "Bad Gateway"`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantIs(t, test.err, test.is...)
			if test.err.Error() != test.text {
				t.Errorf("%s", test.err)
			}
		})
	}
	if errors.Is(&Error{Err: errors.New("x")}, errors.New("x")) {
		t.Error("matches any error")
	}
}
