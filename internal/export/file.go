package export

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Create opens a new file that nobody else may read. It never opens one that
// exists, be it a link to nowhere: then the error is [fs.ErrExist].
func Create(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, newWriteError(path, err)
	}
	return f, nil
}

// Save writes a new file, as Create opens it. What could not be written to its
// end does not stay.
func Save(path string, write func(io.Writer) error) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	return writeAndClose(f, write)
}

// Replace is Save for a file that may exist. It is replaced in one step, once
// the new one is whole: until then, and after an error, the old one stays. What
// is no plain file is not replaced; a link is, and not what it leads to.
func Replace(path string, write func(io.Writer) error) error {
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is not a regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return newWriteError(path, err)
	}
	// Beside it, since a rename does not cross file systems; open to nobody else.
	f, err := os.CreateTemp(filepath.Dir(path), ".hdpadmin-export-*")
	if err != nil {
		return newWriteError(path, err)
	}
	if err := writeAndClose(f, write); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return errors.Join(newWriteError(path, err), os.Remove(f.Name()))
	}
	return nil
}

// newWriteError says why, without the call that failed.
func newWriteError(path string, err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("cannot write %s: %w", path, err)
}

// writeAndClose writes and closes the file, or removes it, also on the way out of a
// panic.
func writeAndClose(f *os.File, write func(io.Writer) error) (err error) {
	whole := false
	defer func() {
		if !whole {
			_ = f.Close() // the error that matters has been seen
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return newWriteError(f.Name(), err)
	}
	if err := f.Close(); err != nil {
		return newWriteError(f.Name(), err)
	}
	whole = true
	return nil
}
