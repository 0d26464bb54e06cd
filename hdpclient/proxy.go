package hdpclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// ProxyError means that the proxy named in the environment was reached, but did not
// connect to the server.
type ProxyError struct {
	Proxy  string // host and port
	Status int    // its HTTP status
}

// Error names the proxy and its status.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s answered HTTP %d", e.Proxy, e.Status)
}

// proxyAnswered keeps the proxy's status, of which net/http would return only the text.
func proxyAnswered(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Status: resp.StatusCode}
}
