package temppass

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	mathrand "math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	json "github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
)

type policy = hdpclient.PasswordPolicy

// seeded returns a random source that repeats its bytes for the same seed.
func seeded(seed uint64) io.Reader {
	return mathrand.NewChaCha8([32]byte{
		byte(seed), byte(seed >> 8), byte(seed >> 16), byte(seed >> 24),
		byte(seed >> 32), byte(seed >> 40), byte(seed >> 48), byte(seed >> 56),
	})
}

// generated returns a password, or "" if the policy has too little room for a good one.
func generated(t interface{ Fatalf(string, ...any) }, random io.Reader, p hdpclient.Opt[policy], userName string) string {
	secret, err := Generate(random, p, userName)
	if errors.Is(err, ErrWeak) && mayBeWeak(p.Or(policy{})) {
		return ""
	}
	if err != nil {
		t.Fatalf("policy %+v, user %q: %v", p, userName, err)
	}
	return secret.Reveal()
}

// mayBeWeak reports whether p has room for ten digits at most, which are 30 bits.
func mayBeWeak(p policy) bool { return p.MaxLength > 0 && p.MaxLength <= 10 }

// possible reports whether a password of at most 32 characters can meet p. It is
// independent of the package and uses numbers without a limit.
func possible(p policy) bool {
	limit := big.NewInt(32)
	if p.MaxLength > 0 && p.MaxLength < 32 {
		limit.SetInt64(p.MaxLength)
	}
	sum := new(big.Int)
	for _, n := range []int64{p.MinUpper, p.MinLower, p.MinDigit, p.MinSpecial} {
		if n > 0 {
			sum.Add(sum, big.NewInt(n))
		}
	}
	return sum.Cmp(limit) <= 0 && big.NewInt(p.MinLength).Cmp(limit) <= 0
}

// isPhrase reports whether the password has the look of a phrase.
func isPhrase(password string) bool {
	return regexp.MustCompile(`^[A-Z][a-z]{3}[2-9]*([!$%*+=?-][A-Z][a-z]{3}[2-9]*)+$`).MatchString(password)
}

// faults lists all that is wrong with a password, independently of the package.
func faults(password string, p policy, userName string) (wrong []string) {
	fault := func(is bool, format string, args ...any) {
		if is {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	var upper, lower, digit, special int64
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		case unicode.IsDigit(r):
			digit++
		default:
			special++
			fault(!strings.ContainsRune("!@#$%^*-_=+?", r), "%q is not a special character to use", r)
		}
		fault(!isPhrase(password) && strings.ContainsRune("0Oo1lI|", r), "%q is mistaken for another", r)
	}
	length := int64(len(password))
	fault(length > 32, "%d characters", length)
	fault(length < p.MinLength, "%d characters of at least %d", length, p.MinLength)
	fault(p.MaxLength > 0 && length > p.MaxLength, "%d characters of at most %d", length, p.MaxLength)
	fault(p.MaxLength <= 0 && length < 12 || p.MaxLength > 0 && length < min(12, p.MaxLength), "only %d characters", length)
	fault(upper < p.MinUpper, "%d capital letters of %d", upper, p.MinUpper)
	fault(lower < p.MinLower, "%d small letters of %d", lower, p.MinLower)
	fault(digit < p.MinDigit, "%d digits of %d", digit, p.MinDigit)
	fault(special < p.MinSpecial, "%d special characters of %d", special, p.MinSpecial)
	fault(userName != "" && strings.Contains(strings.ToLower(password), strings.ToLower(userName)), "the user name %q is in it", userName)
	room := int64(32)
	if p.MaxLength > 0 {
		room = min(room, p.MaxLength)
	}
	if max(1, p.MinUpper)+max(1, p.MinLower)+max(1, p.MinDigit)+max(1, p.MinSpecial) <= room {
		fault(upper == 0 || lower == 0 || digit == 0 || special == 0, "not all four classes")
	}
	fault(upper+lower > 0 && !unicode.IsLetter(rune(password[0])), "starts with %q", password[0])
	return wrong
}

func policies() *rapid.Generator[policy] {
	number := rapid.OneOf(
		rapid.Int64Range(0, 2), rapid.Int64Range(0, 9), rapid.Int64Range(-3, 40), rapid.Int64(),
	)
	return rapid.Custom(func(t *rapid.T) policy {
		return policy{
			MinLength: number.Draw(t, "min length"), MaxLength: number.Draw(t, "max length"),
			MinUpper: number.Draw(t, "upper"), MinLower: number.Draw(t, "lower"),
			MinDigit: number.Draw(t, "digit"), MinSpecial: number.Draw(t, "special"),
		}
	})
}

// satisfiablePolicies distributes at most 32 characters, so that every policy can be
// met and the tightest ones occur.
func satisfiablePolicies() *rapid.Generator[policy] {
	return rapid.Custom(func(t *rapid.T) policy {
		limit := rapid.Int64Range(8, 32).Draw(t, "limit")
		left := limit
		spend := func(name string) int64 {
			n := rapid.OneOf(rapid.Int64Range(0, left), rapid.Just(left), rapid.Int64Range(0, min(1, left))).Draw(t, name)
			left -= n
			return n
		}
		p := policy{MinDigit: spend("digit"), MinSpecial: spend("special"), MinUpper: spend("upper"), MinLower: spend("lower")}
		p.MinLength = rapid.Int64Range(0, limit).Draw(t, "min length")
		p.MaxLength = limit
		if limit == 32 {
			p.MaxLength = rapid.SampledFrom([]int64{0, 32, 33, 128, math.MaxInt64}).Draw(t, "max length")
		}
		return p
	})
}

func userNames() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[A-Za-z0-9!@#$%^*_=+?-]{1,2}`), // the hard ones
		rapid.StringMatching(`[A-Za-z]{3,12}`),
		rapid.SampledFrom([]string{"", "d2cadmin", "anna@corp.example", "José", "Ünal", "李雷", "\u212A", "\u212Aa", "\xff", "a\x00"}),
		rapid.String(),
	)
}

func TestAPasswordFitsEveryPolicyThatCanBeMet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, userName := satisfiablePolicies().Draw(t, "policy"), userNames().Draw(t, "user name")
		if !possible(p) {
			t.Fatalf("the test drew a policy that cannot be met: %+v", p)
		}
		password := generated(t, seeded(rapid.Uint64().Draw(t, "seed")), hdpclient.Some(p), userName)
		if password == "" {
			return
		}
		for _, fault := range faults(password, p, userName) {
			t.Errorf("%q: %s", password, fault)
		}
	})
}

func TestAPolicyIsRefusedOnlyIfNothingCanMeetIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, userName := policies().Draw(t, "policy"), userNames().Draw(t, "user name")
		checkAny(t, p, userName, rapid.Uint64().Draw(t, "seed"))
	})
}

func checkAny(t interface{ Errorf(string, ...any) }, p policy, userName string, seed uint64) {
	secret, err := Generate(seeded(seed), hdpclient.Some(p), userName)
	switch {
	case !possible(p):
		if !errors.Is(err, ErrPolicy) || !secret.IsZero() {
			t.Errorf("nothing can meet %+v, but Generate returns %q, error %v", p, secret.Reveal(), err)
		}
	case errors.Is(err, ErrWeak) && mayBeWeak(p) && secret.IsZero():
	case err != nil:
		t.Errorf("%+v can be met: %v", p, err)
	default:
		for _, fault := range faults(secret.Reveal(), p, userName) {
			t.Errorf("%q for %+v: %s", secret.Reveal(), p, fault)
		}
	}
}

func FuzzGenerate(f *testing.F) {
	f.Add(int64(8), int64(12), int64(1), int64(1), int64(1), int64(1), "d2cadmin", uint64(1))
	f.Add(int64(0), int64(0), int64(0), int64(0), int64(32), int64(0), "7", uint64(2))
	f.Add(int64(-1), int64(-1), int64(-2), int64(-2), int64(0), int64(math.MinInt64), "k", uint64(4))
	f.Add(int64(math.MinInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(1), int64(1), "\u212A", uint64(3))
	f.Fuzz(func(t *testing.T, minLength, maxLength, upper, lower, digit, special int64, userName string, seed uint64) {
		checkAny(t, policy{
			MinLength: minLength, MaxLength: maxLength,
			MinUpper: upper, MinLower: lower, MinDigit: digit, MinSpecial: special,
		}, userName, seed)
	})
}

func TestPoliciesFromTheServer(t *testing.T) {
	const classes = `{"ruleName":"UPPER_CLASS_RULE","minChars":1},{"ruleName":"LOWER_CLASS_RULE","minChars":1},
		{"ruleName":"NUMERIC_CLASS_RULE","minChars":1},{"ruleName":"SPECIAL_CLASS_RULE","minChars":1}`
	for _, test := range []struct {
		name, policy string
		length       int // 0: refused
	}{
		{"default, 8 to 12", `{"id":1,"rules":[{"ruleName":"PASSWORD_LENGTH_RULE","minLength":8,"maxLength":12},` + classes + `]}`, 12},
		{"custom, 12 to 128", `{"id":2,"rules":[{"ruleName":"PASSWORD_LENGTH_RULE","minLength":12,"maxLength":128},` + classes + `],"expirationDays":120}`, 25},
		{"no policy", `{"id":-1,"rules":[]}`, 12},
		{"an empty answer", `{}`, 12},
		{"8 at most", `{"rules":[{"minLength":4,"maxLength":8},` + classes + `]}`, 8},
		{"20 at least", `{"rules":[{"minLength":20,"maxLength":128}]}`, 25},
		{"20 at least, and no limit", `{"rules":[{"minLength":20}]}`, 25},
		{"24 at most", `{"rules":[{"minLength":8,"maxLength":24},` + classes + `]}`, 24},
		{"11 at most", `{"rules":[{"minLength":8,"maxLength":11},` + classes + `]}`, 11},
		{"32 at least", `{"rules":[{"minLength":32,"maxLength":128},` + classes + `]}`, 32},
		{"33 at least", `{"rules":[{"minLength":33,"maxLength":128}]}`, 0},
		{"more at least than at most", `{"rules":[{"minLength":12,"maxLength":8}]}`, 0},
		{"several of a class", `{"rules":[{"ruleName":"NUMERIC_CLASS_RULE","minChars":9},{"ruleName":"SPECIAL_CLASS_RULE","minChars":"6"}]}`, 17},
		{"classes that do not fit", `{"rules":[{"minLength":1,"maxLength":3},` + classes + `]}`, 0},
		{"too few characters to be safe", `{"rules":[{"maxLength":5}]}`, 0},
		{"digits only", `{"rules":[{"maxLength":11},{"ruleName":"NUMERIC_CLASS_RULE","minChars":11}]}`, 11},
		{"too few digits to be safe", `{"rules":[{"maxLength":10},{"ruleName":"NUMERIC_CLASS_RULE","minChars":10}]}`, 0},
		{"a rule from the future", `{"rules":[{"ruleName":"NO_PALINDROME_RULE","title":"No palindromes","minLevel":3},{"minLength":8,"maxLength":12}]}`, 12},
		{"below zero", `{"rules":[{"minLength":-5,"maxLength":-1},{"ruleName":"UPPER_CLASS_RULE","minChars":-2}]}`, 12},
		{"no sum overflows", `{"rules":[{"ruleName":"UPPER_CLASS_RULE","minChars":9223372036854775807},{"ruleName":"LOWER_CLASS_RULE","minChars":9223372036854775807},` +
			`{"ruleName":"NUMERIC_CLASS_RULE","minChars":2}]}`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var p policy
			if err := json.Unmarshal([]byte(test.policy), &p); err != nil {
				t.Fatal(err)
			}
			checkAny(t, p, "d2cadmin", 1)
			secret, err := Generate(rand.Reader, hdpclient.Some(p), "d2cadmin")
			if got := len(secret.Reveal()); got != test.length || (err != nil) != (test.length == 0) {
				t.Errorf("%d characters, want %d (0: none); error: %v", got, test.length, err)
			}
		})
	}
}

func TestTheErrorSaysWhatDoesNotFit(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy policy
		want   string
	}{
		{"too long", policy{MinLength: 40, MaxLength: 128}, "at least 40 characters, but at most 32 are possible"},
		{"contradiction", policy{MinLength: 12, MaxLength: 8}, "at least 12 characters, but at most 8 are possible"},
		{"classes", policy{MaxLength: 8, MinUpper: 3, MinLower: 4, MinDigit: 1, MinSpecial: 2}, "3 capital letters, 4 small letters, 1 digit and 2 special characters do not fit in 8 characters"},
		{"one class", policy{MaxLength: 8, MinDigit: 9}, "9 digits do not fit in 8 characters"},
		{"short", policy{MaxLength: 5}, "only passwords that are easy to guess: at most 5 characters"},
		{"digits", policy{MaxLength: 8, MinDigit: 7, MinLower: 1}, "easy to guess: at most 8 characters, with at least 1 small letter and 7 digits"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Generate(rand.Reader, hdpclient.Some(test.policy), ""); err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v, want …%s", err, test.want)
			}
		})
	}
}

func TestWithoutAPolicyTwelveCharactersOfAllClasses(t *testing.T) {
	for name, unknown := range map[string]hdpclient.Opt[policy]{"absent": {}, "null": hdpclient.Null[policy]()} {
		t.Run(name, func(t *testing.T) {
			for range 200 {
				password := generated(t, rand.Reader, unknown, "anna")
				asks := policy{MinLength: 12, MaxLength: 12, MinUpper: 1, MinLower: 1, MinDigit: 1, MinSpecial: 1}
				if wrong := faults(password, asks, "anna"); wrong != nil {
					t.Errorf("%q: %q", password, wrong)
				}
			}
		})
	}
}

// TestPasswordNeverContainsTheUserName takes the user name from the very password that
// would come next, so that each case fails if the name is not looked for.
func TestPasswordNeverContainsTheUserName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, seed := satisfiablePolicies().Draw(t, "policy"), rapid.Uint64().Draw(t, "seed")
		without := generated(t, seeded(seed), hdpclient.Some(p), "")
		if without == "" {
			t.Skip("the policy has too little room")
		}
		from := rapid.IntRange(0, len(without)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(without)).Draw(t, "to")
		recase := rapid.SampledFrom([]func(string) string{
			strings.ToUpper, strings.ToLower, func(s string) string { return s },
			// The Kelvin sign equals k in a comparison without case.
			func(s string) string { return strings.NewReplacer("k", "\u212A", "K", "\u212A").Replace(s) },
		}).Draw(t, "case")
		userName := recase(without[from:to])
		password := generated(t, seeded(seed), hdpclient.Some(p), userName)
		if password == "" {
			return
		}
		for _, fault := range faults(password, p, userName) {
			t.Errorf("%q: %s", password, fault)
		}
	})
}

func TestANameOfKelvinSignsIsANameOfKs(t *testing.T) {
	random := seeded(7)
	for range 300 {
		password := generated(t, random, hdpclient.Opt[policy]{}, "\u212A")
		if strings.ContainsAny(password, "kK") {
			t.Fatalf("a k is in %q", password)
		}
	}
}

func TestASourceThatFailsGivesNoPassword(t *testing.T) {
	broken := errors.New("no entropy today")
	endless := func(b byte) io.Reader { return constant(b) }
	for _, test := range []struct {
		name   string
		random io.Reader
		user   string
		want   error
	}{
		{"at once", iotest.ErrReader(broken), "", broken},
		{"on the way", io.MultiReader(io.LimitReader(seeded(1), 8), iotest.ErrReader(broken)), "", broken},
		{"in the shuffle", io.LimitReader(constant(3), 4), "", io.EOF},
		{"nothing but bytes to throw away", endless(0xff), "", errSource},
		{"nothing but the user name", endless(0), "2!", errSource},
	} {
		t.Run(test.name, func(t *testing.T) {
			secret, err := Generate(test.random, hdpclient.Opt[policy]{}, test.user)
			if !errors.Is(err, test.want) || errors.Is(err, ErrPolicy) || !secret.IsZero() {
				t.Errorf("%q, error %v", secret.Reveal(), err)
			}
		})
	}
}

type constant byte

func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

// watched remembers the buffer that it was asked to fill.
type watched struct {
	io.Reader
	buffer []byte
}

func (w *watched) Read(p []byte) (int, error) {
	w.buffer = p
	return w.Reader.Read(p)
}

func TestSecretBytesAreWiped(t *testing.T) {
	words, found := bestPhrase(rules{phraseMax: 12}, "anna")
	if !found {
		t.Fatal("no phrase has 12 characters")
	}
	characters := newMixture(rules{max: 12}, "anna")
	for name, test := range map[string]struct {
		shape  shape
		random io.Reader
		made   bool
	}{
		"words":              {words, seeded(1), true},
		"words, failed":      {words, io.LimitReader(constant(3), 9), false},
		"characters":         {characters, seeded(1), true},
		"characters, failed": {characters, io.LimitReader(constant(3), 15), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := &watched{Reader: test.random}
			password := bytes.Repeat([]byte{'.'}, test.shape.length())
			secret, err := generate(w, test.shape, "anna", password)
			if (err == nil) != test.made || (len(secret.Reveal()) == 12) != test.made {
				t.Fatalf("%d characters, error %v", len(secret.Reveal()), err)
			}
			for what, left := range map[string][]byte{"the password": password, "the last random byte": w.buffer} {
				if len(left) == 0 || len(bytes.Trim(left, "\x00")) > 0 {
					t.Errorf("%s is not wiped: %q", what, left)
				}
			}
			if err == nil && strings.Contains(secret.Reveal(), "\x00") {
				t.Error("the returned password is wiped")
			}
		})
	}
}
