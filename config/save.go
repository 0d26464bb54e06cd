package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// CheckProfileName returns what is wrong with the name of a new profile, or nil.
func CheckProfileName(name string, taken []string) error {
	for _, t := range taken {
		if strings.EqualFold(t, name) {
			return fmt.Errorf("profile %s already exists", t)
		}
	}
	if !isProfileName(name) {
		return errors.New("use letters, digits, and . _ -")
	}
	return nil
}

// AddProfile appends a profile with the settings that differ from the defaults, and leaves
// the rest of the file unchanged. It creates a missing file as [Create] does, and writes
// nothing if the file would become invalid. home is the folder that ~ stands for.
func AddProfile(path, home, name string, s Settings) error {
	if at, err := filepath.EvalSymlinks(path); err == nil {
		path = at // replace the file, not the link to it
	}
	all := All()
	before := []byte(template())
	switch d, err := readDocument(path, home, all); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case len(d.problems) > 0:
		return d.problems
	default:
		if err := CheckProfileName(name, d.profileNames()); err != nil {
			return err
		}
		before = d.raw
	}
	after := parse(appendProfile(before, all, name, s), path, home, all)
	if len(after.problems) > 0 { // such as after profiles = {…}
		return fmt.Errorf("cannot add a profile at the end of %s: write each of its profiles as a table such as [profiles.prod], then save again (%w)", path, after.problems)
	}
	if now, err := os.ReadFile(path); err == nil && !bytes.Equal(now, before) {
		return fmt.Errorf("%s was changed in the meantime; nothing was saved", path)
	}
	if err := replaceFile(path, string(after.raw)); err != nil {
		return fmt.Errorf("cannot write the settings file: %w", err)
	}
	return nil
}

func appendProfile(before []byte, all []Setting, name string, s Settings) []byte {
	var b bytes.Buffer
	b.Write(before)
	if len(before) > 0 {
		if before[len(before)-1] != '\n' {
			b.WriteByte('\n')
		}
		b.WriteByte('\n')
	}
	// Quoted if needed: bare keys are ASCII and have no dots.
	fmt.Fprintf(&b, "[profiles.%s]\n", tomlKey(name))
	for _, setting := range all {
		if setting.where&inProfile == 0 {
			continue
		}
		if value := setting.load(&s); setting.format(value) != setting.format(setting.defaultValue()) {
			fmt.Fprintf(&b, "%s = %s\n", setting.Name, setting.format(value))
		}
	}
	return b.Bytes()
}

func tomlKey(name string) string {
	plain := func(r rune) bool {
		return r < 0x80 && (r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return quote(name)
	}
	return name
}
