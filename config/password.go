package config

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode"

	"hdpadmin/internal/credential"
)

// PasswordEnv names the environment variable that may hold the password.
const PasswordEnv = "HDP_PASSWORD"

// maxLine keeps a wrong file name from being read into memory whole. A line of it
// is longer than any password, with a line end.
const maxLine = credential.MaxLength + 8

// PasswordSources is where the operator's password may come from.
type PasswordSources struct {
	LookupEnv func(string) (string, bool)
	File      string    // of which the first line counts; "-" is Stdin, "" for none
	Stdin     io.Reader // read if File says so, and not otherwise; nil: a terminal, which would show what is typed
	Command   []string  // the program that prints it, and its arguments; none if empty
	Keyring   string    // the account to look for in the keyring, "" for not at all
	// Waiting is called once the keyring takes longer than it does unasked; nil: nobody
	// is told.
	Waiting func()
}

// Found is what there is to know of a password that was looked for.
type Found struct {
	Password string // "" where it is to be asked for
	From     string // the name of its source, "" where it is to be asked for
	Space    string // at which ends of the password there is a space, as of [credential.EdgeSpace]
	Notice   string // a line that the operator should read, "" for none
}

// Find looks for the password in the environment, else in the file, else it asks
// the command, else the keyring. Only a keyring that cannot help is passed over,
// with a notice; a source that was asked for and fails is an error, since another
// source may have another password, and every wrong one that is sent brings the
// operator nearer to being locked out. Errors quote none.
func (s PasswordSources) Find(ctx context.Context) (Found, error) {
	from := s.sourceName()
	if from == "" {
		return Found{}, nil
	}
	text, err := s.read(ctx)
	password := ""
	if err == nil {
		password, err = credential.CleanSecret(text)
		switch {
		case err != nil:
			err = fmt.Errorf("the password from %s %w", from, err)
		case password == "":
			err = fmt.Errorf("the password from %s is empty: only the first line is used", from)
		}
	}
	switch {
	case err != nil && from == keyringSource && ctx.Err() == nil:
		return Found{Notice: fmt.Sprintf("%s: %v; you will be asked for the password", clean(s.Keyring), err)}, nil
	case err != nil:
		return Found{From: from}, err
	}
	found := Found{Password: password, From: from, Space: credential.EdgeSpace(password)}
	var notices []string
	if from == PasswordEnv && s.File != "" {
		notices = append(notices, "using the password from "+from+"; "+s.fileSkipped())
	}
	if found.Space != "" {
		notices = append(notices, "the password from "+from+" "+found.Space)
	}
	found.Notice = strings.Join(notices, "; ")
	return found, nil
}

// read returns what the source has, uncleaned.
func (s PasswordSources) read(ctx context.Context) (string, error) {
	switch {
	case s.envPassword() != "":
		return s.envPassword(), nil
	case s.File != "":
		return s.readFile()
	case len(s.Command) > 0:
		return runCommand(ctx, s.Command, commandTimeout)
	}
	if s.Waiting != nil {
		defer time.AfterFunc(2*busTimeout, s.Waiting).Stop()
	}
	return GetFromKeyring(ctx, s.Keyring)
}

// keyringSource is the name of that source.
const keyringSource = "the keyring"

// sourceName is the name of the source that Find turns to, "" where there is none.
func (s PasswordSources) sourceName() string {
	switch {
	case s.envPassword() != "":
		return PasswordEnv
	case s.File == "-":
		return "standard input"
	case s.File != "":
		return clean(s.File)
	case len(s.Command) > 0:
		return "password_command"
	case s.Keyring != "":
		return keyringSource
	}
	return ""
}

// fileSkipped is for whoever has named a file all the same.
func (s PasswordSources) fileSkipped() string {
	return "--password-file " + clean(s.File) + " is not read"
}

// String says which of them it will be, in the order of Find.
func (s PasswordSources) String() string {
	switch from := s.sourceName(); {
	case from == "":
		return "you will be asked"
	case from == PasswordEnv && s.File != "":
		return "from " + from + ", not shown; " + s.fileSkipped()
	case from == PasswordEnv:
		return "from " + from + ", not shown"
	case s.File != "" || len(s.Command) > 0:
		return "from " + from
	default:
		return "from " + from + ", if it is there; otherwise you will be asked"
	}
}

// envPassword returns what is in the environment, "" where no password is.
func (s PasswordSources) envPassword() string {
	p, _ := s.LookupEnv(PasswordEnv)
	if cleaned, err := credential.CleanSecret(p); err == nil && cleaned == "" {
		return ""
	}
	return p
}

func (s PasswordSources) readFile() (string, error) {
	switch {
	case s.File == "-" && s.Stdin == nil:
		return "", errors.New("--password-file -: standard input is a terminal, which would show the password: omit the flag to be asked")
	case s.File == "-":
		return firstLine(s.Stdin, "standard input")
	}
	f, err := os.Open(s.File)
	if err != nil {
		return "", fmt.Errorf("password file: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := CheckPrivate(f, "password file"); err != nil {
		return "", err
	}
	return firstLine(f, s.File)
}

// CheckPrivate refuses a file that others may read or write. The error calls it
// what, and tells what to do.
func CheckPrivate(f *os.File, what string) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	switch {
	case info.IsDir():
		return fmt.Errorf("%s %s is a folder", what, f.Name())
	case runtime.GOOS == "windows", !info.Mode().IsRegular():
		// Windows has no such bits, and pipes (as of <(…)) belong to the caller.
		return nil
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s %s is open to others: run chmod 600 %s", what, f.Name(), shellQuote(f.Name()))
	}
	return nil
}

// shellQuote is the name as a shell takes it.
func shellQuote(name string) string {
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

// firstLine returns the first line, uncleaned.
func firstLine(r io.Reader, name string) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("password from %s: %w", name, err)
	}
	return line, nil
}
