package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hdpadmin/internal/shell"
)

func (f *file) mode() fs.FileMode {
	if f.shared {
		return 0o660
	}
	return 0o600
}

// openOrCreate is openOrMake for a file that survives a power loss.
func (f *file) openOrCreate(path string, flags int) (*os.File, error) {
	file, made, err := f.openOrMake(path, flags)
	if made {
		err = f.syncDir()
	}
	return file, err
}

// openOrMake opens the file but does not follow a symbolic link. It makes a missing file
// with our permissions, whatever the umask is.
func (f *file) openOrMake(path string, flags int) (file *os.File, made bool, err error) {
	for range 10 { // another process may create or rename it between two calls
		file, err = os.OpenFile(path, flags|openFlags, 0)
		if !errors.Is(err, fs.ErrNotExist) {
			return file, false, err
		}
		file, err = os.OpenFile(path, flags|openFlags|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		if err := f.giveToGroup(file); err != nil {
			file.Close()
			_ = os.Remove(path)
			return nil, false, err
		}
		return file, true, nil
	}
	return nil, false, err
}

func (f *file) giveToGroup(file *os.File) error {
	if !f.shared {
		return nil
	}
	if err := file.Chown(-1, f.gid); err != nil {
		return err
	}
	return file.Chmod(0o660)
}

// makeDirs creates the missing parents. They are private, or the group's if the log is: then
// everything created in them belongs to the group too.
func (f *file) makeDirs(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := f.makeDirs(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil // another console was faster
		}
		return err
	}
	if !f.shared {
		return nil
	}
	if err := os.Chown(dir, -1, f.gid); err != nil {
		return err
	}
	return os.Chmod(dir, 0o770|fs.ModeSetgid)
}

// checkPrivate refuses a log that others can read or write. The error names the command that
// fixes it.
func (f *file) checkPrivate(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a regular file", ErrInsecure, f.path)
	}
	if !checksModes {
		return nil
	}
	mode := info.Mode().Perm()
	if mode&0o077&^f.mode() != 0 {
		return fmt.Errorf("%w: %s has mode %04o; run: chmod %o %s",
			ErrInsecure, f.path, mode, f.mode(), shell.QuotePath(f.path))
	}
	if gid, ok := groupOf(info); f.shared && ok && gid != f.gid && mode&0o070 != 0 {
		return fmt.Errorf("%w: %s belongs to group %d; run: chgrp %d %s",
			ErrInsecure, f.path, gid, f.gid, shell.QuotePath(f.path))
	}
	return nil
}
