//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package cli

import "golang.org/x/sys/unix"

// discardTyped drops input that the terminal has received and no one has read.
func discardTyped(terminal uintptr) error {
	return unix.IoctlSetPointerInt(int(terminal), unix.TIOCFLUSH, unix.TCIFLUSH)
}
