package config

import (
	"fmt"
	"io"
	"strings"
)

// Show writes every setting in the file's syntax, with origins if requested. It shows only
// that a secret is set.
func (l *Loaded) Show(w io.Writer, origins bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", l.describeSource())
	var lines []shownLine
	for _, s := range l.all {
		if e := l.values[s.Name]; s.field != nil && (s.where&inFile != 0 || e.origin.rank != byDefault) {
			lines = append(lines, shownLine{s.Name + " = " + s.format(e.value), e.origin.String()})
		}
	}
	writeLines(&b, lines, origins)
	if len(l.Keys) > 0 {
		fmt.Fprintf(&b, "\n[%s]\n", keysTable)
	}
	lines = nil
	for _, k := range l.Keys {
		name := k.Action
		if l.currentAction != nil && l.currentAction(name) != "" {
			name = l.currentAction(name)
			fmt.Fprintf(&b, "# %s is now called %s\n", k.Action, name)
		}
		lines = append(lines, shownLine{name + " = " + Setting{}.format(k.Keys), fmt.Sprintf("%s:%d", l.File, k.line)})
	}
	writeLines(&b, lines, origins)
	_, err := io.WriteString(w, b.String())
	return err
}

type shownLine struct{ line, from string }

func writeLines(b *strings.Builder, lines []shownLine, origins bool) {
	widest := 0
	for _, l := range lines {
		widest = max(widest, len([]rune(l.line)))
	}
	for _, l := range lines {
		b.WriteString(l.line)
		if origins {
			fmt.Fprintf(b, "%*s  # %s", widest-len([]rune(l.line)), "", l.from)
		}
		b.WriteByte('\n')
	}
}

func (l *Loaded) describeSource() string {
	switch {
	case !l.FileRead:
		return "no settings file: " + clean(l.File) + " does not exist"
	case l.Profile != "":
		return "profile " + l.Profile + " in " + clean(l.File)
	case len(l.Profiles) > 0:
		return clean(l.File) + ", no profile used; its profiles: " + strings.Join(l.Profiles, ", ")
	}
	return clean(l.File)
}
