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

// ReadBackwards yields the entries of the log at path and its rotated files, newest first,
// starting at the last one when the loop begins: all of them, or those of the given kinds. A
// caller interested in recent events reads only as far as it needs. Lines that are not entries
// are skipped; an error ends the loop.
func ReadBackwards(path string, kinds ...Kind) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for text, err := range backwards(path) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if isOfOtherKind(text, kinds) {
				continue
			}
			if e, err := unseal(text); err == nil && !yield(e, nil) {
				return
			}
		}
	}
}

// ReadAccountBackwards is ReadBackwards for the entries about one account. It parses only those, so
// that even a large log without any takes no more than a second. An entry that was altered is an
// [ErrBroken]: anyone who asks what happened last must not get what happened before that.
func ReadAccountBackwards(path string, id int64, kinds ...Kind) iter.Seq2[Entry, error] {
	part := fmt.Appendf(nil, `"accountId":%d,`, id) // never the last field of an entry
	return func(yield func(Entry, error) bool) {
		for text, err := range backwards(path) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if !bytes.Contains(text, part) || isOfOtherKind(text, kinds) {
				continue
			}
			switch e, err := unseal(text); {
			case err != nil && !isFragment(text):
				yield(Entry{}, fmt.Errorf("%w: an entry about account %d; run hdpadmin audit verify", ErrBroken, id))
				return
			case err == nil && e.AccountID == id && !yield(e, nil):
				return
			}
		}
	}
}

// isOfOtherKind reports whether a line holds an entry of none of these kinds.
func isOfOtherKind(text []byte, kinds []Kind) bool {
	o, ok := readOutline(text)
	return ok && len(kinds) > 0 && !slices.Contains(kinds, o.kind)
}

func backwards(path string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for text, err := range linesBackwards(path, lockShared) {
			if err != nil {
				err = fmt.Errorf("read the audit log: %w", err)
			}
			if !yield(text, err) {
				return
			}
		}
	}
}

// linesBackwards yields every line without its newline, newest first. A line is valid until
// the loop body returns. What is written or rotated after the start of the loop is not read.
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

// openBackwards opens the current file, between two entries, and lists the rotated files,
// oldest first.
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

// readPartBackwards reads a file backwards and closes it.
func readPartBackwards(p part, pass func([]byte) bool) error {
	defer p.file.Close()
	text, size, err := p.readerAt()
	if err != nil {
		return err
	}
	return readLinesBackwards(text, size, pass)
}

// readLinesBackwards passes the lines from the last to the first until pass returns false.
func readLinesBackwards(file io.ReaderAt, size int64, pass func([]byte) bool) error {
	const least, most = 8 << 10, 256 << 10
	var held []byte // from at up to the last line passed
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
		if len(held) > maxLine { // cannot be an entry, so nothing of it is kept
			held, tooLong = nil, true
		}
	}
	if len(held) > 0 && !tooLong {
		pass(held)
	}
	return nil
}

// outline holds the first fields of an entry.
type outline struct {
	seq, of uint64
	kind    Kind
}

// readOutline reads the start of a line that this package wrote, a hundred times faster than
// the whole entry and without checking the hash. It falls back to unseal for any other line,
// such as an entry of another version.
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
