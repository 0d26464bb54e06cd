package config

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// PasswordEnv names the environment variable that may hold the password.
const PasswordEnv = "HDP_PASSWORD"

// longest is more than any password that HDP takes, and keeps a wrong file name
// from being read into memory whole.
const longest = 4096

// Password finds the operator's password: in the environment, then in file, of
// which the first line counts; "-" is stdin. It returns "" where neither is
// given: it is then asked for. Errors name the file and never what is in it.
func Password(lookupEnv func(string) (string, bool), file string, stdin io.Reader) (string, error) {
	if p, ok := lookupEnv(PasswordEnv); ok && p != "" {
		return p, nil
	}
	switch file {
	case "":
		return "", nil
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

// private refuses a file that others may read.
func private(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("password file: %w", err)
	}
	// Windows has no such bits, and pipes (as of <(…)) belong to the caller.
	if runtime.GOOS == "windows" || info.Mode().Type() == fs.ModeNamedPipe {
		return nil
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("password file %s can be read by others: run chmod 600 %s", f.Name(), f.Name())
	}
	return nil
}

func firstLine(r io.Reader, name string) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, longest)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("password from %s: %w", name, err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fmt.Errorf("password from %s: the first line is empty", name)
	}
	return line, nil
}
