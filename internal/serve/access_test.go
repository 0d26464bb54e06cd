//go:build unix

package serve_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
)

// authority makes a CA with ssh-keygen and signs keys with it.
type authority struct {
	*openssh
	file string
}

func (o *openssh) authority() authority {
	o.t.Helper()
	a := authority{o, filepath.Join(o.home, "ca")}
	a.keygen("-q", "-t", "ed25519", "-N", "", "-f", a.file)
	return a
}

func (a authority) keygen(args ...string) {
	a.t.Helper()
	if out, err := exec.Command("ssh-keygen", args...).CombinedOutput(); err != nil {
		a.t.Fatalf("ssh-keygen %q: %v\n%s", args, err, out)
	}
}

// certify makes a key and a certificate for it, and returns the file of the key.
func (a authority) certify(name string, args ...string) string {
	a.t.Helper()
	key := a.key(name, "")
	a.keygen(append(append([]string{"-q", "-s", a.file, "-I", name}, args...), key+".pub")...)
	return key
}

func (a authority) read(file string) string {
	a.t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	return strings.TrimSpace(string(raw))
}

// TestOpenSSHAccess signs in with keys and certificates of OpenSSH to a service with an operators file.
func TestOpenSSHAccess(t *testing.T) {
	var inForce atomic.Pointer[access.File]
	s := start(t, func(o *serve.Options) { o.Operators = func() serve.Operators { return inForce.Load().Operators() } })
	o := s.openssh()
	ca := o.authority()
	near, far := o.key("near", ""), o.key("far", "")
	operators := func(more string) string {
		return o.write("operators.toml", fmt.Sprintf(`[ca.helpdesk]
keys = [%q]
revoked_serials = [13]
[operators.bob]
principals.helpdesk = ["bob"]
[operators.far]
keys = [%q]
from = ["192.0.2.0/24"]
%s`, ca.read(ca.file+".pub"), ca.read(far+".pub"), more))
	}
	path := operators(fmt.Sprintf("[operators.near]\nkeys = [%q]\nfrom = [\"127.0.0.0/8\"]\n", ca.read(near+".pub")))
	file, err := access.OpenFile(path, access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	inForce.Store(file)
	for name, test := range map[string]struct {
		key    string
		args   []string // with a certificate
		reason string   // "": signs in
	}{
		"a key":                         {near, nil, ""},
		"a key from the wrong network":  {far, nil, "127.0.0.1 is outside the networks in from"},
		"a certificate":                 {"", []string{"-n", "alice,bob", "-z", "4711", "-V", "-5m:+1h"}, ""},
		"a certificate from here":       {"", []string{"-n", "bob", "-O", "source-address=127.0.0.0/8"}, ""},
		"a certificate from elsewhere":  {"", []string{"-n", "bob", "-O", "source-address=192.0.2.0/24"}, "127.0.0.1 is not a source address of "},
		"an expired certificate":        {"", []string{"-n", "bob", "-V", "20200101:20200102"}, "is not valid: "},
		"a certificate for later":       {"", []string{"-n", "bob", "-V", "+1h:+2h"}, "is not valid: "},
		"a revoked certificate":         {"", []string{"-n", "bob", "-z", "13"}, "cert 13 of helpdesk is revoked"},
		"a certificate without names":   {"", nil, "has no principals"},
		"a certificate of someone else": {"", []string{"-n", "alice"}, "no operator lists one of its principals"},
		"a certificate with a command":  {"", []string{"-n", "bob", "-O", "force-command=id"}, "has a forced command"},
	} {
		t.Run(name, func(t *testing.T) {
			key := test.key
			if key == "" {
				key = ca.certify(strings.ReplaceAll(name, " ", "-"), test.args...)
			}
			began, refused := len(o.recorded(serve.Began)), len(o.recorded(serve.Refused))
			got := o.runs(o.command("ssh", key, "--", "exit 3"))
			if test.reason == "" {
				if events := o.recorded(serve.Began)[began:]; got.code != 3 || len(events) != 1 || (name == "a certificate" && events[0].Key != "cert 4711 of helpdesk") {
					t.Errorf("%+v, %+v", got, events)
				}
				return
			}
			if got.code != 255 {
				t.Errorf("signed in: %+v", got)
			}
			o.until("the refusal", func() bool { return len(o.recorded(serve.Refused)) > refused })
			if reason := o.recorded(serve.Refused)[refused].Reason; !strings.Contains(reason, test.reason) {
				t.Errorf("refused because %s", reason)
			}
		})
	}

	// While connected: the file loses the operator, and then is broken.
	w := o.window(80, 24, o.command("ssh", near, "--"))
	w.sees("size 80x24")
	operators("[operators.near]\nkey = 1\n")
	if err := file.Reload(); err == nil {
		t.Error("a broken file is in force")
	}
	o.Recheck()
	if got := o.runs(o.command("ssh", near, "--", "exit 3")); got.code != 3 {
		t.Errorf("the last good file is not in force: %+v", got)
	}
	operators("")
	if err := file.Reload(); err != nil {
		t.Fatal(err)
	}
	o.Recheck()
	w.sees("hdpadmin: Your access has changed or expired. Connect again, or ask the administrator of the service.")
	w.exits(129)
}

// TestAHostCertificate is not of OpenSSH's client, which offers none to a server.
func TestAHostCertificate(t *testing.T) {
	ca, key := newSigner(), newSigner()
	path := filepath.Join(t.TempDir(), "operators.toml")
	content := fmt.Sprintf("[ca.helpdesk]\nkeys = [%q]\n[operators.bob]\nprincipals.helpdesk = [\"bob\"]\n", strings.TrimSpace(string(ssh.MarshalAuthorizedKey(ca.PublicKey()))))
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := access.OpenFile(path, access.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *serve.Options) { o.Operators = func() serve.Operators { return file.Operators() } })
	for kind, mayEnter := range map[uint32]bool{ssh.UserCert: true, ssh.HostCert: false} {
		cert := &ssh.Certificate{Key: key.PublicKey(), CertType: kind, ValidPrincipals: []string{"bob"}, ValidBefore: ssh.CertTimeInfinity}
		if err := cert.SignCert(rand.Reader, ca); err != nil {
			t.Fatal(err)
		}
		signer, err := ssh.NewCertSigner(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.dial(signer, key); (err == nil) != mayEnter {
			t.Errorf("a certificate of type %d: %v", kind, err)
		}
	}
	// The key alone, which is offered last, hides nothing of the certificate.
	s.until("the refusal", func() bool { return len(s.recorded(serve.Refused)) > 0 })
	if reason := s.recorded(serve.Refused)[0].Reason; reason != "the certificate is not a user certificate: its type is 2" {
		t.Errorf("refused because %s", reason)
	}
}
