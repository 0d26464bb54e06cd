package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

const maxBreaks = 100

// Verify checks the chain through every file of the log at path. With heads that were kept
// elsewhere (see [WithAnchor]) it also detects a cut end and a rewritten log. It may run while
// others write. The error concerns reading only; findings are in the report.
func Verify(path string, anchored ...Head) (Report, error) {
	v := verifier{at: line{file: path}, anchors: map[uint64][]Head{}, intents: map[uint64]Entry{}}
	for _, h := range anchored {
		v.anchors[h.Seq] = append(v.anchors[h.Seq], h)
	}
	v.report.SavedHead = savedHeadOf(path) // before the log, which is never behind it
	for l, err := range lines(path) {
		if errors.Is(err, fs.ErrNotExist) && v.report.SavedHead.Seq > 0 {
			break // all files were moved away
		}
		if err != nil {
			return Report{}, fmt.Errorf("read the audit log: %w", err)
		}
		v.addLine(l)
	}
	v.finish(anchored)
	return v.report, nil
}

// verifier follows the chain line by line.
type verifier struct {
	report  Report
	head    Head   // that the next entry must follow; zero before the first
	gap     []line // lines since then that are not entries
	at      line   // the last line, for what is found at the end
	opening []byte // the first line of the file that holds the first entry
	anchors map[uint64][]Head
	intents map[uint64]Entry
}

func (v *verifier) addLine(l line) {
	if l.number == 1 {
		v.report.Files = append(v.report.Files, l.file)
		if v.head == (Head{}) {
			v.opening = slices.Clone(l.text)
		}
	}
	v.at = line{file: l.file, number: l.number}

	e, err := unseal(l.text)
	if err != nil {
		l.text = slices.Clone(l.text)
		v.gap = append(v.gap, l)
		// A torn line is the last thing its writer left. With this many lines it is something
		// else, which can be reported at once.
		if len(v.gap) > maxBreaks {
			v.reportGap()
		}
		return
	}
	v.checkGap(e, l)
	v.checkLink(e, l)
	v.head = e.Head()

	v.report.Entries++
	if v.report.Entries == 1 {
		v.report.First = v.head
	}
	v.report.Last = v.head
	switch e.Kind {
	case KindIntent:
		v.intents[e.Seq] = e
	case KindOutcome:
		delete(v.intents, e.Of)
	default: // opens and closes nothing
	}
	v.checkAnchors(e, l)
}

// checkGap judges the lines since the last entry. They are torn by a crash only if the entry
// after them says so and they are nothing more than the starts of entries.
func (v *verifier) checkGap(e Entry, l line) {
	if e.Kind != KindTorn {
		v.reportGap()
		return
	}
	text := make([][]byte, len(v.gap))
	for i, g := range v.gap {
		text[i] = g.text
	}
	if len(v.gap) == 0 || digestTorn(text) != e.Torn {
		v.reportGap()
		v.addBreak(l, CauseMissing, "this entry closes a line that a crash cut short, but that line is missing or was changed")
		return
	}
	v.acceptTorn(true)
}

// acceptTorn attributes the lines since the last entry to a crash, if all of them can be that.
func (v *verifier) acceptTorn(closed bool) {
	for _, g := range v.gap {
		if !isFragment(g.text) || v.head != (Head{}) && !mayFollow(g.text, v.head) {
			v.reportGap()
			return
		}
	}
	for _, g := range v.gap {
		v.report.Torn = append(v.report.Torn, TornLine{File: g.file, Line: g.number, Closed: closed})
	}
	v.gap = nil
}

func (v *verifier) reportGap() {
	for _, g := range v.gap {
		v.reportLine(g)
	}
	v.gap = nil
}

func (v *verifier) reportLine(g line) {
	_, err := unseal(g.text)
	cause, why := CauseNotEntry, "not an entry: the line was changed or inserted"
	if errors.Is(err, errAltered) {
		cause, why = CauseAltered, "the entry was changed after it was written: its checksum does not match"
	}
	v.addBreak(g, cause, why)
}

// checkLink checks that a sound entry belongs where it is.
func (v *verifier) checkLink(e Entry, l line) {
	first := v.head == Head{}
	switch {
	case e.Kind == KindCut:
		v.addBreak(l, CauseCut, fmt.Sprintf("entries before this one were cut off: the console had already seen entry %d", e.Lost.Seq))
	case first && e.Prev == genesis().Hash && e.Seq != 1:
		v.addBreak(l, CauseOrder, fmt.Sprintf("entry %d claims to be the first", e.Seq))
	case first && !v.hasBeginning(e):
		v.addBreak(l, CauseMissing, "the file does not begin here: lines before this one are missing")
	case first:
	case e.Seq > v.head.Seq+1:
		v.addBreak(l, CauseMissing, fmt.Sprintf("%s missing before entry %d", entriesAre(v.head.Seq+1, e.Seq-1), e.Seq))
	case e.Seq <= v.head.Seq:
		v.addBreak(l, CauseOrder, fmt.Sprintf("entry %d comes after entry %d: it was moved or copied here, or the entry before it was inserted", e.Seq, v.head.Seq))
	case e.Prev != v.head.Hash:
		v.addBreak(l, CauseOrder, fmt.Sprintf("entry %d does not fit the entry before it, which was replaced", e.Seq))
	case l.number == 1 && !e.Opens:
		v.addBreak(l, CauseMissing, "the file does not begin here: lines before this one are missing")
	}
}

// hasBeginning reports whether the file of the first entry is complete at its top. Older
// versions did not mark an entry that closed a torn first line; then the torn line must be
// long enough to show that it was to open the file.
func (v *verifier) hasBeginning(e Entry) bool {
	return e.Opens || e.Kind == KindTorn && (e.Seq == 1 || bytes.Contains(v.opening, []byte(`,"opens":true`)))
}

func (v *verifier) checkAnchors(e Entry, l line) {
	for _, h := range v.anchors[e.Seq] {
		if h.Hash != e.Hash {
			v.addBreak(l, CauseRewritten, fmt.Sprintf("entry %d does not match the given head: the log was rewritten", e.Seq))
			continue
		}
		v.report.Anchored = h
	}
}

func (v *verifier) finish(anchored []Head) {
	v.acceptTorn(false)
	v.report.OpenIntents = sortBySeq(v.intents)
	v.report.Given = len(anchored)
	top := Head{}
	for _, h := range anchored {
		if h.Seq < v.report.First.Seq {
			v.report.Unchecked = append(v.report.Unchecked, h)
		}
		if h.Seq > top.Seq {
			top = h
		}
	}
	if top.Seq > v.report.Last.Seq {
		v.addBreak(v.at, CauseCut, fmt.Sprintf("the log ends with entry %d, but the head of entry %d was given: the end was cut off", v.report.Last.Seq, top.Seq))
	}
}

func (v *verifier) addBreak(l line, cause Cause, why string) {
	v.report.Breaks++
	if len(v.report.Broken) < maxBreaks {
		v.report.Broken = append(v.report.Broken, Break{File: l.file, Line: l.number, Cause: cause, Why: why})
	}
}
