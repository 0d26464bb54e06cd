package cli

import (
	"errors"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
)

// The exit codes, besides 128 plus a signal's number. Each has one meaning in every command.
const (
	ok          = 0
	failed      = 1  // the server is out of reach, a list was cut off, a file cannot be written
	misuse      = 2  // wrong arguments or settings
	declined    = 3  // the operator said no, or something is missing that could not be asked for
	notSignedIn = 4  // the sign-in is missing or was refused
	refused     = 5  // HDP refused, or this login lacks the right
	conflict    = 6  // the account is not as expected; nothing was sent
	unknown     = 7  // sent, outcome unknown
	notOne      = 9  // no such account, or more than one
	found       = 10 // a check found something
)

// exitCode returns the code for the error of a command.
func exitCode(err error) int {
	var coded interface{ ExitCode() int }
	switch {
	case err == nil:
		return ok
	case errors.As(err, &coded):
		return coded.ExitCode()
	case errors.As(err, new(*change.UnmetError)):
		return declined
	case errors.As(err, new(usageError)):
		return misuse
	case errors.Is(err, hdpclient.ErrUnauthorized), errors.Is(err, hdpclient.ErrNoCredentials):
		return notSignedIn
	case errors.Is(err, hdpclient.ErrNotFound), errors.As(err, new(*desk.NotFoundError)), errors.As(err, new(*desk.AmbiguousError)):
		return notOne
	case errors.Is(err, hdpclient.ErrRefused), errors.Is(err, hdpclient.ErrForbidden):
		return refused
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
