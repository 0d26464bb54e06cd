// Package config is what the operator sets: which server, which login, where
// the password comes from, how the console looks. It knows nothing of HDP or of
// the screen; what it needs of the process is handed to it.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// Settings is one complete set of values.
type Settings struct {
	Server    string // the base URL, https://host:port
	User      string // the login; "" asks for it
	CAFile    string // PEM file of the authorities to trust instead of the system's
	AllowHTTP bool   // plain HTTP to a host that is not this machine
	Insecure  bool   // do not check the server's certificate
	ReadOnly  bool   // no action that writes
	Theme     string // one of Themes; "" is the first of them
	ASCII     bool   // borders and signs in ASCII
}

// Themes are the names that Settings.Theme takes; the first is the default.
func Themes() []string { return []string{"dark", "light", "high-contrast", "mono"} }

// Check says everything that is wrong with the settings, each with what was
// expected.
func (s Settings) Check() error {
	return errors.Join(s.checkServer(), s.checkUser(), s.CheckTheme())
}

// checkServer never quotes more of the address than its host: a password may
// stand anywhere in one that was put together wrongly.
func (s Settings) checkServer() error {
	if s.Server == "" {
		return errors.New("no server: give its address with --server, such as https://hdp.example.com:8443")
	}
	u, err := url.Parse(s.Server)
	switch {
	case err == nil && u.User != nil:
		return errors.New("the server's address holds a name or a password: give the name with --user; the password is never part of an address")
	case err != nil, u.Hostname() == "", u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the server's address is not of the form https://hdp.example.com:8443")
	case u.Scheme == "http" && !s.AllowHTTP && !IsLoopback(u.Hostname()):
		return fmt.Errorf("the server %q would get the password unencrypted: use https, or --allow-http if the network is yours alone", u.Host)
	}
	return nil
}

// checkUser refuses what a server would read as another login: Basic
// authentication ends the name at the first colon.
func (s Settings) checkUser() error {
	if strings.Contains(s.User, ":") {
		return errors.New("a login name cannot hold a colon; the password is never given with it")
	}
	return nil
}

// CheckTheme says what is wrong with the theme.
func (s Settings) CheckTheme() error {
	if s.Theme == "" || slices.Contains(Themes(), s.Theme) {
		return nil
	}
	return fmt.Errorf("theme %q is none of %s", s.Theme, strings.Join(Themes(), ", "))
}

// IsLoopback reports whether host, without a port, is this machine and cannot be
// reached from another.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
