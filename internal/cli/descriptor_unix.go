//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package cli

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// openDescriptor returns a descriptor that this process inherited, if something reads what is written
// to it.
func openDescriptor(n int) (*os.File, error) {
	flags, err := unix.FcntlInt(uintptr(n), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 { // what hdpadmin opened closes on exec
		return nil, errors.New("the descriptor is not open")
	}
	mode, err := unix.FcntlInt(uintptr(n), unix.F_GETFL, 0)
	if err != nil || mode&unix.O_ACCMODE == unix.O_RDONLY {
		return nil, errors.New("the descriptor is not open for writing")
	}
	poll := []unix.PollFd{{Fd: int32(n), Events: unix.POLLOUT}} //nolint:gosec // an open descriptor
	if _, err := unix.Poll(poll, 0); err == nil && (poll[0].Revents&(unix.POLLERR|unix.POLLNVAL) != 0 || poll[0].Revents&unix.POLLOUT == 0) {
		return nil, errors.New("nobody reads what is written to it") // a full pipe would take the password when it is too late
	}
	unix.CloseOnExec(n) // no program that hdpadmin starts may inherit it
	return os.NewFile(uintptr(n), fmt.Sprintf("fd:%d", n)), nil
}
