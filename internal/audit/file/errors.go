package file

import "errors"

// The errors of this package, for errors.Is. The texts that wrap them name the
// file and, where there is one, the command that helps.
var (
	// ErrLocked: another console held the trail for longer than the bound.
	ErrLocked = errors.New("the audit log is locked by another console")
	// ErrInsecure: others than its owner (and its group, see WithGroup) can
	// read or write the file, or it is no plain file.
	ErrInsecure = errors.New("the audit log is open to others")
	// ErrBatchHeld: another console holds the batch.
	ErrBatchHeld = errors.New("another console is running this batch")
	// ErrBatchTaken: another console has resumed or ended the batch, or is still at it.
	ErrBatchTaken = errors.New("another console has taken over this batch")
	// ErrFull: no room on the disk, or over a quota or a file size limit.
	ErrFull = errors.New("no space left for the audit log")
	// ErrForeign: the file holds something else than a trail.
	ErrForeign = errors.New("the file is not an audit log")
	// ErrTooLarge: the record does not fit in a line of 1 MiB.
	ErrTooLarge = errors.New("the entry is too large")
	// ErrBroken: records were changed, removed or put in; see [Report].
	ErrBroken = errors.New("the audit log was altered or damaged")
	// ErrTorn: a line was cut short by a crash.
	ErrTorn = errors.New("the line is incomplete")
)
