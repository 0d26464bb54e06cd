package hdpclient

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// The ways in which a server repeats a password. They may be nested.
var spellings = map[string]func(string) string{
	"as it is":              func(s string) string { return s },
	"HTML":                  html.EscapeString,
	"HTML, decimal":         func(s string) string { return eachRune(s, "&#%d;") },
	"HTML, hexadecimal":     func(s string) string { return eachRune(s, "&#x%x;") },
	"percent":               url.QueryEscape,
	"percent, path":         url.PathEscape,
	"percent, small":        func(s string) string { return eachByte(s, "%%%02x") },
	"JSON":                  func(s string) string { q, _ := jsontext.AppendQuote(nil, s); return string(q[1 : len(q)-1]) },
	"Java":                  func(s string) string { return eachUnit(s, `\u%04x`) },
	"JavaScript's escape":   func(s string) string { return eachUnit(s, "%%u%04X") },
	"Go":                    func(s string) string { q := fmt.Sprintf("%+q", s); return q[1 : len(q)-1] },
	"backslash hexadecimal": func(s string) string { return eachByte(s, `\x%02x`) },
	"octal":                 func(s string) string { return eachByte(s, `\%03o`) },
	"as a Text prints":      Clean,
}

// The ways in which nothing else is nested.
var innermost = map[string]func(string) string{
	"as it is":           func(s string) string { return s },
	"base64":             func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 for a URL":   func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 of more":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte(`{"p":"` + s + `"}`)) },
	"hexadecimal":        func(s string) string { return hex.EncodeToString([]byte(s)) },
	"decomposed":         norm.NFD.String,
	"composed":           norm.NFC.String,
	"Latin-1":            latin1,
	"ASCII alone":        func(s string) string { return ascii(s) },
	"UTF-8 read as more": func(s string) string { return eachByteRune(s) },
	"with other blanks":  func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0 ") },
}

func eachRune(s, format string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, format, r)
	}
	return b.String()
}

func eachByte(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func eachUnit(s, format string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, format, u)
	}
	return b.String()
}

func eachByteRune(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(min(r, 0xff)))
	}
	return string(b)
}

func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0x7e {
			return '?'
		}
		return r
	}, s)
}

func TestHexadecimalDigitsAreRedactedWithinAWord(t *testing.T) {
	const password = "Tangerine-42"
	digits := hex.EncodeToString([]byte(password))
	for _, text := range []string{"hash-" + digits, "the/key/" + digits + "/old", "user_" + strings.ToUpper(digits)} {
		if got := secrets(nil).with(password).scrub(text); strings.Contains(strings.ToLower(got), digits[4:12]) {
			t.Errorf("%s became %s", text, got)
		}
	}
}

func TestRepeatedPasswordIsRedactedInEverySpelling(t *testing.T) {
	const before, after = "Invalid JSON Input: <", "> at line 1"
	for _, secret := range []string{`Tide&Ebb<2026>'x`, "Tangerine-42/ß", `C:\new+%41 "q"`, "ab c d", "%25%41&amp;", "cr\u00e8me-de-caf\u00e9", "cre\u0300me-26"} {
		for inner, first := range innermost {
			for outer, second := range spellings {
				text := before + second(first(secret)) + after
				if got := (secrets{secret}).scrub(text); got != before+redacted+after {
					t.Errorf("%s, %s: %q becomes %q", inner, outer, text, got)
				}
			}
		}
	}
}

func TestAnySecretIsRedacted(t *testing.T) {
	names := func(m map[string]func(string) string) (all []string) {
		for name := range m {
			all = append(all, name)
		}
		return all
	}
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[!-~][ -~éßжß€😀]{4,20}[!-[\]-~]`).Draw(t, "secret")
		text := innermost[rapid.SampledFrom([]string{"as it is", "base64", "hexadecimal"}).Draw(t, "inner")](secret)
		for range rapid.IntRange(0, 3).Draw(t, "layers") {
			text = spellings[rapid.SampledFrom(names(spellings)).Draw(t, "outer")](text)
		}
		if got := (secrets{secret}).scrub(`"` + text + `".`); got != `"`+redacted+`".` {
			t.Errorf("%q in %q becomes %q", secret, text, got)
		}
	})
}

func TestOnlySecretsAreRedacted(t *testing.T) {
	for _, text := range []string{
		"", "Ünïcode & <b>entities</b> &amp; 100% \\ \xff", "There is no User with that id: 123.", "a+b c\u00a0d", "YWJj 616263",
		strings.Repeat("%25", 10000) + "41",
	} {
		if got := (secrets{"Tangerine-42/ß", "ops:Tangerine-42/ß", "  ", "жж"}).scrub(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	if got := (secrets{"Ebb & Flow"}).scrub("EBB &AMP; FLOW, ebb &#38; flow"); got != redacted+", "+redacted {
		t.Errorf("%q", got)
	}
	if got := (secrets{"one", "one two", "three"}).scrub("zero one two three"); got != "zero "+redacted+" "+redacted {
		t.Errorf("%q", got)
	}
}

func TestErrorRepeatsNoEscapedPassword(t *testing.T) {
	const secret = `Tide&Ebb<2026>'x`
	for name, spelled := range spellings {
		q, _ := jsontext.AppendQuote(nil, "Invalid JSON Input: "+spelled(secret))
		c, _ := dial(t, reply(400, `{"error":{"code":222207007,"message":{"lang":"en-US","value":`+string(q)+`}}}`))
		e, _ := errors.AsType[*Error](c.ResetPassword(t.Context(), 307, SecretOf(secret)))
		if e.Message.Raw() != "Invalid JSON Input: "+redacted {
			t.Errorf("%s: %v", name, e)
		}
	}
}
