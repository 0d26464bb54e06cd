// Package ui is the console: the root model and [Run], which runs it until its end. The model
// holds the panes and the stack of dialogs, routes every key, and starts every call as a
// tea.Cmd. The panes and dialogs are in the folders below; they never call the server
// themselves.
package ui

import (
	"context"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/ui/accountpane"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clipboard"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/lookup"
	"hdpadmin/ui/profiles"
	"hdpadmin/ui/signin"
	"hdpadmin/ui/slot"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/terminal"
	"hdpadmin/ui/theme"
)

// Options configures the console.
type Options struct {
	Client   *hdpclient.Client
	Writer   *change.Writer
	AuditLog *audit.Log // nil: nothing is logged
	Reason   ReasonRule
	Theme    theme.Theme
	ThemeFor func(theme.Terminal) theme.Theme // used instead of Theme, by what is known of the terminal; may be nil
	Keys     []action.Binding                 // they replace default keys
	Clock    clock.Clock
	Zone     *time.Location // the operator's, shown next to UTC; may be nil

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
	TypeName bool // a change requires the typed name of its account, a batch the number of its accounts
	Insecure bool // the server's certificate is not verified
	// TypedPasswords lets the operator type a temporary password instead of generating one.
	TypedPasswords bool
	Demo           *Demo  // nil: a real server
	Version        string // of hdpadmin

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

// Model is the root model of the console.
type Model struct {
	ctx      context.Context // ends with the program
	opts     Options
	theme    theme.Theme
	terminal theme.Terminal // what is known of it
	clock    clock.Clock
	actions  *action.Registry[*Model]

	width, height int
	lookup        *lookup.Model
	account       *accountpane.Model
	focus         action.Place // action.List or action.Account
	stack         *stack.Stack // of dialogs

	listing        listing
	serverSearch   slot.Slot[[]account.Account] // the server's answer to the search text
	askedQuery     string
	acceptedAs     string                    // the login that the server is known to accept, "" for none yet
	signin         *signin.Model             // the sign-in dialog on the stack, if any
	passwordSource string                    // where the password in use came from, "" if it was typed
	self           slot.Slot[hdpclient.Self] // the operator's own account, if the server lets it be read
	ownPassword    slot.Slot[ownInfo]        // the operator's password info, if it is not in the list
	policy         slot.Slot[hdpclient.PasswordPolicy]
	operatorSearch slot.Slot[operatorID] // finds the operator's account if self may not be read
	protectedCache protectedAccounts
	batch          batchState
	writesInFlight int                        // commands that write and have not returned
	background     map[int64]*backgroundWrite // writes whose dialog was closed, by account id
	unfinished     []audit.UnfinishedBatch    // batches of other consoles that can be resumed
	claiming       bool                       // one of them is being claimed
	pending        pendingAction              // what to do once an account has been read
	rereadAccount  bool                       // reading it was cancelled when the login was refused

	session            session
	operator           string    // the last operator who signed in, "" for nobody yet
	signedIn           time.Time // on the local clock; touched: when a key was last pressed
	touched            time.Time
	lock               *lockState // nil: the console is not locked
	outage             outage
	ownPasswordChecked bool               // the operator's own password has been checked since the sign-in
	ownChange          *ownPasswordChange // nil: their password is not being changed
	nextLockCheck      *lockCheckMsg

	next         Next // where to go when the console ends
	notice       notice
	lockChanges  map[int64]audit.LockChange // the last change of each account's lock by an operator
	resetHere    map[int64]bool             // accounts that got a temporary password in this console
	followTarget *cursorAt                  // where the account pane will follow the cursor to, nil for nowhere
	copied       copied
	tick         *tickMsg
	retryingLog  bool // pending entries are about to be written again
}

// notice is a short text in the status line. The next key clears it.
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

// New returns the console's root model. Every call that it makes ends with ctx, except a write
// that was sent.
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
		lookup: lookup.New(), account: &accountpane.Model{}, focus: action.List, stack: stack.New(opts.Clock, opts.InMultiplexer),
	}
	m.lookup.SetExpiringWithin(opts.ExpiringWithin)
	if opts.ThemeFor != nil {
		m.theme = opts.ThemeFor(m.terminal)
	}
	return m, nil
}

// Init signs in, or asks for the password.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.terminal.QueryBackground(m.opts.ThemeFor), m.signInAtStart(), m.readAuditLog(), m.scheduleTick())
}

// Update handles a message. Keys are routed in the order that route documents; every other
// message goes to the part that asked for it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	// A key refers to what was on the screen when it was pressed, so the time moves on only
	// after it.
	isKey := isInput(msg)
	if !isKey {
		m.lookup.SetNow(m.clock.Now())
	}
	var cmd tea.Cmd
	switch why := m.whyLockNow(); {
	case why != "":
		cmd = m.lockAutomatically(why)
		if !isKey { // a key that was meant for something else is dropped
			cmd = tea.Batch(cmd, m.update(msg))
		}
	default:
		if isKey {
			m.keyPressed()
		}
		cmd = m.update(msg)
	}
	m.signOutIfIdle()
	return m, tea.Batch(cmd, m.checkReachable(), m.offerUnfinished(), m.follow(), m.scheduleTick(), m.scheduleLockCheck(), m.retryLog())
}

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
	case terminal.NoShellMsg:
		m.say(caution, "ctrl+z: no shell to suspend to")
	default:
		return m.handle(msg)
	}
	return nil
}

// handle passes a message from a call or a dialog to the part that takes it.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	for _, take := range []func(tea.Msg) (tea.Cmd, bool){
		m.handleStack, m.handleTerminal, m.handleTick, m.handleClipboard, m.handleLock, m.handleProbe, m.handleList, m.handleAccount, m.handleSelf, m.handleOwnPassword, m.handleWrite, m.handleReset, m.handleAuditLog, m.handleExport, m.handleBatch, m.handleUnfinished, m.handleProfiles, m.handlePalette, m.handleDialog,
	} {
		if cmd, taken := take(msg); taken {
			return cmd
		}
	}
	return nil
}

// say shows a text in the status line.
func (m *Model) say(t tone, text string) { m.notice = notice{text, t} }

func (m *Model) about(name hdpclient.Text, text string) string { return m.fitName("", name, text) }

// fitName shortens a long name so that the words around it stay on the screen.
func (m *Model) fitName(before string, name hdpclient.Text, after string) string {
	const around, least = 8, 12 // around: for the sign or the key before it
	s := name.String()
	room := max(least, m.width-around-frame.Width(before+after))
	return before + frame.Fit(s, min(frame.Width(s), room), m.theme.Signs.Ellipsis) + after
}
