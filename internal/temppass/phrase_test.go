package temppass

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryPhraseIsEquallyLikely tries all rolls of the dice.
func TestEveryPhraseIsEquallyLikely(t *testing.T) {
	for _, p := range []phrase{
		{words: 2, digits: 2, list: []string{"lamp", "moss", "kite"}, digit: "23", sign: "-+"},
		{words: 3, digits: 1, list: []string{"lamp", "moss"}, digit: "234", sign: "-"},
		{words: 2, digits: 3, list: []string{"lamp", "moss"}, digit: "23", sign: "-"},
	} {
		t.Run(fmt.Sprint(p), func(t *testing.T) {
			sides := []int{len(p.sign)}
			for range p.digits {
				sides = append(sides, len(p.digit))
			}
			for n := p.digits + p.words - 1; n > 1; n-- {
				sides = append(sides, n)
			}
			for range p.words {
				sides = append(sides, len(p.list))
			}
			counts, all := map[string]int{}, 0
			for roll := range everyRoll(sides) {
				password := make([]byte, p.length())
				if err := p.fill(password, &dice{random: bytes.NewReader(roll)}); err != nil {
					t.Fatal(err)
				}
				if !isPhrase(string(password)) {
					t.Fatalf("%q", password)
				}
				counts[string(password)]++
				all++
			}
			if got := math.Log2(float64(len(counts))); math.Abs(got-p.bits()) > 1e-9 {
				t.Errorf("%d passwords are %v bits, not %v", len(counts), got, p.bits())
			}
			for password, n := range counts {
				if n != all/len(counts) {
					t.Errorf("%s comes from %d rolls, not from %d", password, n, all/len(counts))
				}
			}
		})
	}
}

func TestThePhraseForALength(t *testing.T) {
	for _, test := range []struct {
		rules         rules
		name          string
		words, digits int // 0: none
		bits          float64
	}{
		{rules{phraseMax: 11}, "alice.smith", 0, 0, 0},
		{rules{phraseMax: 12}, "alice.smith", 2, 3, 30.33},
		{rules{phraseMax: 12}, "", 2, 3, 30.33},
		{rules{phraseMax: 12}, "e", 0, 0, 0}, // fewer words
		{rules{phraseMax: 13}, "e", 2, 4, 32.58},
		{rules{phraseMax: 16}, "alice.smith", 3, 2, 36.08},
		{rules{phraseMax: 24}, "alice.smith", 4, 5, 56.46},
		{rules{phraseMax: 25}, "alice.smith", 4, 6, 60.05},
		{rules{phraseMax: 32}, "alice.smith", 4, 6, 60.05},
		{rules{phraseMax: 32, min: 28}, "alice.smith", 5, 4, 61.95},
		{rules{phraseMax: 32, min: 32}, "alice.smith", 6, 3, 66.79},
		{rules{phraseMax: 32, special: 5}, "alice.smith", 6, 2, 62.38},
		{rules{phraseMax: 32, special: 6}, "alice.smith", 0, 0, 0},
		{rules{phraseMax: 32, digit: 7}, "alice.smith", 4, 7, 63.57},
	} {
		t.Run(fmt.Sprintf("%+v %s", test.rules, test.name), func(t *testing.T) {
			p, _ := bestPhrase(test.rules, test.name)
			if p.words != test.words || p.digits != test.digits || p.words > 0 && math.Abs(p.bits()-test.bits) > 0.01 {
				t.Errorf("%d words and %d digits of %.2f bits, want %d, %d and %.2f", p.words, p.digits, p.bits(), test.words, test.digits, test.bits)
			}
		})
	}
}

// The shortest phrase is looked for among all, independently of the order of the search.
func TestTheShortestPhraseWithEnoughBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rules{phraseMax: rapid.IntRange(12, 32).Draw(t, "max"), digit: rapid.IntRange(0, 6).Draw(t, "digits"), special: rapid.IntRange(0, 3).Draw(t, "special")}
		r.min = rapid.IntRange(0, r.phraseMax).Draw(t, "min")
		best, found := bestPhrase(r, "anna")
		if found && (best.bits() < 30.25 || best.length() < r.min || best.length() > r.phraseMax) {
			t.Fatalf("%d words and %d digits", best.words, best.digits)
		}
		for p := (phrase{list: wordList(), digit: digits, sign: signs}); p.words < 8; p.words++ {
			for p.digits = 1; p.words > 1 && p.digits <= 2*p.words; p.digits++ {
				if p.length() < r.min || p.length() > r.phraseMax || p.digits < r.digit || p.words-1 < r.special || p.bits() < 30.25 {
					continue
				}
				shorter := p.bits() >= 60 && (best.bits() < 60 || p.length() < best.length())
				if !found || shorter || best.bits() < 60 && p.bits() > best.bits() {
					t.Fatalf("%d words and %d digits are better than %d and %d", p.words, p.digits, best.words, best.digits)
				}
			}
		}
	})
}
