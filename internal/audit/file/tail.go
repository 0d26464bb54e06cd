package file

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"

	"hdpadmin/internal/shell"
)

// maxTail limits how far from the end of a file an entry is searched for. Several lines of
// maximum length fit in it.
const maxTail = 4 * maxLine

// tail is the end of the chain. It is valid only under the lock.
type tail struct {
	file         *os.File
	size         int64
	noEntry      bool // the file holds no entry
	unterminated bool // the last line lacks its newline
	head         Head
	torn         [][]byte // lines after the head's that are not entries
}

func (f *file) readTail(file *os.File) (tail, error) {
	info, err := file.Stat()
	if err != nil {
		return tail{}, err
	}
	if err := f.checkPrivate(info); err != nil {
		return tail{}, err
	}
	// Read it every time: that takes microseconds where the sync takes milliseconds, and there
	// is no cache that could be wrong.
	own, err := readFileTail(file, info.Size())
	if err != nil {
		return tail{}, err
	}
	t := tail{file: file, size: info.Size(), unterminated: own.unterminated, head: own.head, torn: own.rest}
	if own.found {
		return t, nil
	}
	// A file of torn lines only is a log whose first entry met a crash.
	if !own.complete || slices.ContainsFunc(own.rest, func(line []byte) bool { return !isFragment(line) }) {
		return tail{}, fmt.Errorf("%w: %s has no entry at its end; to start a new file, run: mv %s %s",
			ErrForeign, f.path, shell.QuotePath(f.path), shell.QuotePath(f.path+".aside"))
	}
	prior, err := readRotatedTail(f.path)
	if err != nil {
		return tail{}, err
	}
	if f.savedHead.Seq > prior.head.Seq { // its file was moved away
		prior = fileTail{head: f.savedHead}
	}
	t.noEntry = true
	t.head, t.torn = prior.head, append(prior.rest, own.rest...)
	return t, nil
}

// fileTail is the end of one file.
type fileTail struct {
	found        bool     // the file holds an entry
	head         Head     // of the last entry; genesis without one
	rest         [][]byte // the lines after it, or all lines
	unterminated bool     // the last line lacks its newline
	complete     bool     // the whole file was read
}

// readFileTail reads backwards from the end to the last entry.
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

// digestTorn identifies torn lines in the entry that closes them.
func digestTorn(lines [][]byte) Torn {
	all := bytes.Join(lines, []byte("\n"))
	sum := sha256.Sum256(all)
	return Torn{Bytes: len(all), SHA256: hex.EncodeToString(sum[:])}
}
