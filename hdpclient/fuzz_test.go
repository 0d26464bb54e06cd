package hdpclient

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"
)

func FuzzText(f *testing.F) {
	for _, seed := range []string{"alice", "\x1b]0;x\a", "\u202e\u200b\u009b", "a\xffb", "\u0301x", "日本"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		text := TextOf(raw)
		for _, r := range text.String() {
			if unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == utf8.RuneError && !strings.ContainsRune(raw, r) {
				t.Errorf("%q prints %U", raw, r)
			}
		}
		if clean := text.String(); Clean(clean) != clean {
			t.Errorf("%q is cleaned twice", raw)
		}
		// As a server would have to send it: with JSON's own escapes only.
		quoted := []byte{'"'}
		for i := range len(raw) {
			if b := raw[i]; b == '"' || b == '\\' {
				quoted = append(quoted, '\\', b)
			} else if b < 0x20 {
				quoted = append(quoted, `\u00`+string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15])...)
			} else {
				quoted = append(quoted, b)
			}
		}
		var back Text
		if err := json.Unmarshal(append(quoted, '"'), &back, lenient()); err != nil || back != text {
			t.Errorf("%q comes back as %q, %v", raw, back.Raw(), err)
		}
	})
}

func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{`"2026-11-22 13:45:11"`, `"2026-11-22 13:45:11.9"`, `"2026-11-22T13:45:11.9+01:00"`, `1798148093000`, `"x"`, `{"a":1,"a":2}`, `null`, `1e999`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		var first, second Timestamp
		if json.Unmarshal([]byte(wire), &first, lenient()) != nil {
			return
		}
		back, err := json.Marshal(first, Verbatim())
		if err != nil {
			t.Fatalf("%q cannot be sent back: %v", wire, err)
		}
		if err := json.Unmarshal(back, &second, lenient()); err != nil || first != second {
			t.Errorf("%q becomes %q, then %q", wire, first, second)
		}
		// A new time in the same form must read as that time.
		soon := At(time.Unix(1_800_000_000, 0))
		back, err = json.Marshal(soon.InFormOf(first), Verbatim())
		if err != nil {
			t.Fatalf("cannot write a time in the form of %q: %v", wire, err)
		}
		if err := json.Unmarshal(back, &second, lenient()); err != nil || second.String() != soon.String() {
			t.Errorf("in the form of %q: %s, which reads as %q", wire, back, second)
		}
	})
}

func FuzzStatusInfo(f *testing.F) {
	for _, seed := range []string{
		`{"status":1,"accountLocked":false}`, `{"status":0,"accountLockedAt":"2026-11-22 13:45:11.0","x":[1,{"password":"p"}]}`,
		`{"status":1,"status":0}`, `{}`, `{"status":1,"a":1,"a":2}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		var first, second StatusInfo
		if json.Unmarshal([]byte(wire), &first, lenient()) != nil {
			return
		}
		back, err := json.Marshal(first, Verbatim())
		if err != nil {
			t.Fatalf("%q cannot be sent back: %v", wire, err)
		}
		if err := json.Unmarshal(back, &second, lenient()); err != nil {
			t.Fatalf("%q goes back as %q: %v", wire, back, err)
		}
		if first.Status != second.Status || first.AccountLocked != second.AccountLocked ||
			first.AccountLockedAt != second.AccountLockedAt || first.AccountLockedUntil != second.AccountLockedUntil ||
			string(first.Extra) != string(second.Extra) {
			t.Errorf("%q: %+v is not %+v", wire, first, second)
		}
	})
}

// A PUT must send back what came, even what this package does not know.
func FuzzGrants(f *testing.F) {
	for _, seed := range []string{
		`{"roles":[1],"permissions":[9],"x":[1,{"password":"p"}]}`, `{"roles":null,"permissions":[]}`, `{"roles":[1],"roles":[2]}`,
		`{"authUsers":[{"authUserName":"a","authServiceId":1,"b":2}],"c":null}`, `{"authUsers":[{"authUsername":412,"authServiceId":"1"}]}`,
		"{\"authUsers\":[{\"authUserName\":\"\\ud800\xff\",\"authServiceId\":1}]}", `{}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, wire string) {
		roundTrip[Permissions](t, wire, Permissions.Withheld)
		roundTrip[AuthInfo](t, wire, AuthInfo.Withheld)
	})
}

// roundTrip checks that an object reads the same after it was written, and never more often
// loses something.
func roundTrip[T any](t *testing.T, wire string, withheld func(T) bool) {
	t.Helper()
	var first, second T
	if json.Unmarshal([]byte(wire), &first, lenient()) != nil {
		return
	}
	back, err := json.Marshal(first, Verbatim())
	if err != nil {
		t.Fatalf("%q cannot be sent back: %v", wire, err)
	}
	if err := json.Unmarshal(back, &second, lenient()); err != nil {
		t.Fatalf("%q goes back as %q: %v", wire, back, err)
	}
	again, err := json.Marshal(second, Verbatim())
	if err != nil || string(again) != string(back) || withheld(second) {
		t.Errorf("%q goes back as %q, then as %q (%v)", wire, back, again, err)
	}
}

// The answer to a creation repeats the password, in whatever form.
func FuzzCreatedUser(f *testing.F) {
	for _, seed := range []string{
		`{"id":5,"userName":"new.user","passwordInfo":{"password":"Green-Tea77","passwordStatus":2}}`, `{"id":5,"Password":"Green-Tea77"}`,
		`{"id":5,"statusInfo":{"status":1,"x":"Green-Tea77"}}`, `{"id":"5","userName":"new.user","passwordInfo":{"passwordStatus":2,"y":["\u0047reen-Tea77"]}}`,
		`{"id":5,"tenantName":"Green-Tea77","authenticationInfo":{"authUsers":[{"authUserName":"Green-Tea77","authServiceId":"1"}]}}`, `{}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := request{method: "POST", secret: SecretOf(firstPassword)}
		a := response{status: 200, body: []byte(body)}
		if !r.accepts(a) {
			return
		}
		got, err := r.readCreated(a, "new.user")
		if err != nil && !errors.Is(err, ErrOutcomeUnknown) || got.ID < 0 {
			t.Errorf("%q: %+v, %v", body, got, err)
		}
		echo, err2 := json.Marshal(got.Echo, Verbatim())
		if err2 != nil {
			t.Fatalf("%q cannot be written: %v", body, err2)
		}
		if text := fmt.Sprintf("%+v %#v %s %v", got, got, echo, err); strings.Contains(text, firstPassword) {
			t.Errorf("%q is returned as %s", body, text)
		}
	})
}

func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{
		notFoundEnvelope, notFoundEnvelope[:len(notFoundEnvelope)-2], notFoundEnvelope + "}", unauthorizedEnvelope,
		`<error><code>222206007</code><message lang="en-US">x</message></error>`, `<html>`, "\ufeff{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		env, ok := parseEnvelope(body)
		if ok && env.code == "" {
			t.Errorf("%q is an envelope without a code", body)
		}
		_ = response{status: 502, body: body}.snippet(nil)
	})
}

// An unlock must send back unchanged what it does not change.
func TestStatusInfoRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SampledFrom([]string{``, `null`, `"2026-11-22 13:45:11"`, `"soon"`, `17`})
		object := `{"status":` + rapid.SampledFrom([]string{"0", "1", "9"}).Draw(t, "status")
		add := func(name, value string) {
			if value != "" {
				object += `,"` + name + `":` + value
			}
		}
		add("accountLocked", rapid.SampledFrom([]string{``, `null`, `true`, `false`}).Draw(t, "locked"))
		add("accountLockedAt", times.Draw(t, "at"))
		add("accountLockedUntil", times.Draw(t, "until"))
		add(rapid.StringMatching(`x[a-z]{0,5}`).Draw(t, "name"), rapid.SampledFrom([]string{``, `1.0`, `[{"b":2,"a":1}]`, `"\u00e9"`}).Draw(t, "extra"))
		object += "}"
		var s StatusInfo
		if err := json.Unmarshal([]byte(object), &s, lenient()); err != nil {
			t.Fatal(err)
		}
		back, err := json.Marshal(s, Verbatim())
		if err != nil || string(back) != object {
			t.Errorf("%s goes back as %s (%v)", object, back, err)
		}
		if !jsontext.Value(back).IsValid() {
			t.Errorf("%s is not JSON", back)
		}
	})
}
