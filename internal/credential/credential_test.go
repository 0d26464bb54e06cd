package credential_test

import (
	"strings"
	"testing"

	"hdpadmin/internal/credential"
)

func TestCopiedExtrasAreTrimmed(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"Secret-12345":                   "Secret-12345",
		"Secret-12345\r":                 "Secret-12345",
		"Secret-12345\r\n\r\n":           "Secret-12345",
		"\tSecret-12345\t":               "Secret-12345",
		"\ufeffSecret-12345\n":           "Secret-12345",
		" Secret 12345 \r\n":             " Secret 12345 ",
		"\u2028Secret-12345\u0085":       "Secret-12345",
		"pässwörd€\n":                    "pässwörd€",
		"\r\n\t":                         "",
		strings.Repeat("x", 4096) + "\n": strings.Repeat("x", 4096),
	} {
		if got, err := credential.CleanSecret(text); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
		if got, err := credential.CleanLogin(text); err != nil || got != want {
			t.Errorf("as a login, %q: %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestInvalidCredentialsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"Secret\r12345":           "a line end",
		"Secret\t12345":           "a tab",
		"Secret-12345\t \n":       "a tab",
		"Secret\x1b[A":            "control character",
		"Secret\x00":              "control character",
		"Secret\u009b12345":       "control character",
		"Secret\u202812345":       "control character",
		"Gr\xfc\xdfe-12345":       "not UTF-8",
		"Gr\ufffde-12345":         "not UTF-8",
		"\xff\xfeS\x00e\x00":      "not UTF-8",
		strings.Repeat("x", 4097): "longer than 4096",
	} {
		got, err := credential.CleanSecret(text)
		if err == nil || got != "" || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Secret") {
			t.Errorf("%q: %q, %v; want %q in the error", text, got, err, want)
		}
	}
	if _, err := credential.CleanSecret("a:b"); err != nil {
		t.Errorf("a colon in a password: %v", err)
	}
	if got, err := credential.CleanLogin("jdoe:Secret"); err == nil || got != "" || strings.Contains(err.Error(), "jdoe") {
		t.Errorf("a colon in a login: %q, %v", got, err)
	}
}

func TestSpacesAtTheEndsArePointedOut(t *testing.T) {
	for text, want := range map[string]string{
		"":               "",
		"a b":            "",
		" ab":            "starts with a space",
		"ab ":            "ends with a space",
		" ab ":           "starts and ends with a space",
		" ":              "starts and ends with a space",
		"ab\u00a0":       "ends with a space",
		"ab\u200b":       "ends with a space",
		"\u3000ab\u202f": "starts and ends with a space",
	} {
		if got := credential.EdgeSpace(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
