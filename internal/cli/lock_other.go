//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package cli

import (
	"io/fs"
	"os"
)

// tryLock locks nothing, and isOwn knows no owner: what a killed demo leaves stays.
func tryLock(*os.File) bool { return false }

func isOwn(fs.FileInfo) bool { return false }
