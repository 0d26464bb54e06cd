package export

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"hdpadmin/internal/account"
)

// Format is a file format for accounts.
type Format int

const (
	CSV  Format = iota // a header line, then one line per account (RFC 4180), UTF-8 with a byte order mark
	JSON               // an array with one object per line
)

// FormatOf returns the format for a file name's extension, and false if there is none.
func FormatOf(path string) (Format, bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		return CSV, true
	case ".json":
		return JSON, true
	}
	return CSV, false
}

// Write writes the rows in order, with their state at now, the server's time. Both
// formats have the same fields with HDP's names. An unknown value is empty in CSV and
// null in JSON. Times are RFC 3339 in UTC, to the second.
//
// CSV uses words for people: yes and no, lapsed for a lock whose end has passed, and
// instead of a time never if there is none and unreadable if it cannot be read.
//
// JSON uses types: locked, true if a lock is in force, and passwordExpired are
// booleans; an absent or unreadable time is null. passwordExpired tells the two apart:
// false for a password that never expires, null if that cannot be read.
func Write(w io.Writer, format Format, rows iter.Seq[account.Account], now time.Time) error {
	var err error
	switch format {
	case CSV:
		err = writeCSV(w, rows, now)
	case JSON:
		b := bufio.NewWriterSize(w, 64<<10)
		if err = writeJSON(b, rows, now); err == nil {
			err = b.Flush()
		}
	default:
		err = fmt.Errorf("unknown format %d", format)
	}
	if err != nil {
		return fmt.Errorf("export accounts: %w", err)
	}
	return nil
}
