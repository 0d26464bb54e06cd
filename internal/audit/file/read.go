package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// LineError reports a line of the log that is not an entry. Err is ErrTorn if a crash may
// have caused it, else ErrBroken; only [Verify] knows the chain and can tell for certain.
type LineError struct {
	File string
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string {
	return fmt.Sprintf("%s, line %d: %v", e.File, e.Line, e.Err)
}

func (e *LineError) Unwrap() error { return e.Err }

// Read yields the entries of the log at path and its rotated files, oldest first, as they were
// when the loop began. A line that is not an entry yields a [*LineError] and the loop
// continues; any other error ends it. Read does not check order and completeness: see [Verify].
func Read(path string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for l, err := range lines(path) {
			if err != nil {
				yield(Entry{}, fmt.Errorf("read the audit log: %w", err))
				return
			}
			e, err := unseal(l.text)
			if err != nil {
				err = &LineError{File: l.file, Line: l.number, Err: lineErr(l.text, err)}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func lineErr(text []byte, err error) error {
	if isFragment(text) {
		return ErrTorn
	}
	return fmt.Errorf("%w: %w", ErrBroken, err)
}

// line is one line of a file, without its newline.
type line struct {
	file   string
	number int
	text   []byte // valid until the next line
	ended  bool   // had a newline
}

// lines yields every line of the log's files, oldest first.
func lines(path string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		parts, err := openSnapshot(path)
		if err != nil {
			yield(line{}, err)
			return
		}
		defer closeAll(parts)
		r := bufio.NewReaderSize(nil, 16<<10)
		for _, p := range parts {
			text, err := p.reader()
			if err != nil {
				yield(line{}, err)
				return
			}
			r.Reset(text)
			for n := 1; ; n++ {
				text, ended, err := readLine(r)
				if err != nil {
					yield(line{}, fmt.Errorf("%s: %w", p.name, err))
					return
				}
				if len(text) == 0 && !ended {
					break
				}
				if !yield(line{p.name, n, text, ended}, nil) {
					return
				}
			}
		}
	}
}

// readLine reads a line of any length, but keeps no more than shows that it is too long for
// an entry. At the end of the file it returns nothing.
func readLine(r *bufio.Reader) (text []byte, ended bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if room := maxLine + 2 - len(text); room > 0 {
			text = append(text, part[:min(len(part), room)]...)
		}
		switch {
		case err == nil:
			return bytes.TrimSuffix(text, []byte("\n")), true, nil
		case errors.Is(err, io.EOF):
			return text, false, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, false, err
		}
	}
}

// part is a file up to its size when it was opened.
type part struct {
	name string
	file *os.File
	size int64
}

func closeAll(parts []part) {
	for _, p := range parts {
		p.file.Close()
	}
}

// openSnapshot opens every file of the log between two entries. What is written or rotated
// later is not read.
func openSnapshot(path string) (parts []part, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	unlock, err := lockShared(path)
	if err != nil {
		return nil, err
	}
	defer unlock()

	names, err := listRotated(path)
	if err != nil {
		return nil, err
	}
	for _, name := range append(names, path) {
		p, err := openRotated(name)
		if name == path && len(names) > 0 && errors.Is(err, fs.ErrNotExist) {
			break // rotated, and nothing written since
		}
		if err != nil {
			closeAll(parts)
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

const gzipSuffix = ".gz"

// maxUncompressed limits the content of a compressed file that must be read from its end.
const maxUncompressed = 1 << 30

// openRotated opens a file that may have been compressed since its folder was listed.
func openRotated(name string) (part, error) {
	p, err := openPart(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasSuffix(name, gzipSuffix) {
		if packed, err := openPart(name + gzipSuffix); err == nil {
			return packed, nil
		}
	}
	return p, err
}

func (p part) isCompressed() bool { return strings.HasSuffix(p.name, gzipSuffix) }

// reader reads the content from the start.
func (p part) reader() (io.Reader, error) {
	if !p.isCompressed() {
		return io.LimitReader(p.file, p.size), nil
	}
	text, err := gzip.NewReader(p.file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	return text, nil
}

// readerAt gives random access to the content. A compressed file is read into memory.
func (p part) readerAt() (io.ReaderAt, int64, error) {
	if !p.isCompressed() {
		return p.file, p.size, nil
	}
	r, err := p.reader()
	if err != nil {
		return nil, 0, err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxUncompressed+1))
	if err == nil && len(text) > maxUncompressed {
		err = fmt.Errorf("%w: it holds more than %d bytes", ErrTooLarge, maxUncompressed)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", p.name, err)
	}
	return bytes.NewReader(text), int64(len(text)), nil
}

// openPart opens a file of the log at its present size. It refuses anything but a regular
// file, which would look empty.
func openPart(name string) (part, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|readFlags, 0)
	if err != nil {
		return part{}, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s is not a regular file", ErrForeign, name)
	}
	if err != nil {
		file.Close()
		return part{}, err
	}
	return part{name: name, file: file, size: info.Size()}, nil
}

// lockShared keeps writers out. A log whose lock file is missing or may not be opened is a copy
// or belongs to someone else: it is read without a lock.
func lockShared(path string) (unlock func(), err error) {
	lock := path + lockSuffix
	l, err := acquire(lock, time.Now().Add(DefaultLockWait), func() (*os.File, error) {
		return os.OpenFile(lock, os.O_RDONLY|readFlags, 0)
	}, true)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	return func() { l.Close() }, nil
}
