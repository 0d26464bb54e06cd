package batch

// Log logs a batch. The intents and outcomes of its writes go to change.AuditLog with the batch's
// ID. Together they are enough to resume it as [Unfinished].
type Log interface {
	// BeginBatch returns once the batch is on disk; if it fails, nothing is sent. It fails if
	// another console has taken the batch that this one takes over, and if the batch would begin a
	// plan file that has been used.
	BeginBatch(Beginning) error
	// EndBatch logs that the batch must not be resumed: it finished, or the operator stopped it.
	// A batch that stopped on its own, or whose console ended, has no such entry.
	EndBatch(id, why string) error
	// ReleaseBatch is called when a batch stops unfinished: other consoles may resume it.
	ReleaseBatch(id string)
}

// Beginning describes a batch that is about to start.
type Beginning struct {
	ID       string
	Replaces string // ID of the batch that this one takes over, which must not be resumed any more
	Action   string
	Reason   string
	Accounts []int64  // those that are due, see [Preview.Due]; all of a plan file
	File     PlanFile // zero if it applies none
}
