package batch

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
)

// State says how far a row of a batch is, or how it ended.
type State string

// The states of a [Result].
const (
	Skipped   State = "skipped"   // the preview says why
	Waiting   State = "waiting"   // not started
	UnderWay  State = "under way" // see change.Writer.InFlight for how far
	Applied   State = "applied"   // see change.Applied
	Unchanged State = "unchanged"
	Conflict  State = "conflict"
	Refused   State = "refused"
	Differs   State = "differs"
	Unknown   State = "unknown"
	NotSent   State = "not sent" // it failed before sending, or was not started
)

// Result is a row of a batch with its outcome.
type Result struct {
	Row
	State State
	// Outcome is that of the write, zero if none was started.
	Outcome change.Outcome
	// Replanned: the lock had moved, since somebody keeps trying to sign in, and the unlock was
	// planned again, once.
	Replanned bool
	// Interrupted is why the write was not started or did not finish; nil if it finished.
	Interrupted error
}

// Problem returns what went wrong, nil if nothing did or if the Outcome's rows say it.
func (r Result) Problem() error {
	return cmp.Or(errors.Join(r.Outcome.Err, r.Outcome.ReadErr), r.Interrupted, r.Err)
}

// Failed reports whether the row may be retried: it is not known to have the wanted state, or it
// could not be read.
func (r Result) Failed() bool {
	switch r.State {
	case Conflict, Refused, Differs, Unknown, NotSent:
		return true
	case Skipped:
		return r.Kind == Unreadable || r.Kind == NotRead
	default:
		return false
	}
}

func (r Result) withOutcome(o change.Outcome) Result {
	r.Outcome, r.State = o, State(o.Kind)
	// Somebody else did it since the preview.
	if o.IsUnchanged() {
		r.State = Unchanged
	}
	return r
}

// AccountAfter returns the account with what was seen stored after a write.
func AccountAfter(a account.Account, o change.Outcome) account.Account {
	if info, ok := o.StatusInfo(); ok {
		a = a.WithStatus(info)
	}
	if info, ok := o.PasswordInfo(); ok {
		a = a.WithPassword(info)
	}
	return a
}

// Totals counts results by state.
func Totals(results []Result) map[State]int {
	n := map[State]int{}
	for _, r := range results {
		n[r.State]++
	}
	return n
}

// ExportHeader names the columns of [Result.Export].
func ExportHeader() []string {
	return []string{"id", "user", "tenantId", "tenant", "planned", "result", "detail", "seenAt", "tookMs"}
}

// Export returns the result as one row of a table, every text cleaned for printing. Times are
// UTC. A caller that writes a spreadsheet must make formulas harmless.
func (r Result) Export() []string {
	at, took := "", ""
	if !r.Outcome.At.IsZero() {
		at = r.Outcome.At.UTC().Format(time.DateTime)
	}
	if r.Outcome.Took() > 0 {
		took = strconv.FormatInt(r.Outcome.Took().Milliseconds(), 10)
	}
	tenant := ""
	if r.Account.TenantID != 0 {
		tenant = strconv.FormatInt(r.Account.TenantID, 10)
	}
	return []string{
		strconv.FormatInt(r.ID, 10), r.Account.Name.String(), tenant, r.Account.TenantName.String(),
		r.Why, r.State.exported(), r.detail(), at, took,
	}
}

// exported keeps the words that earlier versions wrote, since scripts may look for them.
func (s State) exported() string {
	switch s {
	case Skipped:
		return "left out"
	case Unchanged:
		return "already so"
	default:
		return string(s)
	}
}

// detail returns what else is known about the result, on one line.
func (r Result) detail() string {
	texts := slices.Clone(r.Notes)
	if r.Replanned {
		texts = append(texts, "the lock had moved: planned again")
	}
	if r.Outcome.ByReading {
		texts = append(texts, "the answer was lost, but the change was found stored")
	}
	if words := r.Outcome.Plan.NotCompared(); words != "" {
		texts = append(texts, words)
	}
	if r.State == Unknown && r.Outcome.Seen != change.NotSeen {
		texts = append(texts, "stored "+string(r.Outcome.Seen))
	}
	for _, row := range r.Outcome.Rows {
		texts = append(texts, row.Name+": saw "+row.Saw.OrNone()+", wanted "+row.Wanted.OrNone()+", now "+row.Now.OrNone())
	}
	if err := r.Problem(); err != nil {
		texts = append(texts, err.Error())
	}
	return strings.ReplaceAll(strings.Join(texts, "; "), "\n", ": ")
}
