package search

import (
	"hash/maphash"
	"strings"
	"unicode/utf8"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/fold"
)

// lookalikes knows which different names look the same.
type lookalikes struct {
	looks []uint64 // a hash of what the name looks like, by position
	// pairs holds two positions with different names for each look that they share.
	pairs map[uint64][2]int32
}

// Lookalike finds an account whose name differs from a's but looks the same, for
// example with a Cyrillic letter instead of a Latin one.
func (s *Snapshot) Lookalike(a account.Account) (account.Account, bool) {
	i, ok := s.position(a.ID)
	if !ok {
		return account.Account{}, false
	}
	pair, ok := s.pairs[s.looks[i]]
	if !ok {
		return account.Account{}, false
	}
	for _, p := range pair {
		if other := s.at(int(p)); other.Name != a.Name {
			return *other, true
		}
	}
	return account.Account{}, false
}

// lookalikeFinder finds lookalikes while accounts are added.
type lookalikeFinder struct {
	lookalikes
	seed  maphash.Seed
	first map[uint64]int32 // the first position with this look
	look  []byte
}

// add takes the names that were added since the last call.
func (f *lookalikeFinder) add(names func(i int32) hdpclient.Text, size int) {
	if f.first == nil {
		f.seed, f.first = maphash.MakeSeed(), make(map[uint64]int32, size)
	}
	copied := false
	for i := int32(len(f.looks)); int(i) < size; i++ {
		name := names(i)
		f.look = appendLook(f.look[:0], name.Raw())
		h := maphash.Bytes(f.seed, f.look)
		f.looks = append(f.looks, h)
		first, seen := f.first[h]
		switch {
		case !seen:
			f.first[h] = i
			continue
		case names(first) == name:
			continue
		}
		if _, known := f.pairs[h]; known {
			continue
		}
		if !copied { // snapshots share the old map
			pairs := make(map[uint64][2]int32, len(f.pairs)+1)
			for h, pair := range f.pairs {
				pairs[h] = pair
			}
			f.pairs, copied = pairs, true
		}
		f.pairs[h] = [2]int32{first, i}
	}
}

// appendLook appends the name with each group of similar characters mapped to one. It
// keeps case, because a capital looks different.
func appendLook(b []byte, name string) []byte {
	for _, r := range name {
		if r = toLatin(r); r < utf8.RuneSelf {
			b = appendPlainLook(b, r)
			continue
		}
		parts := fold.Decompose(r)
		if parts == nil {
			b = utf8.AppendRune(b, r)
		}
		for len(parts) > 0 {
			part, size := utf8.DecodeRune(parts)
			b = appendPlainLook(b, toLatin(part))
			parts = parts[size:]
		}
	}
	return b
}

func appendPlainLook(b []byte, r rune) []byte {
	switch r {
	case '0':
		return append(b, 'O')
	case '1', 'I', '|':
		return append(b, 'l')
	case 'm':
		return append(b, "rn"...)
	}
	return utf8.AppendRune(b, r)
}

// toLatin returns the Latin letter that r looks like, else r.
func toLatin(r rune) rune {
	if r < 'ı' { // the lowest of alike
		return r
	}
	if i := strings.IndexRune(alike, r); i >= 0 {
		return rune(latin[utf8.RuneCountInString(alike[:i])])
	}
	return r
}

// Each letter of alike looks like the letter of latin in the same place. They are the
// Cyrillic, Greek and other Latin letters that most fonts draw alike, a small part of
// the table in Unicode Technical Standard 39.
const (
	alike = "асԁеһіјӏорԛѕԝхуүАВЕԌНІЈКМОРԚЅТԜХҮЗӀк" + "αγικνορυϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ" + "ıɑɡɩʋᴏ"
	latin = "acdehijlopqswxyyABEGHIJKMOPQSTWXY3lk" + "ayikvopucjABEZHIKMNOPTYXCJ" + "iagivo"
)
