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

// lockSuffix makes the name of the lock file.
const lockSuffix = ".lock"

// errLockHeld is what tryLock says of a lock that another holds.
var errLockHeld = errors.New("held")

// holderName is written into the lock file, so that who waits in vain can be told
// for whom.
func holderName(id Identity) string {
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
	f.savedHead = readSavedHead(l)
	f.saveHead = func(h Head) { writeLockFile(l, f.holder, h) }
	f.saveHead(f.savedHead)
	return func() { l.Close() }, nil
}

// writeLockFile writes into the lock file who holds it, and the head of the chain below that: a new
// file goes on from there if the files before it were moved away. Without it the chain begins
// again, so errors do not matter.
func writeLockFile(l *os.File, holder string, h Head) {
	text := strings.ReplaceAll(holder, "\n", " ") + "\n"
	if h.Seq > 0 {
		text += h.String() + "\n"
	}
	// In this order a crash leaves the lines whole.
	if _, err := l.WriteAt([]byte(text), 0); err == nil {
		_ = l.Truncate(int64(len(text)))
	}
}

// readSavedHead is the head in a lock file, zero where there is none.
func readSavedHead(l *os.File) Head {
	text, err := io.ReadAll(io.NewSectionReader(l, 0, 4<<10))
	lines := strings.SplitN(string(text), "\n", 3)
	if err != nil || len(lines) < 3 {
		return Head{}
	}
	h, err := ParseHead(lines[1])
	if err != nil || h.Seq > 1<<53 { // no log has as many
		return Head{}
	}
	return h
}

// savedHeadOf is the head in the lock file of the log at path, as far as it can be read. The log itself
// is never behind it.
func savedHeadOf(path string) Head {
	l, err := os.OpenFile(path+lockSuffix, os.O_RDONLY|readFlags, 0)
	if err != nil {
		return Head{}
	}
	defer l.Close()
	return readSavedHead(l)
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
	holder, _, _ := strings.Cut(string(b), "\n")
	return ", held by " + oneLine(holder)
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
