// Package address compares the addresses of servers.
package address

import (
	"net/url"
	"strings"
)

// Canonical returns the one spelling of a server's address: capitals in the host, a default
// port, a slash at the end and a login make no difference. It returns anything else unchanged.
// Saved passwords and audit logs contain the result, so it must stay the same.
func Canonical(server string) string {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" {
		return server
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/")
}
