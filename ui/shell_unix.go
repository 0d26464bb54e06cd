//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package ui

import (
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// hasShell reports whether somebody would continue this process if it stopped.
// A shell with job control puts its jobs into groups of their own; where the
// group is the session's first, as in ssh -t HOST hdpadmin, nobody looks after it.
func hasShell() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != unix.Getpgrp() && !signal.Ignored(syscall.SIGTSTP)
}
