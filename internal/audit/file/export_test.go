package file

import (
	"fmt"
	"os"
	"time"
)

// The seams of a write, for the tests outside the package.

func WithStep(step func(string)) Option { return func(f *file) { f.seams.step = step } }

func WithWrite(w func(write func([]byte) (int, error), b []byte) (int, error)) Option {
	return func(f *file) { f.seams.write = w }
}

func WithSync(s func(sync func() error) error) Option {
	return func(f *file) { f.seams.sync = s }
}

// TryLock takes the lock of the log at path as another console would.
func TryLock(path string) (*os.File, error) {
	l, err := os.OpenFile(path+lockSuffix, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return l, tryLock(l, false)
}

// TryLockFile locks a file as a console does.
func TryLockFile(f *os.File, shared bool) error { return tryLock(f, shared) }

// Reseal gives a changed entry a matching hash, as a forger would.
func Reseal(e Entry, head Head) ([]byte, error) {
	e.Seq = 0
	return seal(&e, head)
}

// Acquire takes the lock at path through the files that open returns.
func Acquire(path string, open func() (*os.File, error)) (*os.File, error) {
	return acquire(path, time.Now().Add(time.Minute), open, false)
}

// Head returns the newest head that this log wrote or read.
func (l *Log) Head() Head {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	return l.seen
}

// Rotate renames the current file; the next entry starts a new one. A file without an entry is
// left as it is.
func (l *Log) Rotate() error {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	unlock, err := l.lock(time.Now().Add(l.lockWait))
	if err != nil {
		return fmt.Errorf("rotate the audit log: %w", err)
	}
	defer unlock()
	t, err := l.openTail()
	if err == nil {
		t.file.Close()
		err = l.rotateFile(t)
	}
	if err != nil {
		return fmt.Errorf("rotate the audit log: %w", err)
	}
	return nil
}

// Duration returns how long the request took, to the millisecond.
func (e Entry) Duration() time.Duration { return time.Duration(e.DurationMS) * time.Millisecond }

// WithLockWait limits the wait for other consoles; the default is [DefaultLockWait].
func WithLockWait(d time.Duration) Option { return func(f *file) { f.lockWait = d } }
