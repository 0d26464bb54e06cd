// Package probe tests the connection to an HDP server step by step, to show which step
// fails: the name, the connection with its certificate, HDP itself, the login, the list
// of accounts. It sends the login once and never retries it.
package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"

	"hdpadmin/hdpclient"
)

// Step is one part of the test.
type Step struct {
	Name string
	// Try runs the step and describes the result in a few words. Call it once, after all
	// earlier steps have succeeded.
	Try func(context.Context) (found string, err error)
}

// ErrNoList means that the login is accepted but may not list accounts. It can still read
// a single account.
var ErrNoList = errors.New("this user may not list accounts")

// prober holds the results that later steps need.
type prober struct {
	client *hdpclient.Client
	login  hdpclient.Credentials

	healthErr   error // result of the health check; nil also before connect
	listErr     error // result of listing accounts; nil also before signIn
	hasAccounts bool  // the list is not empty
}

// Steps returns the steps for the client's server and the login. Running them signs the
// client in.
func Steps(client *hdpclient.Client, login hdpclient.Credentials) []Step {
	w := &prober{client: client, login: login}
	return []Step{
		{"Name", w.lookUpName},
		{"Connection", w.connect},
		{"HDP", func(context.Context) (string, error) { return "running", w.healthErr }},
		{"Sign-in", w.signIn},
		{"Accounts", w.checkAccounts},
	}
}

// lookUpName skips the lookup if a proxy does it.
func (w *prober) lookUpName(ctx context.Context) (string, error) {
	base := w.client.BaseURL()
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: base}); err == nil && proxy != nil {
		return "resolved by the proxy " + proxy.Host, nil
	}
	host := base.Hostname()
	if net.ParseIP(host) != nil {
		return "an IP address, no lookup needed", nil
	}
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return "", err
	}
	return strings.Join(found[:min(2, len(found))], ", "), nil
}

// connect sends HDP's health check, which needs no login, but reports only the
// connection. The next step reports the answer.
func (w *prober) connect(ctx context.Context) (string, error) {
	var mu sync.Mutex
	connected, found := false, "plain HTTP"
	trace := &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			mu.Lock()
			defer mu.Unlock()
			connected = true
		},
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				found = describeTLS(s)
			}
		},
	}
	err := w.client.Health(httptrace.WithClientTrace(ctx, trace))
	mu.Lock()
	defer mu.Unlock()
	if e, is := errors.AsType[*hdpclient.Error](err); is && e.Status == 0 && (!connected || !isSilent(err)) {
		return "", err
	}
	w.healthErr = err
	return found, nil
}

// isSilent reports whether the server sent nothing at all. Any other error before HTTP is
// about the connection: TLS 1.3 refuses a client certificate only after the handshake.
func isSilent(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func describeTLS(s tls.ConnectionState) string {
	found := tls.VersionName(s.Version)
	if len(s.PeerCertificates) > 0 {
		found += fmt.Sprintf(", certificate until %s", s.PeerCertificates[0].NotAfter.UTC().Format("2006-01-02"))
	}
	return found
}

// signIn tests the login with a single request, reading only the start of the list.
func (w *prober) signIn(ctx context.Context) (string, error) {
	w.client.SetCredentials(w.login)
	for _, err := range w.client.Users(ctx, hdpclient.UsersOptions{}) {
		w.hasAccounts, w.listErr = err == nil, err
		break
	}
	e, is := errors.AsType[*hdpclient.Error](w.listErr)
	if w.listErr == nil || is && e.Body == hdpclient.BodyEnvelope && !e.MayBeAboutLogin() {
		return "accepted as " + hdpclient.Clean(w.login.User), nil
	}
	return "", w.listErr
}

func (w *prober) checkAccounts(context.Context) (string, error) {
	switch {
	case errors.Is(w.listErr, hdpclient.ErrForbidden):
		return "", fmt.Errorf("%w: %w", ErrNoList, w.listErr)
	case w.listErr != nil:
		return "", w.listErr
	case !w.hasAccounts:
		return "none that this user may see", nil
	}
	return "can be listed", nil
}
