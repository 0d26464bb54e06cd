//go:build unix

package serve

import (
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks the file until it is closed or the process ends, even if it is killed. It returns
// false if another process holds the lock.
func tryLock(f *os.File) bool { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil }
