// Package temppass makes temporary passwords that can be said over the phone, and
// spells them. It knows the server's password policy and no screen, sends nothing
// and keeps nothing; the reset of a password uses it.
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

// Each alphabet leaves out what is mistaken for another character in print or in
// handwriting: 0 O o Q, 1 l I i |, 2 Z z, 5 S s, 6 G b, 8 B and 9 g q keep the digit
// alone, or nothing. Capital and small letters of one shape (C c) stay: how they
// are spelled tells them apart.
const (
	uppers = "ACDEFHJKLMNPRTUVWXY"
	lowers = "acdefhjkmnprtuvwxy"
	digits = "23456789"

	// All are on the list of special characters of the older password policy, so
	// that no version of the server refuses one. Left out are quotes, brackets,
	// backslash, grave, & < > , ; : / . and the space: they end or change a value
	// in CSV, XML, shells and connection strings, or get lost at the end of a
	// sentence.
	specials = "!@#$%^*-_=+?"
)

// maxRedraws is how often a password with the user name in it is thrown away. In the
// worst case, 32 digits and a user name of one digit, one password in 72 is
// kept: a random source that fails this often is none.
const maxRedraws = 10_000

// ErrPolicy is in the error for a password policy that no temporary password can
// meet: it contradicts itself, or wants more than the 32 characters of a reset.
var ErrPolicy = errors.New("no temporary password can meet the password policy")

var errSource = errors.New("the random source repeats itself")

// Generate makes a temporary password from random, which is crypto/rand's Reader
// outside tests. The password meets policy; where that is absent or null
// (unreadable) or asks for nothing, it has 12 characters. It has characters of all
// four classes as far as the policy's lengths leave room for them, starts with a
// letter unless the policy asks for other characters all through (a spreadsheet
// takes =, +, - and @ for a formula, a shell - for an option), and is never longer
// than 32, the most that a reset accepts.
//
// It never has userName in it, in whatever case: the older password policy refuses
// that, without a word on short names, so a name of one letter counts as well. An
// empty one does not.
//
// Rules of the policy that [hdpclient.PasswordPolicy] does not understand are
// ignored, and the server has the last word; where it refuses, the policy's Titles
// tell why. Errors are those of random and [ErrPolicy].
//
// The bytes worked on are wiped. Handing them over makes one copy that cannot be,
// a string, which is garbage once Generate returns.
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

// generate works in password, which has the length of the shape, and leaves it wiped.
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

// toASCII is the ASCII letter that r equals but for case, as the Kelvin sign does
// k; any other character is kept, and found in no password.
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

// containsFold compares in place: a lower-case copy would be one more to wipe.
func containsFold(password, name []byte) bool {
	for i := 0; i+len(name) <= len(password); i++ {
		if bytes.EqualFold(password[i:i+len(name)], name) {
			return true
		}
	}
	return false
}
