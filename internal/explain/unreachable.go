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

// Unreachable explains why there was no answer at all, in Short and Lead. Next says what may help, ""
// if only a retry can.
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
		p.Lead = "The server cannot be reached: " + hdpclient.Clean(err.Error()) + "."
	}
	return p
}

func explainProxy(err error) Problem {
	p := Problem{Short: "proxy error", Next: "Check HTTPS_PROXY and NO_PROXY in the environment."}
	if refused, is := errors.AsType[*hdpclient.ProxyError](err); is {
		name := hdpclient.Clean(refused.Proxy)
		p.Lead = fmt.Sprintf("The proxy %s refused the connection to the server (HTTP %d).", name, refused.Status)
		if refused.Status == http.StatusProxyAuthRequired {
			p.Lead = "The proxy " + name + " requires its own login (HTTP 407)."
		}
		return p
	}
	op, is := errors.AsType[*net.OpError](err)
	if !is || op.Op != "proxyconnect" {
		return Problem{}
	}
	why := hdpclient.Clean(op.Err.Error())
	if n := explainNetwork(op.Err); n.Lead != "" {
		why = n.Lead
	}
	p.Lead = "The proxy set in the environment cannot be reached: " + strings.TrimSuffix(why, ".") + "."
	return p
}

// explainCertificate covers a server certificate that hdpadmin does not accept.
func explainCertificate(err error) Problem {
	if e, is := errors.AsType[x509.UnknownAuthorityError](err); is {
		return explainAuthority(e.Cert)
	}
	if e, is := errors.AsType[x509.HostnameError](err); is {
		host := hdpclient.Clean(e.Host)
		switch c := e.Certificate; {
		case len(c.DNSNames)+len(c.IPAddresses) == 0:
			lead := "The server's certificate names no host."
			if cn := hdpclient.Clean(c.Subject.CommonName); cn != "" {
				lead = "The server's certificate names “" + cn + "” only as its common name (CN), which no longer counts."
			}
			return Problem{
				Short: "certificate without alternative names", Lead: lead,
				Next: "The server needs a certificate that has " + host + " as a subject alternative name (SAN). No setting of hdpadmin can replace that.",
			}
		case net.ParseIP(e.Host) != nil && slices.Contains(c.DNSNames, e.Host):
			return Problem{
				Short: "address as a host name in the certificate",
				Lead:  "The server's certificate has the address " + host + " as a DNS name, where an address does not count.",
				Next:  "The server needs a certificate that has it as an IP address, or one for a host name that you then use instead.",
			}
		}
		return Problem{
			Short: "certificate for another name",
			Lead:  fmt.Sprintf("The server's certificate is not for %s but for %s.", hdpclient.Clean(e.Host), certificateNames(e.Certificate)),
			Next:  "Use that name in the server's address, or set server_name to it in the settings.",
		}
	}
	e, is := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case is && e.Reason == x509.Expired && strings.Contains(e.Detail, "is before"):
		return Problem{
			Short: "certificate not valid yet", Lead: "The server's certificate is not valid before " + formatTime(e.Cert.NotBefore) + ".",
			Next: "Check this machine's clock. If it is right, the server's certificate was installed too early.",
		}
	case is && e.Reason == x509.Expired:
		return Problem{
			Short: "certificate expired", Lead: "The server's certificate expired on " + formatTime(e.Cert.NotAfter) + ".",
			Next: "The server's administrator must renew it. Check this machine's clock too.",
		}
	case is:
		return Problem{
			Short: "certificate not usable",
			Lead:  "The server's certificate cannot be trusted: " + hdpclient.Clean(strings.TrimPrefix(e.Error(), "x509: ")) + ".",
			Next:  "The server's administrator must replace it.",
		}
	}
	return Problem{}
}

func explainAuthority(c *x509.Certificate) Problem {
	p := Problem{
		Short: "unknown certificate authority",
		Next:  "Get the authority's certificate and name its file with --ca-file, or ca_file in the settings.",
	}
	switch {
	case c != nil && c.Issuer.String() == c.Subject.String():
		p.Lead = "The server's certificate is self-signed, and this machine does not trust it."
		p.Next = "Get the certificate from the server's administrator, and name its file with --ca-file, or ca_file in the settings."
	case c != nil && c.Issuer.CommonName != "":
		p.Lead = "The server's certificate is signed by “" + hdpclient.Clean(c.Issuer.CommonName) + "”, an authority that this machine does not trust."
	default:
		p.Lead = "The server's certificate is signed by an authority that this machine does not trust."
	}
	return p
}

func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// certificateNames lists the first names and addresses in a certificate.
func certificateNames(c *x509.Certificate) string {
	var names []string
	for _, n := range c.DNSNames {
		names = append(names, hdpclient.Clean(n))
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

// explainHandshake covers what the two sides could not agree on. The server's alerts have no error
// type, so they are told apart by crypto/tls's texts.
func explainHandshake(err error) Problem {
	text := ""
	if e, is := errors.AsType[*hdpclient.Error](err); is && e.Err != nil {
		text = e.Err.Error()
	}
	says := func(alerts ...string) bool {
		return slices.ContainsFunc(alerts, func(alert string) bool { return strings.Contains(text, "tls: "+alert) })
	}
	_, foreign := errors.AsType[tls.RecordHeaderError](err)
	const port = "Check the port of the address: HDP's default for https is 8443."
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return Problem{Short: "plain HTTP on this port", Lead: "The server answers plain HTTP on this port.", Next: port}
	case strings.Contains(text, `malformed HTTP response "\x15`):
		return explainHTTPS()
	case foreign:
		return Problem{Short: "no TLS on this port", Lead: "The server does not speak TLS on this port.", Next: port}
	case says("certificate required"):
		return Problem{
			Short: "client certificate required", Lead: "The server requires a client certificate, and none was sent.",
			Next: "Set yours with --client-cert and --client-key, or client_cert and client_key in the settings. " +
				"A certificate from an authority that the server does not ask for is not sent.",
		}
	case says("bad certificate", "unknown certificate", "revoked certificate", "expired certificate", "unsupported certificate"):
		_, why, _ := strings.Cut(text, "tls: ")
		return Problem{
			Short: "client certificate refused", Lead: "The server did not accept the client certificate: " + hdpclient.Clean(why) + ".",
			Next: "Check client_cert: whether one is needed, which authority signed it, and when it expires.",
		}
	case says("protocol version not supported", "server selected unsupported protocol version"):
		return Problem{
			Short: "only old versions of TLS", Lead: "The server supports only TLS versions that are no longer safe; hdpadmin supports 1.2 and 1.3.",
			Next: "The server's administrator must allow TLS 1.2.",
		}
	case says("handshake failure"):
		return Problem{
			Short: "no TLS version or cipher in common", Lead: "The server and hdpadmin have no TLS version or cipher in common.",
			Next: "The server may require a client certificate (client_cert), or allow only outdated TLS.",
		}
	}
	return Problem{}
}

func explainHTTPS() Problem {
	return Problem{
		Title: "No answer", Short: "HTTPS on this port", Lead: "The server speaks HTTPS on this port, but the address says http.",
		Next: "Use https:// in the server's address.",
	}
}

// explainNetwork covers the network between hdpadmin and the server.
func explainNetwork(err error) Problem {
	dns, noName := errors.AsType[*net.DNSError](err)
	switch {
	case noName && dns.IsTimeout:
		return Problem{Short: "name lookup timed out", Lead: fmt.Sprintf("Looking up the name %s timed out.", hdpclient.Clean(dns.Name)), Next: "Check the network and the VPN."}
	case noName:
		return Problem{Short: "host name not found", Lead: fmt.Sprintf("No address was found for the host name %s.", hdpclient.Clean(dns.Name)), Next: "Check the spelling of the name, and the VPN."}
	case errors.Is(err, context.DeadlineExceeded):
		return Problem{Short: "no answer in time", Lead: "The server did not answer in time."}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return Problem{Short: "connection closed", Lead: "The connection was closed before an answer arrived."}
	case errors.Is(err, syscall.ECONNREFUSED):
		return Problem{Short: "connection refused", Lead: "The connection was refused: nothing is listening at that address and port.", Next: "Check the address, and whether HDP is running."}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return Problem{Short: "no route to the server", Lead: "This machine has no network route to the server.", Next: "Check the network and the VPN."}
	}
	return Problem{}
}
