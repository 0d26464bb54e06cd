package batch

// Log logs a batch. The intents and outcomes of its writes go to change.AuditLog with the batch's
// ID. Together they are enough to resume it as [Unfinished].
type Log interface {
	// BeginBatch returns once the batch is on disk; if it fails, nothing is sent. replaces is the
	// ID of the batch that this one takes over, "" if none; that one must not be resumed any
	// more. It fails if another console has taken that one. accounts are those that are due, see
	// [Preview.Due].
	BeginBatch(id, replaces, action, reason string, accounts []int64) error
	// EndBatch logs that the batch must not be resumed: it finished, or the operator stopped it.
	// A batch that stopped on its own, or whose console ended, has no such entry.
	EndBatch(id, why string) error
	// ReleaseBatch is called when a batch stops unfinished: other consoles may resume it.
	ReleaseBatch(id string)
}
