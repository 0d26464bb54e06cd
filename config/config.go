// Package config loads the operator's settings: the server, the login, the source of the
// password, the look of the console. One table defines the settings of the file, the
// environment and the flags, and their reference. The package knows neither HDP nor the
// screen, and gets what it needs of the process passed in.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // for machines without a time zone database
)

// Settings holds one complete set of checked values. The files it names need not exist.
type Settings struct {
	Server     string // base URL, https://host:port; "" if not set
	User       string // user name; "" to ask for it
	CAFile     string // PEM or DER file of the authorities to trust instead of the system's
	ClientCert string // PEM file of the client certificate
	ClientKey  string // PEM file of its private key; ClientCert if not set
	ServerName string // name in the server's certificate; "" for the host of Server
	AllowHTTP  bool   // allow plain HTTP to another machine
	Insecure   bool   // do not check the server's certificate

	PasswordFile    string   // "-" is standard input
	PasswordCommand []string // program with arguments, whose first line of output is the password
	Keyring         bool     // look for the password in the desktop keyring
	CompletionCache bool     // keep account names for shell completion

	ReadOnly       bool   // disable every action that writes
	RequireReason  bool   // require a reason; ReasonPattern implies it
	ReasonPattern  string // valid regular expression; "" for any reason
	Confirm        string // one of confirms
	TypedPasswords bool   // allow typing a temporary password
	Concurrency    int    // workers of a batch
	ExpiringWithin int    // days

	IdleLock     string // duration or "off", see IdleTimeout
	SessionLimit string // duration or "off", see SessionTimeout

	AuditFile   string // "" for the default file
	AuditGroup  string // "" if not set
	AuditSyslog bool

	LogFile string // "" for no log
	Debug   bool   // log more; never set without LogFile

	Theme          string // one of themes
	Accent         string // one of accents
	SyncOutput     string // one of syncOutputs
	ClipboardClear string // duration or "off", see ClipboardTimeout
	ASCII          bool   // draw borders and symbols in ASCII
	TimeZone       string // IANA name, or Local

	Keys []Binding // in the order of the file

	earlierReason string // ReasonPattern given before a switch of profiles; "" for none
}

// Binding is an entry of the table [keys]: an action and the keys that replace its
// default keys.
type Binding struct {
	Action string
	Keys   []string

	line int // of the file
}

// riskyConcurrency is the lowest Concurrency at which a changed password can lock the
// operator out, with HDP's default limit of three failures.
const riskyConcurrency = 3

// themes returns the values of Settings.Theme, the default first.
func themes() []string { return []string{"auto", "dark", "light", "high-contrast", "mono"} }

// ConfirmTypeName is the value of Settings.Confirm that requires typing an account's name
// before changing it.
const ConfirmTypeName = "type-name"

// confirms returns the values of Settings.Confirm, the default first.
func confirms() []string { return []string{"enter", ConfirmTypeName} }

// accents returns the values of Settings.Accent, the default first: no colour.
func accents() []string {
	return []string{"none", "red", "orange", "yellow", "green", "cyan", "blue", "magenta"}
}

// syncOutputs returns the values of Settings.SyncOutput, the default first.
func syncOutputs() []string { return []string{"auto", "on", "off"} }

// ClipboardTimeout returns how long a copied password stays on the clipboard; 0 keeps it.
func (s Settings) ClipboardTimeout() time.Duration { return parseLimit(s.ClipboardClear) }

// ReasonPatterns returns the expressions that every reason must match: ReasonPattern, and
// the one that was given before a switch of profiles.
func (s Settings) ReasonPatterns() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, pattern := range []string{s.ReasonPattern, s.earlierReason} {
		if pattern != "" {
			all = append(all, regexp.MustCompile(pattern))
		}
	}
	return all
}

// Zone returns the location for TimeZone.
func (s Settings) Zone() *time.Location {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC // unreachable: the name has been checked
	}
	return zone
}

// IdleTimeout returns after how long without a key the console locks; 0 for never.
func (s Settings) IdleTimeout() time.Duration { return parseLimit(s.IdleLock) }

// SessionTimeout returns how long after signing in the console locks; 0 for never.
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

// parseLimit expects text that checkLimit has accepted, and returns 0 for "off".
func parseLimit(text string) time.Duration {
	d, _ := time.ParseDuration(text)
	return d
}

// parseServer assumes https if the scheme is missing. Its errors never quote the address:
// in a malformed one, a password may be anywhere.
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

// beginsWithScheme matches a scheme without slashes, which must not be taken for a host
// named http.
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

// checkScheme refuses plain HTTP to another machine without AllowHTTP.
func (s Settings) checkScheme() error {
	u, err := url.Parse(s.Server)
	if err == nil && u.Scheme == "http" && !s.AllowHTTP && !IsLoopback(u.Hostname()) {
		return fmt.Errorf("plain HTTP would send the password to %q unencrypted: use https, or --allow-http (allow_http = true) if you trust everyone on the network", u.Host)
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
	// The library takes an empty name for UTC, which no one means.
	if _, err := time.LoadLocation(name); err != nil || name == "" {
		return fmt.Errorf("%q is not a time zone: use a name such as Europe/Berlin, UTC or Local", name)
	}
	return nil
}

// IsLoopback reports whether host, without a port, is a loopback name or address of this
// machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
