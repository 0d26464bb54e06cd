package access

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// Grant says what let an operator in.
type Grant struct {
	Operator    Operator
	Fingerprint string    // of the operator's key, also if a certificate let them in
	Serial      uint64    // of the certificate
	CA          string    // "" for a key without a certificate
	Principal   string    // of the certificate that stands for the operator
	Until       time.Time // when key or certificate expires; zero: never

	caKey   string         // fingerprint of the key that signed the certificate
	before  time.Time      // when the certificate expires; zero: never
	sources []netip.Prefix // from the certificate; nil: any
}

// Key names what let the operator in, for the audit log.
func (g Grant) Key() string {
	if g.CA == "" {
		return g.Fingerprint
	}
	return fmt.Sprintf("cert %d of %s", g.Serial, g.CA)
}

// Refusal is the error of somebody who may not sign in. It is for the log; the client learns nothing of it.
type Refusal struct {
	Reason   string
	Operator string // "" if the key belongs to nobody
}

func (r *Refusal) Error() string {
	if r.Operator == "" {
		return r.Reason
	}
	return r.Operator + ": " + r.Reason
}

func refuse(operator, format string, values ...any) error {
	return &Refusal{Reason: fmt.Sprintf(format, values...), Operator: operator}
}

// Allow returns what lets somebody in who has proved to own the key. Every error is a [*Refusal].
func (o *Operators) Allow(key ssh.PublicKey, from netip.Addr, now time.Time) (Grant, error) {
	g, err := o.identify(key, now)
	if err != nil {
		return Grant{}, err
	}
	if err := o.checkNow(g, g.Operator, from, now); err != nil {
		return Grant{}, err
	}
	return g, nil
}

// StillAllows reports whether the operators file in force would let the operator in again, with the
// same login and the same verbs. Every error is a [*Refusal].
func (o *Operators) StillAllows(g Grant, from netip.Addr, now time.Time) error {
	name := g.Operator.Name
	current, known := o.find(name)
	if !known {
		return refuse(name, "is no longer in the operators file")
	}
	if g.CA == "" && !slices.ContainsFunc(current.keys, func(k listed) bool { return k.fingerprint == g.Fingerprint }) {
		return refuse(name, "the key %s is no longer listed", g.Fingerprint)
	}
	if g.CA != "" {
		ca, known := o.findCA(g.CA)
		switch {
		case !known || !slices.ContainsFunc(ca.keys, func(k listed) bool { return k.fingerprint == g.caKey }):
			return refuse(name, "the CA %s no longer has the key %s", g.CA, g.caKey)
		case !slices.ContainsFunc(current.principals, func(p principal) bool { return p.ca == g.CA && p.name == g.Principal }):
			return refuse(name, "the principal %q of %s is no longer listed", g.Principal, g.CA)
		case ca.serials[g.Serial]:
			return refuse(name, "%s is revoked", g.Key())
		case o.revoked[g.caKey]:
			return refuse(name, "the key %s of the CA %s is revoked", g.caKey, g.CA)
		}
	}
	if o.revoked[g.Fingerprint] {
		return refuse(name, "the key %s is revoked", g.Fingerprint)
	}
	switch {
	case current.Login != g.Operator.Login, current.Attribution != g.Operator.Attribution:
		return refuse(name, "the HDP login in the operators file has changed")
	case !slices.Equal(current.Verbs, g.Operator.Verbs), (current.Verbs == nil) != (g.Operator.Verbs == nil):
		return refuse(name, "the verbs in the operators file have changed")
	}
	return o.checkNow(g, current, from, now)
}

// checkNow checks what depends on time and address. The expiry of the operator is the current one, and
// not the one of the grant.
func (o *Operators) checkNow(g Grant, current Operator, from netip.Addr, now time.Time) error {
	switch {
	case !current.Expires.IsZero() && !now.Before(current.Expires):
		return refuse(current.Name, "expired at %s", current.Expires.UTC().Format(time.RFC3339))
	case !g.before.IsZero() && !now.Before(g.before):
		return refuse(current.Name, "%s expired at %s", g.Key(), g.before.UTC().Format(time.RFC3339))
	case current.From != nil && !isIn(from, current.From):
		return refuse(current.Name, "%s is outside the networks in from", describeAddress(from))
	case g.sources != nil && !isIn(from, g.sources):
		return refuse(current.Name, "%s is not a source address of %s", describeAddress(from), g.Key())
	}
	return nil
}

func describeAddress(a netip.Addr) string {
	if !a.IsValid() {
		return "a connection without an address"
	}
	return a.Unmap().String()
}

// identify finds the operator that a key or certificate stands for.
func (o *Operators) identify(key ssh.PublicKey, now time.Time) (Grant, error) {
	cert, is := key.(*ssh.Certificate)
	if is {
		return o.identifyByCertificate(cert, now)
	}
	g := Grant{Fingerprint: ssh.FingerprintSHA256(key)}
	i, known := o.keys[string(key.Marshal())]
	if !known {
		return Grant{}, refuse("", "the key %s is not listed", g.Fingerprint)
	}
	g.Operator = o.all[i]
	// Revoking a key that is still listed must count at once: as an error in the file it would leave
	// the version in force that does not revoke it.
	if o.revoked[g.Fingerprint] {
		return Grant{}, refuse(g.Operator.Name, "the key %s is revoked", g.Fingerprint)
	}
	g.Until = g.Operator.Expires
	return g, nil
}

// identifyByCertificate checks what ssh.CertChecker leaves to its caller before it lets that check the
// rest: the checker accepts host certificates, any principal if the certificate lists none, and
// signatures with SHA-1.
func (o *Operators) identifyByCertificate(c *ssh.Certificate, now time.Time) (Grant, error) {
	if c.CertType != ssh.UserCert {
		return Grant{}, refuse("", "the certificate is not a user certificate: its type is %d", c.CertType)
	}
	ca, signer, known := o.authorityOf(c)
	if !known {
		return Grant{}, refuse("", "the certificate is signed by %s, which is not listed as a key of a CA", ssh.FingerprintSHA256(c.SignatureKey))
	}
	g := Grant{Fingerprint: ssh.FingerprintSHA256(c.Key), Serial: c.Serial, CA: ca.name, caKey: signer.fingerprint}
	if c.Signature == nil || c.Signature.Format == ssh.KeyAlgoRSA {
		return Grant{}, refuse("", "%s is signed with SHA-1: sign it with rsa-sha2-512", g.Key())
	}
	if err := checkKey(c.Key); err != nil {
		return Grant{}, refuse("", "%s: %s", g.Key(), err)
	}
	if len(c.ValidPrincipals) == 0 {
		return Grant{}, refuse("", "%s has no principals", g.Key())
	}
	if err := o.findPrincipal(&g, c.ValidPrincipals); err != nil {
		return Grant{}, err
	}
	name := g.Operator.Name
	switch {
	case o.revoked[g.caKey]:
		return Grant{}, refuse(name, "the key %s of the CA %s is revoked", g.caKey, g.CA)
	case o.revoked[g.Fingerprint]:
		return Grant{}, refuse(name, "the key %s of %s is revoked", g.Fingerprint, g.Key())
	case ca.serials[c.Serial]:
		return Grant{}, refuse(name, "%s is revoked", g.Key())
	}
	if err := readCriticalOptions(&g, c.CriticalOptions); err != nil {
		return Grant{}, refuse(name, "%s %s", g.Key(), err)
	}
	checker := ssh.CertChecker{SupportedCriticalOptions: []string{sourceAddress}, Clock: func() time.Time { return now }}
	if err := checker.CheckCert(g.Principal, c); err != nil {
		return Grant{}, refuse(name, "%s is not valid: %s", g.Key(), strings.TrimPrefix(err.Error(), "ssh: "))
	}
	g.Until = g.Operator.Expires
	if c.ValidBefore != ssh.CertTimeInfinity && c.ValidBefore <= math.MaxInt64 {
		g.before = time.Unix(int64(c.ValidBefore), 0)
		if g.Until.IsZero() || g.before.Before(g.Until) {
			g.Until = g.before
		}
	}
	return g, nil
}

func (o *Operators) authorityOf(c *ssh.Certificate) (authority, listed, bool) {
	for _, ca := range o.cas {
		for _, k := range ca.keys {
			if equalKeys(k.key, c.SignatureKey) {
				return ca, k, true
			}
		}
	}
	return authority{}, listed{}, false
}

// findPrincipal finds the only operator that the principals of a certificate stand for.
func (o *Operators) findPrincipal(g *Grant, names []string) error {
	found := 0
	for _, one := range o.all {
		for _, p := range one.principals {
			if p.ca == g.CA && slices.Contains(names, p.name) {
				if found == 0 || g.Operator.Name != one.Name {
					found++
				}
				g.Operator, g.Principal = one, p.name
			}
		}
	}
	switch found {
	case 0:
		return refuse("", "%s: no operator lists one of its principals", g.Key())
	case 1:
		return nil
	}
	return refuse("", "%s has the principals of %d operators", g.Key(), found)
}

const sourceAddress = "source-address"

// readCriticalOptions understands source-address. Every other option limits the certificate in a way
// that hdpadmin could not honour.
func readCriticalOptions(g *Grant, options map[string]string) error {
	for name, value := range options {
		switch name {
		case sourceAddress:
			g.sources = []netip.Prefix{}
			for text := range strings.SplitSeq(value, ",") {
				p, err := parseNetwork(text)
				if err != nil {
					return fmt.Errorf("has a source address that cannot be read: %w", err)
				}
				g.sources = append(g.sources, p)
			}
		case "force-command":
			return fmt.Errorf("has a forced command, which hdpadmin does not run")
		default:
			return fmt.Errorf("has the critical option %q, which hdpadmin does not know", name)
		}
	}
	return nil
}
