package audit

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	redacted = "[redacted]"

	maxValue = 256 << 10 // bytes of a before, after or stored object
	maxText  = 4 << 10   // bytes of any other text
)

// isSecretName tells the members whose values never reach the trail, whatever
// their case and separators. HDP's own passwordStatus and passwordExpiration are
// no secrets and stay.
func isSecretName(name string) bool {
	switch strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name)) {
	case "password", "newpassword", "oldpassword", "currentpassword",
		"temporarypassword", "confirmpassword", "passwordconfirmation",
		"passwd", "pwd", "passphrase", "secret", "clientsecret",
		"secretkey", "privatekey", "apikey", "credentials",
		"authorization", "token", "accesstoken", "refreshtoken":
		return true
	}
	return false
}

// anyText: an account whose text holds a byte that is no UTF-8 must not be out of
// the operator's reach for that. On record stands U+FFFD in its place.
func anyText() jsontext.Options { return jsontext.AllowInvalidUTF8(true) }

// redact returns the JSON value without whitespace and without secrets, at any
// depth. Numbers keep their digits. An empty value is no value.
func redact(v jsontext.Value) (jsontext.Value, error) {
	if len(bytes.TrimSpace(v)) == 0 {
		return nil, nil
	}
	if len(v) > maxValue {
		return nil, fmt.Errorf("%w: a value of %d bytes", ErrTooLarge, len(v))
	}
	// The whole value must be sound before any of it counts, else what stands
	// behind its end would be dropped in silence.
	if !v.IsValid(anyText()) {
		return nil, fmt.Errorf("not a JSON value (%d bytes)", len(v)) // without the text: it may hold a secret
	}
	var out bytes.Buffer
	enc := jsontext.NewEncoder(&out, anyText())
	if err := copyRedacted(enc, jsontext.NewDecoder(bytes.NewReader(v), anyText())); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func copyRedacted(enc *jsontext.Encoder, dec *jsontext.Decoder) error {
	open := dec.PeekKind()
	if open != jsontext.KindBeginObject && open != jsontext.KindBeginArray {
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		return enc.WriteValue(v)
	}
	if err := copyToken(enc, dec); err != nil {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndObject && dec.PeekKind() != jsontext.KindEndArray {
		secret := false
		if open == jsontext.KindBeginObject {
			name, err := dec.ReadToken()
			if err != nil {
				return err
			}
			secret = isSecretName(name.String())
			if err := enc.WriteToken(name); err != nil {
				return err
			}
		}
		if secret && dec.PeekKind() != jsontext.KindNull { // null says that there is none
			if err := dec.SkipValue(); err != nil {
				return err
			}
			if err := enc.WriteToken(jsontext.String(redacted)); err != nil {
				return err
			}
			continue
		}
		if err := copyRedacted(enc, dec); err != nil {
			return err
		}
	}
	return copyToken(enc, dec)
}

func copyToken(enc *jsontext.Encoder, dec *jsontext.Decoder) error {
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	return enc.WriteToken(tok)
}

// redactOr is redact for a record that must be written whatever the value is.
func redactOr(v jsontext.Value) jsontext.Value {
	out, err := redact(v)
	if err != nil {
		note, _ := jsontext.AppendQuote(nil, "["+err.Error()+"]")
		return note
	}
	return out
}

var userinfo = regexp.MustCompile(`//[^/?#\s]*@`)

// text bounds a text and takes the user and password out of URLs in it.
func text(s string) string {
	if strings.Contains(s, "//") {
		s = userinfo.ReplaceAllString(s, "//")
	}
	if len(s) <= maxText {
		return s
	}
	s = strings.ToValidUTF8(s[:maxText], "") // no half of a letter at the end
	return s + "…"
}

// tidy bounds and cleans every free text of the record.
func tidy(r *Record) {
	for _, s := range []*string{
		&r.Host, &r.OSUser, &r.SSH, &r.Server, &r.Login, &r.Version,
		&r.Operation, &r.Batch, &r.Replaces, &r.AccountName, &r.TenantName,
		&r.Reason, &r.Request, &r.Message, &r.File,
	} {
		*s = text(*s)
	}
}
