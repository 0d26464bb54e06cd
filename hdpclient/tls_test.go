package hdpclient

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// identity makes a self-signed certificate for a name, with its key, as PEM.
func identity(t *testing.T, name string) (cert *x509.Certificate, certPEM, keyPEM []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
}

func pemFile(t *testing.T, blocks ...[]byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "identity.pem")
	var all []byte
	for _, b := range blocks {
		all = append(all, b...)
	}
	if err := os.WriteFile(file, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// secured starts a TLS server with its own certificate and returns an option that
// trusts it.
func secured(t *testing.T, config *tls.Config) (string, Option) {
	t.Helper()
	server := httptest.NewUnstartedServer(reply(http.StatusOK, `{"status": active}`))
	server.TLS = config
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(server.TLS.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(leaf)
	return server.URL, WithRootCAs(pool)
}

func healthOf(t *testing.T, url string, opts ...Option) error {
	t.Helper()
	c, err := New(url, opts...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.sleep = new(waits).sleep
	return c.Health(t.Context())
}

func TestClientCertificateIsSent(t *testing.T) {
	cert, certPEM, keyPEM := identity(t, "jdoe")
	clients := x509.NewCertPool()
	clients.AddCert(cert)
	url, trusted := secured(t, &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients})
	if err := healthOf(t, url, trusted); err == nil {
		t.Error("the server accepted a client without a certificate, so the test proves nothing")
	}
	if err := healthOf(t, url, trusted, WithClientCertificate(pemFile(t, certPEM), pemFile(t, keyPEM))); err != nil {
		t.Errorf("two files: %v", err)
	}
	both := pemFile(t, certPEM, keyPEM)
	if err := healthOf(t, url, trusted, WithClientCertificate(both, both)); err != nil {
		t.Errorf("one file: %v", err)
	}
	_, otherCert, otherKey := identity(t, "mallory")
	if err := healthOf(t, url, trusted, WithClientCertificate(pemFile(t, otherCert), pemFile(t, otherKey))); err == nil {
		t.Error("the server accepted a certificate that it does not trust")
	}
}

func TestInvalidClientCertificate(t *testing.T) {
	_, certPEM, keyPEM := identity(t, "jdoe")
	_, _, otherKey := identity(t, "mallory")
	cert, key, other := pemFile(t, certPEM), pemFile(t, keyPEM), pemFile(t, otherKey)
	for name, files := range map[string][2]string{
		"no certificate file":        {cert + "x", key},
		"no key file":                {cert, key + "x"},
		"a key for a certificate":    {key, key},
		"a certificate for a key":    {cert, cert},
		"the key of another":         {cert, other},
		"a folder":                   {filepath.Dir(cert), key},
		"no certificate in the file": {pemFile(t), key},
	} {
		t.Run(name, func(t *testing.T) {
			if c, err := New("https://hdp.example.com", WithClientCertificate(files[0], files[1])); err == nil {
				c.Close()
				t.Error("accepted")
			}
		})
	}
}

func TestCertificateIsCheckedAgainstTheServerName(t *testing.T) {
	cert, certPEM, keyPEM := identity(t, "hdp.example.com")
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	if len(cert.IPAddresses) > 0 {
		t.Fatal("the certificate also covers the address, so the test proves nothing")
	}
	asked := make(chan string, 3)
	url, trusted := secured(t, &tls.Config{Certificates: []tls.Certificate{pair}, GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		asked <- h.ServerName
		return nil, nil
	}})
	if err := healthOf(t, url, trusted); err == nil || net.ParseIP(<-asked) != nil {
		t.Errorf("without WithServerName: %v", err)
	}
	if err := healthOf(t, url, trusted, WithServerName("hdp.example.com")); err != nil {
		t.Error(err)
	}
	if name := <-asked; name != "hdp.example.com" {
		t.Errorf("the server was asked for %q", name)
	}
	if err := healthOf(t, url, trusted, WithServerName("other.example.com")); err == nil {
		t.Error("a certificate for another name was accepted")
	}
	if c, err := New(url, WithServerName("")); err == nil {
		c.Close()
		t.Error("an empty name was accepted")
	}
}
