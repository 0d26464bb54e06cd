package config

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"unicode"
)

// PasswordEnv names the environment variable that may hold the password.
const PasswordEnv = "HDP_PASSWORD"

// longest is more than any password that HDP takes, and keeps a wrong file name
// from being read into memory whole.
const longest = 4096

// Password finds the operator's password: in file, of which the first line
// counts and "-" is stdin; without one, in the environment. It returns "" where
// neither is given: it is then asked for. What cannot be a password is refused
// here, since every wrong one that is sent brings the operator nearer to being
// locked out. Errors name the file and never what is in it.
func Password(lookupEnv func(string) (string, bool), file string, stdin io.Reader) (string, error) {
	switch file {
	case "":
		p, _ := lookupEnv(PasswordEnv)
		return p, nil
	case "-":
		return firstLine(stdin, "standard input")
	}
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("password file: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := private(f); err != nil {
		return "", err
	}
	return firstLine(f, file)
}

// private refuses a file that others may read or write.
func private(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("password file: %w", err)
	}
	switch {
	case info.IsDir():
		return fmt.Errorf("password file %s is a folder", f.Name())
	case runtime.GOOS == "windows", !info.Mode().IsRegular():
		// Windows has no such bits, and pipes (as of <(…)) belong to the caller.
		return nil
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("password file %s is open to others: run chmod 600 %s", f.Name(), quoted(f.Name()))
	}
	return nil
}

// quoted is the name as a shell takes it.
func quoted(name string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/._-+@%", r)
	}
	if !strings.HasPrefix(name, "-") && !strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return name
	}
	if strings.HasPrefix(name, "-") {
		name = "./" + name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// firstLine is the first line without its end. A byte order mark before it is
// an editor's, and no part of the password.
func firstLine(r io.Reader, name string) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, longest+1)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("password from %s: %w", name, err)
	}
	if len(line) > longest {
		return "", fmt.Errorf("password from %s: the first line is too long for one", name)
	}
	line = strings.TrimPrefix(line, "\ufeff")
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	switch {
	case line == "":
		return "", fmt.Errorf("password from %s: the first line is empty", name)
	case strings.ContainsFunc(line, unicode.IsControl):
		return "", fmt.Errorf("password from %s: the first line is no plain text", name)
	}
	return line, nil
}
