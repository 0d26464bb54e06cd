package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
)

// The exit codes, besides 128 plus a signal's number. exitCodes says what they mean.
const (
	ok          = 0
	failed      = 1
	misuse      = 2
	declined    = 3
	notSignedIn = 4
	refused     = 5
	conflict    = 6
	unknown     = 7
	partly      = 8
	notOne      = 9
	found       = 10
)

// exitCodes returns what each code means, in every command.
func exitCodes() [][2]string {
	return [][2]string{
		{strconv.Itoa(ok), "done and verified, or already so; a read was answered, even if with an empty list"},
		{strconv.Itoa(failed), "failed: the server is out of reach, a list was cut off, a file cannot be read or written, there is nothing to undo, what is stored differs from what was sent, or a plan was used, has expired or was edited"},
		{strconv.Itoa(misuse), "wrong usage: an unknown command or flag, a bad value, wrong settings, flags that exclude each other"},
		{strconv.Itoa(declined), "declined, or a confirmation or reason is missing and hdpadmin could not ask for it"},
		{strconv.Itoa(notSignedIn), "the sign-in is missing or was refused"},
		{strconv.Itoa(refused), "HDP refused, this login lacks a permission, an external service manages the password, or the settings are read-only"},
		{strconv.Itoa(conflict), "conflict: the account is not as expected, or another change to it is running; nothing was sent"},
		{strconv.Itoa(unknown), "sent, outcome unknown"},
		{strconv.Itoa(partly), "only part of a batch, or of reset --unlock, was done"},
		{strconv.Itoa(notOne), "no such account, or more than one"},
		{strconv.Itoa(found), "a check found something: the account cannot sign in, a plan would change something, the audit log is broken, doctor found a problem"},
		{"128 + n", "ended by signal n, such as 130 after ctrl+c"},
	}
}

// exitCodesTopic is the text of hdpadmin help exit-codes.
func exitCodesTopic() *cobra.Command {
	var text strings.Builder
	text.WriteString("Every command exits with one of these codes:\n\n")
	for _, c := range exitCodes() {
		lines := strings.Split(ansi.Wordwrap(c[1], 68, ""), "\n")
		fmt.Fprintf(&text, "  %-9s%s\n", c[0], strings.Join(lines, "\n"+strings.Repeat(" ", 11)))
	}
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: strings.TrimSuffix(text.String(), "\n")}
}

// exitCode returns the code for the error of a command.
func exitCode(err error) int {
	var coded interface{ ExitCode() int }
	var unmet *change.UnmetError
	switch {
	case err == nil:
		return ok
	case errors.As(err, &coded):
		return coded.ExitCode()
	case errors.As(err, &unmet):
		if unmet.Demand == change.PermissionDemand {
			return refused
		}
		return declined
	case errors.As(err, new(usageError)):
		return misuse
	case errors.Is(err, hdpclient.ErrUnauthorized), errors.Is(err, hdpclient.ErrNoCredentials):
		return notSignedIn
	case errors.Is(err, hdpclient.ErrNotFound), errors.As(err, new(*desk.NotFoundError)), errors.As(err, new(*desk.AmbiguousError)):
		return notOne
	case errors.Is(err, hdpclient.ErrRefused), errors.Is(err, hdpclient.ErrForbidden), errors.Is(err, hdpclient.ErrReadOnly):
		return refused
	case errors.Is(err, change.ErrBusy):
		return conflict
	case errors.Is(err, hdpclient.ErrOutcomeUnknown):
		return unknown
	}
	return failed
}

// codedError is an error with its own exit code.
type codedError struct {
	error
	code int
}

func (e codedError) Unwrap() error { return e.error }

// ExitCode returns the exit code.
func (e codedError) ExitCode() int { return e.code }

// silentError exits with a code and prints nothing, because the output already says everything.
type silentError int

func (e silentError) Error() string { return "" }

// ExitCode returns the exit code.
func (e silentError) ExitCode() int { return int(e) }

// usageError is a mistake in the arguments or settings. It exits with misuse.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}
