package welcome

import (
	"context"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/probe"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/theme"
)

// Options configures the screen.
type Options struct {
	Theme    theme.Theme
	ThemeFor func(theme.Terminal) theme.Theme // replaces Theme when the terminal has answered; may be nil
	Keys     Keys
	Clock    clock.Clock
	Insecure bool // the server's certificate is not checked
	// InMultiplexer says that tmux or screen is between the program and the operator's terminal.
	InMultiplexer bool

	Profiles []Profile
	Target   Target // prefilled values of the form
	Connect  bool   // start with the form

	// Probe returns the steps of a connection. Its error says what is wrong with the Target, and a
	// [FieldError] also in which field. done must be called after the last step, or when the rest is
	// abandoned.
	Probe func(Target) (steps []probe.Step, done func(), err error)
	// CheckKeyring returns why no keyring can store the password, or nil.
	CheckKeyring func(context.Context, Target) error
	// ProposeName returns a name for the profile. CheckName returns what is wrong with a name, or "".
	ProposeName func(Target) string
	CheckName   func(string) string
	// Save writes the profile and, if keyring is set, stores the password in the keyring.
	Save func(ctx context.Context, t Target, name string, keyring bool) error
}

// Keys looks up the keys of the console, since this screen shares some of its actions.
type Keys interface {
	// MatchID returns the action of the key in the place. It returns "" if the key has none there, or
	// edits the field.
	MatchID(place action.Place, key string) action.ID
	// Keycap returns the keys of an action as shown on the screen.
	Keycap(of action.ID) string
}

// Profile is a profile to choose from.
type Profile struct {
	Name, Note string
	Accent     string // see [theme.Theme.Accent]
}

// Target is a server and a login, as typed.
type Target struct {
	Address, User string
	CAFile        string // "" for the authorities that this machine trusts
	Password      hdpclient.Secret
}

// Field names a field of a Target.
type Field int

// The fields that are checked before anything is sent.
const (
	Address Field = iota
	User
	CAFile
)

// FieldError says what is wrong with one field.
type FieldError struct {
	Field Field
	Err   error
}

func (e *FieldError) Error() string { return e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }

// Result is what the operator chose. The zero Result means to quit.
type Result struct {
	Demo    bool
	Profile string  // chosen or saved profile
	Target  *Target // connected server with the accepted password, or nil
	// ChangePassword asks to change the password first. The Target then refused the password, and
	// holds none.
	ChangePassword bool
}
