//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package terminal

import "os"

func hasShell() bool { return true }

func hearStops(chan<- os.Signal) {}

func isStop(os.Signal) bool { return false }

func stopProcess() {}
