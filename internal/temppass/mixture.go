package temppass

import "math"

// Each alphabet leaves out characters that are easily confused in print or handwriting.
// Of 0 O o Q, 1 l I i |, 2 Z z, 5 S s, 6 G b, 8 B and 9 g q, only the digit remains, or
// none. Capital and small letters of the same shape (C c) remain, because spelling
// tells them apart.
const (
	uppers = "ACDEFHJKLMNPRTUVWXY"
	lowers = "acdefhjkmnprtuvwxy"
	digits = "23456789"

	// All are special characters in the older password policy, so every version of the
	// server accepts them. Quotes, brackets, backslash, grave, & < > , ; : / . and the
	// space are left out: they end or change a value in CSV, XML, shells and connection
	// strings, or get lost at the end of a sentence.
	specials = "!@#$%^*-_=+?"
)

// mixture is a password of random characters: a minimum of each class, and more of any.
type mixture struct {
	classes [4]count
	more    int
}

type count struct {
	of string
	n  int
}

// newMixture returns a mixture that meets the rules.
func newMixture(r rules, name string) mixture {
	m := mixture{classes: [...]count{
		{without(lowers, name), r.lower},
		{without(uppers, name), r.upper},
		{without(digits, name), r.digit},
		{without(specials, name), r.special},
	}}
	least, wanted := 0, 0
	for _, c := range m.classes {
		least += c.n
		wanted += max(1, c.n)
	}
	m.more = min(r.max, max(defaultLength, r.min, wanted)) - least
	for i := range m.classes {
		if m.classes[i].n == 0 && m.more > 0 {
			m.classes[i].n = 1
			m.more--
		}
	}
	return m
}

func (m mixture) length() int {
	n := m.more
	for _, c := range m.classes {
		n += c.n
	}
	return n
}

func (m mixture) all() string {
	var all string
	for _, c := range m.classes {
		all += c.of
	}
	return all
}

// fill fills password, which must have the length of the mixture.
func (m mixture) fill(password []byte, d *dice) error {
	rest := password
	for _, c := range append(m.classes[:], count{m.all(), m.more}) {
		for range c.n {
			i, err := d.pick(len(c.of))
			if err != nil {
				return err
			}
			rest[0] = c.of[i]
			rest = rest[1:]
		}
	}
	return arrange(password, d)
}

// bits returns the entropy of the likeliest password (min-entropy). How likely one is
// depends on how many of its characters are of each class: the more the additional ones
// are spread over the classes, the fewer orders lead to it.
func (m mixture) bits() float64 {
	drawn := float64(m.more) * math.Log2(float64(len(m.all())))
	for _, c := range m.classes {
		drawn += float64(c.n) * math.Log2(float64(len(c.of)))
	}
	most := math.Inf(-1)
	for lower := range m.more + 1 {
		for upper := range m.more - lower + 1 {
			for digit := range m.more - lower - upper + 1 {
				most = max(most, m.orders([...]int{lower, upper, digit, m.more - lower - upper - digit}))
			}
		}
	}
	return drawn - most
}

// orders returns the logarithm of the share of all orders that give one password with
// these additional characters.
func (m mixture) orders(more [4]int) float64 {
	give := log2Factorial(m.more)
	for i, c := range m.classes {
		give += log2Factorial(c.n+more[i]) - log2Factorial(more[i])
	}
	letters := m.classes[0].n + more[0] + m.classes[1].n + more[1]
	if letters == 0 {
		return give - log2Factorial(m.length())
	}
	return give - math.Log2(float64(letters)) - log2Factorial(m.length()-1)
}

func log2Factorial(n int) float64 {
	ln, _ := math.Lgamma(float64(n) + 1)
	return ln / math.Ln2
}
