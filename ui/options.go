package ui

import (
	"log/slog"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clipboard"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/profiles"
	"hdpadmin/ui/terminal"
	"hdpadmin/ui/theme"
)

// Options configures the console.
type Options struct {
	Client   *hdpclient.Client
	Writer   *change.Writer
	Desk     *desk.Desk // at which the operator works; nil: one with Client and Writer
	AuditLog *audit.Log // nil: nothing is logged
	Theme    theme.Theme
	ThemeFor func(theme.Terminal) theme.Theme // used instead of Theme, by what is known of the terminal; may be nil
	Keys     []action.Binding                 // they replace default keys
	Clock    clock.Clock
	Zone     *time.Location // the operator's; nil: UTC

	// Profile is the name of the profile in use, "" for none. Accent is its colour, see
	// [theme.Theme.Accent].
	Profile, Accent string

	// Profiles reads the profiles of the settings and whether each can be used; nil without
	// settings.
	Profiles func() ([]profiles.Profile, error)

	// User and Password sign in at the start; without a password the console asks for it. The
	// password is overwritten once it has been handed on. PasswordFrom names its source unless
	// it was typed, for the message when it is refused.
	User         string
	Password     hdpclient.Secret
	PasswordFrom string
	// Expired starts with the form for an expired password. It requires an empty Password.
	Expired bool

	// ExpiringWithin is the limit of the view Expiring, in time until the password expires;
	// zero: 14 days.
	ExpiringWithin time.Duration

	// Concurrency is the number of a batch's writes in flight at once; zero: 2. Every refused
	// login in flight counts towards the operator's own lockout.
	Concurrency int

	// InMultiplexer says that tmux or screen is between the console and the operator's
	// terminal. Questions to the terminal are then answered by it, not by the terminal.
	InMultiplexer bool

	// Jitter shortens the pause between two probes of a server that does not answer; nil:
	// randomly, to half of it at least.
	Jitter func(time.Duration) time.Duration

	// IdleLock locks the console after that long without a key, SessionLimit that long after
	// signing in; zero: never.
	IdleLock, SessionLimit time.Duration

	NoTitle bool // the terminal would print the title

	// Between lists the multiplexers between the console and the terminal. A copied password is
	// cleared from the clipboard after ClipboardClear; zero: never.
	Between        clipboard.Multiplexers
	ClipboardClear time.Duration
	// Synced says whether frames are sent as synchronised output.
	Synced terminal.Synced

	ReadOnly bool
	Insecure bool // the server's certificate is not verified
	// TypedPasswords lets the operator type a temporary password instead of generating one.
	TypedPasswords bool
	Demo           *Demo  // nil: a real server
	Version        string // of hdpadmin

	// Session is the client's terminal of a served console; nil: the terminal of this process. Served
	// describes the session; nil: the console is not served.
	Session *terminal.Session
	Served  *Served

	// Tell prints why the end takes a while, once the terminal is restored; nil: nothing is
	// printed.
	Tell func(string)

	// Log gets the type of every message at level debug; nil for none. Only Run writes it.
	Log *slog.Logger
}

// Demo describes the built-in server for the header and the help.
type Demo struct {
	Address string
	Logins  []DemoLogin
}

// DemoLogin is an account that can sign in to the built-in server.
type DemoLogin struct{ User, Password, Role string }
