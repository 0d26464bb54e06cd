package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

const maxBreaks = 100

// Verify walks the chain through every file of the trail at path. Heads that
// were anchored elsewhere (see [WithAnchor]) make it see a cut end and a trail
// written anew. It may run while others write. The error is of reading alone;
// what was found is in the report.
func Verify(path string, anchored ...Head) (Report, error) {
	w := walk{at: line{file: path}, anchors: map[uint64][]Head{}, open: map[uint64]Record{}}
	for _, h := range anchored {
		w.anchors[h.Seq] = append(w.anchors[h.Seq], h)
	}
	w.report.Kept = kept(path) // before the log is read, which is never behind it
	for l, err := range lines(path) {
		if errors.Is(err, fs.ErrNotExist) && w.report.Kept.Seq > 0 {
			break // all of it was moved away
		}
		if err != nil {
			return Report{}, fmt.Errorf("audit: verify: %w", err)
		}
		w.line(l)
	}
	w.end(anchored)
	return w.report, nil
}

// walk follows the chain line by line.
type walk struct {
	report  Report
	head    Head   // that the next record must follow; zero before the first
	rest    []line // lines since then that are no records
	at      line   // the last line, for what is found at the end
	opening []byte // the first line of the file that the first record is in
	anchors map[uint64][]Head
	open    map[uint64]Record
}

func (w *walk) line(l line) {
	if l.number == 1 {
		w.report.Files = append(w.report.Files, l.file)
		if w.head == (Head{}) {
			w.opening = slices.Clone(l.text)
		}
	}
	w.at = line{file: l.file, number: l.number}

	r, err := unseal(l.text)
	if err != nil {
		l.text = slices.Clone(l.text)
		w.rest = append(w.rest, l)
		// A torn line stands at the end of what its writer left; whatever
		// else this is, it need not be kept to be told.
		if len(w.rest) > maxBreaks {
			w.garbage()
		}
		return
	}
	w.between(r, l)
	w.chain(r, l)
	w.head = r.Head()

	w.report.Records++
	if w.report.Records == 1 {
		w.report.First = w.head
	}
	w.report.Last = w.head
	follow(w.open, r)
	w.checkAnchors(r, l)
}

// between judges the lines since the last record: torn by a crash only where
// the record after them says so, and where they are no more than beginnings.
func (w *walk) between(r Record, l line) {
	if r.Kind != KindTorn {
		w.garbage()
		return
	}
	text := make([][]byte, len(w.rest))
	for i, g := range w.rest {
		text[i] = g.text
	}
	if len(w.rest) == 0 || digest(text) != r.Torn {
		w.garbage()
		w.broken(l, CauseMissing, "it closes a line torn by a crash, and that line is not here as it was")
		return
	}
	w.torn(true)
}

// torn puts the lines since the last record down to a crash, if all of them
// can be that.
func (w *walk) torn(closed bool) {
	for _, g := range w.rest {
		if !isFragment(g.text) || w.head != (Head{}) && !isAfter(g.text, w.head) {
			w.garbage()
			return
		}
	}
	for _, g := range w.rest {
		w.report.Torn = append(w.report.Torn, Place{File: g.file, Line: g.number, Closed: closed})
	}
	w.rest = nil
}

func (w *walk) garbage() {
	for _, g := range w.rest {
		w.notRecord(g)
	}
	w.rest = nil
}

func (w *walk) notRecord(g line) {
	_, err := unseal(g.text)
	cause, why := CauseNotRecord, "it is no record: changed, or put in"
	if errors.Is(err, errAltered) {
		cause, why = CauseAltered, "it was changed after it was written: its hash does not fit"
	}
	w.broken(g, cause, why)
}

// chain checks that a sound record belongs where it stands.
func (w *walk) chain(r Record, l line) {
	first := w.head == Head{}
	switch {
	case r.Kind == KindCut:
		w.broken(l, CauseCut, fmt.Sprintf("before it the end was cut off: the console had known record %d", r.Lost.Seq))
	case first && r.Prev == genesis().Hash && r.Seq != 1:
		w.broken(l, CauseOrder, fmt.Sprintf("record %d claims to be the first", r.Seq))
	case first && !w.begins(r):
		w.broken(l, CauseMissing, "the file does not begin here: lines before it are missing")
	case first:
	case r.Seq > w.head.Seq+1:
		w.broken(l, CauseMissing, fmt.Sprintf("it is record %d, and records %d to %d before it are missing", r.Seq, w.head.Seq+1, r.Seq-1))
	case r.Seq <= w.head.Seq:
		w.broken(l, CauseOrder, fmt.Sprintf("it is record %d after record %d: moved or copied here, or the one before was put in", r.Seq, w.head.Seq))
	case r.Prev != w.head.Hash:
		w.broken(l, CauseOrder, fmt.Sprintf("record %d does not follow the record before it: that one was replaced", r.Seq))
	case l.number == 1 && !r.Opens:
		w.broken(l, CauseMissing, "the file does not begin here: lines before it are missing")
	}
}

// begins reports whether the file that the first record is in has its beginning. A console of an
// older version that closed a torn line at the top did not say so in the record; then the torn
// line must have been long enough to show that it was to open the file.
func (w *walk) begins(r Record) bool {
	return r.Opens || r.Kind == KindTorn && (r.Seq == 1 || bytes.Contains(w.opening, []byte(`,"opens":true`)))
}

func (w *walk) checkAnchors(r Record, l line) {
	for _, h := range w.anchors[r.Seq] {
		if h.Hash != r.Hash {
			w.broken(l, CauseRewritten, fmt.Sprintf("record %d is not the one that was anchored: the trail was written anew", r.Seq))
			continue
		}
		w.report.Anchored = h
	}
}

func (w *walk) end(anchored []Head) {
	w.torn(false)
	w.report.Unfinished = inOrder(w.open)
	w.report.Given = len(anchored)
	top := Head{}
	for _, h := range anchored {
		if h.Seq < w.report.First.Seq {
			w.report.Unchecked = append(w.report.Unchecked, h)
		}
		if h.Seq > top.Seq {
			top = h
		}
	}
	if top.Seq > w.report.Last.Seq {
		w.broken(w.at, CauseCut, fmt.Sprintf("the trail ends with record %d, and record %d was anchored: the end was cut off", w.report.Last.Seq, top.Seq))
	}
}

func (w *walk) broken(l line, cause Cause, why string) {
	w.report.Breaks++
	if len(w.report.Broken) < maxBreaks {
		w.report.Broken = append(w.report.Broken, Break{File: l.file, Line: l.number, Cause: cause, Why: why})
	}
}
