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

// maxRedraws limits how many passwords are discarded because they contain the user
// name. In the worst case, 32 digits and a user name of one digit, one password in 72
// is kept. A source that fails this often is not random.
const maxRedraws = 10_000

// ErrPolicy means that no temporary password can meet the password policy: it
// contradicts itself, or requires more than the 32 characters of a reset.
var ErrPolicy = errors.New("the password policy cannot be met")

var errSource = errors.New("the random source repeats itself")

// Generate makes a temporary password from random, which is crypto/rand's Reader
// outside tests. The password meets policy. If policy is absent, null (unreadable) or
// requires nothing, it has 12 characters. It has characters of all four classes if the
// policy's lengths leave room for them, and at most 32 characters, the most that a
// reset accepts. It starts with a letter unless the policy requires other characters
// throughout: a spreadsheet takes =, +, - and @ for a formula, a shell - for an option.
//
// It never contains userName, in upper or lower case, unless that is empty. The older
// password policy refuses that without exempting short names, so even a name of one
// letter counts.
//
// Rules that [hdpclient.PasswordPolicy] does not understand are ignored, and the server
// decides: if it refuses, the policy's Titles say why. Errors are those of random and
// [ErrPolicy].
//
// Generate wipes the bytes that it works on. Returning the password makes one copy that
// cannot be wiped, a string, which is garbage afterwards.
func Generate(random io.Reader, policy hdpclient.Opt[hdpclient.PasswordPolicy], userName string) (hdpclient.Secret, error) {
	s, err := newShape(policy.Or(hdpclient.PasswordPolicy{}))
	if err != nil {
		return hdpclient.Secret{}, err
	}
	secret, err := generate(random, s, userName, make([]byte, s.length()))
	if err != nil {
		return hdpclient.Secret{}, fmt.Errorf("generate temporary password: %w", err)
	}
	return secret, nil
}

// generate works in password, which must have the length of the shape, and wipes it.
func generate(random io.Reader, s shape, userName string, password []byte) (hdpclient.Secret, error) {
	d := &dice{random: random}
	defer d.wipe()
	defer clear(password)
	name := []byte(strings.Map(toASCII, userName))
	for range maxRedraws {
		if err := s.fill(password, d); err != nil {
			return hdpclient.Secret{}, err
		}
		if len(name) == 0 || !containsFold(password, name) {
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
