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
	"strings"
	"syscall"

	"hdpadmin/hdpclient"
)

// Unreachable explains why there was no answer at all, and what may help; next is
// "" where no more can be done than to try again.
func Unreachable(err error) (lead, next string) {
	for _, explain := range []func(error) (string, string){proxy, certificate, handshake, network} {
		if lead, next := explain(err); lead != "" {
			return lead, next
		}
	}
	if e, is := errors.AsType[*hdpclient.Error](err); is {
		err = e.Err
	}
	if err != nil {
		return "The server cannot be reached: " + hdpclient.TextOf(err.Error()).String() + ".", ""
	}
	return "The server cannot be reached.", ""
}

const checkProxy = "Check HTTPS_PROXY and NO_PROXY in the environment."

func proxy(err error) (lead, next string) {
	if refused, is := errors.AsType[*hdpclient.ProxyError](err); is {
		name := hdpclient.TextOf(refused.Proxy).String()
		if refused.Status == http.StatusProxyAuthRequired {
			return "The proxy " + name + " wants a login of its own (HTTP 407).", checkProxy
		}
		return fmt.Sprintf("The proxy %s did not make way to the server (HTTP %d).", name, refused.Status), checkProxy
	}
	op, is := errors.AsType[*net.OpError](err)
	if !is || op.Op != "proxyconnect" {
		return "", ""
	}
	why := hdpclient.TextOf(op.Err.Error()).String()
	if lead, _ := network(op.Err); lead != "" {
		why = lead
	}
	return "The proxy that the environment names cannot be reached: " + strings.TrimSuffix(why, ".") + ".", checkProxy
}

// certificate is about the server's, which this side did not take.
func certificate(err error) (lead, next string) {
	if e, is := errors.AsType[x509.UnknownAuthorityError](err); is {
		if e.Cert != nil && e.Cert.Issuer.String() == e.Cert.Subject.String() {
			return "The server's certificate is signed by itself, and this machine does not know it.",
				"Get the certificate from whoever runs the server, and name its file: --ca-file, or ca_file in the settings."
		}
		by := "an authority"
		if e.Cert != nil && e.Cert.Issuer.CommonName != "" {
			by = "“" + hdpclient.TextOf(e.Cert.Issuer.CommonName).String() + "”, an authority"
		}
		return "The server's certificate is signed by " + by + " that this machine does not know.",
			"Get the authority's certificate and name its file: --ca-file, or ca_file in the settings."
	}
	if e, is := errors.AsType[x509.HostnameError](err); is {
		return fmt.Sprintf("The server's certificate is not for %s but for %s.", hdpclient.TextOf(e.Host), namesOf(e.Certificate)),
			"Use that name in the server's address. Where the address has to stay, server_name in the settings is the name to expect."
	}
	e, is := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case is && e.Reason == x509.Expired && strings.Contains(e.Detail, "is before"):
		return "The server's certificate is not valid before " + moment(e.Cert.NotBefore) + ".",
			"Check this machine's clock. If it is right, the server has its new certificate too early."
	case is && e.Reason == x509.Expired:
		return "The server's certificate expired on " + moment(e.Cert.NotAfter) + ".",
			"Whoever runs the server must renew it. Check this machine's clock too."
	case is:
		return "The server's certificate cannot be relied on: " + hdpclient.TextOf(strings.TrimPrefix(e.Error(), "x509: ")).String() + ".",
			"Whoever runs the server must replace it."
	}
	return "", ""
}

// namesOf are the names and addresses that a certificate is for, the first few of
// many.
func namesOf(c *x509.Certificate) string {
	var names []string
	for _, n := range c.DNSNames {
		names = append(names, hdpclient.TextOf(n).String())
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	const few = 5
	switch {
	case len(names) == 0:
		return "no name at all"
	case len(names) > few:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

// handshake is about what the two sides could not agree on. The alerts of the
// other side have no type of their own: their text is crypto/tls's.
func handshake(err error) (lead, next string) {
	text := ""
	if e, is := errors.AsType[*hdpclient.Error](err); is && e.Err != nil {
		text = e.Err.Error()
	}
	_, foreign := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return "The server answers plain HTTP on this port.", "Check the port of the address: 8443 is HDP's default for https."
	case strings.Contains(text, `malformed HTTP response "\x15`):
		return speaksHTTPS()
	case foreign:
		return "The server does not speak TLS on this port.", "Check the port of the address: 8443 is HDP's default for https."
	case strings.Contains(text, "tls: certificate required"), strings.Contains(text, "tls: client didn't provide a certificate"):
		return "The server asks for a client certificate, and none was shown.",
			"Name yours: --client-cert and --client-key, or client_cert and client_key in the settings. One of another authority than the server asks for is not shown."
	case strings.Contains(text, "remote error: tls: bad certificate"), strings.Contains(text, "remote error: tls: unknown certificate"),
		strings.Contains(text, "remote error: tls: revoked certificate"), strings.Contains(text, "remote error: tls: expired certificate"),
		strings.Contains(text, "remote error: tls: unsupported certificate"):
		return "The server did not take the client certificate: " + hdpclient.TextOf(after(text, "tls: ")).String() + ".",
			"Check client_cert: whether one is needed, which authority signed it, and until when it is valid."
	case strings.Contains(text, "protocol version not supported"), strings.Contains(text, "unsupported protocol version"):
		return "The server speaks only versions of TLS that are no longer safe; this program speaks 1.2 and 1.3.",
			"Whoever runs the server must allow TLS 1.2."
	case strings.Contains(text, "remote error: tls: handshake failure"):
		return "The server and this program found no way of TLS that both of them take.",
			"It may want a client certificate (client_cert), or allow too old a TLS alone."
	}
	return "", ""
}

func after(text, mark string) string {
	_, rest, _ := strings.Cut(text, mark)
	return rest
}

func speaksHTTPS() (lead, next string) {
	return "The server speaks HTTPS on this port, and the address says http.", "Write https:// in the server's address."
}

// network is about the way to the server.
func network(err error) (lead, next string) {
	dns, noName := errors.AsType[*net.DNSError](err)
	switch {
	case noName && dns.IsTimeout:
		return fmt.Sprintf("The address of the name %s was not told in time.", hdpclient.TextOf(dns.Name)), "Check the network and the VPN."
	case noName:
		return fmt.Sprintf("There is no address for the name %s.", hdpclient.TextOf(dns.Name)), "Check the name of the server, and the VPN."
	case errors.Is(err, context.DeadlineExceeded):
		return "The server did not answer in time.", ""
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "The connection was closed before an answer came.", ""
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nobody listens at the server's address and port.", "Check the address, and whether HDP is running."
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "There is no way to the server from this machine.", "Check the network and the VPN."
	}
	return "", ""
}
