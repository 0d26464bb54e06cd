package export

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Create opens a new file that only the user may read. If the path exists, even as a
// dangling link, the error is [fs.ErrExist].
func Create(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, newWriteError(path, err)
	}
	return f, nil
}

// Save writes a new file like Create. It removes a file that could not be written
// completely.
func Save(path string, write func(io.Writer) error) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	return writeAndClose(f, write)
}

// Replace is Save for a path that may exist. It replaces the file in one step once the
// new one is complete; after an error, the old file remains. It refuses a path that is
// not a regular file. It replaces a link itself, not its target.
func Replace(path string, write func(io.Writer) error) error {
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is not a regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return newWriteError(path, err)
	}
	// In the same folder, because a rename cannot cross file systems. Only the user may
	// read it.
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

// newWriteError leaves out the failed system call.
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

// writeAndClose writes and closes the file, or removes it, even after a panic.
func writeAndClose(f *os.File, write func(io.Writer) error) (err error) {
	whole := false
	defer func() {
		if !whole {
			_ = f.Close() // the important error was returned before
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
