package change

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/internal/redact"
)

// Summary says what a plan was made from and what it changes, without the object that it was made
// from. Two plans with the same summary for one account send the same change.
type Summary struct {
	Resource Resource
	Before   string // the fingerprint of the object as read, without the properties in Others
	// Others are the fingerprints of the properties that hdpclient does not know, by name. They may
	// change on their own, see Volatile.
	Others map[string]string
	Edits  []Edit
}

// Edit is one property that a plan changes.
type Edit struct {
	Property string `json:"property"` // as HDP spells it
	From     Value  `json:"from,omitzero"`
	To       Value  `json:"to,omitzero"`
}

// Summary returns what the plan was made from and what it changes.
func (p Plan) Summary() Summary {
	s := Summary{Resource: p.resource}
	var known object
	for _, m := range p.before {
		switch {
		case isKnown(m.name):
			known = append(known, m)
		case !isMissing(m.value):
			if s.Others == nil {
				s.Others = map[string]string{}
			}
			s.Others[m.name] = object{m}.fingerprint()
		}
	}
	s.Before = known.fingerprint()
	for _, e := range diff(p.before, p.after) {
		s.Edits = append(s.Edits, Edit{e.name, p.before.get(e.name), e.to})
	}
	return s
}

// Volatile returns the names of the properties that have changed on their own, by two summaries that
// were made later, one after the other: those with another value in each of the three.
func (s Summary) Volatile(first, second Summary) []string {
	var names []string
	for name, a := range s.Others {
		b, c := first.Others[name], second.Others[name]
		if b != "" && c != "" && a != b && b != c && a != c {
			names = append(names, name)
		}
	}
	return names
}

// Without returns the summary without some of the Others.
func (s Summary) Without(names []string) Summary {
	s.Others = maps.Clone(s.Others)
	for _, name := range names {
		delete(s.Others, name)
	}
	return s
}

// Same reports whether both summaries mean the same.
func (s Summary) Same(t Summary) bool {
	return s.Resource == t.Resource && s.Before == t.Before && maps.Equal(s.Others, t.Others) && slices.EqualFunc(s.Edits, t.Edits, func(a, b Edit) bool {
		return a.Property == b.Property && sameMeaning(a.Property, a.From, b.From) && sameMeaning(a.Property, a.To, b.To)
	})
}

// Path returns the path of the write to an account; see [Plan.Path].
func (s Summary) Path(id int64) string { return pathOf(id, s.Resource) }

// Effects returns what the edits do.
func (s Summary) Effects() Effects {
	edits := make([]edit, len(s.Edits))
	for i, e := range s.Edits {
		edits[i] = edit{e.Property, e.To}
	}
	return effectsOf(edits)
}

// fingerprint returns the SHA-256 of all properties by their meaning, so that it differs only if a
// plan made from one of the objects is a conflict with the other. Neither the order of properties
// nor the way in which a value is written counts. Nor do the values of secrets, because a short one
// could be guessed from it.
func (o object) fingerprint() string {
	sorted := slices.SortedFunc(slices.Values(o), func(a, b member) int { return strings.Compare(a.name, b.name) })
	h := sha256.New()
	for _, m := range sorted {
		if meaning := m.value.withoutSecrets().meaning(m.name); meaning != (Value{}).meaning(m.name) {
			_, _ = fmt.Fprintf(h, "%d %s %d %s\n", len(m.name), m.name, len(meaning), meaning)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// OrNone returns the value as String does, and "none" if it is absent.
func (v Value) OrNone() string {
	if v.Absent() {
		return "none"
	}
	return v.String()
}

// IsZero reports whether the value is absent, so that it is left out of JSON.
func (v Value) IsZero() bool { return v.Absent() }

// MarshalJSONTo writes the value as the server wrote it, with [redact.Placeholder] in place of
// secrets.
func (v Value) MarshalJSONTo(enc *jsontext.Encoder) error {
	return enc.WriteValue(jsontext.Value(v.withoutSecrets().json))
}

// withoutSecrets returns the value with [redact.Placeholder] in place of secrets.
func (v Value) withoutSecrets() Value {
	const placeholder = `"` + redact.Placeholder + `"`
	if v.Absent() {
		return v
	}
	if v.secret && redact.CanHoldSecret(jsontext.Value(v.json).Kind()) {
		return Value{json: placeholder}
	}
	shown, err := redact.JSON(jsontext.Value(v.json))
	if err != nil {
		return Value{json: placeholder}
	}
	return Value{json: string(shown)}
}

// UnmarshalJSONFrom reads a value as it is written, null included.
func (v *Value) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	read, err := dec.ReadValue()
	if err != nil {
		return err
	}
	*v = Value{json: string(bytes.TrimSpace(read))}
	return nil
}
