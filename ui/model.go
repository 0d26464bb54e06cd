// Package ui is the console: the root model, which holds the panes and the stack
// of dialogs, sends every key where it belongs and starts every call as a
// tea.Cmd; and Run, which puts it on a terminal. The panes are the folders below;
// they get what they need handed and never call the server themselves.
package ui

import (
	"context"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/directory"
	"hdpadmin/ui/account"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clipboard"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/lookup"
	"hdpadmin/ui/profiles"
	"hdpadmin/ui/signin"
	"hdpadmin/ui/slot"
	"hdpadmin/ui/theme"
)

// Options is what the console is made of.
type Options struct {
	Client   *hdpclient.Client
	Writer   *change.Writer
	AuditLog *audit.Log // nil: nothing is put on record
	Reason   ReasonRule
	Theme    theme.Theme
	ThemeFor func(theme.Terminal) theme.Theme // instead of Theme, by what is learnt of the terminal; may be nil
	Keys     []action.Binding                 // instead of those that actions come with
	Clock    clock.Clock
	Zone     *time.Location // the operator's, for times beside UTC; may be nil

	// Profile is the name of the settings in use, "" for none; Accent its colour, as
	// of [theme.Theme.Accent].
	Profile, Accent string

	// Profiles reads the profiles of the settings, each with whether it can be used;
	// nil where there are no settings.
	Profiles func() ([]profiles.Profile, error)

	// User and Password sign in at the start; without a password it is asked for.
	// The password is overwritten once it has been handed on. PasswordFrom names its
	// source where it was not typed: a refusal is about that one.
	User         string
	Password     hdpclient.Secret
	PasswordFrom string
	// Expired begins with the change of the password, as one that was not let in asks
	// for it; without Password.
	Expired bool

	// ExpiringWithin is how soon a password must expire to be in the view Expiring;
	// zero: 14 days.
	ExpiringWithin time.Duration

	// Concurrency is how many writes of a batch are under way at once; zero: 2. More
	// risk the operator's own lockout: refused logins in flight together all count.
	Concurrency int

	// InMultiplexer: tmux or screen is between the console and the operator's terminal,
	// and answers for it.
	InMultiplexer bool

	// Jitter makes a pause between two questions to a server that does not answer a
	// little shorter; nil: by chance, to half of it at least.
	Jitter func(time.Duration) time.Duration

	// IdleLock is how long without a key the console stays open, SessionLimit how long
	// after signing in; zero: for ever.
	IdleLock, SessionLimit time.Duration

	NoTitle bool // the terminal would print the title that it is given

	// Between is what is between the console and the terminal. A password that was
	// copied is taken off the clipboard after ClipboardClear; zero: never.
	Between        clipboard.Multiplexers
	ClipboardClear time.Duration
	// Synced is whether frames are sent as synchronised output.
	Synced Synced

	ReadOnly bool
	TypeName bool // no change before the name of its account, of many their number, is typed
	Insecure bool // the server's certificate is not checked
	// TypedPasswords lets the operator type a temporary password instead of having
	// one made.
	TypedPasswords bool
	Demo           *Demo  // nil: a real server
	Version        string // of this program

	// Log gets the types of the messages, at level debug; nil for none. Run alone
	// writes it.
	Log *slog.Logger
}

// Demo is the built-in server, for the header and the help.
type Demo struct {
	Address string
	Logins  []DemoLogin
}

// DemoLogin is an account of the built-in server to sign in with.
type DemoLogin struct{ User, Password, Role string }

// Model is the root model.
type Model struct {
	ctx      context.Context // ends with the program
	opts     Options
	theme    theme.Theme
	terminal theme.Terminal // what is known of it
	clock    clock.Clock
	actions  *action.Registry[*Model]

	width, height int
	lookup        *lookup.Model
	account       *account.Model
	focus         action.Place // List or Account
	dialogs       []dialog     // the last is on top and has the keys

	list           listing
	serverSearch   slot.Slot[[]directory.Account] // the server's answer to what was typed
	askedQuery     string
	acceptedAs     string                    // the login that the server is known to accept, "" for none yet
	signin         *signin.Model             // the one on the stack, if any
	passwordSource string                    // the source of the password in use, "" if it was typed
	self           slot.Slot[hdpclient.Self] // who the operator is, where that may be read
	ownPassword    slot.Slot[ownInfo]        // the operator's own password info, where no list tells it
	policy         slot.Slot[hdpclient.PasswordPolicy]
	operatorSearch slot.Slot[operatorID] // the operator's account, where self may not be read
	protectedCache protectedAccounts
	batch          batchState                 // what is being done to many accounts
	writesInFlight int                        // commands that write and are not answered yet
	background     map[int64]*backgroundWrite // writes whose dialog was left, by account
	unfinished     []audit.UnfinishedBatch    // batches of other consoles that can be resumed
	claiming       bool                       // one of them is being taken over
	pending        pendingAction              // what to do once an account has been read
	rereadAccount  bool                       // its reading ended when the login was refused

	session            session
	operator           string    // who was last let in, "" for nobody yet
	signedIn           time.Time // when that was, and when a key was last pressed: by the local clock
	touched            time.Time
	lock               *lockState // nil: the console is not locked
	outage             outage
	ownPasswordChecked bool               // of the operator's own password
	ownChange          *ownPasswordChange // nil: no change of it is under way
	nextLockCheck      *lockCheckMsg

	next         Next  // where to go once the console has ended
	gate         *gate // keeps keys from a dialog that has not been seen yet
	questions    int   // for the terminal's attributes, not answered yet
	notice       notice
	lockChanges  map[int64]audit.LockChange // what operators last did to them, by account
	resetHere    map[int64]bool             // accounts that were given a temporary password here
	followTarget *cursorAt                  // where the pane is to follow the cursor to, nil for nowhere
	clipboard    clipboardState
	tick         *tickMsg
	retryingLog  bool // what is owed to the record is about to be tried again
}

// notice is a short word in the status line, gone with the next key.
type notice struct {
	text string
	tone tone
}

type tone int

const (
	plain tone = iota
	good
	caution
)

// New returns the console's root model. Every call it makes ends with ctx,
// except a write that was sent.
func New(ctx context.Context, opts Options) (*Model, error) {
	actions, err := BindKeys(opts.Keys)
	if err != nil {
		return nil, err
	}
	if opts.ReadOnly {
		actions = actions.ReadOnly()
	}
	m := &Model{
		ctx: ctx, session: newSession(ctx), opts: opts, theme: opts.Theme, clock: opts.Clock, actions: actions,
		lockChanges: map[int64]audit.LockChange{}, resetHere: map[int64]bool{}, background: map[int64]*backgroundWrite{},
		lookup: lookup.New(), account: &account.Model{}, focus: action.List,
	}
	m.lookup.SetExpiringWithin(opts.ExpiringWithin)
	if opts.ThemeFor != nil {
		m.theme = opts.ThemeFor(m.terminal)
	}
	return m, nil
}

// Init signs in, or asks for the password.
func (m *Model) Init() tea.Cmd {
	if m.opts.Password.IsZero() {
		shown := m.askPassword("")
		if m.opts.Expired {
			shown = tea.Batch(shown, m.changeExpiredPassword())
		}
		return tea.Batch(m.terminal.QueryBackground(m.opts.ThemeFor), shown, m.readAuditLog(), m.scheduleTick())
	}
	m.opts.Client.SetCredentials(hdpclient.Credentials{User: m.opts.User, Password: m.opts.Password})
	m.passwordSource = m.opts.PasswordFrom
	m.opts.Password.Wipe() // the client has its own copy
	m.opts.Password = hdpclient.Secret{}
	return tea.Batch(m.terminal.QueryBackground(m.opts.ThemeFor), m.loadList(), m.readAuditLog(), m.scheduleTick())
}

// Update takes a message. Keys are routed by the order that route documents;
// everything else belongs to whoever asked for it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	// A key is about what was on the screen when it was pressed: what time alone has
	// moved is moved after it.
	isKey := isInput(msg)
	if !isKey {
		m.lookup.SetNow(m.clock.Now())
	}
	var cmd tea.Cmd
	switch why := m.whyLockNow(); {
	case why != "":
		cmd = m.lockAutomatically(why)
		if !isKey { // what was typed for something else is dropped
			cmd = tea.Batch(cmd, m.update(msg))
		}
	default:
		if isKey {
			m.touched = m.clock.Local()
		}
		cmd = m.update(msg)
	}
	m.signOutIfIdle()
	return m, tea.Batch(cmd, m.checkReachable(), m.offerUnfinished(), m.follow(), m.scheduleTick(), m.scheduleLockCheck(), m.retryLog())
}

// isInput reports whether the operator did something.
func isInput(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return true
	}
	return false
}

func (m *Model) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		m.paste(msg)
	case followMsg:
		m.followNow(msg)
	case *tickMsg:
		m.clearTick(msg)
	case *lockCheckMsg:
		if m.nextLockCheck == msg {
			m.nextLockCheck = nil
		}
	case noShellMsg:
		m.say(caution, "ctrl+z: no shell to suspend to")
	default:
		return m.handle(msg)
	}
	return nil
}

// handle takes what a call or a dialog brought.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	for _, take := range []func(tea.Msg) (tea.Cmd, bool){
		m.handleGate, m.handleTerminal, m.handleClipboard, m.handleLock, m.handleProbe, m.handleList, m.handleAccount, m.handleSelf, m.handleOwnPassword, m.handleWrite, m.handleReset, m.handleAuditLog, m.handleExport, m.handleBatch, m.handleUnfinished, m.handleProfiles, m.handlePalette, m.handleDialog,
	} {
		if cmd, taken := take(msg); taken {
			return cmd
		}
	}
	return nil
}

// say puts a word into the status line.
func (m *Model) say(t tone, text string) { m.notice = notice{text, t} }

// about is what the status line says of an account.
func (m *Model) about(name hdpclient.Text, text string) string { return m.fitName("", name, text) }

// fitName shortens a long name so that the words around it stay on the screen.
func (m *Model) fitName(before string, name hdpclient.Text, after string) string {
	const around, least = 8, 12 // a sign or a key stands before it
	s := name.String()
	room := max(least, m.width-around-frame.Width(before+after))
	return before + frame.Fit(s, min(frame.Width(s), room), m.theme.Signs.Ellipsis) + after
}
