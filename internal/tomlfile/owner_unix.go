//go:build unix

package tomlfile

import (
	"io/fs"
	"os"
	"syscall"
)

const hasOwners = true

func isOwnOrRoots(info fs.FileInfo) bool {
	s, is := info.Sys().(*syscall.Stat_t)
	return is && (s.Uid == 0 || int(s.Uid) == os.Geteuid())
}
