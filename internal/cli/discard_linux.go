package cli

import "golang.org/x/sys/unix"

// discardTyped drops input that the terminal has received and no one has read.
func discardTyped(terminal uintptr) error {
	return unix.IoctlSetInt(int(terminal), unix.TCFLSH, unix.TCIFLUSH)
}
