package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Create writes a private settings file that explains every setting and sets none. It
// never overwrites a file.
func Create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("cannot write the settings file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s already exists; not overwritten", path)
	}
	if err != nil {
		return fmt.Errorf("cannot write the settings file: %w", err)
	}
	_, err = f.WriteString(template())
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("cannot write the settings file: %w", err), os.Remove(path))
	}
	return nil
}

func template() string {
	var b strings.Builder
	b.WriteString(`# Settings of hdpadmin. Nothing is set yet: remove the # before a line to set it.
#
# Settings at the top apply to every server. A profile overrides them for its own
# server, the environment (` + EnvPrefix + `…) overrides both, and flags override all.
#
# Never put a password in this file.
`)
	all := All()
	for _, s := range all {
		if s.where&atTop != 0 {
			fmt.Fprintf(&b, "\n%s\n# %s = %s\n", wrap(s.PlainUse(), "# ", 80), s.Name, s.exampleValue())
		}
	}
	b.WriteString("\n# Other keys for actions. docs/keys.md lists the names of all actions.\n\n# [keys]\n# unlock = [\"u\", \"f5\"]\n")
	b.WriteString("\n# One profile per server. hdpadmin --profile prod uses this one.\n\n# [profiles.prod]\n")
	for _, name := range []string{"server", "user", "ca_file", "keyring", "read_only", "confirm", "accent"} {
		s, _ := findSetting(all, name)
		fmt.Fprintf(&b, "# %s = %s\n", s.Name, s.exampleValue())
	}
	return b.String()
}

func (s Setting) exampleValue() string {
	if s.Example != "" {
		return s.Example
	}
	return s.format(s.defaultValue())
}

// wrap breaks the text into lines of at most width bytes, each with the mark in front.
func wrap(text, mark string, width int) string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(mark)+len(line)+1+len(word) > width {
			lines = append(lines, mark+line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, mark+line), "\n")
}
