package cli

import (
	"strings"
	"testing"
)

func TestAnUnreadableProxyIsRefused(t *testing.T) {
	t.Parallel()
	const https, http = "https://hdp.example.com:8443", "http://hdp.example.com"
	for _, c := range []struct{ server, name, value, wrong string }{
		{https, "HTTPS_PROXY", "proxy corp:3128", "HTTPS_PROXY"},
		{https, "https_proxy", "http://proxy corp:3128", "https_proxy"},
		{https, "HTTPS_PROXY", "http://proxy:port", "HTTPS_PROXY"},
		{https, "HTTPS_PROXY", "ftp://proxy:21", "HTTPS_PROXY"},
		{https, "HTTPS_PROXY", "http://jdoe:geh eim%@proxy:3128", "HTTPS_PROXY"},
		{http, "HTTP_PROXY", "proxy corp:3128", "HTTP_PROXY"},
		{http, "HTTPS_PROXY", "proxy corp:3128", ""},
		{"https://127.0.0.1:8443", "HTTPS_PROXY", "proxy corp:3128", ""},
		{https, "HTTPS_PROXY", "proxy.corp:3128", ""},
		{https, "HTTPS_PROXY", "proxy", ""},
		{https, "HTTPS_PROXY", "socks5://jdoe:geheim@proxy:1080", ""},
		{https, "HTTPS_PROXY", "", ""},
	} {
		err := checkProxy(c.server, func(name string) string {
			if name == c.name {
				return c.value
			}
			return ""
		})
		switch {
		case (err != nil) != (c.wrong != ""):
			t.Errorf("%s=%q: %v", c.name, c.value, err)
		case err != nil && (!strings.HasPrefix(err.Error(), c.wrong+" ") || strings.Contains(err.Error(), "geh")):
			t.Errorf("%s=%q: %v", c.name, c.value, err)
		}
	}
}
