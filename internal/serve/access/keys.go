package access

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

const leastRSA = 2048

// checkKey refuses keys that are too weak. A certificate is not a key.
func checkKey(key ssh.PublicKey) error {
	switch key.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521:
		return nil
	case ssh.KeyAlgoRSA:
		bits := 0
		if c, is := key.(ssh.CryptoPublicKey); is {
			if public, is := c.CryptoPublicKey().(*rsa.PublicKey); is {
				bits = public.N.BitLen()
			}
		}
		if bits < leastRSA {
			return fmt.Errorf("the RSA key has %d bits, and fewer than %d are not safe: use ed25519", bits, leastRSA)
		}
		return nil
	case "ssh-dss":
		return errors.New("DSA keys are not safe: use ed25519")
	}
	if _, is := key.(*ssh.Certificate); is {
		return errors.New("this is a certificate, not a key: put the key of its CA in a table [ca.NAME], and list the principal in principals")
	}
	return fmt.Errorf("keys of the type %q are not supported: use ed25519", key.Type())
}

// parseKey parses one line of an authorized_keys file. The library skips lines that it does not
// understand, so text of several lines is refused first.
func parseKey(text string) (ssh.PublicKey, error) {
	if strings.ContainsAny(text, "\r\n\x00") {
		return nil, errors.New("a key is one line: put each key in a string of its own")
	}
	if strings.Contains(text, "PRIVATE KEY") {
		return nil, errors.New("this is a private key: use the line in its .pub file, and make a new key if others could read this one")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(text))
	if err != nil {
		return nil, errors.New("this is not a public key: use the line in a .pub file, such as \"ssh-ed25519 AAAA… bob@laptop\"")
	}
	var wrong []error
	for _, option := range options {
		wrong = append(wrong, errors.New(instead(option)))
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return key, checkKey(key)
}

// instead says what to write instead of an option in front of a key.
func instead(option string) string {
	name, _, _ := strings.Cut(option, "=")
	name = strings.ToLower(strings.TrimSpace(name))
	use := map[string]string{
		"from":             `write from = ["10.0.0.0/8"] in the operator's table`,
		"expiry-time":      "write expires = 2027-01-31 in the operator's table",
		"command":          `write verbs = ["find", "unlock"] in the operator's table`,
		"principals":       `write principals = { NAME = ["bob"] } in the operator's table`,
		"cert-authority":   "put the key in a table [ca.NAME], and list the principals of the operator",
		"environment":      "hdpadmin sets no environment variables for operators; remove it",
		"agent-forwarding": "hdpadmin forwards nothing; remove it", "port-forwarding": "hdpadmin forwards nothing; remove it", "x11-forwarding": "hdpadmin forwards nothing; remove it",
		"permitopen": "hdpadmin forwards nothing; remove it", "permitlisten": "hdpadmin forwards nothing; remove it", "tunnel": "hdpadmin forwards nothing; remove it",
		"restrict": "hdpadmin forwards nothing; remove it", "user-rc": "hdpadmin runs no shell; remove it", "no-user-rc": "hdpadmin runs no shell; remove it",
		"no-agent-forwarding": "hdpadmin forwards nothing; remove it", "no-port-forwarding": "hdpadmin forwards nothing; remove it", "no-x11-forwarding": "hdpadmin forwards nothing; remove it",
		"pty": `whether the operator gets a console is in verbs, with "console"; remove it`, "no-pty": `leave "console" out of verbs instead`,
		"no-touch-required": "a security key must always be touched; remove it",
		"verify-required":   "hdpadmin cannot require the PIN of a security key; remove it",
	}[name]
	if use == "" {
		use = "remove it"
	}
	return fmt.Sprintf("options in front of a key are not supported, and %q is one: %s", name, use)
}

// parseFingerprint accepts a fingerprint as ssh-keygen -l prints it, or a whole key.
func parseFingerprint(text string) (string, error) {
	if hash, is := strings.CutPrefix(text, "SHA256:"); is {
		// 43 characters of base64 without padding are the 32 bytes of the hash.
		if len(hash) == 43 && !strings.ContainsFunc(hash, func(r rune) bool { return !isBase64(r) }) {
			return text, nil
		}
		return "", errors.New("this fingerprint is incomplete: SHA256: is followed by 43 characters")
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(text))
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return "", errors.New("must be a fingerprint such as \"SHA256:…\", which ssh-keygen -l prints, or a public key")
	}
	if cert, is := key.(*ssh.Certificate); is {
		key = cert.Key
	}
	return ssh.FingerprintSHA256(key), nil
}

func isBase64(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '/'
}

// parseNetwork parses a network or a single address. IPv4 in IPv6 becomes IPv4, as addresses do when
// they are compared.
func parseNetwork(text string) (netip.Prefix, error) {
	if strings.Contains(text, "%") {
		return netip.Prefix{}, errors.New("a zone such as %eth0 is not supported: use the network without it")
	}
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, fmt.Errorf("%q is not a network or an address: use one such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32", text)
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is not a network or an address: use one such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32", text)
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return netip.Prefix{}, fmt.Errorf("%q mixes IPv4 and IPv6: write the IPv4 network on its own", text)
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	if p != p.Masked() {
		return netip.Prefix{}, fmt.Errorf("%q has an address inside its network: write %s for the network, or %s for the address alone", text, p.Masked(), p.Addr())
	}
	return p, nil
}

// isIn reports whether an address is in one of the networks. An invalid address, as of a Unix socket,
// is in none.
func isIn(from netip.Addr, networks []netip.Prefix) bool {
	from = from.Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(from) })
}
