package ui

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/shell"
)

// curlCommand returns a shell command that sends the same request, or why there is none. The
// log keeps no secrets, and a request without its secret would store something else; curl asks
// for the operator's password.
func (m *entries) curlCommand(r file.Entry) (line, whyNone string) {
	method, path, _ := strings.Cut(r.Request, " ")
	body := string(r.After)
	redacted := r.Redacted()
	switch {
	case body == "":
		return "", "no request to copy: it contained a password, and the log keeps none"
	case len(redacted) > 0:
		return "", "no request to copy: the log does not keep the value of " + hdpclient.Clean(strings.Join(redacted, ", "))
	case strings.ContainsRune(body, utf8.RuneError):
		return "", "no request to copy: it contained text that is not valid UTF-8, which the log cannot keep"
	case !isPrintableASCII(r.Login+path) || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || !strings.HasPrefix(path, "/"):
		return "", "no request to copy: its login or address has characters that a shell may change"
	}
	return fmt.Sprintf("curl -u %s -X %s -H 'Content-Type: application/json' -d %s %s",
		shell.Quote(r.Login), method, shell.Quote(escapeNonASCII(body)), shell.Quote(strings.TrimRight(m.opts.Client.BaseURL().String(), "/")+path)), ""
}

func isPrintableASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// escapeNonASCII returns equivalent JSON in printable ASCII, which survives every terminal,
// clipboard and shell. Other characters occur only in strings.
func escapeNonASCII(body string) string {
	var b strings.Builder
	for _, r := range body {
		if r >= ' ' && r <= '~' {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
