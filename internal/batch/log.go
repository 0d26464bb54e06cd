package batch

// Log is where a batch goes on record, beside the intents and outcomes of its
// writes, which change.Recorder gets with the batch's id. Together they are
// enough for a [Past].
type Log interface {
	// BeginBatch returns once the batch is on the disk; if it cannot be, nothing is
	// sent. replaces is the id of the batch that this one takes over, "" if none: from
	// this record on, that one is not to be resumed any more. It fails if another console
	// has that one by now. accounts are those that
	// are due, see [Sheet.Due].
	BeginBatch(id, replaces, action, reason string, accounts []int64) error
	// EndBatch records that nothing of the batch is to be resumed: it was written
	// to its end, or the operator stopped it. A batch that stopped by itself, or
	// whose console ended, has no such record.
	EndBatch(id, why string) error
	// ReleaseBatch is called where a batch stops without being finished: other consoles
	// may resume it.
	ReleaseBatch(id string)
}
