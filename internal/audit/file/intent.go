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

// OpenIntent is an intent on record.
type OpenIntent struct {
	log       *Log
	intent    Entry
	unwritten *Entry // in turn of t.mu
}

// LogIntent puts a write on record, synced to disk, before it is sent. On an
// error nothing may be sent. Outcomes that could not be written before are
// written first, so that an intent never goes on record over a missing
// outcome. A value that is no JSON is an error: nothing is lost by it yet.
func (t *Log) LogIntent(in Intent) (*OpenIntent, error) {
	r := t.newEntry(KindIntent)
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
	return &OpenIntent{log: t, intent: *r}, nil
}

// Reopen is the entry of an intent found without an outcome, so that what was
// looked up since can be put on record. It writes nothing.
func (t *Log) Reopen(intent Entry) *OpenIntent { return &OpenIntent{log: t, intent: intent} }

// Entry is the intent as it stands on record.
func (e *OpenIntent) Entry() Entry { return e.intent }

// LogOutcome puts on record what became of the write. Where it cannot be written
// it is kept, with its time, and goes first at the next try: the next intent,
// event, outcome or [Trail.Flush]. More than one outcome may follow an intent,
// as when an unknown one is cleared up; the last holds. A stored value that is
// no JSON is replaced by a note, for the outcome itself must not be lost.
func (e *OpenIntent) LogOutcome(o Outcome) error {
	r := e.newOutcome(o)
	e.log.queueOutcome(e, r)
	if err := e.log.commit(nil); err != nil && e.log.isUnwritten(r) { // else another record took it along
		return fmt.Errorf("audit: outcome: %w", err)
	}
	return nil
}

func (e *OpenIntent) newOutcome(o Outcome) *Entry {
	r := e.log.newEntry(KindOutcome)
	r.Of, r.Operation, r.Batch, r.Subject = e.intent.Seq, e.intent.Operation, e.intent.Batch, e.intent.Subject
	r.Request = e.intent.Request
	r.Outcome, r.HTTPStatus, r.Code, r.Message = o.Kind, o.HTTPStatus, o.Code, o.Message
	r.DurationMS, r.Stored, r.StoredAt = o.Duration.Milliseconds(), withoutSecretsOrNote(o.Stored), o.StoredAt.UTC().Round(0)
	return r
}

// queueOutcome queues an outcome, in the place of an earlier one of the same write that
// is still waiting.
func (f *file) queueOutcome(e *OpenIntent, r *Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, p := range f.unwritten {
		if p == e.unwritten {
			f.unwritten[i], e.unwritten = r, r
			return
		}
	}
	f.unwritten, e.unwritten = append(f.unwritten, r), r
}

func (f *file) isUnwritten(r *Entry) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.unwritten, r)
}

// Unwritten is how many records are not on disk after a try that failed, and why it
// did. One that is just being written, for the first time, does not count.
func (t *Log) Unwritten() (n int, why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.unwritten) == 0 || t.writeErr == nil {
		return 0, nil
	}
	return len(t.unwritten), t.writeErr
}

// Flush writes the records that are not on disk yet.
func (t *Log) Flush() error {
	t.mu.Lock()
	none := len(t.unwritten) == 0
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

// LogEvent puts on record what is no write: a sign-in, one that was refused, the
// console locked and returned to, a password revealed or copied, an export. Where
// it cannot be written it is kept, with its time, as an outcome is.
func (t *Log) LogEvent(kind Kind, d Details) error {
	switch kind {
	case "", KindIntent, KindOutcome, KindBatch, KindBatchEnded, KindTorn, KindCut:
		return fmt.Errorf("audit: event: %q is no kind of event", kind)
	default: // what an operator does
	}
	r := t.newEntry(kind)
	r.Subject, r.Reason = d.Subject, d.Reason
	r.HTTPStatus, r.Code, r.Message = d.HTTPStatus, d.Code, d.Message
	r.Count, r.File = d.Count, d.File
	if err := t.writeOrQueue(r); err != nil {
		return fmt.Errorf("audit: event: %w", err)
	}
	return nil
}

// writeOrQueue puts on record what has happened already: where that fails it is kept.
func (t *Log) writeOrQueue(r *Entry) error {
	t.mu.Lock()
	t.unwritten = append(t.unwritten, r)
	t.mu.Unlock()
	if err := t.commit(nil); err != nil && t.isUnwritten(r) { // else another record took it along
		return err
	}
	return nil
}
