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
func (t *Trail) commit(draft *Record) error { return t.commitIf(draft, nil) }

// commitIf leaves out the draft where wanted says so. It is asked once nobody
// else can write; nil is yes.
func (t *Trail) commitIf(draft *Record, wanted func() (bool, error)) (err error) {
	f := t.file
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.failed = err
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
		f.note("anchor", f.anchor(f.seen)) // after the lock: others need not wait for it
	}
	return nil
}

func (t *Trail) commitLocked(draft *Record, wanted func() (bool, error), deadline time.Time) error {
	f := t.file
	unlock, err := f.lock(deadline)
	if err != nil {
		return err
	}
	defer unlock()
	f.seams.at("locked")

	e, err := f.openEnd()
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
	drafts := f.waiting()
	if draft != nil {
		tidy(draft)
		drafts = append(drafts, draft)
	}
	if len(drafts) == 0 {
		if !f.lost(e.head) {
			f.seen = e.head
		}
		return nil
	}
	if f.maxSize > 0 && e.size >= f.maxSize {
		if e, err = f.rollOver(e); err != nil {
			return err
		}
	}
	return t.write(e, drafts)
}

// write seals the drafts behind the end and writes them.
func (t *Trail) write(e end, drafts []*Record) error {
	f := t.file
	var batch []*Record
	if len(e.torn) > 0 {
		r := t.record(KindTorn)
		r.Torn = digest(e.torn)
		batch = append(batch, r)
	}
	if f.lost(e.head) {
		r := t.record(KindCut)
		r.Lost, r.Seq = f.seen, f.seen.Seq+1 // no sequence is given out twice
		batch = append(batch, r)
	}
	own := len(batch)
	for _, d := range drafts {
		r := *d // a draft that fails to be written must be as it was
		batch = append(batch, &r)
	}
	batch[0].Opens = e.bare

	var lines []byte
	if e.open {
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
	f.keepHead(head)
	for i, d := range drafts {
		*d = *batch[own+i]
	}
	f.written(drafts)
	return nil
}

// lost reports whether the trail ends before a record that we know of.
func (f *file) lost(head Head) bool {
	return head.Seq < f.seen.Seq || head.Seq == f.seen.Seq && f.seen.Seq > 0 && head.Hash != f.seen.Hash
}

// waiting are the records that wait to be written.
func (f *file) waiting() []*Record {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.pending {
		tidy(r)
	}
	return slices.Clone(f.pending)
}

func (f *file) written(drafts []*Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending = slices.DeleteFunc(f.pending, func(r *Record) bool { return slices.Contains(drafts, r) })
}

// note keeps, or clears, what went wrong beside the records.
func (f *file) note(what string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		delete(f.trouble, what)
		return
	}
	f.trouble[what] = fmt.Errorf("audit: %s: %w", what, err)
}

// Trouble is what went wrong at the last try beside the records, which are
// safe: a head that could not be anchored, a file that could not be rotated.
// It is nil when all is well.
func (t *Trail) Trouble() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return errors.Join(t.trouble["anchor"], t.trouble["rotate"])
}

// openEnd opens the file that is written and finds the head of the chain: its
// last record, or that of the newest rotated file.
func (f *file) openEnd() (end, error) {
	file, err := f.openOrCreate(f.path, os.O_RDWR|os.O_APPEND)
	if isLinkError(err) {
		return end{}, fmt.Errorf("%w: %s is a symbolic link; name the file it points to", ErrInsecure, f.path)
	}
	if err != nil {
		return end{}, err
	}
	e, err := f.readEnd(file)
	if err != nil {
		file.Close()
		return end{}, err
	}
	return e, nil
}
