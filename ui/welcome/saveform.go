package welcome

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// saveForm is the page that offers to save the connection as a profile.
type saveForm struct {
	attempt *attempt
	name    *form.Text
	keep    *form.Choice[bool] // nil until a keyring is found
	form    form.Form
	keyring string // why there is no keyring; "" if there is one, or if that is not known yet
	problem string
	busy    bool
}

// The replies to the requests of the page.
type (
	keyringMsg struct {
		of  *saveForm
		err error
	}
	savedMsg struct {
		of   *saveForm
		name string
		err  error
	}
)

func (m *Model) offerToSave(t *attempt) tea.Cmd {
	s := &saveForm{attempt: t, name: form.NewText("Name", m.opts.ProposeName(t.target), 60)}
	s.name.Check = m.opts.CheckName
	s.form = form.New(s.name)
	return tea.Batch(m.openGated(s), func() tea.Msg { return keyringMsg{s, m.opts.CheckKeyring(m.ctx, t.target)} })
}

func (s *saveForm) place() action.Place { return action.Form }

func (s *saveForm) words() (enter, esc string) { return "save", "do not save" }

func (s *saveForm) run(m *Model, id action.ID) tea.Cmd {
	if s.busy {
		return nil
	}
	s.problem = ""
	switch id {
	case action.FormEsc:
		return m.leave(Result{Target: &s.attempt.target})
	case action.FormEnter:
		return s.save(m)
	default:
		moveFocus(&s.form, id)
	}
	return nil
}

func (s *saveForm) typeText(msg tea.Msg) {
	if !s.busy {
		s.problem = ""
		s.form.Type(msg)
	}
}

func (s *saveForm) update(m *Model, msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case keyringMsg:
		s.applyKeyring(msg)
	case savedMsg:
		return s.finishSave(m, msg)
	}
	return nil
}

func (s *saveForm) applyKeyring(k keyringMsg) {
	switch {
	case k.of != s:
	case k.err != nil:
		s.keyring = hdpclient.Clean(k.err.Error())
	default:
		s.keep = form.NewChoice("Password", false, "", form.Option[bool]{Value: false, Word: "ask for it"}, form.Option[bool]{Value: true, Word: "keyring"})
		s.form = form.New(s.name, s.keep)
	}
}

func (s *saveForm) save(m *Model) tea.Cmd {
	name, keep := s.name.Value(), s.keep != nil && s.keep.Value()
	if s.problem = m.opts.CheckName(name); s.problem != "" {
		s.form.FocusOn(s.name)
		return nil
	}
	s.busy = true
	return func() tea.Msg { return savedMsg{s, name, m.opts.Save(m.ctx, s.attempt.target, name, keep)} }
}

func (s *saveForm) finishSave(m *Model, done savedMsg) tea.Cmd {
	if done.of != s {
		return nil
	}
	s.busy = false
	if done.err != nil {
		s.problem = hdpclient.Clean(done.err.Error())
		return nil
	}
	return m.leave(Result{Profile: done.name, Target: &s.attempt.target})
}

func (s *saveForm) view(th theme.Theme, w int) drawing {
	d := drawing{title: "Connected"}
	d.Lines = append(s.attempt.drawSteps(th, w), "")
	for _, l := range frame.Wrap("Save this connection as a profile?", w) {
		d.Lines = append(d.Lines, th.Text.Render(l))
	}
	fields, focus := s.form.View(th, w)
	d.follow, d.Cursor = len(d.Lines)+focus, fields.Cursor.Offset(0, len(d.Lines))
	d.Lines = append(d.Lines, fields.Lines...)
	if s.keyring != "" {
		for _, l := range frame.Wrap("hdpadmin will ask for the password at every start: "+s.keyring+".", w) {
			d.Lines = append(d.Lines, th.Muted.Render(l))
		}
	}
	for _, l := range frame.Wrap(s.problem, w) {
		d.Lines = append(d.Lines, th.Bad.Render(l))
		d.follow = len(d.Lines) - 1
	}
	if s.busy {
		d.state, d.Cursor = "saving"+th.Signs.Ellipsis, frame.Cursor{}
	}
	return d
}
