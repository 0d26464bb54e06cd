// Package changeform is the dialog for a change to one account: fields, and below them the exact
// request that they amount to. The status form, the password form and the confirmation of every quick
// action use it. It sends nothing itself: what the operator asks for leaves it as a message.
package changeform

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/ui/action"
	"hdpadmin/ui/diffview"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// ApplyMsg asks for the plan to be applied.
type ApplyMsg struct {
	From *Model
	Plan change.Plan
}

// BackgroundMsg asks for the dialog to be closed while its plan continues in the background.
type BackgroundMsg struct{ From *Model }

// CheckNowMsg asks for the account to be read now instead of at the next interval, to find the outcome
// of the plan.
type CheckNowMsg struct{ From *Model }

// RetryMsg asks for the account to be read again and the plan rebuilt from that.
type RetryMsg struct{ From *Model }

// PlaceUnconfirmed is the place of the keys while the outcome of the plan is not confirmed.
const PlaceUnconfirmed = action.Form + "/unconfirmed"

// Actions returns the keys of the dialog besides those of every form.
func Actions() []action.Action[*Model] {
	in := []action.Place{PlaceUnconfirmed}
	return []action.Action[*Model]{
		{
			ID: "check-now", Keys: []string{"c"}, Places: in, Short: "check now", Disabled: (*Model).whyRetrying,
			Help: "read the account again now; nothing is sent",
			Run:  func(m *Model) tea.Cmd { return func() tea.Msg { return CheckNowMsg{m} } },
		},
		{
			ID: "retry-change", Keys: []string{"r"}, Places: in, Short: "retry", Disabled: (*Model).whyRetrying,
			Help: "read the account again and review the change", Run: (*Model).retry,
		},
	}
}

// The stack looks for these methods. Under another name they would be skipped in silence.
var (
	_ stack.Warner = (*Model)(nil)
	_ stack.Sender = (*Model)(nil)
	_ stack.Asker  = (*Model)(nil)
)

// Model is the dialog.
type Model struct {
	// Note is advice shown above the fields.
	Note string
	// Demands returns what a plan demands. Nil means nothing.
	Demands func(change.Plan) change.Demands
	// Busy says who else is changing the account, "" if nobody is. Meanwhile nothing is sent. It may
	// be nil.
	Busy func() string
	// IsSlow reports whether the running plan takes so long that it may continue in the background.
	// Nil means never.
	IsSlow func() bool
	// Unconfirmed returns what came back for the running plan while its outcome is not confirmed, one
	// paragraph for each entry. It may be nil.
	Unconfirmed func() []string
	// Rebuild returns the same dialog for another plan: the operator's change applied to the values
	// stored now.
	Rebuild func(change.Plan) *Model

	title    string
	plan     func() change.Plan
	reason   *form.Reason
	name     *form.Text // if the plan demands it
	form     form.Form
	scroll   frame.Scroll
	follow   bool          // scroll to the focus
	sending  func() string // progress of the running plan; nil if none runs
	retrying bool          // the account is being read for a retry
	refusal  string        // why enter did nothing
	warned   string        // warnings at the first enter
}

// New returns the dialog with the focus in its first field. title says what is done. plan returns the
// plan for the current values of the fields; the reason is added to it.
func New(title string, plan func() change.Plan, fields ...form.Field) *Model {
	m := &Model{title: title, plan: plan, follow: true}
	m.reason = form.NewReason(plan().Reason(), func() bool { return m.demands().Reason.Check("") != "" })
	m.name = form.NewUserName(func() bool { return m.demands().TypeName })
	m.form = form.New(append(fields, m.reason, m.name)...)
	return m
}

func (m *Model) demands() change.Demands {
	if m.Demands == nil {
		return change.Demands{}
	}
	return m.Demands(m.plan())
}

// Plan returns the plan for the current values of the fields.
func (m *Model) Plan() change.Plan {
	return m.plan().WithAnswers(change.Answers{Reason: m.reason.Value(), Name: m.name.Value()})
}

// Dirty reports whether closing the dialog would lose typed text.
func (m *Model) Dirty() bool { return m.form.Dirty() }

// AskOnClose returns the question to ask before the dialog is closed, "" for none.
func (m *Model) AskOnClose() (title, text string) {
	if !m.Dirty() {
		return "", ""
	}
	return "Leave the form?", "Your changes were not sent and will be lost."
}

// Sending reports whether the plan is running. Until it is answered the dialog takes no keys, and can
// only be closed if it may continue in the background.
func (m *Model) Sending() bool { return m.sending != nil }

// SetSending marks the plan as running. progress returns how far it is whenever the dialog is drawn;
// nil marks the plan as answered.
func (m *Model) SetSending(progress func() string) {
	m.sending, m.retrying, m.follow = progress, false, true
}

func (m *Model) unconfirmed() []string {
	if !m.Sending() || m.Unconfirmed == nil {
		return nil
	}
	return m.Unconfirmed()
}

func (m *Model) busy() string {
	if m.Sending() || m.Busy == nil {
		return ""
	}
	return m.Busy()
}

// IsRetrying reports whether the operator asked to retry the running plan.
func (m *Model) IsRetrying() bool { return m.retrying }

func (m *Model) whyRetrying() string {
	if m.retrying {
		return "the account is being read"
	}
	return ""
}

func (m *Model) retry() tea.Cmd {
	m.retrying = true
	return func() tea.Msg { return RetryMsg{m} }
}

// Warns reports whether the dialog shows something to read before enter.
func (m *Model) Warns() bool {
	return m.Note != "" || m.demands().Warning != "" || m.form.Warnings() != ""
}

// Place returns the place of the current keys.
func (m *Model) Place() action.Place {
	if len(m.unconfirmed()) > 0 {
		return PlaceUnconfirmed
	}
	return action.Form
}

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	switch {
	case m.canMoveToBackground():
		return "", "leave"
	case m.Sending():
		return "", ""
	case m.busy() != "":
		return "", "back"
	}
	return "apply", "back"
}

func (m *Model) canMoveToBackground() bool { return m.Sending() && m.IsSlow != nil && m.IsSlow() }

// FieldKeys reports which keys of the form do something now.
func (m *Model) FieldKeys() (next, choose bool) {
	if m.Sending() {
		return false, false
	}
	return m.form.FieldKeys()
}

// Type handles a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if !m.Sending() {
		m.refusal, m.follow = "", true
		m.form.Type(msg)
	}
}

// Move moves the focus through the fields.
func (m *Model) Move(by int) {
	if !m.Sending() {
		m.refusal, m.follow = "", true
		m.form.Move(by)
	}
}

// Page scrolls by pages, away from the focus if need be.
func (m *Model) Page(by int) {
	if !m.Sending() || len(m.unconfirmed()) > 0 {
		m.refusal, m.follow = "", false
		m.scroll.Page(by)
	}
}

// Esc asks to close the dialog, or to continue in the background.
func (m *Model) Esc() tea.Cmd {
	switch {
	case m.canMoveToBackground():
		return func() tea.Msg { return BackgroundMsg{m} }
	case m.Sending():
		return nil
	}
	m.refusal = ""
	return stack.Leave(m)
}

// Enter asks for the plan to be applied if nothing is missing.
func (m *Model) Enter() tea.Cmd {
	if m.Sending() {
		return nil
	}
	m.refusal = ""
	plan := m.Plan()
	switch {
	case m.busy() != "": // the dialog says so
		return nil
	case !m.form.Check():
		m.follow = true
		return nil
	case plan.Empty():
		m.refusal = "nothing changed yet"
		return nil
	}
	if unmet := m.demands().Unmet(plan.Answers()); unmet != nil {
		m.refusal, m.follow = unmet.Why, true
		switch unmet.Demand {
		case change.NameDemand:
			m.form.FocusOn(m.name)
		case change.PermissionDemand: // the fields stay as they are: another change may be allowed
		default:
			m.form.FocusOn(m.reason)
		}
		return nil
	}
	if m.form.Warnings() != m.warned {
		// The first enter may have been typed before the warning appeared, so a second one is
		// required.
		m.warned = m.form.Warnings()
		if m.warned != "" {
			m.refusal = "press enter again to send"
			return nil
		}
	}
	return func() tea.Msg { return ApplyMsg{From: m, Plan: plan} }
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 76, w, h)
	d.Title, d.State = diffview.Title(th, m.title, m.plan().Subject(), d.W), cmp.Or(m.busy(), m.refusal)
	watched := m.unconfirmed()
	for _, paragraph := range watched {
		d.AddText(th.Bad, paragraph)
	}
	d.AddText(th.Caution, m.Note)
	d.AddText(th.Bad, m.demands().Warning)
	if len(d.Lines) > 0 {
		d.Add("")
	}
	fields, focus := m.form.View(th, d.W)
	focus += len(d.Lines)
	d.AddPicture(fields)
	d.Add("")
	d.Add(diffview.Lines(th, m.Plan(), d.W)...)
	switch {
	case m.follow && len(watched) > 0:
		m.scroll.MoveTo(0)
	case m.follow && !m.scroll.InView(focus, d.H):
		m.scroll.MoveTo(focus - d.H + 1)
	}
	if m.Sending() {
		d.Wait(m.sending())
	}
	if len(watched) > 0 && !keys.Fit(th, d.State, d.W) {
		d.State = "" // the keys matter more, and the paragraphs above say the same
	}
	return d.DrawScrolled(&m.scroll)
}
