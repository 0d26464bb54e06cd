package terminal

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"hdpadmin/ui/keyboard"
)

// tty is the terminal that keys come from. Bubble Tea takes its end for the end of a pipe and
// would wait for keys that cannot come.
type tty struct {
	*os.File
	keys keyboard.Reader
	lost chan struct{} // closed once the terminal is gone
	once sync.Once
}

// openKeyboard opens standard input, or the process's terminal if standard input is something
// else, such as the pipe of a password.
func openKeyboard() (*tty, error) {
	if term.IsTerminal(os.Stdin.Fd()) {
		return newTTY(os.Stdin, escWait()), nil
	}
	in, _, err := tea.OpenTTY()
	if err != nil {
		return nil, errors.New("the console needs a terminal to read keys from, and this process has none")
	}
	return newTTY(in, escWait()), nil
}

func newTTY(in *os.File, wait time.Duration) *tty {
	k := &tty{File: in, lost: make(chan struct{})}
	k.keys = keyboard.Reader{From: readFunc(k.read), WaitReadable: k.readable, Wait: wait}
	return k
}

// escWait returns how long the rest of an escape sequence may take.
func escWait() time.Duration {
	if os.Getenv("SSH_CONNECTION") != "" || os.Getenv("SSH_TTY") != "" {
		return keyboard.SSHWait
	}
	return keyboard.LocalWait
}

// Read returns whole keys, see [keyboard.Reader].
func (k *tty) Read(p []byte) (int, error) { return k.keys.Read(p) }

func (k *tty) readable(wait time.Duration) bool { return keyboard.WaitReadable(k.Fd(), wait) }

type readFunc func([]byte) (int, error)

func (read readFunc) Read(p []byte) (int, error) { return read(p) }

func (k *tty) read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	if err != nil {
		k.once.Do(func() { close(k.lost) })
		err = io.EOF // the kernel's error depends on who asks when
	}
	return n, err
}
