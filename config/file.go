package config

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"

	"hdpadmin/internal/tomlfile"
)

// maxFileSize keeps a huge file, given by mistake, from being read into memory.
const maxFileSize = 1 << 20

// document is a parsed settings file.
type document struct {
	path         string
	home         string
	settings     []Setting
	raw          []byte
	lines        tomlfile.Lines
	top          layer
	profiles     map[string]layer
	keys         []Binding
	problems     Problems
	problemLines []int // line of each problem
	broken       bool  // not valid TOML, so its contents are unknown
}

// readDocument refuses a file that others can read or write: the file decides where the
// password goes, and can run a program.
func readDocument(path, home string, all []Setting) (*document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the settings file: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := CheckPrivate(f, "settings file"); err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read the settings file: %w", err)
	case len(raw) > maxFileSize:
		return nil, fmt.Errorf("settings file %s is too large", path)
	}
	return parse(raw, path, home, all), nil
}

func parse(raw []byte, path, home string, all []Setting) *document {
	d := &document{path: path, home: home, settings: all, raw: raw, top: layer{}, profiles: map[string]layer{}}
	d.read(bytes.TrimPrefix(raw, []byte("\ufeff")))
	return d
}

// read reports the refused settings and reads the others.
func (t *ServiceTable) read(home string, all []Setting) *document {
	d := &document{path: t.File.Path, home: home, settings: all, lines: t.File.Lines, top: layer{}, profiles: map[string]layer{}}
	content, is := t.File.Content[t.Name].(map[string]any)
	if !is && t.File.Content[t.Name] != nil {
		d.report(d.lineOf(t.Name), fmt.Sprintf("%s: must be a table, written [%s]", t.Name, t.Name))
	}
	content = maps.Clone(content)
	for name, why := range t.Refused {
		if _, some := content[name]; some {
			d.report(d.lineOf(t.Name, name), fmt.Sprintf("%s: %s", name, why))
			delete(content, name)
		}
	}
	d.top = d.readTable(content, atTop, fromTop, t.Name)
	return d
}

func (d *document) read(raw []byte) {
	var content map[string]any
	if err := toml.Unmarshal(raw, &content); err != nil {
		d.broken = true
		d.report(tomlfile.Syntax(err))
		return
	}
	d.lines = tomlfile.FindLines(raw)
	profiles, some := content["profiles"]
	delete(content, "profiles")
	if bindings, some := content[keysTable]; some {
		delete(content, keysTable)
		d.readKeys(bindings)
	}
	d.top = d.readTable(content, atTop, fromTop)
	if !some {
		return
	}
	tables, are := profiles.(map[string]any)
	if !are {
		d.report(d.lineOf("profiles"), "profiles: must be tables such as [profiles.prod]")
		return
	}
	for _, name := range d.sortedKeys(tables, "profiles") {
		line := d.lineOf("profiles", name)
		table, is := tables[name].(map[string]any)
		switch {
		case !is:
			d.report(line, fmt.Sprintf("profiles: %s must be a table such as [profiles.prod]", quote(name)))
		case !isProfileName(name):
			d.report(line, fmt.Sprintf("profiles: %s is not a valid name: use letters, digits, and . _ -", quote(name)))
		default:
			d.profiles[name] = d.readTable(table, inProfile, fromProfile, "profiles", name)
		}
	}
}

func isProfileName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	})
}

func (d *document) readTable(content map[string]any, there place, from rank, path ...string) layer {
	read := layer{}
	for _, name := range d.sortedKeys(content, path...) {
		line := d.lineOf(append(slices.Clip(path), name)...)
		s, known := findSetting(d.settings, name)
		if !known || s.where&there == 0 {
			d.report(line, d.unknownKey(name, s, known, there))
			continue
		}
		value, err := s.parseFileValue(content[name], filepath.Dir(d.path), d.home)
		if err != nil {
			d.report(line, name+": "+err.Error())
			continue
		}
		read[name] = entry{value, origin{from, fmt.Sprintf("%s:%d", d.path, line)}}
	}
	return read
}

// unknownKey explains why the name is not allowed there.
func (d *document) unknownKey(name string, s Setting, known bool, there place) string {
	switch {
	case normalizeName(name) == "password":
		return "passwords are not accepted in the settings file: remove it and hdpadmin asks you, or use password_command or keyring"
	case name == "profile":
		return "profile: put the settings of a profile in a table such as [profiles.prod]; choose one with default_profile"
	case known && s.where&atTop != 0:
		return name + ": belongs at the top of the file, not in a profile"
	case known && s.where&inEnv != 0:
		return fmt.Sprintf("%s: cannot be set in the file; use --%s or %s", name, s.Flag(), s.Env())
	case known:
		return fmt.Sprintf("%s: applies to a single run; use --%s", name, s.Flag())
	}
	list := settingNames(d.settings, there)
	if there == atTop {
		list = append(list, "profiles", keysTable)
	}
	return fmt.Sprintf("unknown setting %s%s", quote(name), Suggest(name, list))
}

// report keeps the problems sorted by line.
func (d *document) report(line int, what string) {
	at, _ := slices.BinarySearch(d.problemLines, line+1)
	d.problemLines = slices.Insert(d.problemLines, at, line)
	d.problems = slices.Insert(d.problems, at, Problem{fmt.Sprintf("%s:%d", d.path, line), what})
}

func (d *document) profileNames() []string { return slices.Sorted(maps.Keys(d.profiles)) }

func (d *document) lineOf(path ...string) int { return d.lines.At(path...) }

// sortedKeys returns the table's keys in the order of the file.
func (d *document) sortedKeys(table map[string]any, path ...string) []string {
	return d.lines.Sorted(table, path...)
}

// clean removes what a terminal would act on from a message.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
