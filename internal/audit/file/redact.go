package file

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/internal/redact"
)

const (
	maxValue = 256 << 10 // bytes of a before, after or stored object
	maxText  = 4 << 10   // bytes of any other text
)

// withoutSecrets returns the JSON value without whitespace and with secrets redacted at any
// depth. Numbers keep their digits. It returns nil for an empty value.
func withoutSecrets(v jsontext.Value) (jsontext.Value, error) {
	if len(bytes.TrimSpace(v)) == 0 {
		return nil, nil
	}
	if len(v) > maxValue {
		return nil, fmt.Errorf("%w: a value of %d bytes", ErrTooLarge, len(v))
	}
	// Check the whole value first, or text after its end would be dropped silently.
	if !v.IsValid(jsontext.AllowInvalidUTF8(true)) {
		return nil, fmt.Errorf("not a JSON value (%d bytes)", len(v)) // without the text, which may hold a secret
	}
	return redact.JSON(v)
}

// withoutSecretsOrNote is for an entry that must be written whatever the value is.
func withoutSecretsOrNote(v jsontext.Value) jsontext.Value {
	out, err := withoutSecrets(v)
	if err != nil {
		note, _ := jsontext.AppendQuote(nil, "["+err.Error()+"]")
		return note
	}
	return out
}

// Redacted returns the names of the members of the request body whose values are not logged.
func (e Entry) Redacted() []string { return redact.RedactedNames(e.After) }

var userinfo = regexp.MustCompile(`//[^/?#\s]*@`)

// cleanText shortens a text and removes the user and password from URLs in it.
func cleanText(s string) string {
	if strings.Contains(s, "//") {
		s = userinfo.ReplaceAllString(s, "//")
	}
	if len(s) <= maxText {
		return s
	}
	s = strings.ToValidUTF8(s[:maxText], "") // no partial character at the end
	return s + "…"
}

func cleanEntry(e *Entry) {
	for _, s := range []*string{
		&e.Host, &e.OSUser, &e.SSH, &e.Server, &e.Login, &e.Version,
		&e.Operation, &e.Batch, &e.Replaces, &e.AccountName, &e.TenantName,
		&e.Reason, &e.Request, &e.Message, &e.File, &e.Plan, &e.Author,
		&e.Session, &e.Operator, &e.Key, &e.Address, &e.Attribution,
	} {
		*s = cleanText(*s)
	}
}
