// Package resetform is the dialog that gives an account a temporary password: first what will be sent,
// then the outcome and the password, hidden until the operator asks for it. Only this dialog holds the
// password, which is generated elsewhere or typed where that is allowed; closing the dialog overwrites
// it.
package resetform

import (
	"fmt"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
)

// ApplyMsg asks for the password to be set and, if the operator chose that, the account unlocked.
type ApplyMsg struct {
	From     *Model
	Password hdpclient.Secret
	Unlock   bool
	Plan     change.Plan // with the operator's answers
}

// CopyMsg asks for the password to be copied to the operator's clipboard.
type CopyMsg struct {
	From *Model
	Text string // a copy, since the dialog may have overwritten its password
}

// RevealedMsg reports that the password was shown on the screen.
type RevealedMsg struct{ From *Model }

// AnotherMsg asks for a new dialog for the same account and reason, with another password.
type AnotherMsg struct {
	From *Model
	Plan change.Plan
}

// Result is the outcome of the reset, and of the unlock if there was one.
type Result struct {
	Reset     change.Outcome
	At        time.Time  // time of the answer, by the server's clock
	Unlock    ResultLine // empty if none was requested
	Unlocking bool       // the unlock is running, see ShowUnlock
}

// ResultLine is an outcome in words.
type ResultLine struct {
	Good bool
	Text string
}

// The stack looks for these methods. Under another name they would be skipped in silence.
var (
	_ stack.Preparer     = (*Model)(nil)
	_ stack.Warner       = (*Model)(nil)
	_ stack.Sender       = (*Model)(nil)
	_ stack.SecretHolder = (*Model)(nil)
	_ stack.Asker        = (*Model)(nil)
)

// Model is the dialog.
type Model struct {
	// Demands is what the reset demands.
	Demands change.Demands
	// Busy says who else is changing the account, "" if nobody is. Meanwhile nothing is sent. It may
	// be nil.
	Busy func() string
	// OtherObstacles returns what else keeps the user from signing in, as known at the time of
	// drawing. set says whether the password has been set.
	OtherObstacles func(set bool) []string
	// MayType lets the operator type a password instead of the generated one.
	MayType bool
	// Times formats times.
	Times words.Times
	// Progress returns how far the running write is.
	Progress func() string

	frame.Scroll

	plan     change.Plan
	reason   *form.Reason
	password hdpclient.Secret
	about    string // how the password was generated, or why not
	lines    []string

	unlock *form.Choice[bool] // nil if the account is not locked
	typed  *form.Text
	name   *form.Text
	form   form.Form

	stage   stage
	refusal string
	result  Result
	shown   bool
	seen    bool // shown at least once
	dropped bool // overwritten before the dialog was closed
	spell   func(hdpclient.Secret) []string
	reveals bool // scroll to the password
}

type stage int

const (
	preparing stage = iota // waiting for the password
	asking
	sending
	done
)

// New returns the dialog for a reset, see [change.PlanReset]. spell spells a password for the phone.
func New(p change.Plan, locked bool, demands change.Demands, spell func(hdpclient.Secret) []string) *Model {
	m := &Model{plan: p, Demands: demands, spell: spell, typed: form.NewSecret("Password")}
	m.reason = form.NewReason(p.Reason(), func() bool { return m.Demands.Reason.Check("") != "" })
	m.typed.Hint = "generated unless you type one"
	m.typed.Disabled = func() bool { return !m.MayType }
	m.typed.Check = func(text string) string {
		if utf8.RuneCountInString(text) > hdpclient.MaxPasswordLength {
			return fmt.Sprintf("longer than %d characters", hdpclient.MaxPasswordLength)
		}
		return ""
	}
	m.name = form.NewUserName(func() bool { return m.Demands.TypeName })
	fields := []form.Field{m.reason, m.typed, m.name}
	if locked {
		m.unlock = form.NewChoice("Also unlock", true, "", form.Option[bool]{Value: true, Word: "yes"}, form.Option[bool]{Value: false, Word: "no"})
		fields = append(fields, m.unlock)
	}
	m.form = form.New(fields...)
	return m
}

// Subject returns the account.
func (m *Model) Subject() change.Subject { return m.plan.Subject() }

func (m *Model) answers() change.Answers {
	return change.Answers{Reason: m.reason.Value(), Name: m.name.Value()}
}

// Preparing reports whether the dialog still waits for its password.
func (m *Model) Preparing() bool { return m.stage == preparing }

// Warns reports whether the dialog shows something to read before enter.
func (m *Model) Warns() bool { return m.Demands.Warning != "" || len(m.OtherObstacles(false)) > 0 }

// SetPassword sets the password to send, and says how it was generated. A zero password means that
// none could be generated, and about says why.
func (m *Model) SetPassword(password hdpclient.Secret, about string) {
	m.password, m.about = password, about
	m.stage = asking
}

// ShowRefusal shows why nothing was sent, and asks again.
func (m *Model) ShowRefusal(why string) { m.stage, m.refusal, m.dropped = asking, why, false }

// ShowResult shows the outcome of the reset.
func (m *Model) ShowResult(r Result) {
	m.result, m.stage = r, done
	if m.dropped {
		m.Wipe()
	}
}

// DropSecrets overwrites a typed password at once, a valid one for good, and one being sent when the
// answer arrives.
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

// ShowUnlock shows the outcome of the unlock.
func (m *Model) ShowUnlock(l ResultLine) { m.result.Unlock, m.result.Unlocking = l, false }

// Sending reports whether the reset or the unlock after it is running. Until both are answered, the
// dialog cannot be closed.
func (m *Model) Sending() bool { return m.stage == sending || m.result.Unlocking }

// IsInForce reports whether the password is valid, or may be.
func (m *Model) IsInForce() bool {
	return m.stage == done && (m.result.Reset.Kind == change.Accepted || m.result.Reset.Kind == change.Unknown)
}

// HoldsPassword reports whether the dialog still holds a password that is valid, or may be.
func (m *Model) HoldsPassword() bool { return m.IsInForce() && !m.dropped }

// IsUnseen reports whether closing the dialog would lose a password that nobody has seen.
func (m *Model) IsUnseen() bool { return m.HoldsPassword() && !m.seen }

// Wipe overwrites the password.
func (m *Model) Wipe() {
	m.password.Wipe()
	m.password, m.lines, m.shown = hdpclient.Secret{}, nil, false
	m.typed.Clear()
}

// PlaceResult is the place of the keys in the result.
const PlaceResult = action.Dialog + "/reset-result"

// Actions returns the keys of the result besides those of every dialog.
func Actions() []action.Action[*Model] {
	in := []action.Place{PlaceResult}
	return []action.Action[*Model]{
		{
			ID: "reveal", Keys: []string{"v"}, Places: in, ShortFunc: (*Model).revealLabel,
			Help: "show or hide the temporary password", Also: "spell", Disabled: (*Model).whyNotInForce, Run: (*Model).reveal,
		},
		{
			ID: "copy-password", Keys: []string{"y"}, Places: in, Short: "copy",
			Help: "copy the temporary password to your terminal's clipboard", Disabled: (*Model).whyNotInForce, Run: (*Model).copy,
		},
		{
			ID: "reset-again", Keys: []string{"n"}, Places: in, Short: "another",
			Help: "generate another temporary password", Also: "new", Disabled: (*Model).whyNotAnother, Run: (*Model).another,
		},
	}
}

// Place returns the place of the current keys.
func (m *Model) Place() action.Place {
	if m.stage == done {
		return PlaceResult
	}
	return action.Form
}

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	switch {
	case m.Sending():
		return "", ""
	case m.stage == done:
		return "", "close"
	case m.busy() != "":
		return "", "back"
	}
	return "reset", "back"
}

func (m *Model) busy() string {
	if m.stage >= sending || m.Busy == nil {
		return ""
	}
	return m.Busy()
}

// FieldKeys reports which keys of the form do something now.
func (m *Model) FieldKeys() (next, choose bool) {
	if m.stage >= sending {
		return false, false
	}
	return m.form.FieldKeys()
}

// Type handles a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if m.stage < sending {
		m.refusal = ""
		m.form.Type(msg)
	}
}

// Move moves the focus through the fields, and scrolls the result by lines.
func (m *Model) Move(by int) {
	m.refusal = ""
	switch m.stage {
	case preparing, asking:
		m.form.Move(by)
	case done:
		m.Scroll.Move(by)
	case sending:
	}
}

// Esc asks to close the dialog, whose password must then be wiped.
func (m *Model) Esc() tea.Cmd {
	m.refusal = ""
	if m.Sending() {
		return nil
	}
	return stack.Leave(m)
}

// AskOnClose returns the question to ask before the dialog is closed, "" for none.
func (m *Model) AskOnClose() (title, text string) {
	switch {
	case m.IsUnseen():
		return "Close without seeing the password?",
			"The password is active, or may be, and was neither shown nor copied. It cannot be shown again."
	case m.stage < sending && m.form.Dirty():
		return "Leave the dialog?", "What you typed will be lost. Nothing was sent."
	}
	return "", ""
}

// Enter asks for the password to be set if nothing is missing. In the result it closes the dialog.
func (m *Model) Enter() tea.Cmd {
	m.refusal = ""
	switch {
	case m.stage == sending:
		return nil
	case m.stage == done:
		return m.Esc()
	case m.busy() != "":
		return nil
	case m.stage == preparing:
		m.refusal = "still reading the policy"
		return nil
	case !m.form.Check():
		return nil
	case m.password.IsZero() && m.typed.Value() == "":
		m.refusal = "no password to set"
		return nil
	}
	if unmet := m.Demands.Unmet(m.answers()); unmet != nil {
		m.refusal = unmet.Why
		m.form.FocusOn(m.reason)
		if unmet.Demand == change.NameDemand {
			m.form.FocusOn(m.name)
		}
		return nil
	}
	m.stage = sending
	if typed := m.typed.Value(); typed != "" {
		m.password.Wipe()
		m.password, m.about = hdpclient.SecretOf(typed), aboutTyped
		m.typed.Clear()
	}
	a := ApplyMsg{From: m, Password: m.password, Unlock: m.unlock != nil && m.unlock.Value(), Plan: m.plan.WithAnswers(m.answers())}
	return func() tea.Msg { return a }
}

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

func (m *Model) revealLabel() string {
	if m.shown {
		return "hide"
	}
	return "show"
}

func (m *Model) another() tea.Cmd {
	m.Wipe()
	again := AnotherMsg{From: m, Plan: m.plan.WithReason(m.reason.Value())}
	return func() tea.Msg { return again }
}

func (m *Model) copy() tea.Cmd {
	// No terminal reports whether it accepted the copy, so a copied password still counts as unseen.
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
