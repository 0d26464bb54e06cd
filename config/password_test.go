//go:build unix

package config_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"hdpadmin/config"
)

func envWith(password string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if name != config.PasswordEnv {
			return "", false
		}
		return password, true
	}
}

func unset(string) (string, bool) { return "", false }

// findInFile returns the password of a file. A command has another password.
func findInFile(t *testing.T, file string, stdin io.Reader) (string, error) {
	t.Helper()
	found, err := config.PasswordSources{LookupEnv: unset, File: file, Stdin: stdin, Command: command(t, "good")}.Find(t.Context())
	if found.Notice != "" && found.Space == "" {
		t.Errorf("unexpected notice: %s", found.Notice)
	}
	return found.Password, err
}

func TestPasswordFromTheEnvironment(t *testing.T) {
	for name, c := range map[string]struct {
		lookup func(string) (string, bool)
		want   string
	}{
		"not set":     {unset, ""},
		"empty":       {envWith(""), ""},
		"set":         {envWith("geheim"), "geheim"},
		"with spaces": {envWith("  ge heim "), "  ge heim "},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.PasswordSources{LookupEnv: c.lookup, Stdin: unreadable{t}}.Find(t.Context())
			if err != nil || got.Password != c.want {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestPasswordIsTheFirstLine(t *testing.T) {
	long := strings.Repeat("ö", 1000)
	for name, c := range map[string]struct{ content, want, refused string }{
		"no line end":            {content: "geheim", want: "geheim"},
		"LF":                     {content: "geheim\n", want: "geheim"},
		"CRLF":                   {content: "geheim\r\n", want: "geheim"},
		"more lines":             {content: "geheim\nuser=jdoe\n", want: "geheim"},
		"spaces":                 {content: "  ge heim \n", want: "  ge heim "},
		"not ASCII":              {content: "gehëim€\n", want: "gehëim€"},
		"a byte order mark":      {content: "\ufeffgeheim\r\n", want: "geheim"},
		"long":                   {content: long + "\n", want: long},
		"empty":                  {content: "", refused: "is empty: only the first line is used"},
		"an empty first line":    {content: "\ngeheim\n", refused: "is empty: only the first line is used"},
		"only a byte order mark": {content: "\ufeff\n", refused: "is empty: only the first line is used"},
		"too long":               {content: strings.Repeat("geheim", 1000), refused: "is longer than"},
		"UTF-16":                 {content: "\xff\xfeg\x00e\x00h\x00e\x00i\x00m\x00\n\x00", refused: "is not UTF-8 text"},
		"an escape":              {content: "geheim\x1b[A\n", refused: "control character"},
		"two carriage returns":   {content: "geheim\r\r\n", want: "geheim"},
		"tabs":                   {content: "\tgeheim\t\n", want: "geheim"},
		"a tab inside":           {content: "jdoe\tgeheim\n", refused: "contains a tab"},
		"Latin-1":                {content: "geh\xebim\n", refused: "is not UTF-8 text"},
	} {
		t.Run(name, func(t *testing.T) {
			file := write(t, c.content, 0o600)
			fromFile, err := findInFile(t, file, unreadable{t})
			check(t, err, c.refused)
			fromStdin, err2 := findInFile(t, "-", strings.NewReader(c.content))
			check(t, err2, c.refused)
			if fromFile != c.want || fromStdin != c.want {
				t.Errorf("from the file %q, from standard input %q, want %q", fromFile, fromStdin, c.want)
			}
			if err != nil && (!strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "geheim")) {
				t.Errorf("the error lacks the file, or quotes it: %q", err)
			}
			if err2 != nil && !strings.Contains(err2.Error(), "standard input") {
				t.Errorf("standard input is not named: %q", err2)
			}
		})
	}
}

func TestTheEnvironmentOverridesAFile(t *testing.T) {
	for _, file := range []string{filepath.Join(t.TempDir(), "none"), "-"} {
		s := config.PasswordSources{LookupEnv: envWith("geheim"), File: file, Stdin: unreadable{t}}
		if got, err := s.Find(t.Context()); err != nil || got.Password != "geheim" || !strings.Contains(got.Notice, "--password-file "+file+" is not read") {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestAnUnreadablePasswordFileIsAnError(t *testing.T) {
	if got, err := findInFile(t, filepath.Join(t.TempDir(), "none"), unreadable{t}); err == nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAPasswordIsNotReadFromATerminal(t *testing.T) {
	_, err := config.PasswordSources{LookupEnv: unset, File: "-"}.Find(t.Context())
	check(t, err, "standard input is a terminal, which would show the password")
}

func TestWaitingForAPipedPasswordCanBeEnded(t *testing.T) {
	stdin, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := config.PasswordSources{LookupEnv: unset, File: "-", Stdin: stdin}.Find(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestPasswordFileIsPrivate(t *testing.T) {
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o620, 0o602, 0o777} {
		file := write(t, "geheim\n", mode)
		_, err := findInFile(t, file, unreadable{t})
		check(t, err, "run chmod 600 "+file)
	}
	for _, mode := range []os.FileMode{0o600, 0o400} {
		if _, err := findInFile(t, write(t, "geheim\n", mode), unreadable{t}); err != nil {
			t.Error(err)
		}
	}
	spaced := filepath.Join(t.TempDir(), "it's my file")
	if err := os.WriteFile(spaced, []byte("geheim\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := findInFile(t, spaced, unreadable{t})
	check(t, err, `run chmod 600 '`+filepath.Dir(spaced)+`/it'\''s my file'`)
}

func TestPasswordFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	_, err := findInFile(t, filepath.Join(dir, "none"), unreadable{t})
	check(t, err, filepath.Join(dir, "none"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	_, err = findInFile(t, dir, unreadable{t})
	check(t, err, dir+" is a folder")
	_, err = findInFile(t, "-", iotest.ErrReader(io.ErrUnexpectedEOF))
	check(t, err, "standard input")
}

func TestPasswordFromAPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skip(err)
	}
	go func() { _ = os.WriteFile(pipe, []byte("geheim\n"), 0o600) }()
	if got, err := findInFile(t, pipe, unreadable{t}); err != nil || got != "geheim" {
		t.Errorf("%q, %v", got, err)
	}
}

func write(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil {
		t.Fatal(err)
	}
	return file
}

type unreadable struct{ t *testing.T }

func (n unreadable) Read([]byte) (int, error) {
	n.t.Error("standard input was read")
	return 0, io.EOF
}
