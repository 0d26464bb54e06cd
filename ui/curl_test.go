package ui_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// withIntents returns a console whose log holds these writes of another console. The last one
// is the first in its history.
func withIntents(t *testing.T, intents ...file.Intent) *uitest.Console {
	t.Helper()
	path := uitest.AuditLogFile(t)
	id := file.Identity{Host: "jump2", Server: "http://hdp.example.test", Login: "helpdesk"}
	at := func() time.Time { return time.Date(2026, 11, 22, 13, 50, 0, 0, time.UTC) }
	left, err := file.Open(path, id, file.WithClock(at))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range intents {
		if _, err := left.LogIntent(in); err != nil {
			t.Fatal(err)
		}
	}
	return uitest.NewConsole(t, func(o *ui.Options) {
		log, err := file.Open(path, id)
		if err == nil {
			o.AuditLog, err = audit.New(log, id, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A copied request sends exactly what was sent, or there is none.
func TestCopiedRequestEqualsTheOneSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request, body string
		none          string // why nothing can be copied
	}{
		"invisible text":       {body: "{\"status\":1,\"note\":\"M\u00fcller\u00a0GmbH\u200b\\n it's \U0001f600\u202e\",\"m\u00fc\":[\"\u009b2J\"]}"},
		"plain":                {body: `{"status":1,"accountLocked":false}`},
		"the name of a secret": {body: `{"token":null,"passwordStatus":2,"note":"token"}`},
		"a secret":             {body: `{"status":1,"token":"T-123"}`, none: "does not keep the value of token"},
		"a nested secret":      {body: `{"a":[{"b":1,"client_secret":{"x":1}}]}`, none: "does not keep the value of client_secret"},
		"invalid UTF-8":        {body: "{\"note\":\"Caf\xe9\"}", none: "not valid UTF-8"},
		"a password":           {request: "PUT /api/admin/users/307/resetpassword", none: "it contained a password"},
		"a forged method":      {request: "PUT;id /x", body: `{}`, none: "its login or address"},
		"a forged address":     {request: "PUT /x\x1b[201~\nid", body: `{}`, none: "its login or address"},
		"a forged host":        {request: "PUT .evil.example/x", body: `{}`, none: "its login or address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.request == "" {
				c.request = "PUT /api/admin/users/307/statusinfo"
			}
			d := withIntents(t, file.Intent{Operation: "edit", Subject: file.Subject{AccountID: 307}, Request: c.request, After: []byte(c.body)})
			d.Presses("l", "y")
			copied, asked := d.Clipboard()
			if c.none != "" {
				d.Resizes(160, 30)
				d.Sees(c.none)
				if asked {
					t.Errorf("copied %q", copied)
				}
				return
			}
			body := strings.TrimPrefix(copied, `curl -u 'helpdesk' -X PUT -H 'Content-Type: application/json' -d '`)
			body, url, _ := strings.Cut(body, "' 'http://")
			if url != "hdp.example.test/api/admin/users/307/statusinfo'" {
				t.Errorf("copied %q", copied)
			}
			if strings.ContainsFunc(copied, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("not safe in every shell: %q", copied)
			}
			var got, want any
			if err := json.Unmarshal([]byte(strings.ReplaceAll(body, `'\''`, "'")), &got); err != nil {
				t.Fatalf("%v: %q", err, copied)
			}
			if err := json.Unmarshal([]byte(c.body), &want); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("sends %q, want %q", got, want)
			}
		})
	}
}
