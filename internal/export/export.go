package export

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"hdpadmin/internal/directory"
)

// Format is how accounts are written.
type Format int

const (
	CSV  Format = iota // a line of names, then a line for each account (RFC 4180), UTF-8 with a byte order mark
	JSON               // an array of objects, one a line
)

// FormatOf is the format that the ending of a file's name asks for; false where
// it asks for none.
func FormatOf(path string) (Format, bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		return CSV, true
	case ".json":
		return JSON, true
	}
	return CSV, false
}

// Write writes the rows in their order, as they stand at now, the server's
// time. Both formats have the same fields under HDP's names; one that is not
// known is empty, in JSON null. Times are RFC 3339 in UTC, to the second.
//
// CSV is in words for people: yes and no; lapsed for a lock whose end has passed;
// and in place of a time never where there is none, unreadable where there is no
// telling. JSON has a type for each field: locked, which is whether a lock is in
// force, and passwordExpired are true or false, and a time that there is not, or
// that cannot be read, is null. What passwordExpired is then tells the two apart:
// false of a password that never expires, null where there is no telling.
func Write(w io.Writer, format Format, rows iter.Seq[directory.Account], now time.Time) error {
	b := bufio.NewWriterSize(w, 64<<10)
	var err error
	switch format {
	case CSV:
		err = writeCSV(b, rows, now)
	case JSON:
		err = writeJSON(b, rows, now)
	default:
		err = fmt.Errorf("unknown format %d", format)
	}
	if err == nil {
		err = b.Flush()
	}
	if err != nil {
		return fmt.Errorf("export accounts: %w", err)
	}
	return nil
}
