package audit

import (
	"slices"
	"strings"

	"hdpadmin/internal/audit/file"
)

// Write is one write of this session, for the operator to look back on.
type Write struct {
	Intent file.Record
	// Outcome is the last one known, whether or not it could be recorded; its Kind
	// is "" while there is none. Its place in the chain is not known here: Seq and
	// the hashes are empty.
	Outcome file.Record
}

// remembered is how many writes are kept for the operator; a batch may make a
// hundred times as many, and the file has them all.
const remembered = 1000

// history is the last writes, oldest first.
type history []*Write

func (h *history) add(w *Write) {
	if len(*h) == 2*remembered {
		*h = slices.Clone((*h)[remembered:])
	}
	*h = append(*h, w)
}

func (t *Trail) began(intent file.Record) *Write {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := &Write{Intent: intent}
	t.mine.add(w)
	return w
}

func (t *Trail) ended(w *Write, o file.Outcome) {
	r := w.Intent
	r.Kind, r.Of, r.Time = file.KindOutcome, r.Seq, t.now().UTC().Round(0)
	r.Seq, r.Prev, r.Hash, r.Opens, r.Before, r.After = 0, "", "", false, nil, nil
	r.Outcome, r.HTTPStatus, r.Code, r.Message = o.Kind, o.HTTPStatus, o.Code, o.Message
	r.DurationMS, r.Stored, r.StoredAt = o.Duration.Milliseconds(), o.Stored, o.StoredAt
	t.mu.Lock()
	defer t.mu.Unlock()
	w.Outcome = r
}

// Mine returns the last writes of this session by the operator who is signed in, at most
// 1,000, newest first.
func (t *Trail) Mine() []Write {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.mine[max(0, len(t.mine)-remembered):]
	writes := make([]Write, 0, len(last))
	for _, w := range slices.Backward(last) {
		if strings.EqualFold(w.Intent.Login, t.id.Login) {
			writes = append(writes, *w)
		}
	}
	return writes
}
