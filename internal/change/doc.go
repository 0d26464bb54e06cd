// Package change makes one safe write to an account: a [Plan] of what will be
// sent, a recheck that the account is still as it was shown, the PUT, the
// read-back, and an [Outcome] that claims no more than was seen; undo is a plan
// like any other. It owns the writes that are running, so that none is lost on
// any way out, and it knows nothing of the screen or of the form of the trail.
// The console's forms, quick actions and batches use it, and one-shot commands.
package change
