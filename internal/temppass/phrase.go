package temppass

import (
	"math"
	"strings"
)

// signs join the words of a phrase. Callers know their names, and keyboards in Europe
// and America have them on a key of their own or with shift.
const signs = "!$%*+-=?"

// phrase is a password of capitalised words with a sign between them, always the same,
// and digits after any of them: Moss-Lamp472, Moss4-Lamp72.
type phrase struct {
	words, digits int
	list          []string
	digit, sign   string // what is drawn from
}

// bestPhrase returns the shortest phrase with enoughBits, or else the one with the most
// bits, and whether that meets the rules at all. A phrase has at most two digits per
// word: with more it would be easier to say as characters.
func bestPhrase(r rules, name string) (best phrase, found bool) {
	p := phrase{digit: without(digits, name), sign: without(signs, name)}
	for _, word := range wordList() {
		if name == "" || !strings.Contains(word, name) {
			p.list = append(p.list, word)
		}
	}
	for p.words = 2; p.words*wordLength < r.phraseMax; p.words++ {
		for p.digits = 1; p.digits <= 2*p.words; p.digits++ {
			if p.meets(r) && (!found || p.isBetterThan(best)) {
				best, found = p, true
			}
		}
	}
	return best, found
}

func (p phrase) meets(r rules) bool {
	return r.min <= p.length() && p.length() <= r.phraseMax &&
		r.upper <= p.words && r.lower <= p.words*(wordLength-1) && r.digit <= p.digits && r.special <= p.words-1 &&
		p.bits() >= leastBits
}

func (p phrase) isBetterThan(q phrase) bool {
	if p.bits() >= enoughBits && q.bits() >= enoughBits {
		return p.length() <= q.length() // the later one has more words and fewer digits
	}
	return p.bits() > q.bits()
}

func (p phrase) length() int { return p.words*wordLength + p.words - 1 + p.digits }

// bits counts the words, the digits, the sign, and the places of the digits. All
// passwords of the phrase are different and equally likely.
func (p phrase) bits() float64 {
	places := 1.0 // of the digits between the signs: digits+words-1 over words-1
	for i := 1; i < p.words; i++ {
		places *= float64(p.digits+i) / float64(i)
	}
	return float64(p.words)*math.Log2(float64(len(p.list))) + float64(p.digits)*math.Log2(float64(len(p.digit))) +
		math.Log2(float64(len(p.sign))) + math.Log2(places)
}

// fill shuffles the signs and digits at the end of password, and moves them forward as
// it puts a word in front of them and after each sign.
func (p phrase) fill(password []byte, d *dice) error {
	marks := password[p.words*wordLength:]
	sign, err := d.pick(len(p.sign))
	if err != nil {
		return err
	}
	for i := range marks {
		marks[i] = p.sign[sign]
		if i < p.words-1 {
			continue
		}
		digit, err := d.pick(len(p.digit))
		if err != nil {
			return err
		}
		marks[i] = p.digit[digit]
	}
	if err := shuffle(marks, d); err != nil {
		return err
	}
	if err := p.fillWord(password, d); err != nil {
		return err
	}
	rest := password[wordLength:]
	for _, mark := range marks {
		rest[0] = mark
		rest = rest[1:]
		if mark != p.sign[sign] {
			continue
		}
		if err := p.fillWord(rest, d); err != nil {
			return err
		}
		rest = rest[wordLength:]
	}
	return nil
}

func (p phrase) fillWord(at []byte, d *dice) error {
	i, err := d.pick(len(p.list))
	if err != nil {
		return err
	}
	copy(at, p.list[i])
	at[0] -= 'a' - 'A'
	return nil
}
