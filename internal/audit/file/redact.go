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

// withoutSecrets returns the JSON value without whitespace and without secrets, at any
// depth. Numbers keep their digits. An empty value is no value.
func withoutSecrets(v jsontext.Value) (jsontext.Value, error) {
	if len(bytes.TrimSpace(v)) == 0 {
		return nil, nil
	}
	if len(v) > maxValue {
		return nil, fmt.Errorf("%w: a value of %d bytes", ErrTooLarge, len(v))
	}
	// The whole value must be sound before any of it counts, else what stands
	// behind its end would be dropped in silence.
	if !v.IsValid(jsontext.AllowInvalidUTF8(true)) {
		return nil, fmt.Errorf("not a JSON value (%d bytes)", len(v)) // without the text: it may hold a secret
	}
	return redact.JSON(v)
}

// withoutSecretsOrNote is withoutSecrets for a record that must be written whatever the value is.
func withoutSecretsOrNote(v jsontext.Value) jsontext.Value {
	out, err := withoutSecrets(v)
	if err != nil {
		note, _ := jsontext.AppendQuote(nil, "["+err.Error()+"]")
		return note
	}
	return out
}

// Redacted names the members of the request's body whose values are not in the log.
func (e Entry) Redacted() []string { return redact.RedactedNames(e.After) }

var userinfo = regexp.MustCompile(`//[^/?#\s]*@`)

// cleanText bounds a text and takes the user and password out of URLs in it.
func cleanText(s string) string {
	if strings.Contains(s, "//") {
		s = userinfo.ReplaceAllString(s, "//")
	}
	if len(s) <= maxText {
		return s
	}
	s = strings.ToValidUTF8(s[:maxText], "") // no half of a letter at the end
	return s + "…"
}

// cleanEntry bounds and cleans every free text of the record.
func cleanEntry(e *Entry) {
	for _, s := range []*string{
		&e.Host, &e.OSUser, &e.SSH, &e.Server, &e.Login, &e.Version,
		&e.Operation, &e.Batch, &e.Replaces, &e.AccountName, &e.TenantName,
		&e.Reason, &e.Request, &e.Message, &e.File,
	} {
		*s = cleanText(*s)
	}
}
