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

func generated(t interface{ Fatalf(string, ...any) }, random io.Reader, p hdpclient.Opt[policy], userName string) string {
	secret, err := Generate(random, p, userName)
	if err != nil {
		t.Fatalf("policy %+v, user %q: %v", p, userName, err)
	}
	return secret.Reveal()
}

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
		fault(strings.ContainsRune("0Oo1lI|", r), "%q is mistaken for another", r)
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
		limit := rapid.Int64Range(1, 32).Draw(t, "limit")
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
		{"custom, 12 to 128", `{"id":2,"rules":[{"ruleName":"PASSWORD_LENGTH_RULE","minLength":12,"maxLength":128},` + classes + `],"expirationDays":120}`, 12},
		{"no policy", `{"id":-1,"rules":[]}`, 12},
		{"an empty answer", `{}`, 12},
		{"8 at most", `{"rules":[{"minLength":4,"maxLength":8},` + classes + `]}`, 8},
		{"20 at least", `{"rules":[{"minLength":20,"maxLength":128}]}`, 20},
		{"32 at least", `{"rules":[{"minLength":32,"maxLength":128},` + classes + `]}`, 32},
		{"33 at least", `{"rules":[{"minLength":33,"maxLength":128}]}`, 0},
		{"more at least than at most", `{"rules":[{"minLength":12,"maxLength":8}]}`, 0},
		{"several of a class", `{"rules":[{"ruleName":"NUMERIC_CLASS_RULE","minChars":9},{"ruleName":"SPECIAL_CLASS_RULE","minChars":"6"}]}`, 17},
		{"classes that do not fit", `{"rules":[{"minLength":1,"maxLength":3},` + classes + `]}`, 0},
		{"three characters and no class", `{"rules":[{"maxLength":3}]}`, 3},
		{"one character", `{"rules":[{"maxLength":1}]}`, 1},
		{"digits all through", `{"rules":[{"maxLength":6},{"ruleName":"NUMERIC_CLASS_RULE","minChars":6}]}`, 6},
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
			if got := len(secret.Reveal()); got != test.length || errors.Is(err, ErrPolicy) != (test.length == 0) {
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
		{"classes", policy{MaxLength: 8, MinUpper: 3, MinLower: 4, MinDigit: 1, MinSpecial: 2}, "3 capital letters, 4 small letters, 1 digits and 2 special characters do not fit in 8 characters"},
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
		from := rapid.IntRange(0, len(without)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(without)).Draw(t, "to")
		recase := rapid.SampledFrom([]func(string) string{
			strings.ToUpper, strings.ToLower, func(s string) string { return s },
			// The Kelvin sign equals k in a comparison without case.
			func(s string) string { return strings.NewReplacer("k", "\u212A", "K", "\u212A").Replace(s) },
		}).Draw(t, "case")
		userName := recase(without[from:to])
		password := generated(t, seeded(seed), hdpclient.Some(p), userName)
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
	random := seeded(20260101)
	counts := map[byte]int{}
	var capitalsAt, digitsAt [defaultLength]int
	for range passwords {
		password := generated(t, random, hdpclient.Opt[policy]{}, "anna")
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
		{"on the way", io.MultiReader(io.LimitReader(seeded(1), 20), iotest.ErrReader(broken)), "", broken},
		{"in the shuffle", io.LimitReader(constant(3), 12), "", io.EOF},
		{"nothing but bytes to throw away", endless(0xff), "", errSource},
		{"nothing but the user name", endless(0), "aaa", errSource},
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
	s, err := newShape(policy{})
	if err != nil {
		t.Fatal(err)
	}
	for name, random := range map[string]io.Reader{"made": seeded(1), "failed": io.LimitReader(constant(3), 15)} {
		t.Run(name, func(t *testing.T) {
			w := &watched{Reader: random}
			password := bytes.Repeat([]byte{'.'}, s.length())
			secret, err := generate(w, s, "anna", password)
			if (err == nil) != (name == "made") || (len(secret.Reveal()) == 12) != (name == "made") {
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
