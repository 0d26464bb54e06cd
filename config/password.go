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

	"hdpadmin/internal/credential"
	"hdpadmin/internal/shell"
)

// PasswordEnv is the environment variable that may hold the password.
const PasswordEnv = "HDP_PASSWORD"

// NoInputEnv is the environment variable that, if set, keeps commands from asking questions. It is not
// a setting, because a console cannot do without questions.
const NoInputEnv = EnvPrefix + "NO_INPUT"

// maxLine keeps a huge file, given by mistake, from being read into memory. It is longer
// than any password with a line end.
const maxLine = credential.MaxLength + 8

// PasswordSources lists where the operator's password may come from.
type PasswordSources struct {
	LookupEnv func(string) (string, bool)
	File      string    // its first line is used; "-" for Stdin, "" for none
	Stdin     io.Reader // read only if File is "-"; nil for a terminal, which would show the password
	Command   []string  // program with arguments that prints the password; empty for none
	Keyring   string    // account to look for in the keyring; "" to skip the keyring
	// Waiting is called if the keyring is slow, probably because it asks its user to unlock
	// it. May be nil.
	Waiting func()
}

// Found is the result of looking for a password.
type Found struct {
	Password string // "" to ask for it
	From     string // name of its source, "" if there is none
	Space    string // at which ends the password has a space, see [credential.EdgeSpace]
	Notice   string // one line for the operator, "" for none
}

// Find uses the first source that is set: environment, file, command, keyring. A source
// that fails is an error, because another source may have another password, and each wrong
// one brings the operator closer to a lock. Only a failing keyring is skipped, with a
// notice. Errors never quote a password.
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

func (s PasswordSources) read(ctx context.Context) (string, error) {
	switch {
	case s.envPassword() != "":
		return s.envPassword(), nil
	case s.File != "":
		return s.awaitFile(ctx)
	case len(s.Command) > 0:
		return runCommand(ctx, s.Command, commandTimeout)
	}
	if s.Waiting != nil {
		defer time.AfterFunc(2*busTimeout, s.Waiting).Stop()
	}
	return GetFromKeyring(ctx, s.Keyring)
}

const keyringSource = "the keyring"

// sourceName names the source that Find will use, "" for none.
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

// fileSkipped warns an operator who has set both the variable and a file.
func (s PasswordSources) fileSkipped() string {
	return "--password-file " + clean(s.File) + " is not read"
}

// String says which source Find will use.
func (s PasswordSources) String() string {
	switch from := s.sourceName(); {
	case from == "":
		return "you will be asked for it"
	case from == PasswordEnv && s.File != "":
		return "from " + from + ", not shown; " + s.fileSkipped()
	case from == PasswordEnv:
		return "from " + from + ", not shown"
	case s.File != "" || len(s.Command) > 0:
		return "from " + from
	default:
		return "from " + from + ", if it is there; otherwise you will be asked for it"
	}
}

// envPassword returns "" for a variable that is empty or only has line ends.
func (s PasswordSources) envPassword() string {
	p, _ := s.LookupEnv(PasswordEnv)
	if cleaned, err := credential.CleanSecret(p); err == nil && cleaned == "" {
		return ""
	}
	return p
}

// awaitFile is readFile until ctx ends: standard input or a named pipe may never say anything.
func (s PasswordSources) awaitFile(ctx context.Context) (string, error) {
	type contents struct {
		text string
		err  error
	}
	read := make(chan contents, 1)
	go func() {
		text, err := s.readFile()
		read <- contents{text, err}
	}()
	select {
	case c := <-read:
		return c.text, c.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (s PasswordSources) readFile() (string, error) {
	switch {
	case s.File == "-" && s.Stdin == nil:
		return "", errors.New("--password-file -: standard input is a terminal, which would show the password: omit the flag and hdpadmin asks you")
	case s.File == "-":
		return firstLine(s.Stdin, "standard input")
	}
	f, err := os.Open(s.File)
	if err != nil {
		return "", fmt.Errorf("cannot read the password file: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := CheckPrivate(f, "password file"); err != nil {
		return "", err
	}
	return firstLine(f, s.File)
}

// CheckPrivate returns an error if others may read or write the file. The error calls the
// file what, and says how to fix it.
func CheckPrivate(f *os.File, what string) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	switch {
	case info.IsDir():
		return fmt.Errorf("%s %s is a folder", what, f.Name())
	case runtime.GOOS == "windows", !info.Mode().IsRegular():
		// Windows has no such bits, and pipes, as from <(…), belong to the caller.
		return nil
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s %s is open to others: run chmod 600 %s", what, f.Name(), shell.QuotePath(f.Name()))
	}
	return nil
}

func firstLine(r io.Reader, name string) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("cannot read the password from %s: %w", name, err)
	}
	return line, nil
}
