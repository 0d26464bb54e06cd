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

// way is what the steps tell each other.
type way struct {
	client *hdpclient.Client
	login  hdpclient.Credentials

	health error // what HDP said, once the connection stood
	list   error // what the list said, once the login was accepted
	some   bool  // it held an account
}

// Steps are the steps to the server of the client, with that login. The client is
// signed in by them.
func Steps(client *hdpclient.Client, login hdpclient.Credentials) []Step {
	w := &way{client: client, login: login}
	return []Step{
		{"Name", w.name},
		{"Connection", w.connect},
		{"HDP", func(context.Context) (string, error) { return "it is active", w.health }},
		{"Sign-in", w.signIn},
		{"Accounts", w.accounts},
	}
}

// name looks up the server's, unless a proxy does.
func (w *way) name(ctx context.Context) (string, error) {
	base := w.client.BaseURL()
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: base}); err == nil && proxy != nil {
		return "left to the proxy " + proxy.Host, nil
	}
	host := base.Hostname()
	if net.ParseIP(host) != nil {
		return "an address, no name", nil
	}
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return "", err
	}
	return "is " + strings.Join(found[:min(2, len(found))], ", "), nil
}

// connect asks HDP whether it is active, which needs no login, and tells of the
// connection alone.
func (w *way) connect(ctx context.Context) (string, error) {
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
				found = secured(s)
			}
		},
	}
	err := w.client.Health(httptrace.WithClientTrace(ctx, trace))
	mu.Lock()
	defer mu.Unlock()
	if e, is := errors.AsType[*hdpclient.Error](err); is && e.Status == 0 && (!connected || !silent(err)) {
		return "", err
	}
	w.health = err
	return found, nil
}

// silent reports whether the other side said nothing at all. What it said
// otherwise, before any HTTP, is still about the connection: TLS 1.3 tells of a
// client certificate so late.
func silent(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func secured(s tls.ConnectionState) string {
	found := tls.VersionName(s.Version)
	if len(s.PeerCertificates) > 0 {
		found += fmt.Sprintf(", certificate until %s", s.PeerCertificates[0].NotAfter.UTC().Format("2006-01-02"))
	}
	return found
}

// signIn tries the login by one request, the list, of which no more than the
// beginning is read.
func (w *way) signIn(ctx context.Context) (string, error) {
	w.client.SetCredentials(w.login)
	for _, err := range w.client.Users(ctx, hdpclient.UsersOptions{}) {
		w.some, w.list = err == nil, err
		break
	}
	e, is := errors.AsType[*hdpclient.Error](w.list)
	if w.list == nil || is && e.Body == hdpclient.BodyEnvelope && !e.MayBeAboutLogin() {
		return "accepted as " + hdpclient.TextOf(w.login.User).String(), nil
	}
	return "", w.list
}

func (w *way) accounts(context.Context) (string, error) {
	switch {
	case errors.Is(w.list, hdpclient.ErrForbidden):
		return "", fmt.Errorf("%w: %w", ErrNoList, w.list)
	case w.list != nil:
		return "", w.list
	case !w.some:
		return "there are none that this login may see", nil
	}
	return "can be listed", nil
}
