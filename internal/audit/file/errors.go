package file

import "errors"

// The errors of this package, for errors.Is. The texts that wrap them name the file and,
// if there is one, the command that helps.
var (
	// ErrLocked: another console held the log for longer than the lock wait.
	ErrLocked = errors.New("the audit log is locked by another console")
	// ErrInsecure: others than the owner (and its group, see WithGroup) can read or write the
	// file, or it is not a regular file.
	ErrInsecure = errors.New("the audit log is open to others")
	// ErrBatchHeld: another console holds the batch.
	ErrBatchHeld = errors.New("another console is running this batch")
	// ErrBatchTaken: another console has resumed or ended the batch, or may still be running it.
	ErrBatchTaken = errors.New("another console has taken over this batch")
	// ErrPlanUsed: a plan file is applied only once.
	ErrPlanUsed = errors.New("this plan has been used")
	// ErrFull: the disk, a quota or a file size limit leaves no space.
	ErrFull = errors.New("no space left for the audit log")
	// ErrForeign: the file holds something other than an audit log.
	ErrForeign = errors.New("the file is not an audit log")
	// ErrTooLarge: the entry does not fit on a line of 1 MiB.
	ErrTooLarge = errors.New("the entry is too large")
	// ErrBroken: entries were changed, removed or inserted; see [Report].
	ErrBroken = errors.New("the audit log was altered or damaged")
	// ErrTorn: a crash cut the line short.
	ErrTorn = errors.New("the line is incomplete")
)
