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
	w := verifier{at: line{file: path}, anchors: map[uint64][]Head{}, intents: map[uint64]Entry{}}
	for _, h := range anchored {
		w.anchors[h.Seq] = append(w.anchors[h.Seq], h)
	}
	w.report.SavedHead = savedHeadOf(path) // before the log is read, which is never behind it
	for l, err := range lines(path) {
		if errors.Is(err, fs.ErrNotExist) && w.report.SavedHead.Seq > 0 {
			break // all of it was moved away
		}
		if err != nil {
			return Report{}, fmt.Errorf("audit: verify: %w", err)
		}
		w.addLine(l)
	}
	w.finish(anchored)
	return w.report, nil
}

// verifier follows the chain line by line.
type verifier struct {
	report  Report
	head    Head   // that the next record must follow; zero before the first
	gap     []line // lines since then that are no records
	at      line   // the last line, for what is found at the end
	opening []byte // the first line of the file that the first record is in
	anchors map[uint64][]Head
	intents map[uint64]Entry
}

func (w *verifier) addLine(l line) {
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
		w.gap = append(w.gap, l)
		// A torn line stands at the end of what its writer left; whatever
		// else this is, it need not be kept to be told.
		if len(w.gap) > maxBreaks {
			w.reportGap()
		}
		return
	}
	w.checkGap(r, l)
	w.checkLink(r, l)
	w.head = r.Head()

	w.report.Entries++
	if w.report.Entries == 1 {
		w.report.First = w.head
	}
	w.report.Last = w.head
	trackIntent(w.intents, r)
	w.checkAnchors(r, l)
}

// checkGap judges the lines since the last record: torn by a crash only where
// the record after them says so, and where they are no more than beginnings.
func (w *verifier) checkGap(r Entry, l line) {
	if r.Kind != KindTorn {
		w.reportGap()
		return
	}
	text := make([][]byte, len(w.gap))
	for i, g := range w.gap {
		text[i] = g.text
	}
	if len(w.gap) == 0 || digestTorn(text) != r.Torn {
		w.reportGap()
		w.addBreak(l, CauseMissing, "it closes a line torn by a crash, and that line is not here as it was")
		return
	}
	w.acceptTorn(true)
}

// acceptTorn puts the lines since the last record down to a crash, if all of them
// can be that.
func (w *verifier) acceptTorn(closed bool) {
	for _, g := range w.gap {
		if !isFragment(g.text) || w.head != (Head{}) && !mayFollow(g.text, w.head) {
			w.reportGap()
			return
		}
	}
	for _, g := range w.gap {
		w.report.Torn = append(w.report.Torn, TornLine{File: g.file, Line: g.number, Closed: closed})
	}
	w.gap = nil
}

func (w *verifier) reportGap() {
	for _, g := range w.gap {
		w.reportLine(g)
	}
	w.gap = nil
}

func (w *verifier) reportLine(g line) {
	_, err := unseal(g.text)
	cause, why := CauseNotEntry, "it is no record: changed, or put in"
	if errors.Is(err, errAltered) {
		cause, why = CauseAltered, "it was changed after it was written: its hash does not fit"
	}
	w.addBreak(g, cause, why)
}

// checkLink checks that a sound record belongs where it stands.
func (w *verifier) checkLink(r Entry, l line) {
	first := w.head == Head{}
	switch {
	case r.Kind == KindCut:
		w.addBreak(l, CauseCut, fmt.Sprintf("before it the end was cut off: the console had known record %d", r.Lost.Seq))
	case first && r.Prev == genesis().Hash && r.Seq != 1:
		w.addBreak(l, CauseOrder, fmt.Sprintf("record %d claims to be the first", r.Seq))
	case first && !w.hasBeginning(r):
		w.addBreak(l, CauseMissing, "the file does not begin here: lines before it are missing")
	case first:
	case r.Seq > w.head.Seq+1:
		w.addBreak(l, CauseMissing, fmt.Sprintf("it is record %d, and records %d to %d before it are missing", r.Seq, w.head.Seq+1, r.Seq-1))
	case r.Seq <= w.head.Seq:
		w.addBreak(l, CauseOrder, fmt.Sprintf("it is record %d after record %d: moved or copied here, or the one before was put in", r.Seq, w.head.Seq))
	case r.Prev != w.head.Hash:
		w.addBreak(l, CauseOrder, fmt.Sprintf("record %d does not follow the record before it: that one was replaced", r.Seq))
	case l.number == 1 && !r.Opens:
		w.addBreak(l, CauseMissing, "the file does not begin here: lines before it are missing")
	}
}

// hasBeginning reports whether the file that the first record is in has its beginning. A console of an
// older version that closed a torn line at the top did not say so in the record; then the torn
// line must have been long enough to show that it was to open the file.
func (w *verifier) hasBeginning(r Entry) bool {
	return r.Opens || r.Kind == KindTorn && (r.Seq == 1 || bytes.Contains(w.opening, []byte(`,"opens":true`)))
}

func (w *verifier) checkAnchors(r Entry, l line) {
	for _, h := range w.anchors[r.Seq] {
		if h.Hash != r.Hash {
			w.addBreak(l, CauseRewritten, fmt.Sprintf("record %d is not the one that was anchored: the trail was written anew", r.Seq))
			continue
		}
		w.report.Anchored = h
	}
}

func (w *verifier) finish(anchored []Head) {
	w.acceptTorn(false)
	w.report.OpenIntents = sortBySeq(w.intents)
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
		w.addBreak(w.at, CauseCut, fmt.Sprintf("the trail ends with record %d, and record %d was anchored: the end was cut off", w.report.Last.Seq, top.Seq))
	}
}

func (w *verifier) addBreak(l line, cause Cause, why string) {
	w.report.Breaks++
	if len(w.report.Broken) < maxBreaks {
		w.report.Broken = append(w.report.Broken, Break{File: l.file, Line: l.number, Cause: cause, Why: why})
	}
}
