package access_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve/access"
)

// noon is the time of all tests.
var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// signer returns the ed25519 key that belongs to a name.
func signer(name string) ssh.Signer {
	seed := make([]byte, ed25519.SeedSize)
	copy(seed, name)
	s, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		panic(err)
	}
	return s
}

func publicKey(name string) ssh.PublicKey { return signer(name).PublicKey() }

// keyLine returns the key of a name as in a .pub file.
func keyLine(name string) string { return lineOf(publicKey(name)) + " " + name + "@laptop" }

func lineOf(key ssh.PublicKey) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

func fingerprint(name string) string { return ssh.FingerprintSHA256(publicKey(name)) }

var newRSA = sync.OnceValue(func() ssh.Signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		panic(err)
	}
	return s
})

var newECDSA = sync.OnceValue(func() ssh.Signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		panic(err)
	}
	return s
})

// weakRSA returns a key that nobody has, with too few bits.
func weakRSA(bits uint) ssh.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	key, err := ssh.NewPublicKey(&rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537})
	if err != nil {
		panic(err)
	}
	return key
}

// dsaLine returns a DSA key that nobody has.
func dsaLine() string {
	p := new(big.Int).Lsh(big.NewInt(1), 1023)
	blob := ssh.Marshal(struct {
		Name       string
		P, Q, G, Y *big.Int
	}{"ssh-dss", p, new(big.Int).Lsh(big.NewInt(1), 159), big.NewInt(2), big.NewInt(4)})
	return "ssh-dss " + base64.StdEncoding.EncodeToString(blob)
}

// certified returns a certificate of the key of name, valid for an hour around noon, signed by a CA.
func certified(name string, ca ssh.Signer, changes ...func(*ssh.Certificate)) *ssh.Certificate {
	c := &ssh.Certificate{
		Key: publicKey(name), Serial: 4711, CertType: ssh.UserCert, KeyId: name, ValidPrincipals: []string{name},
		ValidAfter: uint64(noon.Add(-time.Hour).Unix()), ValidBefore: uint64(noon.Add(time.Hour).Unix()),
	}
	for _, change := range changes {
		change(c)
	}
	if err := c.SignCert(rand.Reader, ca); err != nil {
		panic(err)
	}
	// As it arrives from a client.
	parsed, err := ssh.ParsePublicKey(c.Marshal())
	if err != nil {
		panic(err)
	}
	arrived, _ := parsed.(*ssh.Certificate)
	return arrived
}

func parse(t *testing.T, content string) *access.Operators {
	t.Helper()
	o, err := access.Parse("operators.toml", []byte(content), access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var lan = netip.MustParseAddr("10.1.2.3")

// checkRefusal checks that err is a refusal of that operator with that reason.
func checkRefusal(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
		return
	}
	if strings.ContainsAny(err.Error(), "\n\r") {
		t.Errorf("more than one line: %q", err)
	}
}

func quoted(lines ...string) string {
	var b bytes.Buffer
	for i, line := range lines {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", line)
	}
	return "[" + b.String() + "]"
}
