//go:build unix

package serve

import (
	"fmt"
	"os"
	"syscall"

	"github.com/creack/pty"
	"golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"
)

// terminal is a real one: programs that draw ask it for its size and its modes.
type terminal struct {
	master *os.File // the client's end; reads from it can have a deadline
	slave  *os.File // the session's end
}

func openTerminal(r terminalRequest) (*terminal, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("open a terminal: %w", err)
	}
	t := &terminal{slave: slave}
	if t.master, err = unblocked(master); err != nil {
		_ = slave.Close()
		return nil, fmt.Errorf("open a terminal: %w", err)
	}
	err = t.setModes(r.modes)
	if err == nil {
		err = t.resize(r.size)
	}
	if err != nil {
		_, _ = t.master.Close(), t.slave.Close()
		return nil, fmt.Errorf("set up a terminal: %w", err)
	}
	return t, nil
}

// unblocked returns the same file without blocking reads: pty.Open asks for the descriptor, and
// Go then makes it a blocking one, from which Close frees no reader.
func unblocked(f *os.File) (*os.File, error) {
	defer f.Close() //nolint:errcheck // it is only a duplicate
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func (t *terminal) name() string { return t.slave.Name() }

func (t *terminal) resize(s Size) error {
	return t.control(func(fd int) error {
		//nolint:gosec // a size is clamped
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(s.Width), Row: uint16(s.Height)})
	})
}

// setModes takes over the client's control characters, and the modes that a prompt depends on.
func (t *terminal) setModes(modes map[uint8]uint32) error {
	return t.control(func(fd int) error {
		set, err := unix.IoctlGetTermios(fd, getTermios)
		if err != nil {
			return err
		}
		for opcode, index := range map[uint8]int{
			ssh.VINTR: unix.VINTR, ssh.VQUIT: unix.VQUIT, ssh.VERASE: unix.VERASE, ssh.VKILL: unix.VKILL, ssh.VEOF: unix.VEOF,
			ssh.VSTART: unix.VSTART, ssh.VSTOP: unix.VSTOP, ssh.VWERASE: unix.VWERASE, ssh.VREPRINT: unix.VREPRINT, ssh.VLNEXT: unix.VLNEXT,
		} {
			if value, ok := modes[opcode]; ok {
				set.Cc[index] = uint8(value) //nolint:gosec // a character
			}
		}
		for opcode, flag := range map[uint8]uint64{ssh.ECHO: unix.ECHO, ssh.ECHOE: unix.ECHOE, ssh.ECHOK: unix.ECHOK, ssh.ECHOCTL: unix.ECHOCTL} {
			if value, ok := modes[opcode]; ok {
				setFlag(&set.Lflag, flag, value != 0)
			}
		}
		for opcode, flag := range map[uint8]uint64{ssh.IUTF8: unix.IUTF8, ssh.IXON: unix.IXON} {
			if value, ok := modes[opcode]; ok {
				setFlag(&set.Iflag, flag, value != 0)
			}
		}
		// Otherwise ctrl+c throws away what the program prints about it.
		set.Lflag |= unix.NOFLSH
		return unix.IoctlSetTermios(fd, setTermios, set)
	})
}

func setFlag[T uint32 | uint64](flags *T, flag uint64, on bool) {
	*flags &^= T(flag)
	if on {
		*flags |= T(flag)
	}
}

// signals returns the signals that the keys stand for. The kernel sends none, since the terminal
// controls no process.
func (t *terminal) signals(keys []byte) (all []syscall.Signal) {
	_ = t.control(func(fd int) error {
		set, err := unix.IoctlGetTermios(fd, getTermios)
		if err != nil || set.Lflag&unix.ISIG == 0 {
			return err
		}
		for _, key := range keys {
			switch key {
			case 0: // in Cc it means no key
			case set.Cc[unix.VINTR]:
				all = append(all, syscall.SIGINT)
			case set.Cc[unix.VQUIT]:
				all = append(all, syscall.SIGQUIT)
			}
		}
		return nil
	})
	return all
}

func (t *terminal) control(do func(fd int) error) error {
	conn, err := t.master.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := conn.Control(func(fd uintptr) { failed = do(int(fd)) }); err != nil {
		return err
	}
	return failed
}
