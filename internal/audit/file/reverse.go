package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
)

// ReadBackwards yields the records of the trail at path and its rotated files newest
// first, from the last one there is when the loop begins: of the given kinds, or
// all of them. Whoever wants to know what happened lately reads no more than
// that. Lines that are no records are passed over; an error ends the loop.
func ReadBackwards(path string, kinds ...Kind) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for text, err := range linesBackwards(path, lockShared) {
			if err != nil {
				yield(Entry{}, fmt.Errorf("audit: read: %w", err))
				return
			}
			if o, ok := readOutline(text); !ok || len(kinds) > 0 && !slices.Contains(kinds, o.kind) {
				continue
			}
			if e, err := unseal(text); err == nil && !yield(e, nil) {
				return
			}
		}
	}
}

// linesBackwards yields every line without its newline, newest first. A line is good
// until the loop body returns. The files are read as they were when the loop
// began: what is written or rotated from then on does not show.
func linesBackwards(path string, lock func(string) (func(), error)) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		path, err := filepath.Abs(path)
		if err != nil {
			yield(nil, err)
			return
		}
		first, files, err := openBackwards(path, lock)
		if err != nil {
			yield(nil, err)
			return
		}
		more := true
		pass := func(text []byte) bool {
			more = yield(text, nil)
			return more
		}
		if first != nil {
			if err = readPartBackwards(*first, pass); err != nil && more {
				yield(nil, err)
				return
			}
		}
		for i := len(files) - 1; i >= 0 && more; i-- {
			if err := readFileBackwards(files[i], pass); err != nil && more {
				yield(nil, err)
				return
			}
		}
	}
}

// openBackwards opens the file that is written, between two records, and lists the
// rotated ones, oldest first.
func openBackwards(path string, lock func(string) (func(), error)) (*part, []string, error) {
	unlock, err := lock(path)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	files, err := listRotated(path)
	if err != nil {
		return nil, nil, err
	}
	p, err := openPart(path)
	if len(files) > 0 && errors.Is(err, fs.ErrNotExist) {
		return nil, files, nil // rotated, and nothing written since
	}
	if err != nil {
		return nil, nil, err
	}
	return &p, files, nil
}

func readFileBackwards(name string, pass func([]byte) bool) error {
	p, err := openRotated(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // moved away since
	}
	if err != nil {
		return err
	}
	return readPartBackwards(p, pass)
}

// readPartBackwards reads a file back and closes it.
func readPartBackwards(p part, pass func([]byte) bool) error {
	defer p.file.Close()
	text, size, err := p.readerAt()
	if err != nil {
		return err
	}
	return readLinesBackwards(text, size, pass)
}

// readLinesBackwards passes the lines of the file from its last to its first until it is
// told to stop.
func readLinesBackwards(file io.ReaderAt, size int64, pass func([]byte) bool) error {
	const least, most = 8 << 10, 256 << 10
	var held []byte // from at on, up to the last line passed
	tooLong := false
	for at, n := size, int64(least); at > 0; n = min(2*n, most) {
		n = min(n, at)
		at -= n
		grown := make([]byte, int(n)+len(held))
		if _, err := io.ReadFull(io.NewSectionReader(file, at, n), grown[:n]); err != nil {
			return err
		}
		copy(grown[n:], held)
		held = grown
		if at+n == size {
			held = bytes.TrimSuffix(held, []byte("\n"))
		}
		for {
			cut := bytes.LastIndexByte(held, '\n')
			if cut < 0 {
				break
			}
			if !tooLong && !pass(held[cut+1:]) {
				return nil
			}
			held, tooLong = held[:cut], false
		}
		if len(held) > maxLine { // no record; of what it is, nothing need be kept
			held, tooLong = nil, true
		}
	}
	if len(held) > 0 && !tooLong {
		pass(held)
	}
	return nil
}

// outline is what the beginning of a record says of it.
type outline struct {
	seq, of uint64
	kind    Kind
}

// readOutline reads the beginning of a line as this package writes it: a hundred
// times quicker than the record. It checks no hash. Of any other line, be it a
// record of another version, it makes what unseal makes of it.
func readOutline(line []byte) (o outline, ok bool) {
	if o, ok = readOutlineFast(line); ok {
		return o, true
	}
	e, err := unseal(line)
	return outline{seq: e.Seq, of: e.Of, kind: e.Kind}, err == nil
}

func readOutlineFast(line []byte) (o outline, ok bool) {
	end := len(line) - sealLen
	if end < 0 || !bytes.HasPrefix(line[end:], []byte(sealOpen)) || !bytes.HasSuffix(line, []byte(sealEnd)) {
		return outline{}, false
	}
	rest, ok := bytes.CutPrefix(line[:end], []byte(`{"seq":`))
	if !ok {
		return outline{}, false
	}
	if o.seq, rest, ok = cutNumber(rest); !ok {
		return outline{}, false
	}
	rest, ok = bytes.CutPrefix(rest, []byte(`,"prev":"`))
	if !ok || len(rest) < hashLen {
		return outline{}, false
	}
	if rest, ok = bytes.CutPrefix(rest[hashLen:], []byte(`","time":"`)); !ok {
		return outline{}, false
	}
	_, rest, ok = bytes.Cut(rest, []byte(`"`))
	if !ok {
		return outline{}, false
	}
	if rest, ok = bytes.CutPrefix(rest, []byte(`,"kind":"`)); !ok {
		return outline{}, false
	}
	kind, rest, ok := bytes.Cut(rest, []byte(`"`))
	if !ok {
		return outline{}, false
	}
	o.kind = Kind(kind)
	if o.kind != KindOutcome {
		return o, true
	}
	rest = bytes.TrimPrefix(rest, []byte(`,"opens":true`))
	if rest, ok = bytes.CutPrefix(rest, []byte(`,"of":`)); !ok {
		return outline{}, false
	}
	o.of, _, ok = cutNumber(rest)
	return o, ok
}

func cutNumber(text []byte) (n uint64, rest []byte, ok bool) {
	i := 0
	for i < len(text) && i < 20 && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	n, err := strconv.ParseUint(string(text[:i]), 10, 64)
	return n, text[i:], err == nil
}
