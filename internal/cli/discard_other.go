//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package cli

// discardTyped does nothing where there is no one way to do it.
func discardTyped(uintptr) error { return nil }
