package cli

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"hdpadmin/config"
)

// checkProxy refuses an invalid proxy setting: net/http would connect without a proxy.
// The error does not quote the value, which may contain a password.
func checkProxy(server string, getenv func(string) string) error {
	base, err := url.Parse(server)
	if err != nil {
		return errors.New("the server's address is not valid")
	}
	if config.IsLoopback(base.Hostname()) {
		return nil // the traffic never leaves this machine, with or without a proxy
	}
	for _, name := range []string{strings.ToUpper(base.Scheme) + "_PROXY", strings.ToLower(base.Scheme) + "_proxy"} {
		if value := getenv(name); value != "" {
			if !isProxyAddress(value) {
				return errors.New(name + " in the environment is not the address of a proxy: use http://host:port, or unset it")
			}
			return nil
		}
	}
	return nil
}

func isProxyAddress(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	return err == nil && u.Hostname() != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}
