package file

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// rotatedName matches what follows the path in the name of a rotated file. Ours is
// .000000000812, the sequence of its first entry; logrotate uses .1 or -20261122, and adds .gz
// if it compresses. A copy under any other name is not part of the log.
var rotatedName = regexp.MustCompile(`^[.-][0-9][0-9TZ_-]*(\.gz)?$`)

// rotateLarge rotates a file that has grown too large. If that fails, writing continues in the
// same file: an entry matters more than the size.
func (f *file) rotateLarge(t tail) (tail, error) {
	t.file.Close() // Windows cannot rename an open file
	f.setWarning("rotate", f.rotateFile(t))
	f.seams.at("renamed")
	return f.openTail()
}

func (f *file) rotateFile(t tail) error {
	if t.noEntry {
		return nil // a lone torn line must also stay in front of the entry that closes it
	}
	base := fmt.Sprintf("%s.%012d", f.path, firstSeq(f.path))
	to := base
	for n := 2; ; n++ { // never overwrite another file
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return err
		}
		to = fmt.Sprintf("%s-%d", base, n)
	}
	if err := os.Rename(f.path, to); err != nil {
		return err
	}
	return f.syncDir()
}

// listRotated lists the rotated files of the log, oldest first. It sorts by the sequence of the
// first entry, since names and times are not reliable.
func listRotated(path string) ([]string, error) {
	dir, base := filepath.Split(path)
	list, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return nil, err
	}
	type aged struct {
		path string
		seq  uint64
	}
	var found []aged
	for _, e := range list {
		rest, ok := strings.CutPrefix(e.Name(), base)
		if !ok || !rotatedName.MatchString(rest) || !e.Type().IsRegular() {
			continue
		}
		plain, packed := strings.CutSuffix(e.Name(), gzipSuffix)
		if packed && slices.ContainsFunc(list, func(e fs.DirEntry) bool { return e.Name() == plain }) {
			continue // it is being compressed and may be incomplete
		}
		p := dir + e.Name()
		found = append(found, aged{p, firstSeq(p)})
	}
	slices.SortFunc(found, func(a, b aged) int {
		return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.path, b.path))
	})
	paths := make([]string, len(found))
	for i, a := range found {
		paths[i] = a.path
	}
	return paths, nil
}

// readRotatedTail finds the end of the chain in the rotated files.
func readRotatedTail(path string) (fileTail, error) {
	best := fileTail{head: genesis()}
	files, err := listRotated(path)
	if err != nil {
		return best, err
	}
	for _, p := range slices.Backward(files) {
		// Decompressing all files could take longer than others wait for the lock. Only a file
		// whose start cannot be read may be newer.
		if best.found && firstSeq(p) > 0 {
			continue
		}
		part, err := openRotated(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return best, err // continuing from too early an entry would break the chain
		}
		l, err := readPartTail(part)
		if err != nil {
			return best, err
		}
		if l.found && !best.found {
			best = l
		}
	}
	return best, nil
}

func readPartTail(p part) (fileTail, error) {
	defer p.file.Close()
	text, size, err := p.readerAt()
	if err != nil {
		return fileTail{}, err
	}
	return readFileTail(text, size)
}

// firstSeq returns the sequence of the first entry in a file, even if that entry is torn, or 0
// if there is none near the top.
func firstSeq(path string) uint64 {
	p, err := openRotated(path)
	if err != nil {
		return 0
	}
	defer p.file.Close()
	text, err := p.reader()
	if err != nil {
		return 0
	}
	r := bufio.NewReader(text)
	for range 100 {
		line, err := r.ReadSlice('\n')
		if rest, ok := bytes.CutPrefix(line, []byte(`{"seq":`)); ok {
			digits, _, whole := bytes.Cut(rest[:min(len(rest), 24)], []byte(","))
			if n, err := strconv.ParseUint(string(digits), 10, 64); err == nil && whole {
				return n
			}
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.ReadSlice('\n')
		}
		if err != nil {
			return 0
		}
	}
	return 0
}
