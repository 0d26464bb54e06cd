package access_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve/access"
	"hdpadmin/internal/tomlfile"
)

var problemPattern = regexp.MustCompile(`^operators\.toml:[1-9][0-9]*: `)

// FuzzOperators parses any file. Either every problem has its line and nothing applies, or each
// operator can be described in one line, is let in by the listed keys alone, and nobody else is.
func FuzzOperators(f *testing.F) {
	for _, content := range []string{
		"", bob(`from = ["10.0.0.0/8"]`, "expires = 2027-01-31", `login = "bob"`, `verbs = ["console"]`, `time_zone = "Europe/Berlin"`),
		certificates("revoked_serials = [1, \"2\"]"), "revoked_keys = " + quoted(fingerprint("bob"), keyLine("eve")) + "\n" + bob(),
		operators2(), "[operators.bob]\nkeys = " + quoted(`from="10.0.0.0/8",command="id" `+keyLine("bob"), dsaLine(), lineOf(weakRSA(1024))),
		bob(`attribution = "service"`, `login = "d2c"`, `verbs = ["find"]`, `password_command = ["pass"]`), "[operators]\nbob.keys = 1\n", "[operators.\"\\u001b\"]\n", "\x00",
		bob("expires = 2027-01-31T18:00:00+01:00", `from = ["::ffff:10.0.0.0/104", "fe80::1%x"]`),
	} {
		f.Add([]byte(content))
	}
	cert := certified("bob", signer("ca"))
	f.Fuzz(func(t *testing.T, content []byte) {
		o, err := access.Parse("operators.toml", content, access.Options{})
		if err != nil {
			wrong, are := errors.AsType[tomlfile.Problems](err)
			if !are || len(wrong) == 0 || o != nil {
				t.Fatalf("not whole or not at all: %v, %v", o, err)
			}
			for _, one := range wrong {
				if text := one.Error(); !problemPattern.MatchString(text) || strings.ContainsFunc(text, unicode.IsControl) {
					t.Errorf("%q", text)
				}
			}
			return
		}
		listed := map[string]string{}
		for _, one := range o.All() {
			text := one.String()
			if strings.ContainsFunc(text, unicode.IsControl) || !strings.HasPrefix(text, one.Name+": ") {
				t.Errorf("%q", text)
			}
			for part := range strings.SplitSeq(text, "; ") {
				if _, fingerprint, is := strings.Cut(part, "key "); is {
					listed[fingerprint] = one.Name
				}
			}
		}
		for _, name := range []string{"bob", "carol", "eve", "ca"} {
			g, err := o.Allow(publicKey(name), lan, noon)
			if err != nil {
				checkRefusal(t, err, "")
				continue
			}
			if listed[fingerprint(name)] != g.Operator.Name {
				t.Errorf("the key of %s lets %q in:\n%s", name, g.Operator.Name, content)
			}
			if err := o.StillAllows(g, lan, noon); err != nil {
				t.Errorf("let in, but no longer allowed: %v", err)
			}
		}
		if g, err := o.Allow(cert, lan, noon); err == nil && !strings.Contains(g.Operator.String(), "certificates of "+g.CA+" for \"bob\"") {
			t.Errorf("a certificate lets %q in:\n%s", g.Operator, content)
		}
	})
}

func operators2() string {
	return bob() + "[operators.carol]\nkeys = " + quoted(keyLine("carol")) + "\n"
}

// FuzzCertificate offers any public key or certificate to a file with one CA. Only one that the CA
// signed may get in.
func FuzzCertificate(f *testing.F) {
	f.Add(certified("bob", signer("ca")).Marshal())
	f.Add(certified("bob", signer("eve")).Marshal())
	f.Add(publicKey("bob").Marshal())
	f.Add(certified("bob", newRSA(), func(c *ssh.Certificate) {
		c.CriticalOptions = map[string]string{"source-address": "10.0.0.0/8", "force-command": "x"}
	}).Marshal())
	f.Fuzz(func(t *testing.T, blob []byte) {
		key, err := ssh.ParsePublicKey(blob)
		if err != nil {
			return
		}
		o, err := access.Parse("operators.toml", []byte(certificates()), access.Options{})
		if err != nil {
			t.Fatal(err)
		}
		g, err := o.Allow(key, lan, noon)
		if err != nil {
			checkRefusal(t, err, "")
			return
		}
		// The fuzzer cannot sign, so only the certificate it was given gets in. Its signature covers
		// everything but itself.
		if g.Fingerprint != fingerprint("bob") || g.Serial != 4711 {
			t.Errorf("%+v", g)
		}
	})
}
