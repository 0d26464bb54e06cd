// Package access decides who may sign in to the SSH service. It reads the operators file and checks
// keys, certificates and addresses against it. It opens no connection.
package access

import (
	"crypto/subtle"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Operator is one table of the operators file.
type Operator struct {
	Name        string // goes into every audit entry
	Login       string // HDP login; "": asked for in the session
	Attribution string // "", or Service

	// PasswordCommand is a program with arguments whose first line of output is the password of
	// Login. Nil: the password is asked for.
	PasswordCommand []string

	TimeZone *time.Location // nil: the host's
	Verbs    []string       // commands and changes that are allowed, "console" for the console; nil: all
	From     []netip.Prefix // networks to sign in from; nil: any
	Expires  time.Time      // zero: never

	keys       []listed
	principals []principal
	line       int
}

// Service is the Attribution of an HDP login that several operators share. Header and audit entries
// name it.
const Service = "service"

// listed is a public key in the operators file.
type listed struct {
	key         ssh.PublicKey
	fingerprint string
	line        int
}

// principal is a name in certificates of a CA that stands for an operator.
type principal struct {
	ca, name string
	line     int
}

// May reports whether the operator may use a command or make a change.
func (o Operator) May(verb string) bool { return o.Verbs == nil || slices.Contains(o.Verbs, verb) }

// String describes the operator in one line.
func (o Operator) String() string {
	var parts []string
	for _, k := range o.keys {
		parts = append(parts, "key "+k.fingerprint)
	}
	for _, p := range o.principals {
		parts = append(parts, fmt.Sprintf("certificates of %s for %q", p.ca, p.name))
	}
	if o.From != nil {
		parts = append(parts, "from "+joinPrefixes(o.From))
	}
	if !o.Expires.IsZero() {
		parts = append(parts, "until "+o.Expires.Format(time.RFC3339))
	}
	if o.Login != "" {
		parts = append(parts, fmt.Sprintf("HDP login %q", o.Login))
	}
	if o.Attribution == Service {
		parts = append(parts, "shared as a service login")
	}
	if o.Verbs != nil {
		parts = append(parts, "may "+strings.Join(o.Verbs, ", "))
	}
	return o.Name + ": " + strings.Join(parts, "; ")
}

func joinPrefixes(all []netip.Prefix) string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = p.String()
	}
	return strings.Join(texts, ", ")
}

// authority is a CA of the operators file.
type authority struct {
	name    string
	keys    []listed
	serials map[uint64]bool // revoked
}

// Operators is the content of one operators file.
type Operators struct {
	Notices []string // what is not wrong but may surprise, with file and line

	all     []Operator // by name
	keys    map[string]int
	cas     []authority
	revoked map[string]bool // fingerprints of keys
}

// Len returns the number of operators.
func (o *Operators) Len() int { return len(o.all) }

// All returns the operators, sorted by name.
func (o *Operators) All() []Operator { return slices.Clone(o.all) }

func (o *Operators) find(name string) (Operator, bool) {
	i := slices.IndexFunc(o.all, func(one Operator) bool { return one.Name == name })
	if i < 0 {
		return Operator{}, false
	}
	return o.all[i], true
}

func (o *Operators) findCA(name string) (authority, bool) {
	i := slices.IndexFunc(o.cas, func(one authority) bool { return one.name == name })
	if i < 0 {
		return authority{}, false
	}
	return o.cas[i], true
}

func equalKeys(a, b ssh.PublicKey) bool {
	return subtle.ConstantTimeCompare(a.Marshal(), b.Marshal()) == 1
}
