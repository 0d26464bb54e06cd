package cli

import "golang.org/x/sys/unix"

// discardTyped drops what the terminal has been given and nobody has read.
func discardTyped(terminal uintptr) error {
	return unix.IoctlSetInt(int(terminal), unix.TCFLSH, unix.TCIFLUSH)
}
