// Package probe tries the way to an HDP server step by step, so that it can be
// said where it ends: the name, the connection with its certificate, HDP itself,
// the login, the list of accounts. It sends one login and tries none by itself.
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

// Step is one stretch of the way.
type Step struct {
	Name string
	// Try goes it, and says in a few words what was found. It is called once, after
	// those before it have succeeded.
	Try func(context.Context) (found string, err error)
}

// ErrNoList is that the login is accepted and may not list accounts. A single one
// can still be looked at.
var ErrNoList = errors.New("this login may not list accounts")

// prober is what the steps tell each other.
type prober struct {
	client *hdpclient.Client
	login  hdpclient.Credentials

	healthErr   error // what HDP said, once the connection stood
	listErr     error // what the list said, once the login was accepted
	hasAccounts bool  // it held an account
}

// Steps are the steps to the server of the client, with that login. The client is
// signed in by them.
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

// lookUpName looks up the server's, unless a proxy does.
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

// connect asks HDP whether it is active, which needs no login, and tells of the
// connection alone.
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

// isSilent reports whether the other side said nothing at all. What it said
// otherwise, before any HTTP, is still about the connection: TLS 1.3 tells of a
// client certificate so late.
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

// signIn tries the login by one request, the list, of which no more than the
// beginning is read.
func (w *prober) signIn(ctx context.Context) (string, error) {
	w.client.SetCredentials(w.login)
	for _, err := range w.client.Users(ctx, hdpclient.UsersOptions{}) {
		w.hasAccounts, w.listErr = err == nil, err
		break
	}
	e, is := errors.AsType[*hdpclient.Error](w.listErr)
	if w.listErr == nil || is && e.Body == hdpclient.BodyEnvelope && !e.MayBeAboutLogin() {
		return "accepted as " + hdpclient.TextOf(w.login.User).String(), nil
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
		return "none that this login may see", nil
	}
	return "can be listed", nil
}
