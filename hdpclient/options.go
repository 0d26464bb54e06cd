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
	shared        *Gate
	operator      string
}

func defaults() settings {
	return settings{
		maxInFlight: 2,
		timeout:     30 * time.Second,
		userAgent:   "hdpclient",
		logger:      slog.New(slog.DiscardHandler),
	}
}

// WithRootCAs trusts only the certificate authorities of the pool.
func WithRootCAs(pool *x509.CertPool) Option {
	return func(s *settings) error {
		if pool == nil {
			return errors.New("root certificates: the pool is nil")
		}
		s.roots = pool
		return nil
	}
}

// ErrRootCAs means that a file cannot be read or contains no certificate authority.
var ErrRootCAs = errors.New("CA file")

// WithRootCAFile trusts only the certificate authorities in a PEM or DER file. For a
// self-signed certificate, as HDP installs it, name that certificate.
func WithRootCAFile(path string) Option {
	return func(s *settings) error {
		pool, err := readCAs(path)
		s.roots = pool
		return err
	}
}

// WithClientCertificate presents the certificate of a PEM file to a server that asks
// for one. The key has no passphrase and is in a PEM file of its own or in the same
// file. The login and the password are sent as well.
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

// WithServerName expects name in the server's certificate instead of the host of the
// base URL, for a server reached by its address or through a tunnel. The check is just
// as strict.
func WithServerName(name string) Option {
	return func(s *settings) error {
		if name == "" {
			return errors.New("server name: must not be empty")
		}
		s.serverName = name
		return nil
	}
}

// WithInsecureSkipVerify accepts every certificate. Anyone who impersonates the server
// gets the password.
func WithInsecureSkipVerify() Option {
	return func(s *settings) error {
		s.skipVerify = true
		return nil
	}
}

// WithAllowHTTP allows plain http to a host that is not this machine. Anyone listening
// on the network gets the password.
func WithAllowHTTP() Option {
	return func(s *settings) error {
		s.allowHTTP = true
		return nil
	}
}

// WithReadOnly refuses every write with ErrReadOnly before it is sent. It is a second
// safeguard for a program that is read-only already.
func WithReadOnly() Option {
	return func(s *settings) error {
		s.readOnly = true
		return nil
	}
}

// WithMaxInFlight limits the requests in flight, 2 by default. Stay below the server's
// lockout limit, 3 by default: if the password changes, all requests in flight may fail
// with the old one.
func WithMaxInFlight(n int) Option {
	return func(s *settings) error {
		if n < 1 {
			return fmt.Errorf("requests in flight: %d is less than 1", n)
		}
		s.maxInFlight = n
		return nil
	}
}

// WithTimeout limits one request from sending to the end of its response, 30 s by
// default. Waiting for a slot or between attempts does not count. For the list of users
// it limits the server's longest silence instead.
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

// WithLogger logs each finished attempt at level info: method, path, status (0 without
// an answer), duration, size of the answer in bytes and the error if it failed; nothing
// else.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) error {
		if logger == nil {
			return errors.New("logger: must not be nil")
		}
		s.logger = logger
		return nil
	}
}

// WithTransport lets a test change the transport after all other options.
func WithTransport(edit func(*http.Transport)) Option {
	return func(s *settings) error {
		s.editTransport = append(s.editTransport, edit)
		return nil
	}
}
