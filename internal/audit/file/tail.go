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

// maxTail is how far back from the end of a file a record is looked for. Beyond
// it lie several lines of the greatest length.
const maxTail = 4 * maxLine

// tail is the end of the chain, under the lock.
type tail struct {
	file         *os.File
	size         int64
	noEntry      bool // there is no record in it
	unterminated bool // the last line lacks its newline
	head         Head
	torn         [][]byte // lines after the head's that are no records
}

func (f *file) readTail(file *os.File) (tail, error) {
	info, err := file.Stat()
	if err != nil {
		return tail{}, err
	}
	if err := f.checkPrivate(info); err != nil {
		return tail{}, err
	}
	// It is read every time: a few microseconds beside the milliseconds of
	// the sync, and nothing remembered can be wrong.
	own, err := readFileTail(file, info.Size())
	if err != nil {
		return tail{}, err
	}
	t := tail{file: file, size: info.Size(), unterminated: own.unterminated, head: own.head, torn: own.rest}
	if own.found {
		return t, nil
	}
	// Nothing but torn lines is a trail whose first record met a crash.
	if !own.complete || slices.ContainsFunc(own.rest, func(line []byte) bool { return !isFragment(line) }) {
		return tail{}, fmt.Errorf("%w: %s has no entry at its end; to start a new file, run: mv %s %s",
			ErrForeign, f.path, shellQuote(f.path), shellQuote(f.path+".aside"))
	}
	prior, err := readRotatedTail(f.path)
	if err != nil {
		return tail{}, err
	}
	if f.savedHead.Seq > prior.head.Seq { // the file it was in was moved away
		prior = fileTail{head: f.savedHead}
	}
	t.noEntry = true
	t.head, t.torn = prior.head, append(prior.rest, own.rest...)
	return t, nil
}

// fileTail is what the end of one file holds.
type fileTail struct {
	found        bool     // there is a record
	head         Head     // of the last record; genesis without one
	rest         [][]byte // the lines after it, or all lines
	unterminated bool     // the last line lacks its newline
	complete     bool     // the whole file was looked at
}

// readFileTail reads back from the end to the last record.
func readFileTail(r io.ReaderAt, size int64) (fileTail, error) {
	for n := int64(8 << 10); ; n *= 4 {
		n = min(n, size, maxTail)
		buf := make([]byte, n)
		if _, err := r.ReadAt(buf, size-n); err != nil && err != io.EOF {
			return fileTail{}, err
		}
		l := fileTail{head: genesis(), complete: n == size, unterminated: n > 0 && buf[n-1] != '\n'}
		lines := bytes.Split(bytes.TrimSuffix(buf, []byte("\n")), []byte("\n"))
		if n == 0 {
			lines = nil
		}
		if !l.complete {
			lines = lines[1:] // its beginning was not read
		}
		for i := len(lines) - 1; i >= 0 && !l.found; i-- {
			if e, err := unseal(lines[i]); err == nil {
				l.found, l.head, lines = true, e.Head(), lines[i+1:]
			}
		}
		l.rest = lines
		if l.found || l.complete || n == maxTail {
			return l, nil
		}
	}
}

// digestTorn identifies torn lines in the record that closes them.
func digestTorn(lines [][]byte) Torn {
	all := bytes.Join(lines, []byte("\n"))
	sum := sha256.Sum256(all)
	return Torn{Bytes: len(all), SHA256: hex.EncodeToString(sum[:])}
}
