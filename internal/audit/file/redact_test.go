//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	json "github.com/go-json-experiment/json"

	"hdpadmin/internal/audit/file"
)

func TestSecretsAreRedacted(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"password":"hunter2"}`, `{"password":"[redacted]"}`},
		{`{"a":[{"NewPassword":"hunter2","b":1}]}`, `{"a":[{"NewPassword":"[redacted]","b":1}]}`},
		{`{"new_password":{"value":["hunter2"]}}`, `{"new_password":"[redacted]"}`},
		{`{"password":null}`, `{"password":null}`},
		{`{"passwordStatus":1,"passwordExpiration":null}`, `{"passwordStatus":1,"passwordExpiration":null}`},
		{` [ 12345678901234567890 , 1.50 , "\u0070" ] `, `[12345678901234567890,1.50,"p"]`},
		{`"text"`, `"text"`},
		{"{\"note\":\"Caf\xe9\",\"n\":\"\\ud800\"}", "{\"note\":\"Caf\ufffd\",\"n\":\"\ufffd\"}"},
		{``, `null`},
	} {
		path := logPath(t)
		in := unlock(1)
		in.Before, in.After = []byte(c.in), []byte(c.in)
		intent, err := open(t, path).LogIntent(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := intent.LogOutcome(file.Outcome{Kind: file.Applied, Stored: []byte(c.in)}); err != nil {
			t.Fatal(err)
		}
		b, _ := os.ReadFile(path)
		if bytes.Contains(b, []byte("hunter2")) {
			t.Errorf("%s: in the log: %s", c.in, b)
		}
		got := read(t, path)
		for _, v := range []string{got[0].Before.String(), got[0].After.String(), got[1].Stored.String()} {
			if v != c.want {
				t.Errorf("%s became %s, want %s", c.in, v, c.want)
			}
		}
	}
}

func TestSecretsAtAnyDepthAreRedacted(t *testing.T) {
	path := logPath(t)
	log := open(t, path, file.WithSync(func(func() error) error { return nil }))
	rapid.Check(t, func(rt *rapid.T) {
		var v any = map[string]any{rapid.SampledFrom([]string{"password", "PASSWORD", "old-password", "secret"}).Draw(rt, "name"): "hunter2"}
		for range rapid.IntRange(0, 50).Draw(rt, "depth") {
			if rapid.Bool().Draw(rt, "list") {
				v = []any{1, v}
			} else {
				v = map[string]any{"x": v, "y": true}
			}
		}
		b, err := json.Marshal(v)
		if err != nil {
			rt.Fatal(err)
		}
		in := unlock(1)
		in.After = b
		intent, err := log.LogIntent(in)
		if err != nil {
			rt.Fatal(err)
		}
		if s := intent.Entry().After.String(); strings.Contains(s, "hunter2") || !strings.Contains(s, "[redacted]") {
			rt.Fatal(s)
		}
	})
}

func TestOddInput(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	intent, err := log.LogIntent(unlock(1))
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]string{
		"not JSON": `{"password":"hunter2"`, "more than one": `{} {}`, "a name twice": `{"a":1,"a":2}`,
		"too large": `"` + strings.Repeat("x", 300<<10) + `"`,
	} {
		in := unlock(2)
		in.After = []byte(v)
		if _, err := log.LogIntent(in); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
		if err := intent.LogOutcome(file.Outcome{Kind: file.Applied, Stored: []byte(v)}); err != nil {
			t.Errorf("%s: the outcome is lost: %v", name, err)
		}
	}
	in := unlock(3)
	in.After = []byte(`"` + strings.Repeat("x", 300<<10) + `"`)
	if _, err := log.LogIntent(in); !errors.Is(err, file.ErrTooLarge) {
		t.Errorf("%v", err)
	}
	// The largest possible entry, of the characters that grow most in JSON.
	wide := strings.Repeat("\x01", 1<<20)
	in = file.Intent{
		Operation: wide, Batch: wide, Reason: wide, Request: wide,
		Subject: file.Subject{AccountName: wide, TenantName: strings.Repeat("\xff", 1<<20)},
	}
	in.Before = []byte(`"` + strings.Repeat("é", 100<<10) + `"`)
	in.After = in.Before
	id := file.Identity{Host: wide, OSUser: wide, SSH: wide, Server: wide, Login: wide, Version: wide}
	if intent, err = log.As(id).LogIntent(in); err != nil {
		t.Fatal(err)
	}
	if err := intent.LogOutcome(file.Outcome{Kind: file.Refused, Message: strings.Repeat("€", 1<<20), Stored: in.Before}); err != nil {
		t.Fatal(err)
	}
	// The end is found even if the last line is longer than the first read.
	if err := open(t, path).LogEvent(file.KindSignIn, file.Details{}); err != nil {
		t.Fatal(err)
	}
	r := mustHold(t, path)
	if r.Entries != 8 || len(r.Torn) != 0 {
		t.Errorf("%d entries", r.Entries)
	}
}
