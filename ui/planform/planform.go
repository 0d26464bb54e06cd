// Package planform is the dialog in which a change to an account is made: fields
// above, below them the very request they amount to, enter to apply. The status
// form, the password form and the confirmation of every quick action are one of
// these. It sends nothing: what is to be done leaves it as a message.
package planform

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/request"
	"hdpadmin/ui/theme"
)

// Apply asks for the plan to be carried out. From is the dialog that asks.
type Apply struct {
	From *Model
	Plan change.Plan
}

// Back asks for the dialog to be left.
type Back struct{ From *Model }

// Model is the dialog.
type Model struct {
	// Note is a line of advice over the fields.
	Note string
	// Again makes the same dialog over another plan: what the operator wants, laid
	// over what is stored by now.
	Again func(change.Plan) *Model

	title   string
	plan    func() change.Plan
	reason  *form.Text
	form    form.Form
	top     int
	follow  bool // the window follows the focus
	sending bool
	nothing bool // enter was pressed with nothing to apply
}

// New returns the dialog with the focus in its first field. plan says what the
// fields amount to as they stand; the reason, which goes on record with it, is
// asked for below them.
func New(title string, plan func() change.Plan, fields ...form.Field) *Model {
	reason := form.NewText("Reason", plan().Reason(), 200)
	reason.Hint = "optional, goes on record"
	return &Model{
		title: title, plan: plan, reason: reason, follow: true,
		form: form.New(append(fields, reason)...),
	}
}

// Plan is what the dialog amounts to as it stands.
func (m *Model) Plan() change.Plan { return m.plan().WithReason(m.reason.Value()) }

// Dirty reports whether leaving the dialog would lose something that was typed.
func (m *Model) Dirty() bool { return m.form.Dirty() }

// Sending says whether the plan is under way: until it is answered the dialog
// cannot be left and takes no keys.
func (m *Model) Sending() bool { return m.sending }

// SetSending marks the plan as under way or answered.
func (m *Model) SetSending(on bool) { m.sending = on }

// Update takes a key or pasted text.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	if m.sending {
		return nil
	}
	m.nothing = false
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "esc":
			return func() tea.Msg { return Back{m} }
		case "enter":
			return m.apply()
		case "pgdown":
			m.top, m.follow = m.top+5, false
			return nil
		case "pgup":
			m.top, m.follow = max(0, m.top-5), false
			return nil
		}
	}
	m.follow = true
	m.form.Update(msg)
	return nil
}

func (m *Model) apply() tea.Cmd {
	if !m.form.Check() {
		m.follow = true
		return nil
	}
	plan := m.Plan()
	if plan.Empty() {
		m.nothing = true
		return nil
	}
	return func() tea.Msg { return Apply{From: m, Plan: plan} }
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, w, h int) frame.Picture {
	w = min(w, 76)
	inner := w - 4
	p, focus := m.form.View(th, inner)
	if m.Note != "" {
		note := frame.Wrap(m.Note, inner)
		for i, l := range note {
			note[i] = th.Caution.Render(l)
		}
		note = append(note, "")
		p.Lines = append(note, p.Lines...)
		p.Cursor, focus = p.Cursor.Moved(0, len(note)), focus+len(note)
	}
	p.Lines = append(p.Lines, "")
	p.Lines = append(p.Lines, request.Lines(th, m.Plan(), inner)...)

	room := max(1, h-3)
	if m.follow {
		if len(p.Lines) <= room || focus < m.top {
			m.top = 0
		}
		if focus >= m.top+room {
			m.top = focus - room + 1
		}
	}
	total := len(p.Lines)
	p, m.top = p.Window(m.top, room)
	lines := make([]string, 0, len(p.Lines)+1)
	for _, l := range p.Lines {
		lines = append(lines, " "+frame.Fit(l, inner, th.Signs.Ellipsis))
	}
	lines = append(lines, " "+frame.Ends(m.state(th, total > room), m.keys(th), inner, th.Signs.Ellipsis))
	box := frame.Box{Title: th.Strong.Render(m.title), Focus: true}
	p.Lines = box.Draw(th, lines, w, len(lines)+2)
	p.Cursor = p.Cursor.Moved(2, 1)
	return p
}

func (m *Model) state(th theme.Theme, scrolls bool) string {
	switch {
	case m.sending:
		return th.Caution.Render("sending" + th.Signs.Ellipsis)
	case m.nothing:
		return th.Caution.Render("nothing is changed yet")
	case scrolls:
		return th.Key.Render("pgdn") + th.Muted.Render(" more")
	}
	return ""
}

func (m *Model) keys(th theme.Theme) string {
	if m.sending {
		return th.Muted.Render("waiting for the answer")
	}
	return th.Key.Render("enter") + th.Muted.Render(" apply  ") + th.Key.Render("esc") + th.Muted.Render(" back")
}
