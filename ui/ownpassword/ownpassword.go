// Package ownpassword is the dialog that changes the operator's own password. It asks for the old
// password and twice for the new one, without echo, and checks the server's rules as the operator
// types. It sends nothing itself, and asks for each request once only.
package ownpassword

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// ChangeMsg asks for the password to be changed.
type ChangeMsg struct {
	From     *Model
	Old, New hdpclient.Secret
}

// TryMsg asks for a sign-in with the new password, to find out whether it is valid.
type TryMsg struct {
	From *Model
	New  hdpclient.Secret
}

// The stack looks for these methods. Under another name they would be skipped in silence.
var (
	_ stack.SecretHolder = (*Model)(nil)
	_ stack.Asker        = (*Model)(nil)
)

// Model is the dialog.
type Model struct {
	login    string // as sent
	why      string
	old      *form.Text
	next     *form.Text
	repeated *form.Text
	form     form.Form
	rules    []rule
	about    string // note below the rules
	stage    stage
	problem  string
	refusal  string
}

type stage int

const (
	asking stage = iota
	sending
	unknown // the new password may be valid
	trying
)

// New returns the dialog for the operator with that login. why says why it opened, "" if the operator
// asked for it.
func New(login, why string) *Model {
	m := &Model{
		login: login, why: why, about: "reading the password rules",
		old:      form.NewSecret("Old password"),
		next:     form.NewSecret("New password"),
		repeated: form.NewSecret("Repeat new"),
	}
	asked := func() bool { return m.stage > sending }
	m.old.Disabled, m.repeated.Disabled = asked, asked
	m.form = form.New(m.old, m.next, m.repeated)
	return m
}

// Login returns the login of the operator.
func (m *Model) Login() string { return m.login }

// SetPolicy shows the rules for the new password. An absent policy means that it could not be read.
func (m *Model) SetPolicy(p hdpclient.Opt[hdpclient.PasswordPolicy]) {
	policy, known := p.Get()
	m.rules, m.about = newRules(policy, m.old.Value), ""
	if !known {
		m.about = "The server's other rules could not be read; the server decides."
	}
}

// ShowRefusal shows why the password was not changed, and asks again. wrongOld says that the server
// did not accept the old one.
func (m *Model) ShowRefusal(why string, wrongOld bool) {
	m.stage, m.problem = asking, why
	if wrongOld {
		m.old.Clear()
		m.form.FocusOn(m.old)
	}
}

// ShowUnknown shows that the new password may be valid, and why that is not known.
func (m *Model) ShowUnknown(why string) {
	m.stage, m.problem = unknown, why
	m.form.FocusOn(m.next)
}

// DropSecrets clears all fields.
func (m *Model) DropSecrets() {
	m.old.Clear()
	m.next.Clear()
	m.repeated.Clear()
}

// Place returns the place of the current keys.
func (m *Model) Place() action.Place { return action.Form }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	switch m.stage {
	case asking:
		return "change", "back"
	case unknown:
		return "sign in", "back"
	case sending, trying:
	}
	return "", ""
}

// FieldKeys reports which keys of the form do something now.
func (m *Model) FieldKeys() (next, choose bool) {
	if m.stage != asking && m.stage != unknown {
		return false, false
	}
	return m.form.FieldKeys()
}

// Type handles a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if m.stage == asking || m.stage == unknown {
		m.refusal = ""
		m.form.Type(msg)
	}
}

// Move moves the focus through the fields.
func (m *Model) Move(by int) {
	if m.stage == asking {
		m.form.Move(by)
	}
}

// Esc asks to close the dialog.
func (m *Model) Esc() tea.Cmd {
	if m.stage == sending || m.stage == trying {
		return nil
	}
	return stack.Leave(m)
}

// AskOnClose returns the question to ask before the dialog is closed, "" for none.
func (m *Model) AskOnClose() (title, text string) {
	if !m.form.Dirty() {
		return "", ""
	}
	return "Leave the dialog?", "What you typed will be lost."
}

// Enter asks for the change, or for the sign-in that tests it, if nothing is missing.
func (m *Model) Enter() tea.Cmd {
	m.refusal = ""
	broken := slices.IndexFunc(m.rules, func(r rule) bool { return !r.isMet(m.next.Value()) })
	switch {
	case (m.stage == asking || m.stage == unknown) && !m.form.Check():
	case m.stage == unknown && m.next.Value() != "":
		m.stage, m.problem = trying, ""
		try := TryMsg{m, hdpclient.SecretOf(m.next.Value())}
		return func() tea.Msg { return try }
	case m.stage == unknown:
		m.refusal = "type the new password"
	case m.stage != asking:
	case m.rules == nil:
		m.refusal = "still reading the rules"
	case m.old.Value() == "":
		m.refusal = "type the old password"
		m.form.FocusOn(m.old)
	case broken >= 0:
		m.refusal = "new password: " + m.rules[broken].text
		m.form.FocusOn(m.next)
	case m.repeated.Value() != m.next.Value():
		m.refusal = "the passwords do not match"
		m.form.FocusOn(m.repeated)
	default:
		m.stage, m.problem = sending, ""
		change := ChangeMsg{m, hdpclient.SecretOf(m.old.Value()), hdpclient.SecretOf(m.next.Value())}
		return func() tea.Msg { return change }
	}
	return nil
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 64, w, h)
	d.Title, d.State = "Your password · "+hdpclient.Clean(m.login), m.refusal
	fields, _ := m.form.View(th, d.W)
	switch m.stage {
	case sending:
		d.Wait("sent, no answer yet" + th.Signs.Ellipsis)
	case trying:
		d.Wait("signing in" + th.Signs.Ellipsis)
	case asking, unknown:
	}
	if m.problem == "" {
		d.AddText(th.Caution, m.why)
	}
	d.AddText(th.Bad, m.problem)
	broken := m.ruleLines(th, d.W, true)
	if m.stage == asking && m.next.Value() != "" && len(d.Lines)+len(fields.Lines)+min(len(broken), 3) > d.H {
		d.Lines = nil // the rules not yet met matter more
	}
	d.Cut(len(fields.Lines))
	d.AddPicture(fields)
	if m.stage <= sending {
		rules := m.ruleLines(th, d.W, false)
		if len(d.Lines)+len(rules) > d.H {
			rules = broken
		}
		d.Add(rules...)
	}
	return d.Draw()
}

// ruleLines draws the rules, each with a sign for met or not met. In the short form it leaves out
// those that are met.
func (m *Model) ruleLines(th theme.Theme, w int, short bool) []string {
	var lines []string
	for _, r := range m.rules {
		if short && r.isMet(m.next.Value()) {
			continue
		}
		style, sign := th.Muted, th.Signs.None
		switch {
		case m.next.Value() == "":
		case r.isMet(m.next.Value()):
			style, sign = th.Good, th.Signs.Good
		default:
			style, sign = th.Bad, th.Signs.Bad
		}
		lines = append(lines, style.Render(frame.Fit("  "+sign+" "+r.text, w, th.Signs.Ellipsis)))
	}
	return append(lines, frame.Paragraph(th.Muted, "  ", m.about, w)...)
}
