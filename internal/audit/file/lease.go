package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// sessionID matches the ID of a session. A forged entry must not name a file elsewhere.
var sessionID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)

const (
	leaseInfix = ".lease-"
	// leaseWait is more than enough: nobody but a console that removes free leases can have locked it.
	leaseWait = 250 * time.Millisecond
)

// leasePath returns the path of the file that a session keeps locked while it may write.
func (f *file) leasePath(session string) string { return f.path + leaseInfix + session + lockSuffix }

// holdLease takes the lease of this session before its first intent or batch, and keeps it until Close.
// The file is not synced, since a lease that is gone with its machine is as good as a free one. Without
// a lease, the entries are judged by their process, so a failure is only a warning.
func (f *file) holdLease() {
	f.leasing.Lock()
	defer f.leasing.Unlock()
	if f.isClosed || !sessionID.MatchString(f.session) {
		return
	}
	path := f.leasePath(f.session)
	if f.lease != nil {
		if sameFile(f.lease, path) {
			return
		}
		f.lease.Close() // somebody has removed the file, and with it what others look at
		f.lease = nil
		f.isLeased.Store(false)
	}
	l, err := acquire(path, time.Now().Add(leaseWait), func() (*os.File, error) {
		l, _, err := f.openOrMake(path, os.O_RDWR)
		return l, err
	}, false)
	f.setWarning("lease", err)
	if err != nil {
		return
	}
	_, _ = l.WriteAt([]byte(f.holder), 0) // only informs those who find the file
	f.lease = l
	f.isLeased.Store(true)
}

// Close releases the lease and the batches of this session, since its writes have ended: those without
// an outcome are for others to check, at once. What is logged later has no lease.
func (l *Log) Close() {
	l.ReleaseBatches()
	l.leasing.Lock()
	defer l.leasing.Unlock()
	l.isClosed = true
	l.isLeased.Store(false)
	if l.lease != nil {
		removeLocked(l.lease)
		l.lease = nil
	}
}

// HasEnded reports whether a session that wrote under a lease has ended: its lease is free. If unsure,
// it returns false. It removes the file of a process that was killed.
func (f *file) HasEnded(session string) bool {
	return sessionID.MatchString(session) && f.removeIfFree(f.leasePath(session))
}

func (f *file) removeIfFree(path string) bool {
	l, err := os.OpenFile(path, os.O_RDONLY|readFlags, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if err != nil {
		return false
	}
	// Shared, so that two consoles that look at the same time do not take each other for the holder.
	if tryLock(l, true) != nil {
		l.Close()
		return false
	}
	removeLocked(l)
	return true
}

// removeFreeLeases removes what killed processes have left.
func (f *file) removeFreeLeases() {
	dir, base := filepath.Split(f.path)
	list, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), base+leaseInfix) && strings.HasSuffix(e.Name(), lockSuffix) {
			f.removeIfFree(dir + e.Name())
		}
	}
}

// removeLocked removes a locked file and releases it. The file is removed while nobody else can have
// locked it for writing; if a different file has its name, that one belongs to another console. Windows
// cannot remove an open file: if another console has opened it meanwhile, it stays. A file that another
// console has removed first is not looked for again: its holder may have made a new one.
func removeLocked(l *os.File) {
	var err error
	if sameFile(l, l.Name()) {
		err = os.Remove(l.Name())
	}
	l.Close()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(l.Name())
	}
}
