package temppass

import (
	"errors"
	"fmt"
	"strings"

	"hdpadmin/hdpclient"
)

// defaultLength fits the default policy (8 to 12 characters), the older one (8 to 12) and
// the sample custom policy (12 to 128).
const defaultLength = 12

const (
	// enoughBits takes years to search through, even with a stolen hash.
	enoughBits = 60
	// leastBits withstands guessing at a server that locks the account. It is 30 bits,
	// and the quarter of a bit lost at most when passwords that contain the user name are
	// discarded.
	leastBits = 30.25
)

var (
	// ErrPolicy means that no temporary password can meet the password policy: it
	// contradicts itself, or requires more than the 32 characters of a reset.
	ErrPolicy = errors.New("the password policy cannot be met")
	// ErrWeak means that any password that meets the policy can be guessed.
	ErrWeak = errors.New("the password policy allows only passwords that are easy to guess")
)

// shape says what a password consists of.
type shape interface {
	length() int
	// bits returns the entropy.
	bits() float64
	// fill fills password, which must have the length of the shape.
	fill(password []byte, d *dice) error
}

// newShape returns a shape that meets the policy. name is the user name in lower case.
func newShape(p hdpclient.PasswordPolicy, name string) (shape, error) {
	r, err := newRules(p)
	if err != nil {
		return nil, err
	}
	if words, found := bestPhrase(r, name); found {
		return words, nil
	}
	m := newMixture(r, name)
	if m.bits() < leastBits {
		among := required(p)
		if among != "" {
			among = ", with at least " + among
		}
		return nil, fmt.Errorf("%w: at most %d characters%s", ErrWeak, r.max, among)
	}
	return m, nil
}

// rules is a policy that can be met, without numbers below 0.
type rules struct {
	min, max                     int
	phraseMax                    int // less than max if the policy does not say what it allows
	upper, lower, digit, special int
}

func newRules(p hdpclient.PasswordPolicy) (rules, error) {
	limit := hdpclient.MaxPasswordLength
	if p.MaxLength > 0 {
		limit = int(min(hdpclient.MaxPasswordLength, p.MaxLength))
	}
	// One above the limit is as wrong as any larger number, and no sum overflows.
	asked := func(n int64) int { return int(min(int64(limit)+1, max(0, n))) }
	r := rules{
		min: asked(p.MinLength), max: limit, phraseMax: limit,
		upper: asked(p.MinUpper), lower: asked(p.MinLower), digit: asked(p.MinDigit), special: asked(p.MinSpecial),
	}
	if p.MinLength <= 0 && p.MaxLength <= 0 {
		r.phraseMax = defaultLength
	}
	switch {
	case r.min > limit:
		return rules{}, fmt.Errorf("%w: it requires at least %d characters, but at most %d are possible",
			ErrPolicy, p.MinLength, limit)
	case r.upper+r.lower+r.digit+r.special > limit:
		return rules{}, fmt.Errorf("%w: %s do not fit in %d characters", ErrPolicy, required(p), limit)
	}
	return r, nil
}

// required lists what p requires: "1 capital letter and 2 digits".
func required(p hdpclient.PasswordPolicy) string {
	var list []string
	for _, class := range []struct {
		n    int64
		what string
	}{
		{p.MinUpper, "capital letter"},
		{p.MinLower, "small letter"},
		{p.MinDigit, "digit"},
		{p.MinSpecial, "special character"},
	} {
		switch {
		case class.n == 1:
			list = append(list, "1 "+class.what)
		case class.n > 1:
			list = append(list, fmt.Sprintf("%d %ss", class.n, class.what))
		}
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " and " + list[last]
	}
	return strings.Join(list, "")
}

// without removes the character that is the whole user name, so that no password has to
// be discarded for it. Longer names are rare in a password.
func without(class, name string) string {
	if len(name) != 1 {
		return class
	}
	return strings.NewReplacer(name, "", strings.ToUpper(name), "").Replace(class)
}
