//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package cli

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// tryLock locks the file until it is closed, or the process ends in whatever way. It
// reports whether it could: another process may hold it.
func tryLock(f *os.File) bool { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil }

// isOwn reports whether it belongs to the user of this process.
func isOwn(info fs.FileInfo) bool {
	s, is := info.Sys().(*syscall.Stat_t)
	return is && int(s.Uid) == os.Geteuid()
}
