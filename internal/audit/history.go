package audit

import (
	"slices"
	"strings"

	"hdpadmin/internal/audit/file"
)

// Write is one write of this session, for the operator's history.
type Write struct {
	Intent file.Entry
	// Outcome is the last one known, whether or not it could be logged; its Kind is "" while
	// there is none. Its place in the chain is not known, so Seq and the hashes are empty.
	Outcome file.Entry
}

// maxHistory is how many writes are kept for the operator. A batch may make a hundred times as
// many; the file has them all.
const maxHistory = 1000

// history holds the last writes, oldest first.
type history []*Write

func (h *history) add(w *Write) {
	if len(*h) == 2*maxHistory {
		*h = slices.Clone((*h)[maxHistory:])
	}
	*h = append(*h, w)
}

func (l *Log) addToHistory(intent file.Entry) *Write {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := &Write{Intent: intent}
	l.history.add(w)
	return w
}

func (l *Log) setOutcome(w *Write, o file.Outcome) {
	e := w.Intent
	e.Kind, e.Of, e.Time = file.KindOutcome, e.Seq, l.now().UTC().Round(0)
	e.Seq, e.Prev, e.Hash, e.Opens, e.Before, e.After = 0, "", "", false, o.Before, o.After
	e.Outcome, e.HTTPStatus, e.Code, e.Message = o.Kind, o.HTTPStatus, o.Code, o.Message
	e.DurationMS, e.Stored, e.StoredAt = o.Duration.Milliseconds(), o.Stored, o.StoredAt
	l.mu.Lock()
	defer l.mu.Unlock()
	w.Outcome = e
}

// History returns the last writes of this session by the operator who is signed in, at most
// 1,000, newest first.
func (l *Log) History() []Write {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.history[max(0, len(l.history)-maxHistory):]
	writes := make([]Write, 0, len(last))
	for _, w := range slices.Backward(last) {
		if strings.EqualFold(w.Intent.Login, l.id.Login) {
			writes = append(writes, *w)
		}
	}
	return writes
}
