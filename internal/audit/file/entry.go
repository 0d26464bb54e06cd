package file

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Intent is a write that is about to be sent.
type Intent struct {
	Operation string // such as "unlock"
	Batch     string // names the batch it is part of, if any
	Subject
	Reason  string
	Request string // method and path
	Before  jsontext.Value
	After   jsontext.Value
}

// Outcome is what became of a write.
type Outcome struct {
	Kind       OutcomeKind
	HTTPStatus int
	Code       int64  // of HDP's error envelope
	Message    string // of the envelope, or what else went wrong
	Duration   time.Duration
	Stored     jsontext.Value // as read back
	StoredAt   time.Time      // when that was, by the server's clock; zero where it was not
}

// Entry is an intent on record.
type Entry struct {
	t       *Trail
	intent  Record
	pending *Record // in turn of t.mu
}

// Intent puts a write on record, synced to disk, before it is sent. On an
// error nothing may be sent. Outcomes that could not be written before are
// written first, so that an intent never goes on record over a missing
// outcome. A value that is no JSON is an error: nothing is lost by it yet.
func (t *Trail) Intent(in Intent) (*Entry, error) {
	r := t.record(KindIntent)
	r.Operation, r.Batch, r.Subject = in.Operation, in.Batch, in.Subject
	r.Reason, r.Request = in.Reason, in.Request
	var err error
	if r.Before, err = withoutSecrets(in.Before); err != nil {
		return nil, fmt.Errorf("audit: intent: before: %w", err)
	}
	if r.After, err = withoutSecrets(in.After); err != nil {
		return nil, fmt.Errorf("audit: intent: after: %w", err)
	}
	if err := t.commit(r); err != nil {
		return nil, fmt.Errorf("audit: intent: %w", err)
	}
	return &Entry{t: t, intent: *r}, nil
}

// Resume is the entry of an intent found without an outcome, so that what was
// looked up since can be put on record. It writes nothing.
func (t *Trail) Resume(intent Record) *Entry { return &Entry{t: t, intent: intent} }

// Record is the intent as it stands on record.
func (e *Entry) Record() Record { return e.intent }

// Outcome puts on record what became of the write. Where it cannot be written
// it is kept, with its time, and goes first at the next try: the next intent,
// event, outcome or [Trail.Flush]. More than one outcome may follow an intent,
// as when an unknown one is cleared up; the last holds. A stored value that is
// no JSON is replaced by a note, for the outcome itself must not be lost.
func (e *Entry) Outcome(o Outcome) error {
	r := e.outcome(o)
	e.t.keep(e, r)
	if err := e.t.commit(nil); err != nil && e.t.waits(r) { // else another record took it along
		return fmt.Errorf("audit: outcome: %w", err)
	}
	return nil
}

func (e *Entry) outcome(o Outcome) *Record {
	r := e.t.record(KindOutcome)
	r.Of, r.Operation, r.Batch, r.Subject = e.intent.Seq, e.intent.Operation, e.intent.Batch, e.intent.Subject
	r.Request = e.intent.Request
	r.Outcome, r.HTTPStatus, r.Code, r.Message = o.Kind, o.HTTPStatus, o.Code, o.Message
	r.DurationMS, r.Stored, r.StoredAt = o.Duration.Milliseconds(), withoutSecretsOr(o.Stored), o.StoredAt.UTC().Round(0)
	return r
}

// keep queues an outcome, in the place of an earlier one of the same write that
// is still waiting.
func (f *file) keep(e *Entry, r *Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, p := range f.pending {
		if p == e.pending {
			f.pending[i], e.pending = r, r
			return
		}
	}
	f.pending, e.pending = append(f.pending, r), r
}

func (f *file) waits(r *Record) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.pending, r)
}

// Pending is how many records are not on disk after a try that failed, and why it
// did. One that is just being written, for the first time, does not count.
func (t *Trail) Pending() (n int, why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.pending) == 0 || t.failed == nil {
		return 0, nil
	}
	return len(t.pending), t.failed
}

// Flush writes the records that are not on disk yet.
func (t *Trail) Flush() error {
	t.mu.Lock()
	none := len(t.pending) == 0
	t.mu.Unlock()
	if none {
		return nil
	}
	if err := t.commit(nil); err != nil {
		return fmt.Errorf("audit: flush: %w", err)
	}
	return nil
}

// Details are what an event may say. There is no place in it for a secret.
type Details struct {
	Subject
	Reason     string
	HTTPStatus int
	Code       int64
	Message    string
	Count      int    // export: rows
	File       string // export: where to
}

// Event puts on record what is no write: a sign-in, one that was refused, the
// console locked and returned to, a password revealed or copied, an export. Where
// it cannot be written it is kept, with its time, as an outcome is.
func (t *Trail) Event(kind Kind, d Details) error {
	switch kind {
	case "", KindIntent, KindOutcome, KindBatch, KindBatchEnded, KindTorn, KindCut:
		return fmt.Errorf("audit: event: %q is no kind of event", kind)
	default: // what an operator does
	}
	r := t.record(kind)
	r.Subject, r.Reason = d.Subject, d.Reason
	r.HTTPStatus, r.Code, r.Message = d.HTTPStatus, d.Code, d.Message
	r.Count, r.File = d.Count, d.File
	if err := t.owe(r); err != nil {
		return fmt.Errorf("audit: event: %w", err)
	}
	return nil
}

// owe puts on record what has happened already: where that fails it is kept.
func (t *Trail) owe(r *Record) error {
	t.mu.Lock()
	t.pending = append(t.pending, r)
	t.mu.Unlock()
	if err := t.commit(nil); err != nil && t.waits(r) { // else another record took it along
		return err
	}
	return nil
}
