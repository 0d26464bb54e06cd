package config

import (
	"fmt"
	"io"
	"strings"
)

// Show writes every setting as it would stand in the file, and where it came from
// if that is asked for. Of a secret it tells that there is one.
func (l *Loaded) Show(w io.Writer, origins bool) error {
	var rows [][2]string
	widest := 0
	for _, s := range l.all {
		e := l.values[s.Name]
		if s.field == nil || s.where&inFile == 0 && e.origin.rank == byDefault {
			continue
		}
		row := [2]string{s.Name + " = " + s.shown(e.value), e.origin.String()}
		rows = append(rows, row)
		widest = max(widest, len([]rune(row[0])))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", l.source())
	for _, row := range rows {
		b.WriteString(row[0])
		if origins {
			fmt.Fprintf(&b, "%*s  # %s", widest-len([]rune(row[0])), "", row[1])
		}
		b.WriteByte('\n')
	}
	l.showKeys(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// showKeys writes the keys that the file sets.
func (l *Loaded) showKeys(b *strings.Builder) {
	if len(l.Keys) > 0 {
		fmt.Fprintf(b, "\n[%s]\n", keysTable)
	}
	for _, k := range l.Keys {
		fmt.Fprintf(b, "%s = %s\n", k.Action, Setting{}.shown(k.Keys))
	}
}

// source is the file and the profile in a few words.
func (l *Loaded) source() string {
	switch {
	case !l.FileRead:
		return "no settings file: " + clean(l.File) + " does not exist"
	case l.Profile != "":
		return "profile " + l.Profile + " of " + clean(l.File)
	case len(l.Profiles) > 0:
		return clean(l.File) + ", no profile; there are " + strings.Join(l.Profiles, ", ")
	}
	return clean(l.File)
}
