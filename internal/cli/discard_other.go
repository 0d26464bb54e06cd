//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package cli

// discardTyped does nothing: these systems have no common way to do it.
func discardTyped(uintptr) error { return nil }
