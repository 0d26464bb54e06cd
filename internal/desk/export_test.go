package desk

import "time"

// Age makes the lists as old as if they had been read that much earlier.
func (l *Lists) Age(by time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.lists {
		s.begun = s.begun.Add(-by)
	}
}

// SetKeep sets how long a list is kept after its last session.
func (l *Lists) SetKeep(d time.Duration) { l.keep = d }

// Len returns how many lists are kept.
func (l *Lists) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.lists)
}

// Waiting returns how many desks wait for the reload of a login's list.
func (l *Lists) Waiting(login string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, s := range l.lists {
		if k.login == login && s.reload != nil {
			return len(s.reload.waiters)
		}
	}
	return 0
}

// MaxWritten is maxWritten.
const MaxWritten = maxWritten
