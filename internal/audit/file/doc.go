// Package file keeps the audit log in a file: the intent of every write, synced to disk
// before anything is sent, its outcome, and events such as sign-ins, revealed passwords and
// exports. It knows nothing of HDP or the screen: callers pass the identity of the operator,
// the clock and the place where heads are anchored. Package audit writes to it; cli and the
// console read it back.
//
// # The file
//
// Each line is one JSON object, an entry. Its first members are always seq (1, 2, 3, …,
// also across rotated files) and prev; its last is always hash:
//
//	{"seq":7,"prev":"<64 hex>","time":"…","kind":"intent",…,"hash":"<64 hex>"}
//
// hash is the SHA-256 of the text of prev followed by the bytes of the line up to, and
// without, `,"hash":"`. It covers the raw bytes, so nothing on a line can change unnoticed.
// prev is the hash of the entry before, or 64 zeros for the first entry. The first entry of
// each file says "opens":true, which shows whether lines were cut from the top of a file.
// Older versions left it out if a torn line comes first; the torn line then shows whether it
// was to open the file.
//
// # Several writers
//
// A writer holds the lock file (the path plus ".lock", never renamed) from reading the last
// line until the sync has finished. It opens the log again for every entry, so it never
// writes past a rotation, whether by this package or by logrotate with rename (not
// copytruncate). Rotated files may be compressed with gzip. If the file is missing or empty,
// the chain continues from the newest rotated file or, if that was moved away, from the head
// saved in the lock file.
//
// A session that writes holds a lease: it keeps the file "<path>.lease-<session>.lock" locked until it
// ends, and its entries say so. The kernel releases the lock when the process dies. A free lease shows
// at once that an intent without an outcome has been abandoned, also if the process goes on with other
// sessions. The process ID, by which entries of older versions are judged, does not show that.
//
// A console holds every batch that it runs or has claimed: it keeps the file
// "<path>.batch-<id>.lock" locked in the same way, on Linux, macOS and Windows alike. Batches are
// claimed and replaced under the lock of the log. On a file system without locks the log cannot be opened at all. If locks do not reach
// beyond one machine, several machines must not share a log.
//
// # Crashes
//
// If a crash tore the last line, the next writer ends it with a newline and an entry of kind
// torn that holds the SHA-256 of the torn text. A garbage line without such an entry is
// tampering.
//
// # What a chain cannot show
//
// Anyone who can write the file can cut entries from its end, or rewrite all of it with
// matching hashes. Both show only if heads are also kept elsewhere: see [WithAnchor] and
// [Verify]. A running console notices a cut below the last entry it wrote or read, and logs
// an entry of kind cut. Files that are gone as a whole may have been moved: Verify says which
// entries are missing.
package file
