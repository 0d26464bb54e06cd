package access

import (
	"io/fs"
	"os"
	"sync"
	"time"

	"hdpadmin/internal/tomlfile"
)

// File is the operators file of a running service. The last version without a problem stays in force.
type File struct {
	path string
	opts Options

	mu      sync.Mutex
	current *Operators
	err     error
	read    stamp // of the file when it was last read
	seen    stamp // of the file at the last call of Refresh
}

// stamp says whether a file is still the same.
type stamp struct {
	info    fs.FileInfo // nil if there is no file
	size    int64
	changed time.Time
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info, info.Size(), info.ModTime()}
}

// isSame compares the inode too, because a file that replaces another may have its time and size.
func (s stamp) isSame(other stamp) bool {
	if s.info == nil || other.info == nil {
		return s.info == nil && other.info == nil
	}
	return os.SameFile(s.info, other.info) && s.size == other.size && s.changed.Equal(other.changed) && s.info.Mode() == other.info.Mode()
}

// OpenFile reads the operators file of a service. A file without operators is an error.
func OpenFile(path string, opts Options) (*File, error) {
	f := &File{path: path, opts: opts}
	if err := f.Reload(); err != nil {
		return nil, err
	}
	return f, nil
}

// Operators returns the operators in force.
func (f *File) Operators() *Operators {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

// Err returns why the newest version of the file is not in force, or nil.
func (f *File) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// Reload reads the file, whether it has changed or not.
func (f *File) Reload() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reload()
}

func (f *File) reload() error {
	f.read = stampOf(f.path)
	f.seen = f.read
	read, err := Read(f.path, f.opts)
	if err == nil && read.Len() == 0 {
		// It may be a file that is just being written.
		err = tomlfile.Problems{{Path: f.path, What: "has no operators: add a table such as [operators.bob]"}}
	}
	if f.err = err; err == nil {
		f.current = read
	}
	return err
}

// Refresh reads the file if it has changed or been replaced, and reports whether it did. Call it every
// few seconds. A file that changes between two calls is read at the next one, so that no half of it
// counts.
func (f *File) Refresh() (changed bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, before := stampOf(f.path), f.seen
	f.seen = now
	if now.isSame(f.read) || !now.isSame(before) {
		return false, nil
	}
	return true, f.reload()
}
