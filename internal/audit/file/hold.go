package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"time"
)

// batchID matches a batch ID. A forged entry must not name a file elsewhere.
var batchID = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)

// batchLockPath returns the path of the file that the console running a batch keeps locked.
func (f *file) batchLockPath(id string) string { return f.path + ".batch-" + id + lockSuffix }

// holdBatch locks a batch for this console until it is released or the process ends.
func (f *file) holdBatch(id string) error {
	if f.isHolding(id) {
		return nil
	}
	if !batchID.MatchString(id) {
		return fmt.Errorf("%q is not a batch ID", id)
	}
	path := f.batchLockPath(id)
	l, err := acquire(path, time.Now(), func() (*os.File, error) { return f.openOrCreate(path, os.O_RDWR) }, false)
	if errors.Is(err, ErrLocked) {
		return f.batchHeldErr(id)
	}
	if err != nil {
		return err
	}
	if l.Truncate(0) == nil { // only informs a console that finds it held
		_, _ = l.WriteAt([]byte(f.holder), 0)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held[id] = l
	return nil
}

func (f *file) isHolding(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held[id] != nil
}

func (f *file) releaseBatch(id string) {
	f.mu.Lock()
	l := f.held[id]
	delete(f.held, id)
	f.mu.Unlock()
	if l == nil {
		return
	}
	removeLocked(l)
}

// ReleaseBatch releases a batch: this console writes no more of it.
func (l *Log) ReleaseBatch(id string) { l.releaseBatch(id) }

// ReleaseBatches releases every batch that this console holds.
func (l *Log) ReleaseBatches() {
	l.mu.Lock()
	var ids []string
	for id := range l.held {
		ids = append(ids, id)
	}
	l.mu.Unlock()
	for _, id := range ids {
		l.releaseBatch(id)
	}
}

// IsHeld reports whether another console holds the batch. If unsure, it returns true.
func (l *Log) IsHeld(id string) bool { return l.checkHeld(id) != nil }

// checkHeld returns an [ErrBatchHeld] if another console holds the batch. Older versions held
// no batches.
func (f *file) checkHeld(id string) error {
	if f.isHolding(id) || !batchID.MatchString(id) {
		return nil
	}
	l, err := os.OpenFile(f.batchLockPath(id), os.O_RDONLY|readFlags, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer l.Close()
	if err = tryLock(l, true); errors.Is(err, errLockHeld) {
		return f.batchHeldErr(id)
	}
	return err
}

func (f *file) batchHeldErr(id string) error {
	l, err := os.OpenFile(f.batchLockPath(id), os.O_RDONLY|readFlags, 0)
	if err != nil {
		return ErrBatchHeld
	}
	defer l.Close()
	return fmt.Errorf("%w%s", ErrBatchHeld, heldBy(l))
}

// Claim takes over a batch that another console left, and returns its present state. The
// batch must still be unfinished, no console may hold it, and isLeft must confirm it. No
// other console can claim it until this one has logged a batch that replaces it, or its end,
// or has called [Log.ReleaseBatches].
func (l *Log) Claim(id string, isLeft func(UnfinishedBatch) bool) (b UnfinishedBatch, err error) {
	err = l.commitIf(nil, func() (bool, error) {
		var over Entry
		if b, over, err = readBatch(l.path, id); err != nil {
			return false, err
		}
		if err := l.checkHeld(id); err != nil {
			return false, err
		}
		if b.Batch == "" || over.Kind != "" || !isLeft(b) {
			return false, ErrBatchTaken
		}
		return false, l.holdBatch(id)
	})
	if err != nil {
		return UnfinishedBatch{}, wrapBatchErr("claim the batch", err)
	}
	l.setPlan(id, b.PlanFile)
	return b, nil
}

// wrapBatchErr leaves an error alone that says who has the batch.
func wrapBatchErr(what string, err error) error {
	if errors.Is(err, ErrBatchHeld) || errors.Is(err, ErrBatchTaken) || errors.Is(err, ErrPlanUsed) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// checkReplaces refuses to replace another console's batch, and returns the one to replace. The
// caller holds the lock.
func (l *Log) checkReplaces(id string) (Entry, error) {
	if err := l.checkHeld(id); err != nil {
		return Entry{}, err
	}
	b, over, err := readBatch(l.path, id)
	if err != nil {
		return Entry{}, err
	}
	if over.Kind != "" && over.Session != l.session || b.Session != l.session && !l.isHolding(id) {
		return Entry{}, ErrBatchTaken
	}
	return b.Entry, nil
}

// alreadyLocked is for a caller that holds the lock of the log.
func alreadyLocked(string) (func(), error) { return func() {}, nil }

// readBatch reads a batch backwards from the end of the log, and the entry that ended or
// replaced it, if any. The caller holds the lock.
func readBatch(path, id string) (b UnfinishedBatch, over Entry, err error) {
	b.Last = map[int64]OutcomeKind{}
	var entries []Entry
	for text, err := range linesBackwards(path, alreadyLocked) {
		if err != nil {
			return UnfinishedBatch{}, Entry{}, err
		}
		if !bytes.Contains(text, []byte(id)) {
			continue
		}
		e, err := unseal(text)
		switch {
		case err != nil:
		case e.Kind == KindBatch && e.Replaces == id, e.Kind == KindBatchEnded && e.Batch == id:
			over = e
		case e.Batch != id:
		case e.Kind == KindBatch:
			b.Entry, b.Newest = e, e
			for i := len(entries) - 1; i >= 0; i-- {
				b.add(entries[i])
			}
			return b, over, nil
		case e.Kind == KindIntent, e.Kind == KindOutcome:
			entries = append(entries, e)
		}
	}
	return UnfinishedBatch{}, over, nil
}
