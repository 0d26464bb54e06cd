package temppass

import (
	"fmt"

	"hdpadmin/hdpclient"
)

// defaultLength fits the default policy (8 to 12 characters), the older one (8 to 12) and
// the sample custom policy (12 to 128).
const defaultLength = 12

// shape is the minimum of characters in each class, and the number of additional
// characters of any class.
type shape struct {
	classes [4]count
	more    int
}

type count struct {
	of string
	n  int
}

// newShape returns a shape that meets the policy. Negative numbers require nothing.
func newShape(p hdpclient.PasswordPolicy) (shape, error) {
	limit := hdpclient.MaxPasswordLength
	if p.MaxLength > 0 {
		limit = int(min(hdpclient.MaxPasswordLength, p.MaxLength))
	}
	// One above the limit is as wrong as any larger number, and no sum overflows.
	asked := func(n int64) int { return int(min(int64(limit)+1, max(0, n))) }
	s := shape{classes: [...]count{
		{lowers, asked(p.MinLower)},
		{uppers, asked(p.MinUpper)},
		{digits, asked(p.MinDigit)},
		{specials, asked(p.MinSpecial)},
	}}
	least, wanted := 0, 0
	for _, c := range s.classes {
		least += c.n
		wanted += max(1, c.n)
	}
	switch {
	case asked(p.MinLength) > limit:
		return shape{}, fmt.Errorf("%w: it requires at least %d characters, but at most %d are possible",
			ErrPolicy, p.MinLength, limit)
	case least > limit:
		return shape{}, fmt.Errorf("%w: %d capital letters, %d small letters, %d digits and %d special characters do not fit in %d characters",
			ErrPolicy, p.MinUpper, p.MinLower, p.MinDigit, p.MinSpecial, limit)
	}
	s.more = min(limit, max(defaultLength, asked(p.MinLength), wanted)) - least
	for i := range s.classes {
		if s.classes[i].n == 0 && s.more > 0 {
			s.classes[i].n = 1
			s.more--
		}
	}
	return s, nil
}

func (s shape) length() int {
	n := s.more
	for _, c := range s.classes {
		n += c.n
	}
	return n
}

// fill fills password, which must have the length of the shape.
func (s shape) fill(password []byte, d *dice) error {
	rest := password
	for _, c := range append(s.classes[:], count{lowers + uppers + digits + specials, s.more}) {
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
