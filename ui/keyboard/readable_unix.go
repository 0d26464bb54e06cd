//go:build unix

package keyboard

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// WaitReadable waits until the file has bytes to read and reports whether it has.
func WaitReadable(fd uintptr, wait time.Duration) bool {
	ask := selectReadable
	if fd >= unix.FD_SETSIZE {
		ask = pollReadable // select has no room for it; poll knows no terminals on macOS
	}
	end := time.Now().Add(wait)
	for {
		n, err := ask(int(fd), max(0, time.Until(end)))
		if !errors.Is(err, unix.EINTR) {
			return err == nil && n > 0
		}
	}
}

func selectReadable(fd int, wait time.Duration) (int, error) {
	var files unix.FdSet
	files.Set(fd)
	left := unix.NsecToTimeval(wait.Nanoseconds())
	return unix.Select(fd+1, &files, nil, nil, &left)
}

func pollReadable(fd int, wait time.Duration) (int, error) {
	return unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(wait.Milliseconds())) //nolint:gosec // the number of a file
}
