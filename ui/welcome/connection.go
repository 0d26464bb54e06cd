package welcome

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/probe"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// connection is the page with the fields, and the steps to the server below them.
type connection struct {
	address, user, ca, password *form.Text
	form                        form.Form
	missing                     string
	wrong                       string // with what was typed
	trial                       *trial // the last, nil before the first
	told                        bool   // how it ended is to be read, until a key is pressed
	expired                     string // the key for a password that is to be changed first, "" for none
}

// trial is one way to the server.
type trial struct {
	target Target
	steps  []probe.Step
	ctx    context.Context
	cancel context.CancelFunc
	done   func()
	found  []string // of the steps that were gone
	noList bool     // the last of them: the login may not list accounts
	err    error    // of the step after them
	going  bool
}

// stepped is how a step of a trial went.
type stepped struct {
	of    *trial
	found string
	err   error
}

func newConnection(t Target, keys Keys) *connection {
	c := &connection{
		expired: keys.Keycap(action.ExpiredPassword),
		address: form.NewText("Address", t.Address, 300), user: form.NewLogin("User", t.User),
		ca: form.NewText("CA file", t.CAFile, 1000), password: form.NewSecret("Password"),
	}
	c.address.Hint = "https://hdp.example.com:8443"
	c.user.Hint = "your HDP login"
	c.ca.Hint = "only for an authority of your own: PEM"
	c.form = form.New(c.address, c.user, c.ca, c.password)
	return c
}

func (c *connection) place() action.Place {
	if c.notLetIn() {
		return action.SignIn
	}
	return action.Form
}

// notLetIn reports whether the last trial has ended with the login.
func (c *connection) notLetIn() bool {
	if c.trial == nil {
		return false
	}
	e, is := errors.AsType[*hdpclient.Error](c.trial.err)
	return is && e.AboutLogin()
}

func (c *connection) words() (enter, esc string) {
	if c.going() {
		return "", "stop"
	}
	return "connect", "back"
}

// going reports whether a trial is under way. Nothing is typed until it has ended.
func (c *connection) going() bool { return c.trial != nil && c.trial.going }

func (c *connection) do(m *Model, id action.ID) tea.Cmd {
	switch {
	case id == action.FormEsc && c.going():
		c.stop()
		c.trial.err, c.told = errStopped, true
	case c.going():
	case id == action.FormEsc:
		m.page = m.choice
	case id == action.FormEnter:
		return c.begin(m)
	case id == action.ExpiredPassword:
		target := c.trial.target
		target.Password = hdpclient.Secret{}
		return m.leave(Result{Target: &target, Expired: true})
	case move(&c.form, id):
		c.missing, c.told = "", false
	}
	return nil
}

func (c *connection) typed(msg tea.Msg) {
	if !c.going() {
		c.missing, c.told = "", false
		c.form.Type(msg)
	}
}

func (c *connection) answer(m *Model, msg tea.Msg) tea.Cmd {
	if s, is := msg.(stepped); is {
		return c.stepped(m, s)
	}
	return nil
}

var errStopped = errors.New("stopped")

// stop ends the steps that are being gone.
func (c *connection) stop() {
	if c.going() {
		c.trial.going = false
		c.trial.cancel()
		c.trial.done()
	}
}

func (c *connection) begin(m *Model) tea.Cmd {
	c.wrong, c.missing, c.told = "", "", false
	for _, f := range []struct {
		field *form.Text
		ask   string
	}{{c.address, "type the address"}, {c.user, "type your name"}, {c.password, "type your password"}} {
		if strings.TrimSpace(f.field.Value()) == "" {
			c.missing = f.ask
			c.form.FocusOn(f.field)
			return nil
		}
	}
	if !c.form.Check() {
		return nil
	}
	target := Target{
		Address: strings.TrimSpace(c.address.Value()), User: c.user.Value(),
		CAFile: strings.TrimSpace(c.ca.Value()), Password: hdpclient.SecretOf(c.password.Value()),
	}
	steps, done, err := m.opts.Reach(target)
	if err != nil {
		c.trial, c.wrong = nil, c.refused(err)
		return nil
	}
	c.trial = &trial{target: target, steps: steps, done: done, going: true}
	c.trial.ctx, c.trial.cancel = context.WithCancel(m.ctx)
	return c.trial.step()
}

// refused says what is wrong, the focus in the field that it is about.
func (c *connection) refused(err error) string {
	said := hdpclient.TextOf(err.Error()).String()
	var about *FieldError
	if !errors.As(err, &about) {
		return said
	}
	field := map[Field]*form.Text{Address: c.address, User: c.user, CAFile: c.ca}[about.Field]
	c.form.FocusOn(field)
	return field.Label() + ": " + said
}

func (t *trial) step() tea.Cmd {
	try := t.steps[len(t.found)].Try
	return func() tea.Msg {
		found, err := try(t.ctx)
		return stepped{t, found, err}
	}
}

// stepped goes on with the next step, or to the page that offers to save. A login
// that may not list accounts is good enough: a single one can be opened.
func (c *connection) stepped(m *Model, s stepped) tea.Cmd {
	t := s.of
	if t != c.trial || !t.going {
		return nil // it was stopped
	}
	switch {
	case errors.Is(s.err, probe.ErrNoList):
		t.noList, s.found = true, "not for this login: single ones can be opened"
	case s.err != nil:
		c.stop()
		t.err, c.told = s.err, true
		if c.notLetIn() {
			c.password.Clear()
			c.form.FocusOn(c.password)
		}
		if len(t.found) == 0 { // nobody knows the server by that name
			c.form.FocusOn(c.address)
		}
		return nil
	}
	t.found = append(t.found, s.found)
	if len(t.found) < len(t.steps) {
		return t.step()
	}
	c.stop()
	return m.offerToSave(t)
}

// view draws the fields, and below them how far the steps are.
func (c *connection) view(th theme.Theme, w int) drawing {
	d := drawing{title: "Connect to a server", state: c.missing}
	d.Picture, d.follow = c.form.View(th, w)
	d.Lines = append(d.Lines, "")
	if lines := frame.Wrap(c.wrong, w); len(lines) > 0 {
		for _, l := range lines {
			d.Lines = append(d.Lines, th.Bad.Render(l))
		}
	}
	if t := c.trial; t != nil {
		if t.going || c.told {
			d.follow = len(d.Lines) + len(t.found)
		}
		if t.going {
			d.Cursor = frame.Cursor{}
		}
		d.Lines = append(d.Lines, t.lines(th, w)...)
		if c.notLetIn() && c.expired != "" {
			d.Lines = append(d.Lines, "  "+frame.Key{Cap: c.expired, Words: "change an expired password"}.Draw(th))
		}
	}
	return d
}
