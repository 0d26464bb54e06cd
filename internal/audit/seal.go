package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	hashLen  = 2 * sha256.Size
	sealOpen = `,"hash":"`
	sealEnd  = `"}`
	sealLen  = len(sealOpen) + hashLen + len(sealEnd)

	// maxLine bounds a line, for readers and writers alike.
	maxLine = 1 << 20
)

var (
	errNotRecord = errors.New("not a record")
	errAltered   = errors.New("not as it was written: its hash does not fit")
)

// seal puts the record behind head and returns its line without the newline.
// It sets Seq, unless the record has a higher one, Prev and Hash.
func seal(r *Record, head Head) ([]byte, error) {
	r.Seq, r.Prev, r.Hash = max(r.Seq, head.Seq+1), head.Hash, ""
	// A name in some old encoding must not keep a write off the record.
	body, err := json.Marshal(r, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	body = body[:len(body)-1]
	if len(body)+sealLen > maxLine {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(body))
	}
	r.Hash = sum(r.Prev, body)
	return append(append(append(body, sealOpen...), r.Hash...), sealEnd...), nil
}

// unseal reads a line without its newline. What it returns without an error is
// a record whose own hash fits; whether it belongs where it stands, the chain
// says.
func unseal(line []byte) (Record, error) {
	cut := len(line) - sealLen
	if cut < 0 || len(line) > maxLine ||
		!bytes.HasPrefix(line[cut:], []byte(sealOpen)) || !bytes.HasSuffix(line, []byte(sealEnd)) {
		return Record{}, errNotRecord
	}
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return Record{}, errNotRecord
	}
	if r.Seq == 0 || !isHash(r.Prev) {
		return Record{}, errNotRecord
	}
	if sum(r.Prev, line[:cut]) != r.Hash {
		return Record{}, errAltered
	}
	return r, nil
}

func sum(prev string, body []byte) string {
	h := sha256.New()
	io.WriteString(h, prev)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// isFragment tells what a crash can leave of a line, its beginning and nothing
// else, from a line that was changed or put there. A disk that lost power may
// have filled the rest with zeros.
func isFragment(line []byte) bool {
	if len(line) > maxLine {
		return false
	}
	// A whole seal followed by anything but its own end was not cut short.
	if i := bytes.LastIndex(line, []byte(sealOpen)); i >= 0 {
		rest := line[i+len(sealOpen):]
		if len(rest) > hashLen && isHash(string(rest[:hashLen])) && string(rest[hashLen:]) != sealEnd[:1] {
			return false
		}
	}
	line = bytes.TrimRight(line, "\x00")
	const start = `{"seq":`
	if n := min(len(line), len(start)); string(line[:n]) != start[:n] {
		return false
	}
	if len(line) == 0 {
		return true
	}
	// The cut may be in the middle of a letter.
	_, err := jsontext.NewDecoder(bytes.NewReader(line), jsontext.AllowInvalidUTF8(true)).ReadValue()
	return errors.Is(err, io.ErrUnexpectedEOF)
}

// isFragmentAfter is isFragment for a line that was to follow head.
func isFragmentAfter(line []byte, head Head) bool {
	line = bytes.TrimRight(line, "\x00")
	start := fmt.Sprintf(`{"seq":%d,"prev":"%s",`, head.Seq+1, head.Hash)
	n := min(len(line), len(start))
	return string(line[:n]) == start[:n] && isFragment(line)
}
