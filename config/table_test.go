package config

import (
	"fmt"
	"strings"
)

// Reference returns the table of all settings as Markdown, for docs/settings.md.
func Reference() string {
	var b strings.Builder
	b.WriteString("| setting | value | description | flag | environment |\n|---|---|---|---|---|\n")
	for _, s := range All() {
		name := "`" + s.Name + "`"
		switch {
		case s.where&inFile == 0:
			name = "–"
		case s.where&inProfile == 0:
			name += ", at the top only"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, escapePipes(s.describeValue()), escapePipes(s.PlainUse()), asCode(withDashes(s.Flag())), asCode(s.Env()))
	}
	return b.String()
}

func (s Setting) describeValue() string {
	switch s.Kind {
	case File:
		return "file"
	case Switch:
		return "`true` or `false`"
	case Number:
		return fmt.Sprintf("%d to %d; `%s`", s.Least, s.Most, s.Default)
	case Command:
		return "list of strings"
	case Choice:
		return "`" + strings.Join(s.Choices, "`, `") + "`; `" + s.Default + "`"
	default:
		if s.Default != "" {
			return "string; `" + s.Default + "`"
		}
		return "string"
	}
}

func withDashes(flag string) string {
	if flag == "" {
		return ""
	}
	return "--" + flag
}

func asCode(text string) string {
	if text == "" {
		return "–"
	}
	return "`" + text + "`"
}

func escapePipes(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
