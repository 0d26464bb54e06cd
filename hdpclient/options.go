package hdpclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// Option is a setting of [New].
type Option func(*settings) error

type settings struct {
	roots         *x509.CertPool
	certificates  []tls.Certificate
	serverName    string
	skipVerify    bool
	readOnly      bool
	allowHTTP     bool
	maxInFlight   int
	timeout       time.Duration
	userAgent     string
	logger        *slog.Logger
	editTransport []func(*http.Transport)
}

func defaults() settings {
	return settings{
		maxInFlight: 2,
		timeout:     30 * time.Second,
		userAgent:   "hdpclient",
		logger:      slog.New(slog.DiscardHandler),
	}
}

// WithRootCAs trusts the certificate authorities of the pool, and no others.
func WithRootCAs(pool *x509.CertPool) Option {
	return func(s *settings) error {
		if pool == nil {
			return errors.New("root certificates: the pool is nil")
		}
		s.roots = pool
		return nil
	}
}

// ErrRootCAs is that a file holds no certificate authorities, or cannot be read.
var ErrRootCAs = errors.New("root certificates")

// WithRootCAFile trusts the certificate authorities of a PEM or DER file, and no
// others. A direct install of HDP has a self-signed certificate: give that.
func WithRootCAFile(path string) Option {
	return func(s *settings) error {
		pool, err := readCAs(path)
		s.roots = pool
		return err
	}
}

// WithClientCertificate shows the server the certificate of a PEM file, for one
// that asks for it. The key is in a PEM file of its own, without a passphrase, or
// in the same file. The login and the password are still sent.
func WithClientCertificate(certFile, keyFile string) Option {
	return func(s *settings) error {
		pair, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			return fmt.Errorf("client certificate %s, key %s: %w", certFile, keyFile, err)
		}
		s.certificates = []tls.Certificate{pair}
		return nil
	}
}

// WithServerName takes the server's certificate for one of name, instead of the
// host in the base URL: for a server that is reached by an address or through a
// tunnel. The certificate is checked as strictly as without it.
func WithServerName(name string) Option {
	return func(s *settings) error {
		if name == "" {
			return errors.New("server name: must not be empty")
		}
		s.serverName = name
		return nil
	}
}

// WithInsecureSkipVerify accepts every certificate: whoever answers gets the
// password.
func WithInsecureSkipVerify() Option {
	return func(s *settings) error {
		s.skipVerify = true
		return nil
	}
}

// WithAllowHTTP allows plain http to a host that is not this machine: whoever
// listens gets the password.
func WithAllowHTTP() Option {
	return func(s *settings) error {
		s.allowHTTP = true
		return nil
	}
}

// WithReadOnly refuses every write before it is sent, with ErrReadOnly: a second
// lock behind a program's own.
func WithReadOnly() Option {
	return func(s *settings) error {
		s.readOnly = true
		return nil
	}
}

// WithMaxInFlight limits the requests in flight, 2 if not set. Stay below the
// server's lockout limit, 3 by default: as many requests may be out when the
// password is changed under them.
func WithMaxInFlight(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("requests in flight: %d is less than 1", n)
		}
		s.maxInFlight = n
		return nil
	}
}

// WithTimeout limits one request from sending to the end of its answer, 30 s if
// not set; waiting for a place and between attempts does not count. The list of
// users has no such limit: there it is the longest silence of the server.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("timeout: %s must be positive", d)
		}
		s.timeout = d
		return nil
	}
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(agent string) Option {
	return func(s *settings) error {
		s.userAgent = agent
		return nil
	}
}

// WithLogger logs each attempt at a request once it is over, at level info: method,
// path, status (0 without an answer), the time it took, the size of the answer in
// bytes, and why there was none; nothing else.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) error {
		if logger == nil {
			return errors.New("logger: must not be nil")
		}
		s.logger = logger
		return nil
	}
}

// WithTransport lets a test change the transport after everything else was set.
func WithTransport(edit func(*http.Transport)) Option {
	return func(s *settings) error {
		s.editTransport = append(s.editTransport, edit)
		return nil
	}
}
