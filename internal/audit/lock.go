package audit

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"time"
)

// lockSuffix makes the name of the lock file.
const lockSuffix = ".lock"

// errHeld is what tryLock says of a lock that another holds.
var errHeld = errors.New("held")

// holder is written into the lock file, so that who waits in vain can be told
// for whom.
func holder(id Identity) string {
	return fmt.Sprintf("process %d, %s on %s", id.PID, id.OSUser, id.Host)
}

// lock takes the lock file for writing, and waits for it until the deadline.
// The lock ends with the process, whatever becomes of it.
func (f *file) lock(deadline time.Time) (unlock func(), err error) {
	l, err := acquire(f.path+lockSuffix, deadline, func() (*os.File, error) {
		return f.openOrCreate(f.path+lockSuffix, os.O_RDWR)
	}, false)
	if err != nil {
		return nil, err
	}
	who := f.holder
	if l.Truncate(0) == nil { // no more than a help: its errors do not matter
		_, _ = l.WriteAt([]byte(who), 0)
	}
	return func() { l.Close() }, nil
}

// acquire opens and locks the lock file. A lock file that was removed while we
// waited locks nobody out, so it does not count.
func acquire(path string, deadline time.Time, open func() (*os.File, error), shared bool) (*os.File, error) {
	start := time.Now()
	for {
		l, err := open()
		if err != nil {
			return nil, err
		}
		for {
			if err = tryLock(l, shared); !errors.Is(err, errHeld) {
				break
			}
			if !time.Now().Before(deadline) {
				err = fmt.Errorf("%w: waited %v for %s%s", ErrLocked,
					time.Since(start).Round(time.Millisecond), path, heldBy(l))
				break
			}
			pause(time.Since(start), time.Until(deadline))
		}
		if err != nil {
			l.Close()
			return nil, err
		}
		if sameFile(l, path) {
			return l, nil
		}
		l.Close()
		if !time.Now().Before(deadline) {
			return nil, fmt.Errorf("%w: %s keeps being replaced", ErrLocked, path)
		}
	}
}

// pause is short at first: a writer is done within milliseconds, and one that
// writes without a break leaves only a narrow gap to slip into. The jitter
// keeps two who wait from waiting in step.
func pause(waited, left time.Duration) {
	d := time.Millisecond
	if waited > 250*time.Millisecond {
		d = 5 * time.Millisecond
	}
	time.Sleep(min(d/2+rand.N(d/2), max(left, 0))) //nolint:forbidigo,gosec // a file says to nobody that it is free; chance is for the pace alone
}

func heldBy(l *os.File) string {
	b, err := io.ReadAll(io.NewSectionReader(l, 0, 200))
	if err != nil || len(b) == 0 {
		return ""
	}
	return ", held by " + oneLine(string(b))
}

// oneLine escapes what would leave the line or not be printed. Whoever shows it cleans it as
// all other text.
func oneLine(s string) string {
	quoted := strconv.QuoteToGraphic(s)
	return quoted[1 : len(quoted)-1]
}

func sameFile(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(mine, there)
}
