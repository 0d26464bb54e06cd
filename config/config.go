// Package config is what the operator sets: which server, which login, where
// the password comes from, how the console looks. One table of settings makes
// the file, the environment, the flags and their reference. It knows nothing of
// HDP or of the screen; what it needs of the process is handed to it.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // time zones by name on machines that have no list of them
)

// Settings is one complete set of values. They have been checked, each by itself
// and against the others; a file that is named need not exist.
type Settings struct {
	Server     string // the base URL, https://host:port; "" where none is set
	User       string // the login; "" asks for it
	CAFile     string // PEM file of the authorities to trust instead of the system's
	ClientCert string // PEM file of the certificate to show the server
	ClientKey  string // PEM file of its key; the certificate's own, if not set
	ServerName string // the name in the server's certificate; "" is the host of Server
	AllowHTTP  bool   // plain HTTP to a host that is not this machine
	Insecure   bool   // do not check the server's certificate

	PasswordFile    string   // "-" is standard input
	PasswordCommand []string // the program whose first line of output is the password, and its arguments
	Keyring         bool     // look for the password in the keyring of the desktop

	ReadOnly       bool   // no action that writes
	RequireReason  bool   // no change without a reason; ReasonPattern means it
	ReasonPattern  string // a regular expression that compiles; "" for any reason
	Confirm        string // one of Confirms
	TypedPasswords bool   // a temporary password may be typed instead of being made
	Concurrency    int    // writes of a batch that are under way at once
	ExpiringWithin int    // days

	IdleLock     string // a duration, see IdleAfter
	SessionLimit string // likewise, see SessionEnds

	AuditFile   string // "" is the one of this user
	AuditGroup  string // "" for none
	AuditSyslog bool

	LogFile string // "" for no log
	Debug   bool   // a more detailed one; never without LogFile

	Theme          string // one of Themes
	Accent         string // one of Accents
	SyncOutput     string // one of SyncOutputs
	ClipboardClear string // a duration, see ClipboardClears
	ASCII          bool   // borders and signs in ASCII
	TimeZone       string // a name of the IANA list, or Local

	Keys []Binding // in the order of the file

	earlierReason string // another ReasonPattern, "" for none
}

// Binding is an entry of the table [keys]: an action, and the keys it is to have
// instead of those it comes with.
type Binding struct {
	Action string
	Keys   []string

	line int // of the file
}

// RiskyConcurrency is the first number of Concurrency that HDP's own limit, three
// failures as it is delivered, does not forgive.
const RiskyConcurrency = 3

// Themes are the names that Settings.Theme takes; the first is the default.
func Themes() []string { return []string{"auto", "dark", "light", "high-contrast", "mono"} }

// ConfirmTypeName is the value of Settings.Confirm with which the name of an account is
// typed before it is changed.
const ConfirmTypeName = "type-name"

// Confirms are the values that Settings.Confirm takes; the first is the default.
func Confirms() []string { return []string{"enter", ConfirmTypeName} }

// NoAccent is the value of Settings.Accent for a profile without a colour.
const NoAccent = "none"

// Accents are the values that Settings.Accent takes; the first is the default.
func Accents() []string {
	return []string{NoAccent, "red", "orange", "yellow", "green", "cyan", "blue", "magenta"}
}

// SyncOutputs are the values that Settings.SyncOutput takes; the first is the
// default.
func SyncOutputs() []string { return []string{"auto", "on", "off"} }

// ClipboardTimeout is how long a copied password stays on the clipboard; zero: it is
// not taken off.
func (s Settings) ClipboardTimeout() time.Duration { return parseLimit(s.ClipboardClear) }

// ReasonPatterns are the expressions that a reason must match: ReasonPattern, and the one that
// was given for the profile before.
func (s Settings) ReasonPatterns() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, pattern := range []string{s.ReasonPattern, s.earlierReason} {
		if pattern != "" {
			all = append(all, regexp.MustCompile(pattern))
		}
	}
	return all
}

// Zone is the time zone of TimeZone.
func (s Settings) Zone() *time.Location {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC // not reached: it has been checked
	}
	return zone
}

// IdleTimeout is how long without a key the console stays open; 0 for ever.
func (s Settings) IdleTimeout() time.Duration { return parseLimit(s.IdleLock) }

// SessionTimeout is how long after signing in the console stays open; 0 for ever.
func (s Settings) SessionTimeout() time.Duration { return parseLimit(s.SessionLimit) }

const (
	shortestLimit = 10 * time.Second
	longestLimit  = 8 * time.Hour
)

func checkLimit(text string) error {
	if text == "off" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < shortestLimit || d > longestLimit {
		return fmt.Errorf("%q is not valid: use 10s to 8h, such as 10m or 1h30m, or off", text)
	}
	return nil
}

// parseLimit is the time of a text that checkLimit has let through, 0 for off.
func parseLimit(text string) time.Duration {
	d, _ := time.ParseDuration(text)
	return d
}

// parseServer reads an address as it is typed: without a scheme it is https. An error
// never quotes the address: a password may stand anywhere in one that was put together
// wrongly.
func parseServer(address string) (string, error) {
	address = strings.TrimSpace(address)
	if address == "" {
		return "", nil
	}
	if !strings.Contains(address, "://") && !beginsWithScheme.MatchString(address) {
		address = "https://" + address
	}
	return address, checkServer(address)
}

// beginsWithScheme matches addresses that lack slashes, and are not of a host http.
var beginsWithScheme = regexp.MustCompile(`(?i)^https?:`)

func checkServer(address string) error {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.User != nil:
		return errors.New("the address must not contain a user name or a password: set the name with user, and never put the password here")
	case err != nil, u.Hostname() == "", u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the address is not of the form https://hdp.example.com:8443")
	}
	return nil
}

// checkScheme holds an address that readServer has let through against
// allow_http.
func (s Settings) checkScheme() error {
	u, err := url.Parse(s.Server)
	if err == nil && u.Scheme == "http" && !s.AllowHTTP && !IsLoopback(u.Hostname()) {
		return fmt.Errorf("plain HTTP would send the password to %q unencrypted: use https, or --allow-http (allow_http = true) if the network is yours alone", u.Host)
	}
	return nil
}

func checkPattern(pattern string) error {
	if _, err := regexp.Compile(pattern); err != nil {
		return fmt.Errorf("%q is not a valid regular expression: %w", pattern, err)
	}
	return nil
}

func checkZone(name string) error {
	// The empty name is UTC to the library, and nobody's time zone.
	if _, err := time.LoadLocation(name); err != nil || name == "" {
		return fmt.Errorf("%q is not a time zone: use a name such as Europe/Berlin, UTC or Local", name)
	}
	return nil
}

// IsLoopback reports whether host, without a port, is this machine and cannot be
// reached from another.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
