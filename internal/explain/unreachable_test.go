package explain_test

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
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/explain"
)

type issued struct {
	tls.Certificate
	key *ecdsa.PrivateKey
}

// issue makes a certificate as changed. A nil by makes it self-signed.
func issue(t *testing.T, by *issued, change func(*x509.Certificate)) *issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "hdp"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	change(template)
	parent, signer := template, key
	if by != nil {
		parent, signer = by.Leaf, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &issued{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, key}
}

func authority(t *testing.T, name string) *issued {
	t.Helper()
	return issue(t, nil, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.BasicConstraintsValid, c.KeyUsage = name, true, true, x509.KeyUsageCertSign
	})
}

// files returns the certificate and the key as a client option.
func (i *issued) files(t *testing.T) hdpclient.Option {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Certificate.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	file := filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(file, both, 0o600); err != nil {
		t.Fatal(err)
	}
	return hdpclient.WithClientCertificate(file, file)
}

func trusting(authorities ...*x509.Certificate) hdpclient.Option {
	pool := x509.NewCertPool()
	for _, a := range authorities {
		pool.AddCert(a)
	}
	return hdpclient.WithRootCAs(pool)
}

// serve starts a server with that TLS configuration and returns its address.
func serve(t *testing.T, config *tls.Config) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS, s.Config.ErrorLog = config, log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// readFrom reads from the address, which must fail, and returns the explanation.
func readFrom(t *testing.T, address string, opts ...hdpclient.Option) explain.Problem {
	t.Helper()
	client, err := hdpclient.New(address, opts...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	err = client.Health(t.Context())
	if err == nil {
		t.Fatal("the read succeeded")
	}
	return explain.Error(err)
}

func TestCertificateProblemsAreExplained(t *testing.T) {
	t.Parallel()
	ours := authority(t, "Example Root 1")
	day := func(d time.Duration) string { return time.Now().Add(d).UTC().Format("2006-01-02 ") }
	with := func(by *issued, change func(*x509.Certificate)) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{issue(t, by, change).Certificate}}
	}
	asIs := func(*x509.Certificate) {}
	asking := with(ours, asIs)
	asking.ClientAuth, asking.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	asking.ClientCAs.AddCert(ours.Leaf)
	old := with(ours, asIs)
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	trusted := trusting(ours.Leaf)
	for _, c := range []struct {
		name       string
		server     *tls.Config
		opts       []hdpclient.Option
		lead, next string
	}{
		{
			"an unknown authority", with(ours, asIs), nil,
			"The server's certificate is signed by “Example Root 1”, an authority that this machine does not trust.", "--ca-file",
		},
		{
			"self-signed", with(nil, asIs), nil,
			"The server's certificate is self-signed, and this machine does not trust it.", "--ca-file",
		},
		{
			"expired", with(ours, func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = time.Now().AddDate(0, 0, -9), time.Now().Add(-50*time.Hour)
			}),
			[]hdpclient.Option{trusted},
			"The server's certificate expired on " + day(-50*time.Hour), "this machine's clock",
		},
		{
			"not yet valid", with(ours, func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = time.Now().Add(50*time.Hour), time.Now().AddDate(0, 0, 9)
			}),
			[]hdpclient.Option{trusted},
			"The server's certificate is not valid before " + day(50*time.Hour), "this machine's clock",
		},
		{
			"other names", with(ours, func(c *x509.Certificate) {
				c.IPAddresses, c.DNSNames = []net.IP{net.IPv4(10, 0, 0, 7)}, []string{"hdp.example.com", "a.test", "b.test", "c.test", "d.test", "e.test"}
			}),
			[]hdpclient.Option{trusted},
			"The server's certificate is not for 127.0.0.1 but for hdp.example.com, a.test, b.test, c.test, d.test and 2 more.", "server_name",
		},
		{
			"no names", with(ours, func(c *x509.Certificate) { c.IPAddresses = nil }),
			[]hdpclient.Option{trusted},
			"The server's certificate names “hdp” only as its common name (CN)", "needs a certificate that has 127.0.0.1",
		},
		{
			"not for servers", with(ours, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }),
			[]hdpclient.Option{trusted},
			"The server's certificate cannot be trusted: ", "must replace it",
		},
		{
			"a client certificate is required", asking,
			[]hdpclient.Option{trusted},
			"The server requires a client certificate, and none was sent.", "--client-cert",
		},
		{
			"a client certificate of another authority", asking,
			[]hdpclient.Option{trusted, issue(t, authority(t, "Other Root"), asIs).files(t)},
			"The server requires a client certificate, and none was sent.", "A certificate from an authority",
		},
		{
			"an expired client certificate", asking,
			[]hdpclient.Option{trusted, issue(t, ours, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }).files(t)},
			"The server did not accept the client certificate: ", "which authority signed it",
		},
		{
			"outdated TLS", old,
			[]hdpclient.Option{trusted},
			"The server supports only TLS versions that are no longer safe", "TLS 1.2",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := readFrom(t, serve(t, c.server), c.opts...)
			if !strings.HasPrefix(p.Lead, c.lead) || !strings.Contains(p.Next, c.next) {
				t.Errorf("%s\n%s", p.Lead, p.Next)
			}
		})
	}
}

func TestTheWrongProtocolIsExplained(t *testing.T) {
	t.Parallel()
	t.Run("plain HTTP on an https address", func(t *testing.T) {
		t.Parallel()
		p := readFrom(t, "https"+strings.TrimPrefix(hdptest.NewServer(t).URL, "http"))
		if p.Lead != "The server answers plain HTTP on this port." || !strings.Contains(p.Next, "8443") {
			t.Errorf("%s\n%s", p.Lead, p.Next)
		}
	})
	t.Run("another protocol on an https address", func(t *testing.T) {
		t.Parallel()
		p := readFrom(t, "https://"+greet(t, "220 mail.example.com ESMTP\r\n"))
		if p.Lead != "The server does not speak TLS on this port." {
			t.Errorf("%s\n%s", p.Lead, p.Next)
		}
	})
	for name, address := range map[string]string{
		"HTTPS on an http address, reported by the server": "http" + strings.TrimPrefix(hdptest.NewServer(t, hdptest.WithTLS()).URL, "https"),
		"HTTPS on an http address, answered with an alert": "http://" + greet(t, "\x15\x03\x01\x00\x02\x02\x46"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := readFrom(t, address)
			if p.Lead != "The server speaks HTTPS on this port, but the address says http." || !strings.Contains(p.Next, "https://") {
				t.Errorf("%s\n%s", p.Lead, p.Next)
			}
		})
	}
}

// greet returns the address of a server that sends a text to each connection.
func greet(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1))
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

func TestAProxyThatRefusesIsNamed(t *testing.T) {
	t.Parallel()
	through := func(proxy string) hdpclient.Option {
		return hdpclient.WithTransport(func(tr *http.Transport) {
			tr.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
		})
	}
	for status, want := range map[int]string{
		http.StatusProxyAuthRequired: "requires its own login (HTTP 407).",
		http.StatusForbidden:         "refused the connection to the server (HTTP 403).",
		http.StatusBadGateway:        "refused the connection to the server (HTTP 502).",
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
			defer proxy.Close()
			p := readFrom(t, "https://hdp.example.test:8443", through(proxy.URL))
			if want := "The proxy " + strings.TrimPrefix(proxy.URL, "http://") + " " + want; p.Lead != want || !strings.Contains(p.Next, "NO_PROXY") {
				t.Errorf("%s\n%s", p.Lead, p.Next)
			}
		})
	}
	t.Run("nothing listens", func(t *testing.T) {
		t.Parallel()
		p := readFrom(t, "https://hdp.example.test:8443", through("http://127.0.0.1:1"))
		if !strings.HasPrefix(p.Lead, "The proxy set in the environment cannot be reached: The connection was refused") || !strings.Contains(p.Next, "HTTPS_PROXY") {
			t.Errorf("%s\n%s", p.Lead, p.Next)
		}
	})
}
