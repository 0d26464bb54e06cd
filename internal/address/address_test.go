package address_test

import (
	"testing"

	"hdpadmin/internal/address"
)

func TestCanonical(t *testing.T) {
	for server, want := range map[string]string{
		"https://hdp.example.com":           "https://hdp.example.com",
		"https://hdp.example.com/":          "https://hdp.example.com",
		"HTTPS://HDP.example.com:443":       "https://hdp.example.com",
		"https://jdoe:pw@hdp.example.com":   "https://hdp.example.com",
		"https://hdp.example.com:8443":      "https://hdp.example.com:8443",
		"https://hdp.example.com:8443/HDP/": "https://hdp.example.com:8443/HDP",
		"http://localhost:80":               "http://localhost",
		"http://localhost:443":              "http://localhost:443",
		"https://[::1]:8443":                "https://[::1]:8443",
		"https://hdp.example.com/a%2Fb/":    "https://hdp.example.com/a%2Fb",
		"hdp.example.com":                   "hdp.example.com",
		"https://hdp.example.com:port":      "https://hdp.example.com:port",
		"":                                  "",
	} {
		if got := address.Canonical(server); got != want {
			t.Errorf("%s: %q, want %q", server, got, want)
		}
	}
}
