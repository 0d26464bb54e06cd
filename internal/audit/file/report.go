package file

import (
	"fmt"
	"strings"
)

// Cause says what kind of break was found.
type Cause string

// The causes of a break.
const (
	CauseNotEntry  Cause = "not an entry"    // garbage, or a record with broken text
	CauseAltered   Cause = "altered"         // a record whose own hash does not fit
	CauseMissing   Cause = "entries missing" // the sequence jumps
	CauseOrder     Cause = "out of order"    // swapped, put in, or copied
	CauseRewritten Cause = "rewritten"       // not what was anchored
	CauseCut       Cause = "cut"             // the end was cut off
)

// Break is a place where the chain does not hold.
type Break struct {
	File  string
	Line  int // from 1
	Cause Cause
	Why   string // one sentence without a full stop
}

func (b Break) String() string { return fmt.Sprintf("%s, line %d: %s", b.File, b.Line, b.Why) }

// TornLine is a line that a crash tore.
type TornLine struct {
	File   string
	Line   int
	Closed bool // a later writer has ended it
}

// Report is what [Verify] found.
type Report struct {
	Files     []string // oldest first
	Entries   int
	First     Head // First.Seq over 1: older records are not here
	Last      Head
	SavedHead Head // the last record that was written, as the lock file has it; may be zero

	Broken []Break // tampering or damage, in the order of the lines; at most 100
	Breaks int     // how many there are

	Torn        []TornLine // crashes
	OpenIntents []Entry    // intents without an outcome: a crash, or still under way

	Given     int    // anchored heads that there were to check
	Anchored  Head   // the highest anchored head that was found here
	Unchecked []Head // anchored before the first record that is here
}

// OK reports whether the chain holds. Crashes do not break it.
func (r Report) OK() bool { return r.Breaks == 0 }

// Err is nil where the chain holds, else an [ErrBroken] that names the first
// broken line.
func (r Report) Err() error {
	if r.OK() {
		return nil
	}
	return fmt.Errorf("audit: verify: %w: %s", ErrBroken, r.Broken[0])
}

// Limits says, in whole sentences, what this check could not see.
func (r Report) Limits() []string {
	var s []string
	if r.First.Seq > 1 {
		s = append(s, fmt.Sprintf("Entries 1 to %d are not here: their files were moved or removed. The check starts at entry %d.", r.First.Seq-1, r.First.Seq))
	}
	if r.SavedHead.Seq > r.Last.Seq {
		s = append(s, fmt.Sprintf("Entries %d to %d are not here: the lock file names the last one, but their files were moved, removed or cut.", r.Last.Seq+1, r.SavedHead.Seq))
	}
	if n := len(r.Unchecked); n > 0 {
		s = append(s, fmt.Sprintf("Given heads older than the first entry, not checked: %d.", n))
	}
	switch {
	case r.Given > 0 && r.Anchored.Seq == 0:
		s = append(s, "None of the given heads is in this log: cuts and rewrites cannot be ruled out.")
	case r.Anchored.Seq == 0:
		s = append(s, "No head was given: a cut end or a rewrite cannot be ruled out.")
	case r.Anchored.Seq < r.Last.Seq:
		s = append(s, fmt.Sprintf("The newest head found is entry %d: a cut or a rewrite after it cannot be ruled out.", r.Anchored.Seq))
	default:
		s = append(s, fmt.Sprintf("A head confirms entry %d: nothing up to it was cut or rewritten, but entries after it may have been cut.", r.Anchored.Seq))
	}
	return s
}

// String is the report in lines: the verdict first, then what was found, then
// what could not be seen.
func (r Report) String() string {
	var b strings.Builder
	switch {
	case !r.OK():
		fmt.Fprintf(&b, "BROKEN at %s", r.Broken[0])
		if r.Breaks > 1 {
			fmt.Fprintf(&b, "\n  and %d more after it", r.Breaks-1)
		}
	case r.Entries == 0:
		b.WriteString("The audit log is empty: it has no entries")
	default:
		fmt.Fprintf(&b, "The chain holds: entries %d to %d", r.First.Seq, r.Last.Seq)
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
			u.Seq, oneLine(u.Operation), u.AccountName, u.AccountID, u.Time.Format("2006-01-02 15:04:05 UTC"), u.OSUser, u.Host)
	}
	for _, s := range r.Limits() {
		b.WriteString("\n" + s)
	}
	return b.String()
}
