//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package cli

import (
	"io/fs"
	"os"
)

// tryLock and isOwn do nothing here, so a killed demo's folder is never removed.
func tryLock(*os.File) bool { return false }

func isOwn(fs.FileInfo) bool { return false }
