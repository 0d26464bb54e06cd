// Package resetform is the dialog that gives an account a temporary password: first
// what will be sent, then what became of it and the password itself, hidden until
// it is asked for. The password is made elsewhere, or typed where that is allowed,
// and held here alone; leaving the dialog overwrites it.
package resetform

import (
	"fmt"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
)

// ApplyMsg asks for the password to be set, and for the lock to be taken off if the
// operator ticked that.
type ApplyMsg struct {
	From     *Model
	Password hdpclient.Secret
	Unlock   bool
	Reason   string
}

// CloseMsg asks for the dialog to go. Its password has been overwritten.
type CloseMsg struct{ From *Model }

// AskDiscardMsg asks whether to leave a dialog in which something was typed.
type AskDiscardMsg struct{ From *Model }

// AskUnseenMsg asks whether to leave with a password in force that nobody has seen.
type AskUnseenMsg struct{ From *Model }

// CopyMsg asks for the password to be put on the operator's clipboard.
type CopyMsg struct {
	From *Model
	Text string // by now the dialog may be gone, and its password overwritten
}

// RevealedMsg tells that the password was shown on the screen.
type RevealedMsg struct{ From *Model }

// AnotherMsg asks for a new dialog over the same account, with another password and
// the same reason.
type AnotherMsg struct {
	From *Model
	Plan change.Plan
}

// Result is how the reset ended, and the unlocking with it if there was one.
type Result struct {
	Reset     change.Outcome
	At        time.Time  // when it was answered, the server's time
	Unlock    ResultLine // empty where none was asked for
	Unlocking bool       // it is under way: see Unlocked
}

// ResultLine is a result in words.
type ResultLine struct {
	Good bool
	Text string
}

// Model is the dialog.
type Model struct {
	// Danger warns of what the dialog does not show; the user name must then be
	// typed. "": nothing.
	Danger string
	// OtherObstacles says what a password alone does not put right, as far as is known when it is
	// drawn, and before or after it was set.
	OtherObstacles func(set bool) []string
	// MustTypeName asks for the user name in any case.
	MustTypeName bool
	// MayType lets a password be typed that is set instead of the one that was made.
	MayType bool
	// CheckReason says what is wrong with the reason, "" or nil: nothing.
	CheckReason func(string) string
	// Progress says how far the write under way is.
	Progress func() string

	who      change.Subject
	password hdpclient.Secret
	about    string // how the password was made, or why it could not be
	lines    []string

	unlock *form.Choice[bool] // nil where there is no lock
	reason *form.Text
	typed  *form.Text
	name   *form.Text
	form   form.Form

	stage   stage
	refusal string
	result  Result
	shown   bool
	seen    bool // shown at least once
	dropped bool // overwritten before the operator left
	spell   func(hdpclient.Secret) []string
	top     int
	page    int
	at      int  // the line of the password
	reveals bool // it is to be brought into view
}

type stage int

const (
	preparing stage = iota // the password is being made
	asking
	sending
	done
)

// maxLength is the most characters that HDP takes ("Reset user password").
const maxLength = 32

// New returns the dialog for a reset, see [change.PlanReset]. spell spells a
// password for the phone.
func New(p change.Plan, locked bool, guard string, spell func(hdpclient.Secret) []string) *Model {
	m := &Model{who: p.Subject(), Danger: guard, spell: spell, reason: form.NewText("Reason", p.Reason(), 200), typed: form.NewSecret("Password"), name: form.NewText("User name", "", 300)}
	m.reason.Hint, m.typed.Hint, m.name.Hint = "optional, will be logged", "generated unless you type one", "type it to confirm"
	m.typed.Disabled = func() bool { return !m.MayType }
	m.typed.Check = func(text string) string {
		if utf8.RuneCountInString(text) > maxLength {
			return fmt.Sprintf("longer than %d characters", maxLength)
		}
		return ""
	}
	m.name.Disabled = func() bool { return !m.MustTypeName && m.Danger == "" }
	fields := []form.Field{m.reason, m.typed, m.name}
	if locked {
		m.unlock = form.NewChoice("Also unlock", true, "", form.Option[bool]{Value: true, Word: "yes"}, form.Option[bool]{Value: false, Word: "no"})
		fields = append(fields, m.unlock)
	}
	m.form = form.New(fields...)
	return m
}

// Subject is the account.
func (m *Model) Subject() change.Subject { return m.who }

// Preparing reports whether the dialog still waits for its password.
func (m *Model) Preparing() bool { return m.stage == preparing }

// Warns reports whether the dialog shows something that must be read before enter.
func (m *Model) Warns() bool { return m.Danger != "" || len(m.OtherObstacles(false)) > 0 }

// SetPassword hands the dialog the password it will set, and says how it was made. A
// zero password means that none could be made; about then says why.
func (m *Model) SetPassword(password hdpclient.Secret, about string) {
	m.password, m.about = password, about
	m.stage = asking
}

// ShowRefusal shows why nothing was sent, and asks again.
func (m *Model) ShowRefusal(why string) { m.stage, m.refusal, m.dropped = asking, why, false }

// ShowResult shows how it ended.
func (m *Model) ShowResult(r Result) {
	m.result, m.stage = r, done
	if m.dropped {
		m.Wipe()
	}
}

// DropSecrets overwrites the password for good, if it may be in force; one that is
// on its way goes with the answer, and one that was only typed at once.
func (m *Model) DropSecrets() {
	m.typed.Clear()
	if m.stage < sending {
		return
	}
	m.dropped = true
	if m.stage == done {
		m.Wipe()
	}
}

// ShowUnlock shows how the unlocking ended.
func (m *Model) ShowUnlock(l ResultLine) { m.result.Unlock, m.result.Unlocking = l, false }

// Sending says whether the password is being set, when the dialog takes no keys, or
// the account unlocked after that: until both are answered it cannot be left.
func (m *Model) Sending() bool { return m.stage == sending || m.result.Unlocking }

// IsInForce reports whether the password is, or may be, the account's by now.
func (m *Model) IsInForce() bool {
	return m.stage == done && (m.result.Reset.Kind == change.Accepted || m.result.Reset.Kind == change.Unknown)
}

// HoldsPassword reports whether the dialog still has a password that is, or may be, in
// force.
func (m *Model) HoldsPassword() bool { return m.IsInForce() && !m.dropped }

// IsUnseen reports whether leaving would lose a password that nobody has seen.
func (m *Model) IsUnseen() bool { return m.HoldsPassword() && !m.seen }

// Wipe overwrites the password.
func (m *Model) Wipe() {
	m.password.Wipe()
	m.password, m.lines, m.shown = hdpclient.Secret{}, nil, false
	m.typed.Clear()
}

// PlaceResult is where the keys of the dialog work once it has ended.
const PlaceResult = action.Dialog + "/reset-result"

// Actions are the keys of the dialog once it has ended, besides those of every
// dialog.
func Actions() []action.Action[*Model] {
	in := []action.Place{PlaceResult}
	return []action.Action[*Model]{
		{
			ID: "reveal", Keys: []string{"v"}, Places: in, ShortFunc: (*Model).revealWord,
			Help: "show or hide the temporary password", Disabled: (*Model).whyNotInForce, Run: (*Model).reveal,
		},
		{
			ID: "copy-password", Keys: []string{"y"}, Places: in, Short: "copy",
			Help: "copy the temporary password to the clipboard", Disabled: (*Model).whyNotInForce, Run: (*Model).copy,
		},
		{
			ID: "reset-again", Keys: []string{"n"}, Places: in, Short: "another",
			Help: "generate another temporary password", Disabled: (*Model).whyNotAnother, Run: (*Model).another,
		},
	}
}

// Place implements the dialog.
func (m *Model) Place() action.Place {
	if m.stage == done {
		return PlaceResult
	}
	return action.Form
}

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	switch {
	case m.Sending():
		return "", ""
	case m.stage == done:
		return "", "close"
	}
	return "reset", "back"
}

// Type takes a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if m.stage < sending {
		m.refusal = ""
		m.form.Type(msg)
	}
}

// Move moves the focus by fields, and once it has ended scrolls by lines.
func (m *Model) Move(by int) {
	m.refusal = ""
	switch m.stage {
	case preparing, asking:
		m.form.Move(by)
	case done:
		m.top = max(0, m.top+by)
	case sending:
	}
}

// Page scrolls by pages.
func (m *Model) Page(by int) { m.top = max(0, m.top+by*frame.PageStep(m.page)) }

// Esc asks to leave, and whether to lose what would be lost.
func (m *Model) Esc() tea.Cmd {
	m.refusal = ""
	switch {
	case m.Sending():
		return nil
	case m.IsUnseen():
		return func() tea.Msg { return AskUnseenMsg{m} }
	case m.stage < sending && m.form.Dirty():
		return func() tea.Msg { return AskDiscardMsg{m} }
	}
	m.Wipe()
	return func() tea.Msg { return CloseMsg{m} }
}

// Enter asks for the password to be set, if nothing is missing; once it has ended
// it leaves.
func (m *Model) Enter() tea.Cmd {
	m.refusal = ""
	switch {
	case m.stage == sending:
		return nil
	case m.stage == done:
		return m.Esc()
	case m.stage == preparing:
		m.refusal = "still reading the policy"
		return nil
	case !m.form.Check():
		return nil
	case m.password.IsZero() && m.typed.Value() == "":
		m.refusal = "no password to set"
		return nil
	case m.CheckReason != nil && m.CheckReason(m.reason.Value()) != "":
		m.refusal = m.CheckReason(m.reason.Value())
		m.form.FocusOn(m.reason)
		return nil
	case !m.name.IsDisabled() && !m.who.Name.IsTyped(m.name.Value()):
		m.refusal = "type the full user name"
		m.form.FocusOn(m.name)
		return nil
	}
	m.stage = sending
	if typed := m.typed.Value(); typed != "" {
		m.password.Wipe()
		m.password, m.about = hdpclient.SecretOf(typed), aboutTyped
		m.typed.Clear()
	}
	a := ApplyMsg{From: m, Password: m.password, Unlock: m.unlock != nil && m.unlock.Value(), Reason: m.reason.Value()}
	return func() tea.Msg { return a }
}

// aboutTyped says of a password where it comes from.
const aboutTyped = "The password you typed. The server decides whether to accept it."

func (m *Model) whyNotInForce() string {
	switch {
	case !m.IsInForce():
		return "the password was not set"
	case m.dropped:
		return "the password was discarded"
	}
	return ""
}

func (m *Model) whyNotAnother() string {
	switch {
	case m.result.Unlocking:
		return "the account is being unlocked"
	case m.dropped:
	case m.result.Reset.Kind == change.Accepted:
		return "the password was accepted"
	case m.IsUnseen():
		return "show this password first: it may be valid"
	}
	return ""
}

func (m *Model) revealWord() string {
	if m.shown {
		return "hide"
	}
	return "show"
}

func (m *Model) another() tea.Cmd {
	m.Wipe()
	again := AnotherMsg{From: m, Plan: change.PlanReset(m.who).WithReason(m.reason.Value())}
	return func() tea.Msg { return again }
}

func (m *Model) copy() tea.Cmd {
	// Whether the terminal took it nobody tells: it has not been seen by that.
	text := m.password.Reveal()
	return func() tea.Msg { return CopyMsg{m, text} }
}

func (m *Model) reveal() tea.Cmd {
	m.shown = !m.shown
	if !m.shown {
		m.lines = nil
		return nil
	}
	m.seen, m.reveals, m.lines = true, true, m.spell(m.password)
	return func() tea.Msg { return RevealedMsg{m} }
}
