package file

import (
	"fmt"
	"strconv"
	"strings"
)

// genesis is the head before the first entry.
func genesis() Head { return Head{Hash: strings.Repeat("0", hashLen)} }

// Head is the end of the chain at some moment: the sequence and hash of its last entry. Kept
// elsewhere, it proves later that this entry was there. Its text is "812:<64 hex>".
type Head struct {
	Seq  uint64
	Hash string
}

// String formats the head so that [ParseHead] can read it.
func (h Head) String() string { return strconv.FormatUint(h.Seq, 10) + ":" + h.Hash }

// ParseHead reads the text of a head.
func ParseHead(s string) (Head, error) {
	seq, hash, _ := strings.Cut(strings.TrimSpace(s), ":")
	n, err := strconv.ParseUint(seq, 10, 64)
	if err != nil || !isHash(hash) {
		return Head{}, fmt.Errorf("%q is not a head: expected a number, a colon and %d hexadecimal digits", s, hashLen)
	}
	return Head{Seq: n, Hash: hash}, nil
}

// MarshalText writes the text of the head.
func (h Head) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the text of a head.
func (h *Head) UnmarshalText(b []byte) (err error) {
	*h, err = ParseHead(string(b))
	return err
}

func isHash(s string) bool {
	return len(s) == hashLen && isHex(s)
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }
