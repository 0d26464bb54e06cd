package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/export"
	"hdpadmin/internal/temppass"
)

// passwordTarget is where a temporary password goes: to the terminal, to a new file, to a descriptor
// that the caller opened, or to the other end of an SSH session.
type passwordTarget struct {
	terminal io.Writer // nil unless it is the terminal
	stdout   io.Writer // nil unless it is standard output, which then has nothing else
	file     *os.File  // the new file until it is complete, or the descriptor
	path     string    // of the new file
	name     string    // for messages
	keep     bool      // the password is in force, or may be
}

func (t *passwordTarget) isTerminal() bool { return t.terminal != nil }

// openPasswordTarget creates the file or checks the descriptor, before anything is sent. With dryRun,
// it creates nothing.
func (f factory) openPasswordTarget(to string, given, dryRun bool) (*passwordTarget, error) {
	number, isDescriptor := strings.CutPrefix(to, "fd:")
	switch {
	case !given && f.isJSON():
		return nil, usage(errors.New("a password is never part of JSON: use --password-to to name a file for it"))
	case f.served != nil && given && f.isJSON():
		return nil, usage(errors.New("a password is never part of JSON: leave out --json, or --ndjson"))
	case f.served != nil && given:
		return &passwordTarget{stdout: f.stdout, name: "standard output"}, nil
	case f.served != nil && !isTerminal(f.stdout):
		return nil, usage(errors.New("a password is printed only to a terminal: use ssh -t, or --password-to - and redirect standard output on your side"))
	case !given && !isTerminal(f.stdout):
		return nil, usage(errors.New("a password is printed only to a terminal: use --password-to to name a file for it"))
	case !given:
		return &passwordTarget{terminal: f.stdout}, nil
	case isDescriptor:
		n, err := strconv.Atoi(number)
		if err != nil || n < 3 {
			return nil, usage(fmt.Errorf("--password-to %s: use the number of a descriptor that you opened, 3 or higher", to))
		}
		file, err := openDescriptor(n)
		if err != nil {
			return nil, usage(fmt.Errorf("--password-to %s: %w", to, err))
		}
		return &passwordTarget{file: file, name: to}, nil
	case to == "" || to == "-":
		return nil, usage(errors.New("--password-to needs the name of a new file, or fd: and the number of a descriptor"))
	}
	if _, err := os.Lstat(to); err == nil {
		return nil, usage(fmt.Errorf("--password-to: %s exists; name a new file", to))
	}
	if dryRun {
		return &passwordTarget{name: to}, nil
	}
	file, err := export.Create(to)
	if errors.Is(err, fs.ErrExist) {
		err = usage(err)
	}
	return &passwordTarget{file: file, path: to, name: to}, err
}

// where completes "The password is".
func (t *passwordTarget) where() string {
	if t.stdout != nil {
		return "on " + t.name
	}
	return "in " + t.name
}

// prepare writes the password to the file and syncs it, so that a full disk cannot lose it once it is
// in force.
func (t *passwordTarget) prepare(password hdpclient.Secret) error {
	if t.path == "" {
		return nil
	}
	err := cmp.Or(t.write(password), t.file.Sync(), t.file.Close())
	t.file = nil
	if err != nil {
		return fmt.Errorf("nothing was sent: cannot write the password to %s: %w", t.name, err)
	}
	return nil
}

// deliver hands over a password that is in force, or may be.
func (t *passwordTarget) deliver(who change.Subject, password hdpclient.Secret) (err error) {
	t.keep = true
	switch {
	case t.isTerminal():
		_, err = fmt.Fprintf(t.terminal, "Temporary password of %s:\n\n  %s\n\n  %s\n\n", who.Name, password.Reveal(), strings.Join(temppass.Spell(password), ", "))
	case t.path == "":
		err = t.write(password)
	}
	if err != nil {
		return fmt.Errorf("the password could not be written, so reset it again: %w", err)
	}
	return nil
}

func (t *passwordTarget) write(password hdpclient.Secret) error {
	line := append([]byte(password.Reveal()), '\n')
	defer clear(line)
	if t.stdout != nil {
		_, err := t.stdout.Write(line)
		return err
	}
	_, err := t.file.Write(line)
	return err
}

// close closes the target, and removes the file unless its password may be in force.
func (t *passwordTarget) close() (err error) {
	if t.file != nil {
		err = t.file.Close()
	}
	if t.path != "" && !t.keep {
		err = errors.Join(err, os.Remove(t.path))
	}
	return err
}
