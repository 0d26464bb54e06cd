// Package file is the append-only trail of what operators did: every write's
// intent, synced before anything is sent, and its outcome; sign-ins, locks,
// revealed passwords and exports beside them. It knows nothing of HDP or the
// screen: who is acting, the clock and the place where heads are anchored are
// handed to it. Package change writes intents and outcomes, cli the rest, and
// both read the trail back.
//
// # The file
//
// One JSON object a line. The first members are always seq (1, 2, 3, …, over
// rotated files too) and prev, the last is always hash:
//
//	{"seq":7,"prev":"<64 hex>","time":"…","kind":"intent",…,"hash":"<64 hex>"}
//
// hash is SHA-256 over the text of prev followed by the bytes of the line up to
// and without `,"hash":"`; the bytes as they stand, so that nothing on a line
// can change unseen. prev is the hash of the record before, 64 zeros for the
// first. The first record of each file says "opens":true, so that lines cut
// from the top of a file are missed. Older versions left it out where a torn line comes
// first; then the torn line shows whether it was to open the file.
//
// # Several writers
//
// A writer holds the lock file (the path with ".lock" added, never renamed)
// from reading the last line to the end of the sync. It opens the trail anew
// for every record, so a rotation, by this package or by logrotate with rename
// (not copytruncate), is never written past. Rotated files may be compressed with gzip.
// Where the file is missing or empty, the chain goes on from the newest rotated file, or,
// if that was moved away, from the head that the lock file keeps.
//
// A console holds each batch that it runs or has claimed: it keeps the file
// "<path>.batch-<id>.lock" locked, and the kernel releases it when the process dies, on
// Linux, macOS and Windows alike. Batches are claimed and replaced under the lock of the
// log. Without locks on the file system the log cannot be opened at all; where they reach
// no further than one machine, several machines must not share a log.
//
// # Crashes
//
// A line torn by a crash is ended by the next writer with a newline and a
// record of kind torn that carries the SHA-256 of what was torn; a garbage line
// without such a record is tampering.
//
// # What a chain cannot see
//
// Whoever may write the file can cut records from its end, or write all of it
// anew with hashes that fit. Both are seen only where the heads were also kept
// elsewhere: see [WithAnchor] and [Verify]. A console that is running sees a
// cut in a file below what it wrote or read itself, and says so in a record of kind
// cut. Files that are gone as a whole may have been moved: Verify says what is missing.
package file
