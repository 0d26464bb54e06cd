package explain

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"hdpadmin/hdpclient"
)

// Unreachable explains why there was no answer at all, and what may help: Short,
// Lead, and Next, which is "" where no more can be done than to try again.
func Unreachable(err error) Problem {
	for _, explain := range []func(error) Problem{explainProxy, explainCertificate, explainHandshake, explainNetwork} {
		if p := explain(err); p.Lead != "" {
			return p
		}
	}
	p := Problem{Short: "not reachable", Lead: "The server cannot be reached."}
	if e, is := errors.AsType[*hdpclient.Error](err); is {
		err = e.Err
	}
	if err != nil {
		p.Lead = "The server cannot be reached: " + hdpclient.TextOf(err.Error()).String() + "."
	}
	return p
}

func explainProxy(err error) Problem {
	p := Problem{Short: "the proxy is in the way", Next: "Check HTTPS_PROXY and NO_PROXY in the environment."}
	if refused, is := errors.AsType[*hdpclient.ProxyError](err); is {
		name := hdpclient.TextOf(refused.Proxy).String()
		p.Lead = fmt.Sprintf("The proxy %s did not make way to the server (HTTP %d).", name, refused.Status)
		if refused.Status == http.StatusProxyAuthRequired {
			p.Lead = "The proxy " + name + " wants a login of its own (HTTP 407)."
		}
		return p
	}
	op, is := errors.AsType[*net.OpError](err)
	if !is || op.Op != "proxyconnect" {
		return Problem{}
	}
	why := hdpclient.TextOf(op.Err.Error()).String()
	if n := explainNetwork(op.Err); n.Lead != "" {
		why = n.Lead
	}
	p.Lead = "The proxy that the environment names cannot be reached: " + strings.TrimSuffix(why, ".") + "."
	return p
}

// explainCertificate is about the server's, which this side did not take.
func explainCertificate(err error) Problem {
	if e, is := errors.AsType[x509.UnknownAuthorityError](err); is {
		return explainAuthority(e.Cert)
	}
	if e, is := errors.AsType[x509.HostnameError](err); is {
		host := hdpclient.TextOf(e.Host).String()
		switch c := e.Certificate; {
		case len(c.DNSNames)+len(c.IPAddresses) == 0:
			lead := "The server's certificate names no host."
			if cn := hdpclient.TextOf(c.Subject.CommonName).String(); cn != "" {
				lead = "The server's certificate names “" + cn + "” only as its common name (CN), which no longer counts."
			}
			return Problem{
				Short: "certificate without alternative names", Lead: lead,
				Next: "The server needs a certificate that has " + host + " as a subject alternative name (SAN). No setting here can replace that.",
			}
		case net.ParseIP(e.Host) != nil && slices.Contains(c.DNSNames, e.Host):
			return Problem{
				Short: "address as a host name in the certificate",
				Lead:  "The server's certificate has the address " + host + " as a DNS name, where an address does not count.",
				Next:  "The server needs a certificate that has it as an IP address, or one with a host name to use instead.",
			}
		}
		return Problem{
			Short: "certificate for another name",
			Lead:  fmt.Sprintf("The server's certificate is not for %s but for %s.", hdpclient.TextOf(e.Host), certificateNames(e.Certificate)),
			Next:  "Use that name in the server's address. Where the address has to stay, server_name in the settings is the name to expect.",
		}
	}
	e, is := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case is && e.Reason == x509.Expired && strings.Contains(e.Detail, "is before"):
		return Problem{
			Short: "certificate not valid yet", Lead: "The server's certificate is not valid before " + formatTime(e.Cert.NotBefore) + ".",
			Next: "Check this machine's clock. If it is right, the server has its new certificate too early.",
		}
	case is && e.Reason == x509.Expired:
		return Problem{
			Short: "certificate expired", Lead: "The server's certificate expired on " + formatTime(e.Cert.NotAfter) + ".",
			Next: "Whoever runs the server must renew it. Check this machine's clock too.",
		}
	case is:
		return Problem{
			Short: "certificate not usable",
			Lead:  "The server's certificate cannot be relied on: " + hdpclient.TextOf(strings.TrimPrefix(e.Error(), "x509: ")).String() + ".",
			Next:  "Whoever runs the server must replace it.",
		}
	}
	return Problem{}
}

func explainAuthority(c *x509.Certificate) Problem {
	p := Problem{
		Short: "unknown certificate authority",
		Next:  "Get the authority's certificate and name its file: --ca-file, or ca_file in the settings.",
	}
	switch {
	case c != nil && c.Issuer.String() == c.Subject.String():
		p.Lead = "The server's certificate is signed by itself, and this machine does not know it."
		p.Next = "Get the certificate from whoever runs the server, and name its file: --ca-file, or ca_file in the settings."
	case c != nil && c.Issuer.CommonName != "":
		p.Lead = "The server's certificate is signed by “" + hdpclient.TextOf(c.Issuer.CommonName).String() + "”, an authority that this machine does not know."
	default:
		p.Lead = "The server's certificate is signed by an authority that this machine does not know."
	}
	return p
}

// formatTime is a time in the life of a certificate.
func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// certificateNames are the names and addresses that a certificate is for, the first few of
// many.
func certificateNames(c *x509.Certificate) string {
	var names []string
	for _, n := range c.DNSNames {
		names = append(names, hdpclient.TextOf(n).String())
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	const few = 5
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

// explainHandshake is about what the two sides could not agree on. The alerts of the
// other side have no type of their own: their text is crypto/tls's.
func explainHandshake(err error) Problem {
	text := ""
	if e, is := errors.AsType[*hdpclient.Error](err); is && e.Err != nil {
		text = e.Err.Error()
	}
	says := func(alerts ...string) bool {
		return slices.ContainsFunc(alerts, func(alert string) bool { return strings.Contains(text, "tls: "+alert) })
	}
	_, foreign := errors.AsType[tls.RecordHeaderError](err)
	const port = "Check the port of the address: 8443 is HDP's default for https."
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return Problem{Short: "plain HTTP on this port", Lead: "The server answers plain HTTP on this port.", Next: port}
	case strings.Contains(text, `malformed HTTP response "\x15`):
		return explainHTTPS()
	case foreign:
		return Problem{Short: "no TLS on this port", Lead: "The server does not speak TLS on this port.", Next: port}
	case says("certificate required"):
		return Problem{
			Short: "client certificate wanted", Lead: "The server asks for a client certificate, and none was shown.",
			Next: "Name yours: --client-cert and --client-key, or client_cert and client_key in the settings. " +
				"One of another authority than the server asks for is not shown.",
		}
	case says("bad certificate", "unknown certificate", "revoked certificate", "expired certificate", "unsupported certificate"):
		_, why, _ := strings.Cut(text, "tls: ")
		return Problem{
			Short: "client certificate refused", Lead: "The server did not take the client certificate: " + hdpclient.TextOf(why).String() + ".",
			Next: "Check client_cert: whether one is needed, which authority signed it, and until when it is valid.",
		}
	case says("protocol version not supported", "server selected unsupported protocol version"):
		return Problem{
			Short: "only old versions of TLS", Lead: "The server speaks only versions of TLS that are no longer safe; this program speaks 1.2 and 1.3.",
			Next: "Whoever runs the server must allow TLS 1.2.",
		}
	case says("handshake failure"):
		return Problem{
			Short: "no common way of TLS", Lead: "The server and this program found no way of TLS that both of them take.",
			Next: "It may want a client certificate (client_cert), or allow too old a TLS alone.",
		}
	}
	return Problem{}
}

func explainHTTPS() Problem {
	return Problem{
		Title: "No answer", Short: "HTTPS on this port", Lead: "The server speaks HTTPS on this port, and the address says http.",
		Next: "Write https:// in the server's address.",
	}
}

// explainNetwork is about the way to the server.
func explainNetwork(err error) Problem {
	dns, noName := errors.AsType[*net.DNSError](err)
	switch {
	case noName && dns.IsTimeout:
		return Problem{Short: "no address for the name in time", Lead: fmt.Sprintf("The address of the name %s was not told in time.", hdpclient.TextOf(dns.Name)), Next: "Check the network and the VPN."}
	case noName:
		return Problem{Short: "no address for the name", Lead: fmt.Sprintf("There is no address for the name %s.", hdpclient.TextOf(dns.Name)), Next: "Check the name of the server, and the VPN."}
	case errors.Is(err, context.DeadlineExceeded):
		return Problem{Short: "no answer in time", Lead: "The server did not answer in time."}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return Problem{Short: "connection closed", Lead: "The connection was closed before an answer came."}
	case errors.Is(err, syscall.ECONNREFUSED):
		return Problem{Short: "nobody listens there", Lead: "Nobody listens at the server's address and port.", Next: "Check the address, and whether HDP is running."}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return Problem{Short: "no way to the server", Lead: "There is no way to the server from this machine.", Next: "Check the network and the VPN."}
	}
	return Problem{}
}
