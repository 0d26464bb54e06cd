package temppass

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

// alike returns groups of characters that people confuse.
func alike() []string {
	return []string{"0OoQ", "1lIi|!", "2Zz", "5Ss", "6Gb", "8B", "9gq", ",.;:", "'`\"", "({[<", ")}]>", "/\\|", "-~", " "}
}

func TestNoTwoCharactersLookAlike(t *testing.T) {
	all := lowers + uppers + digits + specials
	for _, group := range alike() {
		var used []string
		for _, r := range group {
			if strings.ContainsRune(all, r) {
				used = append(used, string(r))
			}
		}
		if len(used) > 1 {
			t.Errorf("%q are easily confused", used)
		}
	}
	for _, r := range "0Oo1lI| " {
		if strings.ContainsRune(all, r) {
			t.Errorf("%q is used", r)
		}
	}
	for i, r := range all {
		if strings.ContainsRune(all[:i], r) {
			t.Errorf("%q occurs twice, so it is twice as likely", r)
		}
	}
	const older = "`~!@#$%^&*()+=_-{}[]|?/:;',<>."
	for _, r := range specials {
		if !strings.ContainsRune(older, r) {
			t.Errorf("%q is not on the list of the older policy", r)
		}
	}
}

// TestEveryCharacterIsEquallyLikely counts over a fixed stream of bytes, so it passes
// always or never.
func TestEveryCharacterIsEquallyLikely(t *testing.T) {
	const passwords = 8_000
	m := newMixture(rules{max: 12}, "anna")
	random := seeded(20260101)
	counts := map[byte]int{}
	var capitalsAt, digitsAt [defaultLength]int
	for range passwords {
		secret, err := generate(random, m, "anna", make([]byte, m.length()))
		if err != nil {
			t.Fatal(err)
		}
		password := secret.Reveal()
		for i := range len(password) {
			c := password[i]
			counts[c]++
			if strings.IndexByte(digits, c) >= 0 {
				digitsAt[i]++
			}
			if strings.IndexByte(uppers, c) >= 0 {
				capitalsAt[i]++
			}
		}
	}
	near := func(what string, got int, want float64) {
		if math.Abs(float64(got)-want) > want*0.08 {
			t.Errorf("%s: %d times, expected about %.0f", what, got, want)
		}
	}
	all := lowers + uppers + digits + specials
	for _, class := range []string{lowers, uppers, digits, specials} {
		for i := range len(class) {
			// One place has a character of its class, and eight places have any
			// character.
			near(string(class[i]), counts[class[i]], passwords*(1/float64(len(class))+8/float64(len(all))))
		}
	}
	if len(counts) != len(all) {
		t.Errorf("%d characters came up, of %d", len(counts), len(all))
	}
	if digitsAt[0] != 0 {
		t.Errorf("%d passwords start with a digit", digitsAt[0])
	}
	for i := 1; i < defaultLength; i++ {
		near(fmt.Sprint("digit at place ", i), digitsAt[i], passwords*(1+8*float64(len(digits))/float64(len(all)))/(defaultLength-1))
	}
	// There is only one small letter less than capitals, so both come first about
	// equally often.
	near("capital letter first", capitalsAt[0], passwords/2)
}

// TestTheLikeliestMixture counts how often each password comes from all rolls of the dice.
func TestTheLikeliestMixture(t *testing.T) {
	for _, m := range []mixture{
		{classes: [4]count{{"ac", 1}, {"D", 1}, {"23", 0}, {"!", 0}}, more: 1},
		{classes: [4]count{{"a", 0}, {"D", 1}, {"23", 1}, {"!", 0}}, more: 2},
		{classes: [4]count{{"a", 2}, {"D", 1}, {"2", 1}, {"!", 0}}},
		{classes: [4]count{{"a", 0}, {"D", 0}, {"23", 2}, {"!", 1}}},
	} {
		t.Run(fmt.Sprint(m), func(t *testing.T) {
			var sides []int
			for _, c := range m.classes {
				for range c.n {
					sides = append(sides, len(c.of))
				}
			}
			for range m.more {
				sides = append(sides, len(m.all()))
			}
			likely := map[string]float64{}
			for characters := range everyRoll(sides) {
				drawn := make([]byte, m.length())
				err := m.fill(drawn, &dice{random: bytes.NewReader(append(characters, make([]byte, 9)...))})
				if err != nil {
					t.Fatal(err)
				}
				letters := 0
				for _, c := range drawn {
					if isLetter(c) {
						letters++
					}
				}
				order := []int{letters} // which letter is first, then the others
				for n := m.length() - 1; n > 1; n-- {
					order = append(order, n)
				}
				if letters == 0 {
					order[0] = m.length()
				}
				rolls := 1.0
				for _, n := range append(order, sides...) {
					rolls *= float64(n)
				}
				for roll := range everyRoll(order) {
					password := make([]byte, m.length())
					if err := m.fill(password, &dice{random: bytes.NewReader(append(bytes.Clone(characters), roll...))}); err != nil {
						t.Fatal(err)
					}
					likely[string(password)] += 1 / rolls
				}
			}
			most, sum := 0.0, 0.0
			for _, p := range likely {
				most, sum = max(most, p), sum+p
			}
			if got := -math.Log2(most); math.Abs(m.bits()-got) > 1e-9 || math.Abs(sum-1) > 1e-9 {
				t.Errorf("%v bits, counted %v; all together are %v", m.bits(), got, sum)
			}
		})
	}
}
