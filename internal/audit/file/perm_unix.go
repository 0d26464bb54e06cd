//go:build unix

package file

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

const (
	// Through a link, a rotation would rename the link instead of the file. A FIFO must not
	// hang the console.
	openFlags   = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
	readFlags   = syscall.O_NONBLOCK
	checksModes = true
)

func isLinkError(err error) bool { return errors.Is(err, syscall.ELOOP) }

func isFullError(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

func groupOf(info fs.FileInfo) (gid int, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Gid), true
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
