package hdpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Client calls one HDP server. It is safe for concurrent use.
type Client struct {
	base        *url.URL // without a slash at the end
	gate        *authGate
	clock       *serverClock
	unreachable *atomic.Bool // see Reachable
	timeout     time.Duration
	readOnly    bool
	userAgent   string
	logger      *slog.Logger

	// Tests replace sleep and jitter to retry without waiting.
	sleep  func(context.Context, time.Duration) error
	jitter func(time.Duration) time.Duration
}

// New returns a client of the server at baseURL, the address before /api, such as
// "https://hdp.example.com:8443". It keeps a path. The address must use https unless
// the host is this machine or WithAllowHTTP is given. New sends nothing.
func New(baseURL string, opts ...Option) (*Client, error) {
	s := defaults()
	for _, opt := range opts {
		if err := opt(&s); err != nil {
			return nil, err
		}
	}
	base, err := parseBase(baseURL, s.allowHTTP)
	if err != nil {
		return nil, fmt.Errorf("the server's address %w", err)
	}
	connections := newConnections(func() *http.Transport { return newTransport(s) })
	gate := newAuthGate(s.maxInFlight, connections)
	gate.seat = newGateSeat(s, base)
	return &Client{
		base:        base,
		gate:        gate,
		clock:       &serverClock{began: time.Now()},
		unreachable: new(atomic.Bool),
		timeout:     s.timeout,
		readOnly:    s.readOnly,
		userAgent:   s.userAgent,
		logger:      s.logger,
		sleep:       sleep,
		jitter:      fullJitter,
	}, nil
}

// CheckAddress returns what [New] would find wrong with the server's address, other than plain HTTP.
func CheckAddress(baseURL string) error {
	if _, err := parseBase(baseURL, true); err != nil {
		return fmt.Errorf("the server's address %w", err)
	}
	return nil
}

// parseBase never quotes raw in an error, because it may contain a password. Its errors follow
// "the server's address".
func parseBase(raw string, allowHTTP bool) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Opaque != "":
		return nil, errors.New("is not of the form https://host:port")
	case u.User != nil:
		return nil, errors.New("must not contain a user name or a password")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("must start with https://")
	case u.Hostname() == "":
		return nil, errors.New("has no host")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(raw, "#"):
		return nil, errors.New("must end with the path, without ? or #")
	case u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()):
		return nil, errors.New("must start with https://, because the host is not this machine")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, errors.New("must have a port between 1 and 65535")
		}
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return nil, errors.New("must not contain . or .. in its path")
		}
	}
	return url.Parse(u.Scheme + "://" + u.Host + path)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func newTransport(s settings) *http.Transport {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: proxyAnswered,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            s.roots,
			Certificates:       s.certificates,
			ServerName:         s.serverName,
			InsecureSkipVerify: s.skipVerify, //nolint:gosec // asked for by name
		},
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    s.maxInFlight,
		IdleConnTimeout:        60 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
	for _, edit := range s.editTransport {
		edit(t)
	}
	return t
}

// SetCredentials sets the login for later calls and copies the password. It clears the
// old login's refusal and cookies. One request tries the new login alone, on a new
// connection.
func (c *Client) SetCredentials(creds Credentials) {
	c.gate.setCredentials(creds)
	c.gate.connections.closeIdle()
}

// ClearCredentials removes the login. Calls that need one then return ErrNoCredentials.
func (c *Client) ClearCredentials() { c.SetCredentials(Credentials{}) }

// With returns a client for the same server with another login or password. It shares
// c's connections, but not its cookies and not what c knows about its login. Use it to
// test a password while c keeps working with the old one. It sends one request at a
// time, in addition to those of c.
func (c *Client) With(creds Credentials) *Client {
	other := *c
	other.gate = newAuthGate(1, c.gate.connections)
	other.gate.seat = c.gate.copySeat()
	other.gate.setCredentials(creds)
	return &other
}

// Adopt makes c use the login of other, a client that With returned, for later calls.
// It takes over the cookies and what is known about the password. Requests in flight
// continue with the old login; other loses its login.
func (c *Client) Adopt(other *Client) {
	c.gate.adopt(other.gate)
	other.ClearCredentials()
}

// Login returns the login name, "" if there are no credentials.
func (c *Client) Login() string { return c.gate.loginName() }

// Proven reports whether HDP has accepted the credentials. An answer from a cache does
// not count.
func (c *Client) Proven() bool { return c.gate.isProven() }

// ProvenLogin returns the login name if HDP has accepted the credentials, else "".
func (c *Client) ProvenLogin() string { return c.gate.provenLogin() }

// HasSameCredentials reports whether other has the login and the password of c.
func (c *Client) HasSameCredentials(other *Client) bool {
	own, others := c.gate.credentials(), other.gate.credentials()
	defer own.Password.Wipe()
	defer others.Password.Wipe()
	return own.isSame(others)
}

// BaseURL returns a copy of the server's address.
func (c *Client) BaseURL() *url.URL {
	base := *c.base
	return &base
}

// Close closes idle connections.
func (c *Client) Close() { c.gate.connections.closeIdle() }
