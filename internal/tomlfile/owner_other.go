//go:build !unix

package tomlfile

import "io/fs"

const hasOwners = false

func isOwnOrRoots(fs.FileInfo) bool { return true }
