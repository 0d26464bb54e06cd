//go:build unix

package access_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/internal/serve/access"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func operators(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString("[operators." + name + "]\nkeys = " + quoted(keyLine(name)) + "\n")
	}
	return b.String()
}

// TestAReplacedFileIsSeen replaces, edits and breaks the file of a service.
func TestAReplacedFileIsSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "operators.toml")
	write(t, path, operators("bob"))
	f, err := access.OpenFile(path, access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := func() string {
		var all []string
		for _, o := range f.Operators().All() {
			all = append(all, o.Name)
		}
		return strings.Join(all, " ")
	}
	refresh := func(want bool) {
		t.Helper()
		if changed, _ := f.Refresh(); changed != want {
			t.Errorf("changed: %v, want %v", changed, want)
		}
	}
	check := func(want, problem string) {
		t.Helper()
		if names() != want {
			t.Errorf("in force: %q, want %q", names(), want)
		}
		if err := f.Err(); (err != nil) != (problem != "") || err != nil && !strings.Contains(err.Error(), problem) {
			t.Errorf("error: %v, want %q", err, problem)
		}
	}
	refresh(false)
	check("bob", "")

	// Replaced by a file of the same size and time, as by cp -p of a sloppy tool.
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path+".new", operators("eve"))
	if err := os.Chtimes(path+".new", before.ModTime(), before.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	refresh(false) // it may still be changing
	check("bob", "")
	refresh(true)
	check("eve", "")
	refresh(false)

	// Half of it is written when the service looks.
	whole := operators("bob", "eve")
	write(t, path, whole[:len(operators("bob"))])
	if err := os.Chtimes(path, before.ModTime(), before.ModTime().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	refresh(false)
	write(t, path, whole)
	if err := os.Chtimes(path, before.ModTime(), before.ModTime().Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	refresh(false)
	refresh(true)
	check("bob eve", "")

	for name, content := range map[string]string{"broken": "[operators", "with a wrong line": operators("carol") + "x = 1\n", "empty": ""} {
		write(t, path, content)
		if err := f.Reload(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	write(t, path, "")
	_ = f.Reload()
	check("bob eve", path+": has no operators")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refresh(false)
	refresh(true)
	check("bob eve", "cannot be read: no such file")
	refresh(false)
	write(t, path, operators("carol"))
	if err := f.Reload(); err != nil {
		t.Error(err)
	}
	check("carol", "")

	// A mode that becomes wrong is a change too.
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	refresh(false)
	refresh(true)
	check("carol", "others can write it")
}

func TestAServiceNeedsOperators(t *testing.T) {
	path := filepath.Join(t.TempDir(), "operators.toml")
	if _, err := access.OpenFile(path, access.Options{}); err == nil || !strings.Contains(err.Error(), path+": cannot be read: no such file") {
		t.Errorf("%v", err)
	}
	write(t, path, "# nobody yet\n")
	if _, err := access.OpenFile(path, access.Options{}); err == nil || err.Error() != path+": has no operators: add a table such as [operators.bob]" {
		t.Errorf("%v", err)
	}
	if o, err := access.Read(path, access.Options{}); err != nil || o.Len() != 0 {
		t.Errorf("%v", err) // serve check reports it in its own words
	}
}

func TestTheFileIsPrivate(t *testing.T) {
	for _, c := range []struct {
		mode, folder fs.FileMode
		want         string
	}{
		{0o600, 0o700, ""},
		{0o640, 0o755, ""},
		{0o440, 0o750, ""},
		{0o400, 0o1777, ""},
		{0o660, 0o700, "others can write it (mode 0660): run chmod 600 "},
		{0o602, 0o700, "others can write it (mode 0602): run chmod 600 "},
		{0o644, 0o700, "others can read it (mode 0644): run chmod 600 "},
		{0o604, 0o700, "others can read it"},
		{0o600, 0o777, "others can write to its folder "},
		{0o600, 0o770, "others can write to its folder "},
	} {
		folder := filepath.Join(t.TempDir(), "conf")
		path := filepath.Join(folder, "operators.toml")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, path, operators("bob"))
		mode := c.folder & 0o777
		if c.folder&0o1000 != 0 {
			mode |= fs.ModeSticky
		}
		if err := errors.Join(os.Chmod(path, c.mode), os.Chmod(folder, mode)); err != nil {
			t.Fatal(err)
		}
		_, err := access.Read(path, access.Options{})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%o in %o: %v, want %q", c.mode, c.folder, err, c.want)
		}
	}
	folder := t.TempDir()
	for name, make := range map[string]func(string) error{
		"is not a file":  func(path string) error { return os.Mkdir(path, 0o700) },
		"is not a file ": func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"is larger than": func(path string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<20+1))
		},
	} {
		path := filepath.Join(folder, strings.ReplaceAll(name, " ", "_"))
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		if _, err := access.Read(path, access.Options{}); err == nil || !strings.Contains(err.Error(), path+": "+strings.TrimSpace(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if os.Getuid() == 0 {
		path := filepath.Join(folder, "foreign")
		write(t, path, operators("bob"))
		if err := os.Chown(path, 4711, 4711); err != nil {
			t.Fatal(err)
		}
		if _, err := access.Read(path, access.Options{}); err == nil || !strings.Contains(err.Error(), "belongs to another user: run chown root ") {
			t.Errorf("%v", err)
		}
	}
}

// Who can replace a link decides which file is read, such as an old one with an operator who has left.
func TestTheLinkToTheFileIsTrustedToo(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "real.toml")
	write(t, file, operators("bob"))
	for mode, want := range map[fs.FileMode]string{0o755: "", 0o777: "others can write to its folder "} {
		links := filepath.Join(folder, fmt.Sprintf("links-%o", mode))
		if err := errors.Join(os.Mkdir(links, 0o700), os.Symlink(file, filepath.Join(links, "operators.toml")), os.Chmod(links, mode)); err != nil {
			t.Fatal(err)
		}
		_, err := access.Read(filepath.Join(links, "operators.toml"), access.Options{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want+links)) {
			t.Errorf("%o: %v, want %q", mode, err, want)
		}
	}
	if os.Getuid() == 0 {
		link := filepath.Join(folder, "foreign.toml")
		if err := errors.Join(os.Symlink(file, link), os.Lchown(link, 4711, 4711)); err != nil {
			t.Fatal(err)
		}
		if _, err := access.Read(link, access.Options{}); err == nil || !strings.Contains(err.Error(), "the link "+link+" belongs to another user") {
			t.Errorf("%v", err)
		}
	}
}
