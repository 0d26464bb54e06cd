// Package change makes one safe write to an account: a [Plan] of what will be sent, a recheck
// that the account is still as it was shown, the PUT, the read-back, and an [Outcome] that
// claims no more than was seen. An undo is a plan like any other. The package owns the running
// writes, so that none is lost on any way out. It knows nothing of the screen or of the audit
// log's format. Forms, quick actions, batches and one-shot commands use it.
package change
