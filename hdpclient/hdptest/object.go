package hdptest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// member is a property of a JSON object. Its value is kept as it was written.
type member struct {
	key   string
	value string
}

// object is a JSON object that keeps the order, nulls and unknown properties.
type object []member

// parseObject reads one JSON object with nothing after it. It refuses a property that
// occurs twice, since nobody knows which of the two HDP would take.
func parseObject(text string) (object, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	if t, err := dec.Token(); err != nil {
		return nil, err
	} else if t != json.Delim('{') {
		return nil, errors.New("not an object")
	}
	var o object
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, ok := t.(string)
		if !ok {
			return nil, errors.New("a property without a name")
		}
		if _, twice := o.get(key); twice {
			return nil, fmt.Errorf("%s is given twice", key)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, err
		}
		var small bytes.Buffer
		if err := json.Compact(&small, raw); err != nil {
			return nil, err
		}
		o = append(o, member{key, small.String()})
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the object")
	}
	return o, nil
}

// mustObject parses an object that this package has stored.
func mustObject(text string) object {
	o, err := parseObject(text)
	if err != nil {
		panic(fmt.Sprintf("hdptest: %v in %q", err, text))
	}
	return o
}

func (o object) get(key string) (string, bool) {
	for _, m := range o {
		if m.key == key {
			return m.value, true
		}
	}
	return "", false
}

// with returns a copy with key set, in its place or at the end.
func (o object) with(key, value string) object {
	out := append(object(nil), o...)
	for i := range out {
		if out[i].key == key {
			out[i].value = value
			return out
		}
	}
	return append(out, member{key, value})
}

func (o object) without(keys ...string) object {
	return o.filter(func(m member) bool {
		for _, k := range keys {
			if m.key == k {
				return false
			}
		}
		return true
	})
}

func (o object) filter(keep func(member) bool) object {
	var out object
	for _, m := range o {
		if keep(m) {
			out = append(out, m)
		}
	}
	return out
}

func (o object) String() string {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, m.key)
		b = append(b, ':')
		b = append(b, m.value...)
	}
	return string(append(b, '}'))
}

// unquote returns the text of a JSON string, and false for any other value.
func unquote(raw string) (s string, ok bool) {
	if !strings.HasPrefix(raw, `"`) {
		return "", false
	}
	return s, json.Unmarshal([]byte(raw), &s) == nil
}

// appendString appends s as a JSON string. Most strings need no escapes: these are fast.
func appendString(b []byte, s string) []byte {
	plain := utf8.ValidString(s)
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] >= 0x20 && s[i] != '"' && s[i] != '\\' && s[i] != 0x7f
	}
	if plain {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	return append(b, encode(s)...)
}

// encode works like json.Marshal, but leaves &, < and > as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("hdptest: " + err.Error())
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// timestampLayout is HDP's form of a time: UTC, without zone and fraction (page "Update
// status info on a user account").
const timestampLayout = "2006-01-02 15:04:05"

func formatTimestamp(t time.Time) string { return t.UTC().Format(timestampLayout) }

// parseTimestamp accepts only the documented form. time.Parse alone would accept a
// fraction, too.
func parseTimestamp(s string) (time.Time, error) {
	t, err := time.Parse(timestampLayout, s)
	if err == nil && len(s) != len(timestampLayout) {
		err = errors.New("not YYYY-MM-DD HH:mm:ss")
	}
	return t, err
}

// timestamp reads a stored time, and returns false where it is absent or null.
func (o object) timestamp(key string) (t time.Time, ok bool) {
	raw, _ := o.get(key)
	s, isString := unquote(raw)
	if !isString {
		return time.Time{}, false
	}
	t, err := time.Parse(timestampLayout, s)
	return t, err == nil
}
