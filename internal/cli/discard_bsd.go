//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package cli

import "golang.org/x/sys/unix"

// discardTyped drops what the terminal has been given and nobody has read.
func discardTyped(terminal uintptr) error {
	return unix.IoctlSetPointerInt(int(terminal), unix.TIOCFLUSH, unix.TCIFLUSH)
}
