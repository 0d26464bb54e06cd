package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const demoFolder = "hdpadmin-demo-"

// makeDemoFolder makes a temporary folder for the demo's audit log. It also removes the
// folders that killed demos left.
func makeDemoFolder() (file string, remove func() error, err error) {
	removeAbandoned(os.TempDir(), time.Now())
	dir, err := os.MkdirTemp("", demoFolder)
	if err != nil {
		return "", nil, fmt.Errorf("cannot create a folder for the demo: %w", err)
	}
	lock, err := os.OpenFile(lockPath(dir), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, fmt.Errorf("cannot create a folder for the demo: %w", errors.Join(err, os.RemoveAll(dir)))
	}
	_ = tryLock(lock) // without a lock, a killed demo's folder is never removed
	return filepath.Join(dir, "audit.jsonl"), func() error { return errors.Join(lock.Close(), os.RemoveAll(dir)) }, nil
}

// lockPath is the file that a demo keeps locked while it runs.
func lockPath(dir string) string { return filepath.Join(dir, "lock") }

// minFolderAge protects a new folder whose demo has not locked it yet.
const minFolderAge = time.Minute

// removeAbandoned removes the folders of this user's demos that no longer run. It ignores
// errors.
func removeAbandoned(parent string, now time.Time) {
	all, _ := filepath.Glob(filepath.Join(parent, demoFolder+"*"))
	for _, dir := range all {
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() || !isOwn(info) || now.Sub(info.ModTime()) < minFolderAge {
			continue
		}
		lock, err := os.OpenFile(lockPath(dir), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if tryLock(lock) {
			_ = os.RemoveAll(dir)
		}
		_ = lock.Close()
	}
}
