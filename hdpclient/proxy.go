package hdpclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// ProxyError is that the proxy which the environment names was reached, and did
// not make way to the server.
type ProxyError struct {
	Proxy  string // host and port
	Status int    // what it answered, an HTTP status
}

// Error names the proxy and what it answered.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s answered HTTP %d", e.Proxy, e.Status)
}

// proxyAnswered keeps what a proxy answered: net/http lets out the words alone.
func proxyAnswered(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Status: resp.StatusCode}
}
