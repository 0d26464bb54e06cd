package shell_test

import (
	"testing"

	"hdpadmin/internal/shell"
)

func TestQuotePath(t *testing.T) {
	for path, want := range map[string]string{
		"/home/jdoe/.config/hdpadmin.toml": "/home/jdoe/.config/hdpadmin.toml",
		"/srv/a+b,c:d@e%f_g-h":             "/srv/a+b,c:d@e%f_g-h",
		"/home/jdoe/my file":               "'/home/jdoe/my file'",
		"/it's":                            `'/it'\''s'`,
		"/$HOME":                           "'/$HOME'",
		"/a;b":                             "'/a;b'",
		"/größe":                           "'/größe'",
		"-rf":                              "./-rf",
		"-r f":                             "'./-r f'",
		"":                                 "''",
	} {
		if got := shell.QuotePath(path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"jdoe":  "'jdoe'",
		"o'doe": `'o'\''doe'`,
		"":      "''",
	} {
		if got := shell.Quote(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
