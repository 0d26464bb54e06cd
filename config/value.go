package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// fromText is the value that a flag or a variable of the environment gives: a
// string, a bool, an int or a []string, by the kind.
func (s Setting) fromText(text string) (any, error) {
	switch s.Kind {
	case Switch:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not %s", text, s.wanted())
		}
		return on, nil
	case Number:
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not %s", text, s.wanted())
		}
		return s.number(int64(n))
	case Words:
		var list struct{ V any }
		if err := toml.Unmarshal([]byte("V = "+text), &list); err != nil {
			return nil, errors.New("must be " + s.wanted())
		}
		return s.words(list.V)
	default:
		return s.text(text)
	}
}

// fromFile is the value that the file gives. folder and home are what its paths
// begin with.
func (s Setting) fromFile(v any, folder, home string) (any, error) {
	switch s.Kind {
	case Switch:
		if on, is := v.(bool); is {
			return on, nil
		}
	case Number:
		if n, is := v.(int64); is {
			return s.number(n)
		}
	case Words:
		return s.words(v)
	case File:
		if path, is := v.(string); is {
			return s.text(located(path, folder, home))
		}
	default:
		if text, is := v.(string); is {
			return s.text(text)
		}
	}
	return nil, fmt.Errorf("must be %s, and is %s", s.wanted(), typeName(v))
}

func (s Setting) text(text string) (any, error) {
	switch {
	case s.Kind == Choice && !slices.Contains(s.Choices, text):
		return nil, fmt.Errorf("%q is none of %s%s", text, strings.Join(s.Choices, ", "), Meant(text, s.Choices))
	case strings.ContainsRune(text, 0):
		return nil, errors.New("holds a NUL, which is in no text")
	case s.read != nil:
		value, err := s.read(text)
		if err != nil {
			return nil, err
		}
		return value, nil
	}
	return text, nil
}

func (s Setting) number(n int64) (any, error) {
	if n < int64(s.Least) || n > int64(s.Most) {
		return nil, fmt.Errorf("%d is not %s", n, s.wanted())
	}
	return int(n), nil
}

// words says what is wrong and quotes nothing: a secret may be among them.
func (s Setting) words(v any) (any, error) {
	list, is := v.([]any)
	if !is {
		return nil, fmt.Errorf("must be %s, and is %s", s.wanted(), typeName(v))
	}
	argv := make([]string, len(list))
	for i, w := range list {
		text, is := w.(string)
		if !is || strings.ContainsRune(text, 0) || i == 0 && text == "" {
			return nil, fmt.Errorf("must be %s", s.wanted())
		}
		argv[i] = text
	}
	return argv, nil
}

// wanted says what the value should have been.
func (s Setting) wanted() string {
	switch s.Kind {
	case Switch:
		return "true or false"
	case Number:
		return fmt.Sprintf("a number from %d to %d", s.Least, s.Most)
	case Words:
		return `a list of texts such as ["pass", "show", "hdp"]`
	case File:
		return "the path of a file in quotes"
	case Choice:
		return "one of " + strings.Join(s.Choices, ", ") + ", in quotes"
	default:
		return "a text in quotes"
	}
}

// typeName is what a value of the file is, in the words of its reader.
func typeName(v any) string {
	switch v.(type) {
	case string:
		return "a text"
	case bool:
		return "true or false"
	case int64, float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}

// located is a path of the file as this process finds it.
func located(path, folder, home string) string {
	rest, atHome := strings.CutPrefix(path, "~/")
	switch {
	case path == "" || filepath.IsAbs(path):
		return path
	case atHome && home != "":
		return filepath.Join(home, rest)
	}
	return filepath.Join(folder, path)
}

// put stores the value in its field.
func (s Setting) put(to *Settings, value any) {
	switch p := s.field(to).(type) {
	case *string:
		*p, _ = value.(string)
	case *bool:
		*p, _ = value.(bool)
	case *int:
		*p, _ = value.(int)
	case *[]string:
		*p, _ = value.([]string)
	}
}

// get is the value of its field.
func (s Setting) get(from *Settings) any {
	switch p := s.field(from).(type) {
	case *string:
		return *p
	case *bool:
		return *p
	case *int:
		return *p
	case *[]string:
		return *p
	}
	return nil
}

// Defaults are the settings where nothing is set.
func Defaults() Settings {
	var s Settings
	for _, setting := range All() {
		if setting.field != nil {
			setting.put(&s, setting.initial())
		}
	}
	return s
}

// initial is the value of a setting that is set nowhere.
func (s Setting) initial() any {
	switch s.Kind {
	case Switch:
		return false
	case Number:
		n, _ := strconv.Atoi(s.Default)
		return n
	case Words:
		return []string(nil)
	default:
		return s.Default
	}
}

// shown is the value as it would stand in the file; of a secret, no more than
// that there is one.
func (s Setting) shown(value any) string {
	switch v := value.(type) {
	case []string:
		if len(v) == 0 {
			return "[]"
		}
		if s.Secret && len(v) > 1 {
			return fmt.Sprintf("[%s, …] # %d more, not shown", quote(v[0]), len(v)-1)
		}
		quoted := make([]string, len(v))
		for i, w := range v {
			quoted[i] = quote(w)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case string:
		return quote(v)
	}
	return fmt.Sprint(value)
}

// quote is a basic string of TOML, without any character that a terminal would
// act on.
func quote(text string) string {
	// What TOML does not know of Go's escapes. An escaped backslash is passed over.
	return strings.NewReplacer(`\\`, `\\`, `\x`, `\u00`, `\a`, `\u0007`, `\v`, `\u000b`).Replace(strconv.Quote(text))
}
