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
func (l *Log) LogIntent(in Intent) (*OpenIntent, error) {
	e := l.newEntry(KindIntent)
	e.Operation, e.Batch, e.Subject = in.Operation, in.Batch, in.Subject
	e.Reason, e.Request = in.Reason, in.Request
	var err error
	if e.Before, err = withoutSecrets(in.Before); err != nil {
		return nil, fmt.Errorf("audit: intent: before: %w", err)
	}
	if e.After, err = withoutSecrets(in.After); err != nil {
		return nil, fmt.Errorf("audit: intent: after: %w", err)
	}
	if err := l.commit(e); err != nil {
		return nil, fmt.Errorf("audit: intent: %w", err)
	}
	return &OpenIntent{log: l, intent: *e}, nil
}

// Reopen is the entry of an intent found without an outcome, so that what was
// looked up since can be put on record. It writes nothing.
func (l *Log) Reopen(intent Entry) *OpenIntent { return &OpenIntent{log: l, intent: intent} }

// Entry is the intent as it stands on record.
func (i *OpenIntent) Entry() Entry { return i.intent }

// LogOutcome puts on record what became of the write. Where it cannot be written
// it is kept, with its time, and goes first at the next try: the next intent,
// event, outcome or [Trail.Flush]. More than one outcome may follow an intent,
// as when an unknown one is cleared up; the last holds. A stored value that is
// no JSON is replaced by a note, for the outcome itself must not be lost.
func (i *OpenIntent) LogOutcome(o Outcome) error {
	e := i.newOutcome(o)
	i.log.queueOutcome(i, e)
	if err := i.log.commit(nil); err != nil && i.log.isUnwritten(e) { // else another record took it along
		return fmt.Errorf("audit: outcome: %w", err)
	}
	return nil
}

func (i *OpenIntent) newOutcome(o Outcome) *Entry {
	e := i.log.newEntry(KindOutcome)
	e.Of, e.Operation, e.Batch, e.Subject = i.intent.Seq, i.intent.Operation, i.intent.Batch, i.intent.Subject
	e.Request = i.intent.Request
	e.Outcome, e.HTTPStatus, e.Code, e.Message = o.Kind, o.HTTPStatus, o.Code, o.Message
	e.DurationMS, e.Stored, e.StoredAt = o.Duration.Milliseconds(), withoutSecretsOrNote(o.Stored), o.StoredAt.UTC().Round(0)
	return e
}

// queueOutcome queues an outcome, in the place of an earlier one of the same write that
// is still waiting.
func (f *file) queueOutcome(i *OpenIntent, e *Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for at, p := range f.unwritten {
		if p == i.unwritten {
			f.unwritten[at], i.unwritten = e, e
			return
		}
	}
	f.unwritten, i.unwritten = append(f.unwritten, e), e
}

func (f *file) isUnwritten(e *Entry) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.unwritten, e)
}

// Unwritten is how many records are not on disk after a try that failed, and why it
// did. One that is just being written, for the first time, does not count.
func (l *Log) Unwritten() (n int, why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.unwritten) == 0 || l.writeErr == nil {
		return 0, nil
	}
	return len(l.unwritten), l.writeErr
}

// Flush writes the records that are not on disk yet.
func (l *Log) Flush() error {
	l.mu.Lock()
	none := len(l.unwritten) == 0
	l.mu.Unlock()
	if none {
		return nil
	}
	if err := l.commit(nil); err != nil {
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
func (l *Log) LogEvent(kind Kind, d Details) error {
	switch kind {
	case "", KindIntent, KindOutcome, KindBatch, KindBatchEnded, KindTorn, KindCut:
		return fmt.Errorf("audit: event: %q is not a kind of event", kind)
	default: // what an operator does
	}
	e := l.newEntry(kind)
	e.Subject, e.Reason = d.Subject, d.Reason
	e.HTTPStatus, e.Code, e.Message = d.HTTPStatus, d.Code, d.Message
	e.Count, e.File = d.Count, d.File
	if err := l.writeOrQueue(e); err != nil {
		return fmt.Errorf("audit: event: %w", err)
	}
	return nil
}

// writeOrQueue puts on record what has happened already: where that fails it is kept.
func (l *Log) writeOrQueue(e *Entry) error {
	l.mu.Lock()
	l.unwritten = append(l.unwritten, e)
	l.mu.Unlock()
	if err := l.commit(nil); err != nil && l.isUnwritten(e) { // else another record took it along
		return err
	}
	return nil
}
