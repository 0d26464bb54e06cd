package explain_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"strings"
	"testing"

	"hdpadmin/internal/explain"
)

func TestCertificateNamesAreExplained(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cert       x509.Certificate
		lead, next string
	}{
		"only a common name": {
			x509.Certificate{Subject: pkix.Name{CommonName: "10.0.0.5"}},
			"names “10.0.0.5” only as its common name (CN)", "as a subject alternative name (SAN)",
		},
		"an address as a DNS name": {
			x509.Certificate{DNSNames: []string{"10.0.0.5"}},
			"has the address 10.0.0.5 as a DNS name", "as an IP address",
		},
		"another name": {
			x509.Certificate{Subject: pkix.Name{CommonName: "x"}, DNSNames: []string{"hdp.example.test"}},
			"is not for 10.0.0.5 but for hdp.example.test", "server_name",
		},
		"no name": {x509.Certificate{}, "names no host", "as a subject alternative name (SAN)"},
	} {
		p := explain.Unreachable(x509.HostnameError{Certificate: &c.cert, Host: "10.0.0.5"})
		if !strings.Contains(p.Lead, c.lead) || !strings.Contains(p.Next, c.next) {
			t.Errorf("%s: %s %s", name, p.Lead, p.Next)
		}
	}
}
