package file

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	hashLen  = 2 * sha256.Size
	sealOpen = `,"hash":"`
	sealEnd  = `"}`
	sealLen  = len(sealOpen) + hashLen + len(sealEnd)

	// maxLine limits a line for readers and writers alike.
	maxLine = 1 << 20
)

var (
	errNotEntry = errors.New("not an entry")
	errAltered  = errors.New("changed after it was written: its checksum does not match")
)

// seal appends the entry to head and returns its line without the newline. It sets Prev and
// Hash, and Seq unless the entry has a higher one.
func seal(e *Entry, head Head) ([]byte, error) {
	e.Seq, e.Prev, e.Hash = max(e.Seq, head.Seq+1), head.Hash, ""
	// A name in an old encoding must not keep a write out of the log.
	body, err := json.Marshal(e, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return nil, fmt.Errorf("encode entry: %w", err)
	}
	body = body[:len(body)-1]
	if len(body)+sealLen > maxLine {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(body))
	}
	e.Hash = hashLine(e.Prev, body)
	return append(append(append(body, sealOpen...), e.Hash...), sealEnd...), nil
}

// unseal reads a line without its newline and checks the entry's own hash. Whether the entry
// belongs in this place, only the chain tells.
func unseal(line []byte) (Entry, error) {
	cut := len(line) - sealLen
	if cut < 0 || len(line) > maxLine ||
		!bytes.HasPrefix(line[cut:], []byte(sealOpen)) || !bytes.HasSuffix(line, []byte(sealEnd)) {
		return Entry{}, errNotEntry
	}
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return Entry{}, errNotEntry
	}
	if e.Seq == 0 || !isHash(e.Prev) {
		return Entry{}, errNotEntry
	}
	if hashLine(e.Prev, line[:cut]) != e.Hash {
		return Entry{}, errAltered
	}
	return e, nil
}

func hashLine(prev string, body []byte) string {
	h := sha256.New()
	_, _ = io.WriteString(h, prev)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// isFragment reports whether a crash can have left the line: the start of an entry and nothing
// else. A disk that lost power may have filled the rest with zeros.
func isFragment(line []byte) bool {
	if len(line) == 0 || len(line) > maxLine {
		return false
	}
	text := bytes.TrimRight(line, "\x00")
	if !isPrefix(text, `{"seq":`) {
		return false
	}
	if len(text) == 0 {
		return true
	}
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	for {
		_, err := dec.ReadToken()
		if err != nil {
			return errors.Is(err, io.ErrUnexpectedEOF)
		}
		if dec.StackDepth() == 1 && dec.StackPointer() == "/hash" {
			// From here on every byte is known. A wrong one would otherwise pass for the start of
			// a string.
			rest := text[dec.InputOffset():]
			const valueOpen = `:"`
			digits := string(rest[min(len(rest), len(valueOpen)):])
			digits = digits[:min(len(digits), hashLen)]
			if len(digits) == hashLen && len(text) < len(line) {
				return false // no disk block ends exactly there
			}
			return isHex(digits) && strings.HasPrefix(valueOpen+digits+`"`, string(rest))
		}
	}
}

// isPrefix reports whether the text and start agree as far as the shorter one goes.
func isPrefix(text []byte, start string) bool {
	n := min(len(text), len(start))
	return string(text[:n]) == start[:n]
}

// mayFollow reports whether the line, as far as it goes, was meant to follow head.
func mayFollow(line []byte, head Head) bool {
	start := fmt.Sprintf(`{"seq":%d,"prev":"%s",`, head.Seq+1, head.Hash)
	return isPrefix(bytes.TrimRight(line, "\x00"), start)
}
