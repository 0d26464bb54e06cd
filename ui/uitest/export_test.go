package uitest

import "time"

// Impatient shortens the deadline for a wait that should fail, but not for the start.
func (t *Term) Impatient() *Term {
	t.deadline = 300 * time.Millisecond
	return t
}
