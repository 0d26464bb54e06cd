package file

import (
	"cmp"
	"fmt"
	"strings"
)

// Cause says what kind of break was found.
type Cause string

// The causes of a break.
const (
	CauseNotEntry  Cause = "not an entry"    // garbage, or an entry with damaged text
	CauseAltered   Cause = "altered"         // an entry whose own hash does not match
	CauseMissing   Cause = "entries missing" // the sequence jumps
	CauseOrder     Cause = "out of order"    // swapped, inserted or copied
	CauseRewritten Cause = "rewritten"       // does not match a given head
	CauseCut       Cause = "cut"             // the end was cut off
)

// Break is a place where the chain is broken.
type Break struct {
	File  string
	Line  int // from 1
	Cause Cause
	Why   string // one sentence without a full stop
}

func (b Break) String() string { return fmt.Sprintf("%s, line %d: %s", b.File, b.Line, b.Why) }

// TornLine is a line that a crash cut short.
type TornLine struct {
	File   string
	Line   int
	Closed bool // a later writer ended it
}

// Report is the result of [Verify].
type Report struct {
	Files     []string // oldest first
	Entries   int
	First     Head // if First.Seq > 1, older entries are not here
	Last      Head
	SavedHead Head // the last entry written, according to the lock file; may be zero

	Broken []Break // tampering or damage, in line order; at most 100
	Breaks int     // total number

	Torn        []TornLine // crashes
	OpenIntents []Entry    // intents without an outcome: a crash, or still running

	Given     int    // number of heads to check
	Anchored  Head   // the highest given head that was found
	Unchecked []Head // given heads older than the first entry here
}

// OK reports whether the chain holds. Crashes do not break it.
func (r Report) OK() bool { return r.Breaks == 0 }

// Err returns nil if the chain holds, else an [ErrBroken] that names the first broken line.
func (r Report) Err() error {
	if r.OK() {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrBroken, r.Broken[0])
}

// Limits returns, in whole sentences, what this check could not detect.
func (r Report) Limits() []string {
	var s []string
	if r.First.Seq > 1 {
		s = append(s, fmt.Sprintf("The check starts at entry %d: %s not here (files moved or removed).", r.First.Seq, entriesAre(1, r.First.Seq-1)))
	}
	if r.SavedHead.Seq > r.Last.Seq {
		s = append(s, fmt.Sprintf("The lock file says that entry %d was written, but %s not here (files moved, removed or cut).", r.SavedHead.Seq, entriesAre(r.Last.Seq+1, r.SavedHead.Seq)))
	}
	if n := len(r.Unchecked); n > 0 {
		s = append(s, fmt.Sprintf("Given heads not checked, because they are older than the first entry here: %d.", n))
	}
	switch {
	case r.Given > 0 && r.Anchored.Seq == 0:
		s = append(s, "No entry here matches a given head, so a cut or a rewrite cannot be ruled out.")
	case r.Anchored.Seq == 0:
		s = append(s, "No head was given (--head), so a cut end or a rewrite cannot be ruled out.")
	case !r.OK():
		s = append(s, fmt.Sprintf("A given head matches entry %d.", r.Anchored.Seq))
	case r.Anchored.Seq < r.Last.Seq:
		s = append(s, fmt.Sprintf("A given head confirms entry %d and all before it. A cut or a rewrite after it cannot be ruled out.", r.Anchored.Seq))
	default:
		s = append(s, fmt.Sprintf("A given head confirms entry %d and all before it. Entries after it may have been cut off.", r.Anchored.Seq))
	}
	return s
}

// String returns the report as lines: the verdict, the findings, then the limits.
func (r Report) String() string {
	var b strings.Builder
	switch {
	case !r.OK():
		fmt.Fprintf(&b, "BROKEN at %s", r.Broken[0])
		if r.Breaks > 1 {
			fmt.Fprintf(&b, "\n  and %d more after that", r.Breaks-1)
		}
	case r.Entries == 0:
		b.WriteString("The audit log is empty")
	default:
		fmt.Fprintf(&b, "The chain holds: %s", entryRange(r.First.Seq, r.Last.Seq))
	}
	if r.Entries > 0 {
		fmt.Fprintf(&b, "\nHead %s", r.Last)
	}
	for _, p := range r.Torn {
		fmt.Fprintf(&b, "\nCrash: %s, line %d is incomplete", p.File, p.Line)
		if !p.Closed {
			b.WriteString("; the next entry will close it")
		}
	}
	for _, u := range r.OpenIntents {
		fmt.Fprintf(&b, "\nUnfinished: entry %d, %s of %q (%d), %s, by %q on %q: no outcome logged; the console crashed, or the write is still running",
			u.Seq, oneLine(u.Operation), u.AccountName, u.AccountID, u.Time.Format("2006-01-02 15:04:05 UTC"), cmp.Or(u.Operator, u.OSUser), u.Host)
	}
	for _, s := range r.Limits() {
		b.WriteString("\n" + s)
	}
	return b.String()
}

func entryRange(first, last uint64) string {
	if first == last {
		return fmt.Sprintf("entry %d", first)
	}
	return fmt.Sprintf("entries %d to %d", first, last)
}

func entriesAre(first, last uint64) string {
	if first == last {
		return entryRange(first, last) + " is"
	}
	return entryRange(first, last) + " are"
}
