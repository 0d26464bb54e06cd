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

// CheckProfileName says what is wrong with the name of a new profile.
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

// AddProfile adds a profile with these settings, as far as they are not the
// defaults, to the end of the settings file; all else in it stays as it is. A file
// that is not there yet is begun as [Create] does. Nothing is written where the
// file would be wrong then. home is what ~ is in its paths.
func AddProfile(path, home, name string, s Settings) error {
	if at, err := filepath.EvalSymlinks(path); err == nil {
		path = at // the file that it leads to is replaced, and not the link
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
	if len(after.problems) > 0 { // as behind profiles = {…}
		return fmt.Errorf("cannot add a profile at the end of %s: write each of its profiles as a table such as [profiles.prod], then save again (%w)", path, after.problems)
	}
	if now, err := os.ReadFile(path); err == nil && !bytes.Equal(now, before) {
		return fmt.Errorf("%s was changed in the meantime; nothing was saved", path)
	}
	if err := replaceFile(path, string(after.raw)); err != nil {
		return fmt.Errorf("settings file: %w", err)
	}
	return nil
}

// appendProfile is the file with the profile behind what it holds.
func appendProfile(before []byte, all []Setting, name string, s Settings) []byte {
	var b bytes.Buffer
	b.Write(before)
	if len(before) > 0 {
		if before[len(before)-1] != '\n' {
			b.WriteByte('\n')
		}
		b.WriteByte('\n')
	}
	// Quoted, since bare keys are ASCII and may not hold a dot.
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

// tomlKey is a name as a key of TOML.
func tomlKey(name string) string {
	plain := func(r rune) bool {
		return r < 0x80 && (r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return quote(name)
	}
	return name
}
