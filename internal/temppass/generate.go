// Package temppass makes temporary passwords that are easy to say on the phone, and
// spells them. It follows the server's password policy. It sends and keeps nothing.
package temppass

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"hdpadmin/hdpclient"
)

// maxRedraws limits how many passwords are discarded because they contain the user
// name. In the worst case, digits only and a user name of two, two in three are kept. A
// source that fails this often is not random.
const maxRedraws = 1_000

var errSource = errors.New("the random source repeats itself")

// Generate makes a temporary password from random, which is crypto/rand's Reader
// outside tests. The password meets policy, and starts with a letter unless the policy
// requires other characters throughout: a spreadsheet takes =, +, - and @ for a formula,
// a shell - for an option.
//
// It consists of words if the policy leaves room for enough of them, such as
// Moss4-Lamp72: the fewest characters with 60 bits of entropy, or else as many bits as
// fit, but at least 30. Otherwise it consists of random characters, 12 unless the policy
// requires another number, and has all four classes if there is room for them. It has at
// most 32 characters, the most that a reset accepts. A policy that is absent, null
// (unreadable) or silent about lengths may still have a limit, which is 12 by default, so
// then words must fit in that.
//
// The password never contains userName, in upper or lower case, unless that is empty.
// The older password policy refuses that without exempting short names, so even a name
// of one letter counts.
//
// Rules that [hdpclient.PasswordPolicy] does not understand are ignored, and the server
// decides: if it refuses, the policy's Titles say why. Errors are those of random,
// [ErrPolicy] and [ErrWeak].
//
// Generate wipes the bytes that it works on. Returning the password makes one copy that
// cannot be wiped, a string, which is garbage afterwards.
func Generate(random io.Reader, policy hdpclient.Opt[hdpclient.PasswordPolicy], userName string) (hdpclient.Secret, error) {
	name := strings.ToLower(strings.Map(toASCII, userName))
	s, err := newShape(policy.Or(hdpclient.PasswordPolicy{}), name)
	if err != nil {
		return hdpclient.Secret{}, err
	}
	secret, err := generate(random, s, name, make([]byte, s.length()))
	if err != nil {
		return hdpclient.Secret{}, fmt.Errorf("generate temporary password: %w", err)
	}
	return secret, nil
}

// generate works in password, which must have the length of the shape, and wipes it.
func generate(random io.Reader, s shape, name string, password []byte) (hdpclient.Secret, error) {
	d := &dice{random: random}
	defer d.wipe()
	defer clear(password)
	for range maxRedraws {
		if err := s.fill(password, d); err != nil {
			return hdpclient.Secret{}, err
		}
		if len(name) == 0 || !containsFold(password, []byte(name)) {
			return hdpclient.SecretOf(string(password)), nil
		}
	}
	return hdpclient.Secret{}, errSource
}

// toASCII returns the ASCII letter that equals r apart from case, such as k for the
// Kelvin sign. It keeps other characters, which no password contains.
func toASCII(r rune) rune {
	for f := r; ; {
		if f < utf8.RuneSelf {
			return f
		}
		if f = unicode.SimpleFold(f); f == r {
			return r
		}
	}
}

// containsFold compares in place, because a lower-case copy would have to be wiped too.
func containsFold(password, name []byte) bool {
	for i := 0; i+len(name) <= len(password); i++ {
		if bytes.EqualFold(password[i:i+len(name)], name) {
			return true
		}
	}
	return false
}
