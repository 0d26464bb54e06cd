package hdpclient

import (
	"bytes"
	"encoding/base64"
	stdjson "encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v, Verbatim())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func compact(t *testing.T, s string) string {
	t.Helper()
	v := jsontext.Value(s)
	if err := v.Compact(); err != nil {
		t.Fatal(err)
	}
	return string(v)
}

// The samples come from the documents. Sample 000 lacked braces, which were added.
func TestSamplesRoundTrip(t *testing.T) {
	for name, sample := range map[string]string{
		"000 update password info": "{\n\"passwordStatus\": 2,\n\"passwordExpiration\": \"2025-12-31 00:00:00\"\n}",
		"002 get password info":    "{\n\"passwordStatus\": 1,\n\"passwordExpiration\": \"2020-02-02 00:00:00\"\n}",
		"never expires":            `{"passwordStatus":1,"passwordExpiration":null}`,
		"without expiration":       `{"passwordStatus":1}`,
		"unknown properties":       `{"passwordStatus":1,"hint":{"b":[1,2.50,"\u00e9\/"],"a":null},"x":1e400}`,
		"unknown status":           `{"passwordStatus":17}`,
		"an odd time":              `{"passwordStatus":1,"passwordExpiration":"never"}`,
	} {
		var p PasswordInfo
		if err := json.Unmarshal([]byte(sample), &p, lenient()); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got, want := encode(t, p), compact(t, sample); got != want {
			t.Errorf("%s: %s goes back as %s", name, want, got)
		}
	}
	for name, sample := range map[string]string{
		"003 update status info": "{\n\"status\": 1,\n\"accountLocked\": false\n}",
		"locked":                 `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`,
		"nulls":                  `{"status":0,"accountLocked":null,"accountLockedAt":null,"accountLockedUntil":null}`,
		"unknown properties":     `{"status":1,"lockReason":"x","n":9000000000000000000}`,
		"an unknown one twice":   `{"status":1,"x":1,"x":2}`,
	} {
		var s StatusInfo
		if err := json.Unmarshal([]byte(sample), &s, lenient()); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got, want := encode(t, s), compact(t, sample); got != want {
			t.Errorf("%s: %s goes back as %s", name, want, got)
		}
	}
}

func TestStatusIsRequired(t *testing.T) {
	for _, body := range []string{`{}`, `{"accountLocked":true}`, `{"status":null}`, `{"Status":1}`, `null`, `[]`, `{"status":"1x"}`} {
		if err := json.Unmarshal([]byte(body), &StatusInfo{}, lenient()); err == nil {
			t.Errorf("%s is accepted as a status", body)
		}
		if err := json.Unmarshal([]byte(strings.ReplaceAll(body, "tatus", "asswordStatus")), &PasswordInfo{}, lenient()); err == nil {
			t.Errorf("%s is accepted as a password info", body)
		}
	}
}

// Either of two values could be the right one.
func TestDuplicateKnownPropertyIsRefused(t *testing.T) {
	for _, c := range []struct {
		body, want string
		v          any
	}{
		{`{"status":1,"status":0}`, "the answer's /status appears twice", &StatusInfo{}},
		{`{"status":1,"status":1}`, "the answer's /status appears twice", &StatusInfo{}},
		{`{"status":1,"st\u0061tus":0}`, "the answer's /status appears twice", &StatusInfo{}},
		{`{"status":1,"accountLocked":true,"x":1,"accountLocked":false}`, "the answer's /accountLocked appears twice", &StatusInfo{}},
		{`{"status":1,"accountLockedUntil":null,"accountLockedUntil":null}`, "the answer's /accountLockedUntil appears twice", &StatusInfo{}},
		{`{"passwordStatus":1,"passwordStatus":2}`, "the answer's /passwordStatus appears twice", &PasswordInfo{}},
		{`{"passwordStatus":1,"passwordExpiration":null,"passwordExpiration":"2026-12-01 00:00:00"}`, "the answer's /passwordExpiration appears twice", &PasswordInfo{}},
	} {
		err := json.Unmarshal([]byte(c.body), c.v, lenient())
		if err == nil {
			t.Errorf("%s is accepted as %+v", c.body, c.v)
		} else if got := decodeError(err).Error(); got != c.want {
			t.Errorf("%s: %s", c.body, got)
		}
	}
}

// In a list, only that property is lost, not the account or the list.
func TestAccountWithADuplicateProperty(t *testing.T) {
	var u User
	body := `{"id":7,"userName":"a","tenantId":1,"tenantId":2,"tenantId":3,"statusInfo":{"status":1,"status":0},"passwordInfo":{"passwordStatus":1}}`
	if err := json.Unmarshal([]byte(body), &u, lenient()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(u.Unreadable, []string{"tenantId", "statusInfo"}) || !u.TenantID.IsZero() || !u.StatusInfo.IsZero() {
		t.Errorf("read as %+v", u)
	}
	if p, ok := u.PasswordInfo.Get(); !ok || p.PasswordStatus != PasswordActive || u.ID != 7 || u.UserName.Raw() != "a" {
		t.Errorf("other properties are lost: %+v", u)
	}
}

func TestOfTwoValuesNeitherCounts(t *testing.T) {
	for body, unreadable := range map[string][]string{
		`{"id":7,"id":8,"userName":"a"}`:                                   {"id"},
		`{"id":7,"userName":"a","id":7}`:                                   {"id"},
		`{"id":7,"i\u0064":8}`:                                             {"id"},
		`{"id":7,"userName":"a","userName":"b","tenantName":"c"}`:          {"userName"},
		`{"id":7,"tenantName":"c","tenantName":"d"}`:                       {"tenantName"},
		`{"id":7,"authUserName":"a","authUsername":"b","authusername":""}`: {"authUsername", "authusername"},
		`{"id":7,"authServiceIds":[1],"authServiceIds":[2]}`:               {"authServiceIds"},
		`{"id":7,"x":1,"x":2,"statusInfo":{"status":1,"y":1,"y":2}}`:       nil, // not known
	} {
		var u User
		if err := json.Unmarshal([]byte(body), &u, lenient()); err != nil {
			t.Fatal(err)
		}
		isIDRead := !slices.Contains(unreadable, "id")
		if !slices.Equal(u.Unreadable, unreadable) || (u.ID == 7) != isIDRead || (u.ID == 0) == isIDRead {
			t.Errorf("%s: id %d, not readable %q", body, u.ID, u.Unreadable)
		}
		if slices.Contains(unreadable, "userName") && !u.UserName.IsZero() || !u.AuthUserName.IsZero() || len(u.AuthServiceIDs) > 0 {
			t.Errorf("%s: %+v", body, u)
		}
	}
}

func TestAnAccountWithTwoIDsIsRefused(t *testing.T) {
	for _, body := range []string{`{"id":306,"userName":"a","id":307}`, `{"id":307,"userName":"a","id":306}`} {
		c, _ := dial(t, reply(200, body))
		if u, err := c.User(t.Context(), 307); err == nil {
			t.Errorf("%s is read as %+v", body, u)
		}
	}
}

// A dropped property cannot be written back, and the caller must learn that.
func TestWithheld(t *testing.T) {
	for member, want := range map[string]struct{ status, password bool }{
		`"hint":"x"`:                          {},
		`"password":null`:                     {},
		`"password":"x"`:                      {status: true},
		`"sync":{"password":null}`:            {},
		`"sync":[{"a":1,"pass\u0077ord":""}]`: {status: true, password: true},
		`"password":{"password":"x"}`:         {status: true},
		`"sync":{"new-password":"x","b":1}`:   {status: true, password: true},
	} {
		var s StatusInfo
		var p PasswordInfo
		if err := json.Unmarshal([]byte(`{"status":1,`+member+`}`), &s, lenient()); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(`{"passwordStatus":1,`+member+`}`), &p, lenient()); err != nil {
			t.Fatal(err)
		}
		if s.Withheld() != want.status || p.Withheld() != want.password {
			t.Errorf("%s: withheld of the status info %v, of the password info %v", member, s.Withheld(), p.Withheld())
		}
	}
}

func TestNoPasswordIsKept(t *testing.T) {
	const planted = "Hunter2-Plain"
	for _, member := range []string{
		`"password":"Hunter2-Plain"`, `"PASSWORD":"Hunter2-Plain"`, `"pass\u0077ord":"Hunter2-Plain"`, `"newPassword":"Hunter2-Plain"`,
		`"password":["Hunter2-Plain"]`, `"password":1,"password":"Hunter2-Plain"`, `"user":{"a":[{"password":"Hunter2-Plain"}]}`,
	} {
		var status StatusInfo
		var password PasswordInfo
		var permissions Permissions
		var auth AuthInfo
		var user User
		for body, v := range map[string]any{
			`{"status":1,"keep":1,` + member + `}`:                        &status,
			`{"passwordStatus":1,"keep":1,` + member + `}`:                &password,
			`{"roles":[1],"keep":1,` + member + `}`:                       &permissions,
			`{"authUsers":[],"keep":1,` + member + `}`:                    &auth,
			`{"id":1,"passwordInfo":{"passwordStatus":1,` + member + `}}`: &user,
		} {
			if err := json.Unmarshal([]byte(body), v, lenient()); err != nil {
				t.Errorf("%s: %v", body, err)
				continue
			}
			if text := fmt.Sprintf("%+v %s", v, encode(t, v)); strings.Contains(text, planted) || strings.Contains(text, fmt.Sprint([]byte(planted))) {
				t.Errorf("%s is kept in %s", body, text)
			}
		}
		if !strings.Contains(string(status.Extra), `"keep":1`) || !strings.Contains(string(password.Extra), `"keep":1`) {
			t.Errorf("%s: other properties are lost: %s, %s", member, status.Extra, password.Extra)
		}
	}
}

func TestTimestamp(t *testing.T) {
	tests := []struct{ name, wire, prints, back string }{
		{"as documented", `"2026-11-22 13:45:11"`, "2026-11-22 13:45:11", `"2026-11-22 13:45:11"`},
		{"with a fraction", `"2026-11-22 13:45:11.0"`, "2026-11-22 13:45:11", `"2026-11-22 13:45:11"`},
		{"with a long fraction", `"2026-11-22 13:45:11.999999"`, "2026-11-22 13:45:11", `"2026-11-22 13:45:11"`},
		{"before 1970", `"1969-12-31 23:59:59.5"`, "1969-12-31 23:59:59", `"1969-12-31 23:59:59"`},
		{"ISO 8601", `"2026-12-24T21:34:53Z"`, "2026-12-24 21:34:53", `"2026-12-24T21:34:53Z"`},
		{"ISO 8601, a fraction", `"2026-12-24T21:34:53.250Z"`, "2026-12-24 21:34:53", `"2026-12-24T21:34:53.250Z"`},
		{"an offset", `"2026-12-24T22:34:53+01:00"`, "2026-12-24 21:34:53", `"2026-12-24T22:34:53+01:00"`},
		{"a short offset", `"2026-12-24 16:04:53 -0530"`, "2026-12-24 21:34:53", `"2026-12-24 16:04:53 -0530"`},
		{"milliseconds", `1798148093000`, "2026-12-24 21:34:53", `1798148093000`},
		{"milliseconds in a string", `"1798148093999"`, "2026-12-24 21:34:53", `"1798148093999"`},
		{"seconds, or 1970", `1763818000`, "1763818000", `1763818000`},
		{"a date alone", `"2026-12-24"`, "2026-12-24", `"2026-12-24"`},
		{"an impossible day", `"2026-02-30T00:00:00Z"`, "2026-02-30T00:00:00Z", `"2026-02-30T00:00:00Z"`},
		{"day first", `"24.12.2026 21:34:53"`, "24.12.2026 21:34:53", `"24.12.2026 21:34:53"`},
		{"hostile", `"\u001b[2J"`, "␛[2J", `"\u001b[2J"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var ts Timestamp
			if err := json.Unmarshal([]byte(test.wire), &ts); err != nil {
				t.Fatal(err)
			}
			if ts.String() != test.prints || encode(t, ts) != test.back {
				t.Errorf("%q, back %s", ts, encode(t, ts))
			}
		})
	}
	newYear := At(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	for wire, want := range map[string]string{
		`"2026-12-24 21:34:53"`:         `"2027-01-01 00:00:00"`,
		`"2026-12-24 21:34:53.0"`:       `"2027-01-01 00:00:00"`,
		`"2026-12-24T21:34:53"`:         `"2027-01-01T00:00:00"`,
		`"2026-12-24T21:34:53Z"`:        `"2027-01-01T00:00:00Z"`,
		`"2026-12-24t21:34:53z"`:        `"2027-01-01t00:00:00z"`,
		`"2026-12-24T21:34:53,250Z"`:    `"2027-01-01T00:00:00,000Z"`,
		`"2026-12-24T21:34:53+00:00"`:   `"2027-01-01T00:00:00+00:00"`,
		`"2026-12-24T22:34:53+01:00"`:   `"2027-01-01T01:00:00+01:00"`,
		`"2026-12-24 16:04:53.5 -0530"`: `"2026-12-31 18:30:00.0 -0530"`,
		`"2026-12-24T22:34:53+01"`:      `"2027-01-01T01:00:00+01"`,
		`1798148093000`:                 `1798761600000`,
		`"1798148093000"`:               `"1798761600000"`,
		`"soon"`:                        `"2027-01-01 00:00:00"`,
	} {
		var was, again Timestamp
		if err := json.Unmarshal([]byte(wire), &was); err != nil {
			t.Fatal(err)
		}
		got := encode(t, newYear.InFormOf(was))
		if got != want {
			t.Errorf("a new time instead of %s: %s, want %s", wire, got, want)
		}
		if err := json.Unmarshal([]byte(got), &again); err != nil || again.String() != newYear.String() {
			t.Errorf("%s reads as %s, %v", got, again, err)
		}
	}
	at := time.Date(2026, 11, 22, 14, 45, 11, 987, time.FixedZone("CET", 3600))
	if got, ok := At(at).Time(); !ok || got.Format(time.RFC3339Nano) != "2026-11-22T13:45:11Z" {
		t.Error(got)
	}
}

func TestText(t *testing.T) {
	tests := []struct{ name, wire, raw, prints string }{
		{"plain", `"alice.smith"`, "alice.smith", "alice.smith"},
		{"greek", `"Ελένη"`, "Ελένη", "Ελένη"},
		{"escape", `"a\u001b[31mb"`, "a\x1b[31mb", "a␛[31mb"},
		{"C1", `"\u009b2J"`, "\u009b2J", "<U+009B>2J"},
		{"line ends", `"a\r\nb\u2028"`, "a\r\nb\u2028", "a␍␊b<U+2028>"},
		{"Khmer vowels that do not show", `"ad\u17b4min\u17b5"`, "ad\u17b4min\u17b5", "ad<U+17B4>min<U+17B5>"},
		{"unassigned and ignorable", `"a\u2065\ufff0\u3164b"`, "a\u2065\ufff0\u3164b", "a<U+2065><U+FFF0><U+3164>b"},
		{"characters that look blank", "\"a\u2800\U0001d159\U00016fe4\"", "a\u2800\U0001d159\U00016fe4", "a<U+2800><U+1D159><U+16FE4>"},
		{"direction", `"\u202egnp.exe"`, "\u202egnp.exe", "<U+202E>gnp.exe"},
		{"zero width", `"a\u200bb"`, "a\u200bb", "a<U+200B>b"},
		{"no UTF-8", "\"a\xff\xc3b\\n\"", "a\xff\xc3b\n", "a<0xFF><0xC3>b␊"},
		{"half a pair", `"\ud800x"`, "\ufffdx", "\ufffdx"},
		{"null", `null`, "", ""},
		{"number", `222207916`, "222207916", "222207916"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var text Text
			if err := json.Unmarshal([]byte(test.wire), &text, lenient()); err != nil {
				t.Fatal(err)
			}
			if text.Raw() != test.raw || text.String() != test.prints {
				t.Errorf("raw %q, prints %q", text.Raw(), text)
			}
		})
	}
}

func TestOpt(t *testing.T) {
	type object struct {
		A Opt[int64] `json:"a,omitzero"`
	}
	for wire, want := range map[string]Opt[int64]{`{}`: {}, `{"a":null}`: Null[int64](), `{"a":0}`: Some[int64](0)} {
		var o object
		if err := json.Unmarshal([]byte(wire), &o); err != nil || o.A != want {
			t.Errorf("%s: %+v, %v", wire, o.A, err)
		}
		if back := encode(t, o); back != wire {
			t.Errorf("%s goes back as %s", wire, back)
		}
	}
	if v, ok := Null[int64]().Get(); ok || v != 0 || Null[int64]().Or(7) != 7 || !Null[int64]().IsNull() || Null[int64]().IsZero() {
		t.Error("null counts as a value or as absent")
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	creds := Credentials{User: "ops", Password: SecretOf(testPassword)}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "c", creds, "s", creds.Password)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "c", creds, "s", creds.Password)
	std, err := stdjson.Marshal(creds)
	if err == nil {
		t.Errorf("marshalled: %s", std)
	}
	if v2, err := json.Marshal(creds); err == nil {
		t.Errorf("marshalled: %s", v2)
	}
	all := log.String() + fmt.Sprintf("%v %+v %#v %s %q %x %d", creds, creds, creds, creds.Password, creds.Password, creds.Password, creds.Password)
	wantNoSecret(t, all, testPassword)
	shared := SecretOf("x")
	other := shared
	other.Wipe()
	if shared.Reveal() == "x" {
		t.Error("a copy survives the wipe")
	}
}

// wantNoSecret looks for the secret in every form in which a server may repeat it.
func wantNoSecret(t *testing.T, text, secret string) {
	t.Helper()
	quoted, _ := stdjson.Marshal(secret)
	for _, form := range []string{
		secret, strings.Trim(string(quoted), `"`), url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte("ops:" + secret)),
		fmt.Sprintf("%x", secret), fmt.Sprint([]byte(secret)),
	} {
		if strings.Contains(text, form) {
			t.Errorf("%q is in %q", form, text)
		}
	}
}

// printed formats an error in every way that may reach a reader.
func printed(err error) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%v\n%+v\n%#v\n%q\n", err, err, err, err)
	slog.New(slog.NewTextHandler(&b, nil)).Info("failed", "err", err)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("failed", "err", err)
	if j, jsonErr := stdjson.Marshal(err); jsonErr == nil {
		b.Write(j)
	}
	if j, jsonErr := json.Marshal(err); jsonErr == nil {
		b.Write(j)
	}
	var walk func(error)
	walk = func(err error) {
		if err == nil {
			return
		}
		fmt.Fprintf(&b, "%v %+v\n", err, err)
		switch x := err.(type) { //nolint:errorlint // each error of the tree separately
		case interface{ Unwrap() error }:
			walk(x.Unwrap())
		case interface{ Unwrap() []error }:
			for _, inner := range x.Unwrap() {
				walk(inner)
			}
		}
	}
	walk(err)
	return b.String()
}

func TestNoSecretLeavesTheClient(t *testing.T) {
	const newPassword = `Pl"um-Secret/9`
	// A server or proxy that repeats everything it received.
	repeat := func(wrap string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			_, password, _ := r.BasicAuth()
			said := fmt.Sprintf("%s %s %s %s", body, r.Header.Get("Authorization"), password, newPassword)
			quoted, _ := stdjson.Marshal(said)
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, wrap, quoted)
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"in an envelope":   repeat(`{"error":{"code":222207007,"message":{"lang":"en-US","value":%s}}}`, 400),
		"in an envelope 2": repeat(`{"error":{"code":%[1]s,"message":{"lang":%[1]s,"value":"x"}}}`, 400),
		"in broken JSON":   repeat(`{"status":%s`, 200),
		"in other JSON":    repeat(`{"status":%s}`, 200),
		"in a page":        repeat(`<html><title>%s</title>`, 502),
		"in text":          repeat(`cannot read %s`, 500),
		"in a wrong list":  repeat(`{"users":[{"id":1},%s:`, 200),
		"in a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://h.example/?p="+url.QueryEscape(testPassword), http.StatusFound)
		},
		"in a bad redirect": func(w http.ResponseWriter, _ *http.Request) {
			reply(302, "", "Location", "http://[::1/?p="+testPassword)(w, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			c, _ := dial(t, handler, WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			var failures []error
			_, err := c.UpdateStatusInfo(t.Context(), 307, aStatus)
			failures = append(failures, err, c.ResetPassword(t.Context(), 307, SecretOf(newPassword)))
			u := aNewUser()
			u.Password = SecretOf(newPassword)
			_, err = c.CreateUser(t.Context(), u)
			failures = append(failures, err, c.DeleteUser(t.Context(), 307))
			for _, err := range c.Users(t.Context(), UsersOptions{}) {
				if err != nil {
					failures = append(failures, err)
				}
			}
			_, err = c.StatusInfo(t.Context(), 307)
			failures = append(failures, err)
			for i, err := range failures {
				text := printed(err)
				wantNoSecret(t, text, testPassword)
				if i == 1 || i == 2 {
					wantNoSecret(t, text, newPassword)
				}
			}
			wantNoSecret(t, log.String(), testPassword)
			wantNoSecret(t, log.String(), newPassword)
			if !strings.Contains(log.String(), "path=/api/admin/users/307/statusinfo status=") {
				t.Errorf("log %q", log.String())
			}
		})
	}
	c, err := New("https://host")
	if err != nil {
		t.Fatal(err)
	}
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf(testPassword)})
	wantNoSecret(t, fmt.Sprintf("%v %+v %#v", c, c, c), testPassword)
}

func TestBaseURL(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := map[string]string{
		"https://hdp.example.com":             "https://hdp.example.com",
		"https://hdp.example.com:8443/":       "https://hdp.example.com:8443",
		"https://hdp.example.com/a%2Fb/hdp//": "https://hdp.example.com/a%2Fb/hdp",
		"http://localhost:8080":               "http://localhost:8080",
		"http://127.0.0.9":                    "http://127.0.0.9",
		"http://[::1]:8080":                   "http://[::1]:8080",
	}
	for in, want := range good {
		c, err := New(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := c.BaseURL(); got.String() != want {
			t.Errorf("%s becomes %s", in, got)
		}
		c.BaseURL().Host = "changed"
		if c.BaseURL().Host == "changed" {
			t.Error("BaseURL returns the original, not a copy")
		}
	}
	for _, in := range []string{
		"", "hdp.example.com", "ftp://h", "https://", "https://:8443", "https://h:0", "https://h:99999", "https://h:x",
		"https://u:Sesame-1@h", "https://u:Sesame-1@h:x", "https://u:Sesame-1/x@h", "https://h?password=Sesame-1", "https://h#Sesame-1", "https://h?", "https://h#",
		"https:h", "https://h/../x", "http://hdp.example.com", "http://10.0.0.1", "http://127.0.0.1.example.com", "https://h\x7f/Sesame-1",
	} {
		if _, err := New(in); err == nil {
			t.Errorf("%q is accepted", in)
		} else if strings.Contains(err.Error(), "Sesame") {
			t.Errorf("%q: %v", in, err)
		}
	}
	if _, err := New("http://hdp.example.com", WithAllowHTTP()); err != nil {
		t.Error(err)
	}
	for name, opt := range map[string]Option{
		"no pool": WithRootCAs(nil), "no file": WithRootCAFile(ca + "x"), "no PEM": WithRootCAFile(ca),
		"no slot": WithMaxInFlight(0), "no time": WithTimeout(0), "no logger": WithLogger(nil),
	} {
		if _, err := New("https://h", opt); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestPathPrefixAndNames(t *testing.T) {
	for name, want := range map[string]string{
		"alice":     "alice",
		"a/b%c?d#e": "a%2Fb%25c%3Fd%23e",
		"Ελένη x":   "%CE%95%CE%BB%CE%AD%CE%BD%CE%B7%20x",
		"a|LDAP1":   "a%7CLDAP1",
		"a;b+c":     "a%3Bb+c",
	} {
		var requests counter
		c, _ := dial(t, inTurn(&requests, func(w http.ResponseWriter, r *http.Request) {
			if r.RequestURI != "/some%2Fpath/api/admin/users/authUserName/"+want+"?details=true" {
				t.Errorf("%q is asked for as %s", name, r.RequestURI)
			}
			_, _ = io.WriteString(w, `{"users":[{"id":5,"authUsername":"x","authServiceIds":[1,2]}]}`)
		}))
		c.base, _ = url.Parse(c.base.String() + "/some%2Fpath")
		users, err := c.UsersByAuthName(t.Context(), name)
		if err != nil || len(users) != 1 || users[0].AuthUserName.Raw() != "x" || len(users[0].AuthServiceIDs) != 2 {
			t.Error(users, err)
		}
		for _, none := range []string{"", ".", ".."} {
			_, err := c.UsersByAuthName(t.Context(), none)
			wantIs(t, err, "not sent")
		}
		if requests.get() != 1 {
			t.Error("a name that is only dots was sent")
		}
	}
}

func TestServerTime(t *testing.T) {
	c, _ := dial(t, reply(500, "", "Date", "Sun, 22 Nov 2020 14:02:05 GMT"))
	if _, known := c.Now(); known {
		t.Error("known before the first answer")
	}
	if _, known := c.Skew(); known {
		t.Error("known before the first answer")
	}
	before := time.Now()
	_, _ = c.StatusInfo(t.Context(), 307)
	now, known := c.Now()
	want := time.Date(2020, 11, 22, 14, 2, 5, 0, time.UTC)
	if !known || now.Before(want) || now.Sub(want) > time.Since(before) || now.Location() != time.UTC {
		t.Errorf("%s %v", now, known)
	}
	skew, _ := c.Skew()
	if off := want.Sub(before) - skew; off < 0 || off > time.Since(before) {
		t.Errorf("skew %s", skew)
	}
}

func TestIsTypedAcceptsEitherAccentForm(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		is          bool
	}{
		{"jos\u00e9", "jose\u0301", true}, {"jose\u0301", "jos\u00e9", true}, {"jos\u00e9", "jose", false}, {"josé", "JOSÉ", false}, {"a\u200bb", "a<U+200B>b", true}, {"a\u200bb", "ab", false},
	} {
		if got := TextOf(c.name).IsTyped(c.typed); got != c.is {
			t.Errorf("%q typed as %q: %v", c.name, c.typed, got)
		}
	}
}
