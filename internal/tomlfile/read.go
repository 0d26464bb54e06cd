package tomlfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hdpadmin/internal/nearest"
	"hdpadmin/internal/shell"
)

// MaxSize keeps a huge file, given by mistake, from being read into memory.
const MaxSize = 1 << 20

// Read reads a file that decides about access: it must belong to this user or root, nobody else may
// write it or replace it in its folder, and only its group may also read it. Whatever is wrong with
// the file is a problem of the document.
func Read(path string) *Document {
	raw, problems, err := readTrusted(path)
	if err != nil {
		d := &Document{Path: path}
		d.Report(0, err.Error())
		return d
	}
	d := Parse(path, raw)
	for _, what := range problems {
		d.Report(0, what)
	}
	return d
}

func readTrusted(path string) (raw []byte, problems []string, err error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, nil, withoutPath(err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, nil, errors.New("is not a file")
	}
	f, err := os.Open(real)
	if err != nil {
		return nil, nil, withoutPath(err)
	}
	defer func() { _ = f.Close() }()
	if info, err = f.Stat(); err != nil {
		return nil, nil, withoutPath(err)
	}
	problems = checkTrusted(info, real)
	if named, err := filepath.Abs(path); err == nil && named != real {
		for _, what := range checkFolders(named) {
			if !slices.Contains(problems, what) {
				problems = append(problems, what)
			}
		}
	}
	raw, err = io.ReadAll(io.LimitReader(f, MaxSize+1))
	switch {
	case err != nil:
		return nil, nil, withoutPath(err)
	case len(raw) > MaxSize:
		return nil, nil, fmt.Errorf("is larger than %d bytes", MaxSize)
	}
	return raw, problems, nil
}

// withoutPath is for errors that are reported with the path in front.
func withoutPath(err error) error {
	if e, is := errors.AsType[*fs.PathError](err); is {
		return fmt.Errorf("cannot be read: %w", e.Err)
	}
	return err
}

func checkTrusted(info fs.FileInfo, path string) (problems []string) {
	if !hasOwners {
		return nil
	}
	if !isOwnOrRoots(info) {
		problems = append(problems, "belongs to another user: run chown root "+shell.QuotePath(path))
	}
	switch perm := info.Mode().Perm(); {
	case perm&0o022 != 0:
		problems = append(problems, fmt.Sprintf("others can write it (mode %04o): run chmod 600 %s, or 640 if its group may read it", perm, shell.QuotePath(path)))
	case perm&0o007 != 0:
		problems = append(problems, fmt.Sprintf("others can read it (mode %04o): run chmod 600 %s, or 640 if its group may read it", perm, shell.QuotePath(path)))
	}
	return append(problems, checkFolders(path)...)
}

// checkFolders checks that nobody else can put another file in the place of the one at path, which may
// be a link.
func checkFolders(path string) (problems []string) {
	if !hasOwners {
		return nil
	}
	if link, err := os.Lstat(path); err == nil && link.Mode().Type() == fs.ModeSymlink && !isOwnOrRoots(link) {
		problems = append(problems, fmt.Sprintf("the link %s belongs to another user", path))
	}
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		info, err := os.Stat(folder)
		if link, failed := os.Lstat(folder); err == nil && failed == nil && !isOwnOrRoots(link) {
			info = link // or what it leads to, which is as bad
		}
		switch {
		case err != nil:
			problems = append(problems, fmt.Sprintf("its folder %s cannot be checked: %v", folder, err))
		case !isOwnOrRoots(info):
			problems = append(problems, fmt.Sprintf("its folder %s belongs to another user, who could replace the file", folder))
		case info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0:
			problems = append(problems, fmt.Sprintf("others can write to its folder %s, and replace the file: run chmod go-w %s", folder, shell.QuotePath(folder)))
		}
		if folder == filepath.Dir(folder) {
			return problems
		}
	}
}

// ReportUnknown reports a key that is not one of known, and suggests the nearest.
func (d *Document) ReportUnknown(line int, key string, known []string) {
	d.Reportf(line, "unknown key %q%s", key, Suggest(key, known))
}

// Suggest returns "; did you mean X?" for the nearest known name, "" if none is near.
func Suggest(name string, known []string) string {
	if near := Nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}

// Nearest returns the known name with the fewest edits, "" if all are too far. It ignores case, and
// the difference between dashes and underscores.
func Nearest(name string, known []string) string {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }
	normal := make([]string, len(known))
	for i, k := range known {
		normal[i] = plain(k)
	}
	if i := nearest.Index(plain(name), normal, min(3, len(name)/3)); i >= 0 {
		return known[i]
	}
	return ""
}
