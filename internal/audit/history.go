package audit

import (
	"slices"
	"strings"

	"hdpadmin/internal/audit/file"
)

// Write is one write of this session, for the operator to look back on.
type Write struct {
	Intent file.Entry
	// Outcome is the last one known, whether or not it could be recorded; its Kind
	// is "" while there is none. Its place in the chain is not known here: Seq and
	// the hashes are empty.
	Outcome file.Entry
}

// maxHistory is how many writes are kept for the operator; a batch may make a
// hundred times as many, and the file has them all.
const maxHistory = 1000

// history is the last writes, oldest first.
type history []*Write

func (h *history) add(w *Write) {
	if len(*h) == 2*maxHistory {
		*h = slices.Clone((*h)[maxHistory:])
	}
	*h = append(*h, w)
}

func (t *Log) addToHistory(intent file.Entry) *Write {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := &Write{Intent: intent}
	t.history.add(w)
	return w
}

func (t *Log) setOutcome(w *Write, o file.Outcome) {
	r := w.Intent
	r.Kind, r.Of, r.Time = file.KindOutcome, r.Seq, t.now().UTC().Round(0)
	r.Seq, r.Prev, r.Hash, r.Opens, r.Before, r.After = 0, "", "", false, nil, nil
	r.Outcome, r.HTTPStatus, r.Code, r.Message = o.Kind, o.HTTPStatus, o.Code, o.Message
	r.DurationMS, r.Stored, r.StoredAt = o.Duration.Milliseconds(), o.Stored, o.StoredAt
	t.mu.Lock()
	defer t.mu.Unlock()
	w.Outcome = r
}

// History returns the last writes of this session by the operator who is signed in, at most
// 1,000, newest first.
func (t *Log) History() []Write {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.history[max(0, len(t.history)-maxHistory):]
	writes := make([]Write, 0, len(last))
	for _, w := range slices.Backward(last) {
		if strings.EqualFold(w.Intent.Login, t.id.Login) {
			writes = append(writes, *w)
		}
	}
	return writes
}
