package file

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
)

const lockSuffix = ".lock"

// errLockHeld is returned by tryLock if another process holds the lock.
var errLockHeld = errors.New("held")

// holderName identifies this process in the lock file, for the error of a console that waits.
func holderName(id Identity) string {
	return fmt.Sprintf("process %d, %s on %s", id.PID, id.OSUser, id.Host)
}

// lock takes the lock file for writing, waiting until the deadline. The kernel releases it
// when the process dies.
func (f *file) lock(deadline time.Time) (unlock func(), err error) {
	l, err := acquire(f.path+lockSuffix, deadline, func() (*os.File, error) {
		return f.openOrCreate(f.path+lockSuffix, os.O_RDWR)
	}, false)
	if err != nil {
		return nil, err
	}
	f.savedHead = readSavedHead(l)
	f.saveHead = func(h Head) { writeLockFile(l, f.holder, h) }
	f.saveHead(f.savedHead)
	return func() { l.Close() }, nil
}

// writeLockFile records the holder and, below it, the head of the chain, from which a new file
// continues if all older files were moved away. Errors do not matter: without a saved head the
// chain starts again.
func writeLockFile(l *os.File, holder string, h Head) {
	text := strings.ReplaceAll(holder, "\n", " ") + "\n"
	if h.Seq > 0 {
		text += h.String() + "\n"
	}
	// This order keeps the lines intact if the process crashes in between.
	if _, err := l.WriteAt([]byte(text), 0); err == nil {
		_ = l.Truncate(int64(len(text)))
	}
}

func readSavedHead(l *os.File) Head {
	text, err := io.ReadAll(io.NewSectionReader(l, 0, 4<<10))
	lines := strings.SplitN(string(text), "\n", 3)
	if err != nil || len(lines) < 3 {
		return Head{}
	}
	h, err := ParseHead(lines[1])
	if err != nil || h.Seq > 1<<53 { // no log is that long
		return Head{}
	}
	return h
}

// savedHeadOf reads the head in the lock file of the log at path, zero if unreadable. The log
// itself is never behind it.
func savedHeadOf(path string) Head {
	l, err := os.OpenFile(path+lockSuffix, os.O_RDONLY|readFlags, 0)
	if err != nil {
		return Head{}
	}
	defer l.Close()
	return readSavedHead(l)
}

// acquire opens and locks the lock file. If the file was removed meanwhile, its lock keeps
// no other process out, so it tries again.
func acquire(path string, deadline time.Time, open func() (*os.File, error), shared bool) (*os.File, error) {
	start := time.Now()
	for {
		l, err := open()
		if err != nil {
			return nil, err
		}
		for {
			if err = tryLock(l, shared); !errors.Is(err, errLockHeld) {
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

// pause is short at first, since a writer takes milliseconds and one that writes without a
// break leaves only a narrow gap. The jitter keeps two waiting processes out of step.
func pause(waited, left time.Duration) {
	d := time.Millisecond
	if waited > 250*time.Millisecond {
		d = 5 * time.Millisecond
	}
	time.Sleep(min(d/2+rand.N(d/2), max(left, 0))) //nolint:forbidigo,gosec // a file sends no signal when it becomes free; the randomness is only jitter
}

func heldBy(l *os.File) string {
	b, err := io.ReadAll(io.NewSectionReader(l, 0, 200))
	if err != nil || len(b) == 0 {
		return ""
	}
	holder, _, _ := strings.Cut(string(b), "\n")
	return ", held by " + oneLine(holder)
}

// oneLine escapes line breaks and unprintable characters. Callers still clean the text before
// they print it.
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
