//go:build !((dragonfly && cgo) || (freebsd && cgo) || linux || netbsd || openbsd)

package config

// waitForBus has no bus to wait for here.
func waitForBus() {}
