//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package terminal

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// hasShell reports whether a shell would continue this process if it stopped. A shell with job
// control puts its jobs into groups of their own; if the group is the session's first, as in
// ssh -t HOST hdpadmin, there is no such shell.
func hasShell() bool {
	session, err := unix.Getsid(0)
	return err == nil && session != unix.Getpgrp() && !signal.Ignored(syscall.SIGTSTP)
}

// hearStops sends SIGTSTP to the channel instead of stopping the process, unless it is to be
// ignored.
func hearStops(to chan<- os.Signal) {
	if !signal.Ignored(syscall.SIGTSTP) {
		signal.Notify(to, syscall.SIGTSTP)
	}
}

func isStop(s os.Signal) bool { return s == syscall.SIGTSTP }

// stopProcess stops the process with SIGSTOP: once Go listens for SIGTSTP, it does not restore
// its default action.
func stopProcess() { _ = syscall.Kill(syscall.Getpid(), syscall.SIGSTOP) }
