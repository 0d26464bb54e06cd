package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// Limits for password_command. It may have to ask its user to unlock something.
const (
	commandTimeout   = time.Minute
	maxCommandOutput = 64 << 10
)

// runCommand returns the first line that the program prints, uncleaned. Errors never quote
// its output, not even its error messages.
func runCommand(ctx context.Context, argv []string, limit time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the operator chose the program, and no shell interprets it
	// A child of the program, such as an agent, may keep the pipe open longer.
	c.WaitDelay = time.Second
	out := &limitedBuffer{left: maxCommandOutput}
	c.Stdout = out
	err := c.Run()
	name := "password_command " + quote(argv[0])
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("%s: not finished within %s", name, limit)
	case ctx.Err() != nil:
		return "", fmt.Errorf("%s: %w", name, ctx.Err())
	case out.left < 0:
		return "", fmt.Errorf("%s: its output is too long for a password", name)
	case errors.As(err, &exit):
		return "", fmt.Errorf("%s: %w", name, err)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return firstLine(&out.buf, name)
}

// limitedBuffer fails a Write beyond its limit. It must not get a ReadFrom, which would
// bypass the limit.
type limitedBuffer struct {
	buf  bytes.Buffer
	left int
}

var errTooMuch = errors.New("too much")

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errTooMuch
	}
	return b.buf.Write(p)
}
