package file

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// commit puts the records that wait, and then the draft if there is one, at
// the end of the chain: one write, one sync. On an error nothing of it is left
// in the file, and what waits waits on.
func (t *Log) commit(draft *Entry) error { return t.commitIf(draft, nil) }

// commitIf leaves out the draft where wanted says so. It is asked once nobody
// else can write; nil is yes.
func (t *Log) commitIf(draft *Entry, wanted func() (bool, error)) (err error) {
	f := t.file
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
		return fmt.Errorf("%w: %s: this process has waited %v for itself", ErrLocked, f.path, f.lockWait)
	}
	defer func() { <-f.turn }()

	before := f.seen
	if err := t.commitLocked(draft, wanted, deadline); err != nil {
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

func (t *Log) commitLocked(draft *Entry, wanted func() (bool, error), deadline time.Time) error {
	f := t.file
	unlock, err := f.lock(deadline)
	if err != nil {
		return err
	}
	defer unlock()
	f.seams.at("locked")

	e, err := f.openTail()
	if err != nil {
		return err
	}
	defer func() {
		if e.file != nil {
			e.file.Close()
		}
	}()

	if wanted != nil {
		switch ok, err := wanted(); {
		case err != nil:
			return err
		case !ok:
			draft = nil
		}
	}
	drafts := f.unwrittenEntries()
	if draft != nil {
		cleanEntry(draft)
		drafts = append(drafts, draft)
	}
	if len(drafts) == 0 {
		if !f.isCutBefore(e.head) {
			f.seen = e.head
		}
		return nil
	}
	if f.maxSize > 0 && e.size >= f.maxSize {
		if e, err = f.rotateLarge(e); err != nil {
			return err
		}
	}
	return t.write(e, drafts)
}

// write seals the drafts behind the end and writes them.
func (t *Log) write(e tail, drafts []*Entry) error {
	f := t.file
	var batch []*Entry
	if len(e.torn) > 0 {
		r := t.newEntry(KindTorn)
		r.Torn = digestTorn(e.torn)
		batch = append(batch, r)
	}
	if f.isCutBefore(e.head) {
		r := t.newEntry(KindCut)
		r.Lost, r.Seq = f.seen, f.seen.Seq+1 // no sequence is given out twice
		batch = append(batch, r)
	}
	own := len(batch)
	for _, d := range drafts {
		r := *d // a draft that fails to be written must be as it was
		batch = append(batch, &r)
	}
	batch[0].Opens = e.noEntry

	var lines []byte
	if e.unterminated {
		lines = append(lines, '\n')
	}
	head := e.head
	for _, r := range batch {
		line, err := seal(r, head)
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
		head = r.Head()
	}

	f.seams.at("sealed")
	_, err := f.seams.doWrite(e.file.Write, lines)
	if err == nil {
		f.seams.at("written")
		err = f.seams.doSync(e.file.Sync)
	}
	if err != nil {
		// Best effort: what stays is a torn line, or a record without effect.
		if e.file.Truncate(e.size) == nil {
			_ = e.file.Sync()
		}
		return err
	}
	f.seams.at("synced")

	f.seen = head
	f.saveHead(head)
	for i, d := range drafts {
		*d = *batch[own+i]
	}
	f.removeUnwritten(drafts)
	return nil
}

// isCutBefore reports whether the trail ends before a record that we know of.
func (f *file) isCutBefore(head Head) bool {
	return head.Seq < f.seen.Seq || head.Seq == f.seen.Seq && f.seen.Seq > 0 && head.Hash != f.seen.Hash
}

// unwrittenEntries are the records that wait to be written.
func (f *file) unwrittenEntries() []*Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.unwritten {
		cleanEntry(r)
	}
	return slices.Clone(f.unwritten)
}

func (f *file) removeUnwritten(drafts []*Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unwritten = slices.DeleteFunc(f.unwritten, func(r *Entry) bool { return slices.Contains(drafts, r) })
}

// setWarning keeps, or clears, what went wrong beside the records.
func (f *file) setWarning(what string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		delete(f.warnings, what)
		return
	}
	f.warnings[what] = fmt.Errorf("audit: %s: %w", what, err)
}

// Warning is what went wrong at the last try beside the records, which are
// safe: a head that could not be anchored, a file that could not be rotated.
// It is nil when all is well.
func (t *Log) Warning() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return errors.Join(t.warnings["anchor"], t.warnings["rotate"])
}

// openTail opens the file that is written and finds the head of the chain: its
// last record, or that of the newest rotated file.
func (f *file) openTail() (tail, error) {
	file, err := f.openOrCreate(f.path, os.O_RDWR|os.O_APPEND)
	if isLinkError(err) {
		return tail{}, fmt.Errorf("%w: %s is a symbolic link; name the file it points to", ErrInsecure, f.path)
	}
	if err != nil {
		return tail{}, err
	}
	e, err := f.readTail(file)
	if err != nil {
		file.Close()
		return tail{}, err
	}
	return e, nil
}
