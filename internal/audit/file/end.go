package file

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
)

// maxEnd is how far back from the end of a file a record is looked for. Beyond
// it lie several lines of the greatest length.
const maxEnd = 4 * maxLine

// end is the end of the chain, under the lock.
type end struct {
	file *os.File
	size int64
	bare bool // there is no record in it
	open bool // the last line lacks its newline
	head Head
	torn [][]byte // lines after the head's that are no records
}

func (f *file) readEnd(file *os.File) (end, error) {
	info, err := file.Stat()
	if err != nil {
		return end{}, err
	}
	if err := f.secure(info); err != nil {
		return end{}, err
	}
	// It is read every time: a few microseconds beside the milliseconds of
	// the sync, and nothing remembered can be wrong.
	own, err := readLast(file, info.Size())
	if err != nil {
		return end{}, err
	}
	e := end{file: file, size: info.Size(), open: own.open, head: own.head, torn: own.rest}
	if own.found {
		return e, nil
	}
	// Nothing but torn lines is a trail whose first record met a crash.
	if !own.whole || slices.ContainsFunc(own.rest, func(line []byte) bool { return !isFragment(line) }) {
		return end{}, fmt.Errorf("%w: %s: no record at its end; move it aside to begin a new file: mv %s %s",
			ErrForeign, f.path, shellQuote(f.path), shellQuote(f.path+".aside"))
	}
	prior, err := lastRotated(f.path)
	if err != nil {
		return end{}, err
	}
	if f.kept.Seq > prior.head.Seq { // the file it was in was moved away
		prior = last{head: f.kept}
	}
	e.bare = true
	e.head, e.torn = prior.head, append(prior.rest, own.rest...)
	return e, nil
}

// last is what the end of one file holds.
type last struct {
	found bool     // there is a record
	head  Head     // of the last record; genesis without one
	rest  [][]byte // the lines after it, or all lines
	open  bool     // the last line lacks its newline
	whole bool     // the whole file was looked at
}

// readLast reads back from the end to the last record.
func readLast(r io.ReaderAt, size int64) (last, error) {
	for n := int64(8 << 10); ; n *= 4 {
		n = min(n, size, maxEnd)
		buf := make([]byte, n)
		if _, err := r.ReadAt(buf, size-n); err != nil && err != io.EOF {
			return last{}, err
		}
		l := last{head: genesis(), whole: n == size, open: n > 0 && buf[n-1] != '\n'}
		lines := bytes.Split(bytes.TrimSuffix(buf, []byte("\n")), []byte("\n"))
		if n == 0 {
			lines = nil
		}
		if !l.whole {
			lines = lines[1:] // its beginning was not read
		}
		for i := len(lines) - 1; i >= 0 && !l.found; i-- {
			if rec, err := unseal(lines[i]); err == nil {
				l.found, l.head, lines = true, rec.Head(), lines[i+1:]
			}
		}
		l.rest = lines
		if l.found || l.whole || n == maxEnd {
			return l, nil
		}
	}
}

// digest identifies torn lines in the record that closes them.
func digest(lines [][]byte) Torn {
	all := bytes.Join(lines, []byte("\n"))
	sum := sha256.Sum256(all)
	return Torn{Bytes: len(all), SHA256: hex.EncodeToString(sum[:])}
}
