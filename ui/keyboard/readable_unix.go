//go:build unix

package keyboard

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// WaitReadable waits until the file has bytes to read and reports whether it has.
func WaitReadable(fd uintptr, wait time.Duration) bool {
	end := time.Now().Add(wait)
	for {
		var files unix.FdSet
		files.Set(int(fd))
		left := unix.NsecToTimeval(max(0, time.Until(end)).Nanoseconds())
		n, err := unix.Select(int(fd)+1, &files, nil, nil, &left)
		if !errors.Is(err, unix.EINTR) {
			return err == nil && n > 0
		}
	}
}
