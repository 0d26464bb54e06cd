package welcome

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// saveForm is the dialog that offers to save the connection as a profile.
type saveForm struct {
	attempt *attempt
	name    *form.Text
	keep    *form.Choice[bool] // nil until a keyring is found
	form    form.Form
	keyring string // why there is no keyring; "" if there is one, or if that is not known yet
	problem string
	busy    bool
	scroll  frame.Scroll
	paged   bool // scrolled by pages, until another key is pressed
}

// keyringMsg says whether a keyring can store the password.
type keyringMsg struct {
	of  *saveForm
	err error
}

// saveMsg asks for the profile to be saved, and savedMsg is the reply.
type (
	saveMsg struct {
		of      *saveForm
		name    string
		keyring bool
	}
	savedMsg struct {
		saveMsg
		err error
	}
)

func newSaveForm(t *attempt, name string, check func(string) string) *saveForm {
	s := &saveForm{attempt: t, name: form.NewText("Name", name, 60)}
	s.name.Check = check
	s.form = form.New(s.name)
	return s
}

// showKeyring offers to store the password in the keyring, or says why there is none.
func (s *saveForm) showKeyring(err error) {
	if err != nil {
		s.keyring = hdpclient.Clean(err.Error())
		return
	}
	s.keep = form.NewChoice("Password", false, "", form.Option[bool]{Value: false, Word: "ask for it"}, form.Option[bool]{Value: true, Word: "keyring"})
	s.form = form.New(s.name, s.keep)
}

// showError shows why the profile was not saved, and asks again.
func (s *saveForm) showError(err error) { s.problem, s.busy = hdpclient.Clean(err.Error()), false }

func (s *saveForm) Place() action.Place { return action.Form }

func (s *saveForm) Words() (enter, esc string) { return "save", "do not save" }

// takesKeys forgets what was wrong before, and reports whether the dialog takes keys now.
func (s *saveForm) takesKeys() bool {
	s.paged = false
	if !s.busy {
		s.problem = ""
	}
	return !s.busy
}

// FieldKeys implements stack.Fielder.
func (s *saveForm) FieldKeys() (next, choose bool) {
	if s.busy {
		return false, false
	}
	return s.form.FieldKeys()
}

func (s *saveForm) Type(msg tea.Msg) {
	if s.takesKeys() {
		s.form.Type(msg)
	}
}

func (s *saveForm) Move(by int) {
	if s.takesKeys() {
		s.form.Move(by)
	}
}

func (s *saveForm) Page(by int) {
	s.paged = true
	s.scroll.Page(by)
}

// Esc asks to go on without a profile.
func (s *saveForm) Esc() tea.Cmd {
	if !s.takesKeys() {
		return nil
	}
	return stack.Leave(s)
}

// Enter asks for the profile to be saved.
func (s *saveForm) Enter() tea.Cmd {
	if !s.takesKeys() {
		return nil
	}
	save := saveMsg{s, s.name.Value(), s.keep != nil && s.keep.Value()}
	if s.problem = s.name.Check(save.name); s.problem != "" {
		s.form.FocusOn(s.name)
		return nil
	}
	s.busy = true
	return func() tea.Msg { return save }
}

func (s *saveForm) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, widest, w, h)
	d.Title = "Connected"
	d.Add(s.attempt.drawSteps(th, d.W)...)
	d.Add("")
	d.AddText(th.Text, "Save this connection as a profile?")
	fields, focus := s.form.View(th, d.W)
	follow := len(d.Lines) + focus
	d.AddPicture(fields)
	if s.keyring != "" {
		d.AddText(th.Muted, "hdpadmin will ask for the password at every start: "+s.keyring+".")
	}
	if s.problem != "" {
		d.AddText(th.Bad, s.problem)
		follow = len(d.Lines) - 1
	}
	if s.busy {
		d.Wait("saving" + th.Signs.Ellipsis)
	}
	if !s.paged {
		s.scroll.MoveTo(follow)
	}
	return d.DrawScrolled(&s.scroll)
}
