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

// batchID is what the id of a batch looks like. One that a forged entry has made up must not
// name a file elsewhere.
var batchID = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)

// batchLockPath is the file that the console running a batch keeps locked.
func (f *file) batchLockPath(id string) string { return f.path + ".batch-" + id + lockSuffix }

// holdBatch locks a batch for this console, until it is released or the process ends.
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
	if l.Truncate(0) == nil { // helps whoever finds it held, no more
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

// releaseBatch lets go of a batch and removes its file.
func (f *file) releaseBatch(id string) {
	f.mu.Lock()
	l := f.held[id]
	delete(f.held, id)
	f.mu.Unlock()
	if l == nil {
		return
	}
	// It is removed while nobody else can have locked it; if somebody removed it before,
	// the file there now is another console's. Windows removes no open file; one that
	// another console has opened since stays then.
	var err error
	if sameFile(l, l.Name()) {
		err = os.Remove(l.Name())
	}
	l.Close()
	if err != nil {
		_ = os.Remove(l.Name())
	}
}

// ReleaseBatch lets go of a batch: this console will write no more of it.
func (l *Log) ReleaseBatch(id string) { l.releaseBatch(id) }

// ReleaseBatches lets go of every batch that this console holds.
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

// IsHeld reports whether another console holds the batch. In doubt it does.
func (l *Log) IsHeld(id string) bool { return l.checkHeld(id) != nil }

// checkHeld returns an [ErrHeld] if another console holds the batch. Batches of older versions
// were not held.
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

// Claim takes over a batch that another console left, if it is still open, no console holds it
// and isLeft says so too, and returns it as it is now. From then on no other console can claim
// it, until this one has recorded a batch that replaces it, its end, or [Trail.ReleaseBatches].
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
		return UnfinishedBatch{}, wrapBatchErr("claim batch", err)
	}
	return b, nil
}

// wrapBatchErr leaves an error that tells an operator who has the batch as it is.
func wrapBatchErr(what string, err error) error {
	if errors.Is(err, ErrBatchHeld) || errors.Is(err, ErrBatchTaken) {
		return err
	}
	return fmt.Errorf("audit: %s: %w", what, err)
}

// checkReplaces refuses to replace a batch that is another console's. The caller holds the lock.
func (l *Log) checkReplaces(id string) error {
	if id == "" {
		return nil
	}
	if err := l.checkHeld(id); err != nil {
		return err
	}
	b, over, err := readBatch(l.path, id)
	if err != nil {
		return err
	}
	if over.Kind != "" && over.Session != l.session || b.Session != l.session && !l.isHolding(id) {
		return ErrBatchTaken
	}
	return nil
}

// readBatch reads a batch back from the end of the log, and the entry that ended or replaced
// it, if one did. The caller holds the lock.
func readBatch(path, id string) (b UnfinishedBatch, over Entry, err error) {
	b.Last = map[int64]OutcomeKind{}
	var entries []Entry
	held := func(string) (func(), error) { return func() {}, nil }
	for text, err := range linesBackwards(path, held) {
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
