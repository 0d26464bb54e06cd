//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package ui

func hasShell() bool { return true }
