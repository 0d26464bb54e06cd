package temppass

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

func TestNoShapeCanBeGuessed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.OneOf(policies(), satisfiablePolicies()).Draw(t, "policy")
		s, err := newShape(p, strings.ToLower(userNames().Draw(t, "user name")))
		if err == nil && s.bits() < 30 {
			t.Errorf("%T of %v bits", s, s.bits())
		}
	})
}

// TestAUserNameCostsAQuarterOfABitAtMost takes the likeliest names. It uses a fixed
// stream of bytes, so it passes always or never.
func TestAUserNameCostsAQuarterOfABitAtMost(t *testing.T) {
	const passwords = 4_000
	for name, rules := range map[string]rules{
		"22": {max: 11, digit: 11}, "23": {max: 11, digit: 11}, "aa": {max: 8},
		"7": {max: 12, digit: 11, lower: 1}, "a": {max: 12, digit: 8}, "-": {phraseMax: 13}, "8": {phraseMax: 13},
		"44": {phraseMax: 12}, "e4": {phraseMax: 12}, "4-": {phraseMax: 12}, "-b": {phraseMax: 12},
	} {
		t.Run(name, func(t *testing.T) {
			var s shape = newMixture(rules, name)
			if words, found := bestPhrase(rules, name); found {
				s = words
			}
			random, kept := &dice{random: seeded(3)}, 0
			for range passwords {
				password := make([]byte, s.length())
				if err := s.fill(password, random); err != nil {
					t.Fatal(err)
				}
				if !containsFold(password, []byte(name)) {
					kept++
				}
			}
			bits := math.Log2(passwords / float64(kept))
			if bits > 0.25 || (kept == passwords) != (len(name) == 1) {
				t.Errorf("%.2f bits, since %d of %d are kept", bits, kept, passwords)
			}
		})
	}
}

func TestAUserNameOfOneLetterLeavesTooFewWords(t *testing.T) {
	for _, name := range []string{"e", "E"} {
		if password := generated(t, seeded(1), hdpclient.Opt[policy]{}, name); isPhrase(password) {
			t.Errorf("%q for the user %s", password, name)
		}
	}
}

// TestTheServerAcceptsThePassword uses the rules as the server reports and checks them.
func TestTheServerAcceptsThePassword(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		few := func(what string) int { return rapid.IntRange(0, 4).Draw(t, what) }
		p := hdptest.Policy{
			ID: 2, MinLength: rapid.IntRange(0, 32).Draw(t, "min length"), MaxLength: rapid.SampledFrom([]int{8, 10, 11, 12, 13, 16, 20, 24, 25, 31, 32, 128}).Draw(t, "max length"),
			MinUpper: few("upper"), MinLower: few("lower"), MinDigit: few("digit"), MinSpecial: few("special"),
		}
		p.MinLength = min(p.MinLength, p.MaxLength)
		server, err := hdptest.Start(hdptest.WithAccounts(0), hdptest.WithPolicy(p), hdptest.WithQuirks(hdptest.NameInPasswordRefused))
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		client, err := hdpclient.New(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		admin := server.Logins()[0]
		client.SetCredentials(hdpclient.Credentials{User: admin.User, Password: hdpclient.SecretOf(admin.Password)})
		user := rapid.SampledFrom([]string{"a", "7", "-", "moss", "an", "M4", "alice.smith"}).Draw(t, "user")
		id := server.AddAccount(hdptest.Account{UserName: user, StatusInfo: `{"status":1}`, PasswordInfo: `{"passwordStatus":1}`})

		reported, err := client.PasswordPolicy(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		password, err := Generate(seeded(rapid.Uint64().Draw(t, "seed")), hdpclient.Some(reported), user)
		if errors.Is(err, ErrPolicy) && p.MinUpper+p.MinLower+p.MinDigit+p.MinSpecial > p.MaxLength || errors.Is(err, ErrWeak) && p.MaxLength <= 10 {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := client.ResetPassword(t.Context(), id, password); err != nil {
			t.Errorf("%q for %s: %v", password.Reveal(), user, err)
		}
	})
}
