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

// parseText parses a flag or variable into a string, a bool, an int or a []string,
// depending on the kind.
func (s Setting) parseText(text string) (any, error) {
	switch s.Kind {
	case Switch:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not %s", text, s.expected())
		}
		return on, nil
	case Number:
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not %s", text, s.expected())
		}
		return s.checkNumber(int64(n))
	case Command:
		var list struct{ V any }
		if err := toml.Unmarshal([]byte("V = "+text), &list); err != nil {
			return nil, errors.New("must be " + s.expected())
		}
		return s.checkCommand(list.V)
	default:
		return s.checkText(text)
	}
}

// parseFileValue resolves paths against folder and home.
func (s Setting) parseFileValue(v any, folder, home string) (any, error) {
	switch s.Kind {
	case Switch:
		if on, is := v.(bool); is {
			return on, nil
		}
	case Number:
		if n, is := v.(int64); is {
			return s.checkNumber(n)
		}
	case Command:
		return s.checkCommand(v)
	case File:
		if path, is := v.(string); is {
			return s.checkText(ResolvePath(path, folder, home))
		}
	default:
		if text, is := v.(string); is {
			return s.checkText(text)
		}
	}
	return nil, fmt.Errorf("must be %s, not %s", s.expected(), typeName(v))
}

func (s Setting) checkText(text string) (any, error) {
	switch {
	case s.Kind == Choice && !slices.Contains(s.Choices, text):
		return nil, fmt.Errorf("%q is not one of %s%s", text, strings.Join(s.Choices, ", "), Suggest(text, s.Choices))
	case strings.ContainsRune(text, 0):
		return nil, errors.New("contains a NUL character")
	case s.read != nil:
		value, err := s.read(text)
		if err != nil {
			return nil, err
		}
		return value, nil
	}
	return text, nil
}

func (s Setting) checkNumber(n int64) (any, error) {
	if n < int64(s.Least) || n > int64(s.Most) {
		return nil, fmt.Errorf("%d is not %s", n, s.expected())
	}
	return int(n), nil
}

// checkCommand quotes nothing in its errors: an argument may be a secret.
func (s Setting) checkCommand(v any) (any, error) {
	list, is := v.([]any)
	if !is {
		return nil, fmt.Errorf("must be %s, not %s", s.expected(), typeName(v))
	}
	argv := make([]string, len(list))
	for i, w := range list {
		text, is := w.(string)
		if !is || strings.ContainsRune(text, 0) || i == 0 && text == "" {
			return nil, fmt.Errorf("must be %s", s.expected())
		}
		argv[i] = text
	}
	return argv, nil
}

func (s Setting) expected() string {
	switch s.Kind {
	case Switch:
		return "true or false"
	case Number:
		return fmt.Sprintf("a number from %d to %d", s.Least, s.Most)
	case Command:
		return `a list of strings such as ["pass", "show", "hdp"]`
	case File:
		return "a file path in quotes"
	case Choice:
		return "one of " + strings.Join(s.Choices, ", ") + ", in quotes"
	default:
		return "a string in quotes"
	}
}

// typeName describes a value's type in words for errors.
func typeName(v any) string {
	switch v.(type) {
	case string:
		return "a string"
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

// ResolvePath returns the path that the text in a file means: relative to the file's folder, or to home
// after "~/".
func ResolvePath(path, folder, home string) string {
	rest, atHome := strings.CutPrefix(path, "~/")
	switch {
	case path == "" || filepath.IsAbs(path):
		return path
	case atHome && home != "":
		return filepath.Join(home, rest)
	}
	return filepath.Join(folder, path)
}

func (s Setting) store(to *Settings, value any) {
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

func (s Setting) load(from *Settings) any {
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

// Defaults returns the settings with nothing set.
func Defaults() Settings {
	var s Settings
	for _, setting := range All() {
		if setting.field != nil {
			setting.store(&s, setting.defaultValue())
		}
	}
	return s
}

func (s Setting) defaultValue() any {
	switch s.Kind {
	case Switch:
		return false
	case Number:
		n, _ := strconv.Atoi(s.Default)
		return n
	case Command:
		return []string(nil)
	default:
		return s.Default
	}
}

// format returns the value in the file's syntax. It shows only that a secret is set.
func (s Setting) format(value any) string {
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

// quote returns a basic TOML string without characters that a terminal would act on.
func quote(text string) string {
	// Replace Go's escapes that TOML lacks. The first pair skips escaped backslashes.
	return strings.NewReplacer(`\\`, `\\`, `\x`, `\u00`, `\a`, `\u0007`, `\v`, `\u000b`).Replace(strconv.Quote(text))
}
