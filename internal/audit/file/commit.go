package file

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// commit appends the unwritten entries, then the given one if any, with one write and one
// sync. After an error none of it is left in the file, and unwritten entries stay queued.
func (l *Log) commit(entry *Entry) error { return l.commitIf(entry, nil) }

// commitIf drops the entry if wanted returns false. wanted is called when no other writer
// can write; nil means yes.
func (l *Log) commitIf(entry *Entry, wanted func() (bool, error)) (err error) {
	f := l.file
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.writeErr = err
	}()
	deadline := time.Now().Add(f.lockWait)
	timer := time.NewTimer(f.lockWait)
	defer timer.Stop()
	select {
	case f.turn <- struct{}{}:
	case <-timer.C:
		return fmt.Errorf("%w: %s: waited %v for another entry of this process", ErrLocked, f.path, f.lockWait)
	}
	defer func() { <-f.turn }()

	before := f.seen
	if err := l.commitLocked(entry, wanted, deadline); err != nil {
		if isFullError(err) {
			err = fmt.Errorf("%w: %w", ErrFull, err)
		}
		return err
	}
	if f.anchor != nil && f.seen != before && f.seen.Seq > 0 {
		f.setWarning("anchor", f.anchor(f.seen)) // after the lock: others need not wait for it
	}
	return nil
}

func (l *Log) commitLocked(entry *Entry, wanted func() (bool, error), deadline time.Time) error {
	f := l.file
	unlock, err := f.lock(deadline)
	if err != nil {
		return err
	}
	defer unlock()
	f.seams.at("locked")

	t, err := f.openTail()
	if err != nil {
		return err
	}
	defer func() {
		if t.file != nil {
			t.file.Close()
		}
	}()

	if wanted != nil {
		switch ok, err := wanted(); {
		case err != nil:
			return err
		case !ok:
			entry = nil
		}
	}
	entries := f.unwrittenEntries()
	if entry != nil {
		cleanEntry(entry)
		entries = append(entries, entry)
	}
	if len(entries) == 0 {
		if !f.isCutBefore(t.head) {
			f.seen = t.head
		}
		return nil
	}
	if f.maxSize > 0 && t.size >= f.maxSize {
		if t, err = f.rotateLarge(t); err != nil {
			return err
		}
	}
	return l.write(t, entries)
}

// write seals the entries after the tail and writes them.
func (l *Log) write(t tail, entries []*Entry) error {
	f := l.file
	var batch []*Entry
	if len(t.torn) > 0 {
		e := l.newEntry(KindTorn)
		e.Torn = digestTorn(t.torn)
		batch = append(batch, e)
	}
	if f.isCutBefore(t.head) {
		e := l.newEntry(KindCut)
		e.Lost, e.Seq = f.seen, f.seen.Seq+1 // a sequence is never used twice
		batch = append(batch, e)
	}
	own := len(batch)
	for _, d := range entries {
		e := *d // if writing fails, the caller's entry must be unchanged
		batch = append(batch, &e)
	}
	batch[0].Opens = t.noEntry

	var lines []byte
	if t.unterminated {
		lines = append(lines, '\n')
	}
	head := t.head
	for _, e := range batch {
		line, err := seal(e, head)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
		head = e.Head()
	}

	f.seams.at("sealed")
	_, err := f.seams.doWrite(t.file.Write, lines)
	if err == nil {
		f.seams.at("written")
		err = f.seams.doSync(t.file.Sync)
	}
	if err != nil {
		// Best effort: what remains is a torn line, or an entry without effect.
		if t.file.Truncate(t.size) == nil {
			_ = t.file.Sync()
		}
		return err
	}
	f.seams.at("synced")

	f.seen = head
	f.saveHead(head)
	for i, d := range entries {
		*d = *batch[own+i]
	}
	f.removeUnwritten(entries)
	return nil
}

// isCutBefore reports whether the log ends before an entry that we know of.
func (f *file) isCutBefore(head Head) bool {
	return head.Seq < f.seen.Seq || head.Seq == f.seen.Seq && f.seen.Seq > 0 && head.Hash != f.seen.Hash
}

func (f *file) unwrittenEntries() []*Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.unwritten {
		cleanEntry(e)
	}
	return slices.Clone(f.unwritten)
}

func (f *file) removeUnwritten(entries []*Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unwritten = slices.DeleteFunc(f.unwritten, func(e *Entry) bool { return slices.Contains(entries, e) })
}

func (f *file) setWarning(what string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		delete(f.warnings, what)
		return
	}
	f.warnings[what] = fmt.Errorf("%s: %w", what, err)
}

// Warning returns what went wrong at the last try besides the entries, which are safe: a head
// that could not be anchored, a file that could not be rotated, or a lease that could not be
// taken. It is nil if all is well.
func (l *Log) Warning() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.warnings["anchor"], l.warnings["rotate"], l.warnings["lease"])
}

// openTail opens the file and finds the head of the chain, in it or in the newest rotated file.
func (f *file) openTail() (tail, error) {
	file, err := f.openOrCreate(f.path, os.O_RDWR|os.O_APPEND)
	if isLinkError(err) {
		return tail{}, fmt.Errorf("%w: %s is a symbolic link; name the file it points to", ErrInsecure, f.path)
	}
	if err != nil {
		return tail{}, err
	}
	t, err := f.readTail(file)
	if err != nil {
		file.Close()
		return tail{}, err
	}
	return t, nil
}
