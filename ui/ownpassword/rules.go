package ownpassword

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"hdpadmin/hdpclient"
)

// rule is one requirement for a new password.
type rule struct {
	text  string
	isMet func(password string) bool
}

// newRules returns the requirements that always hold, then those of the server's policy.
func newRules(policy hdpclient.PasswordPolicy, old func() string) []rule {
	least, most := max(1, policy.MinLength), int64(hdpclient.MaxPasswordLength)
	if policy.MaxLength > 0 {
		most = min(most, policy.MaxLength)
	}
	rules := []rule{
		{fmt.Sprintf("%d to %d characters", least, most), func(p string) bool {
			n := int64(utf8.RuneCountInString(p))
			return least <= n && n <= most
		}},
		{"not the old one", func(p string) bool { return p != "" && p != old() }},
	}
	class := func(n int64, one, many string, is func(rune) bool) {
		if n <= 0 {
			return
		}
		words := one
		if n > 1 {
			words = fmt.Sprintf("%d %s", n, many)
		}
		rules = append(rules, rule{words, func(p string) bool {
			return int64(len(strings.Map(func(r rune) rune {
				if is(r) {
					return 'x'
				}
				return -1
			}, p))) >= n
		}})
	}
	class(policy.MinUpper, "an uppercase letter", "uppercase letters", unicode.IsUpper)
	class(policy.MinLower, "a lowercase letter", "lowercase letters", unicode.IsLower)
	class(policy.MinDigit, "a digit", "digits", unicode.IsDigit)
	class(policy.MinSpecial, "a special character", "special characters", func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r)
	})
	return rules
}
