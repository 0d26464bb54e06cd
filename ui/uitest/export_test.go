package uitest

import "time"

// Impatient shortens the deadline for the wait that is meant to fail; the start is not hurried.
func (t *Term) Impatient() *Term {
	t.deadline = 300 * time.Millisecond
	return t
}
