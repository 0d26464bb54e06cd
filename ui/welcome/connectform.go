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

// connectForm is the page with the address and the login, and below them the steps of the connection.
type connectForm struct {
	address, user, ca, password *form.Text
	form                        form.Form
	missing                     string
	targetError                 string   // what is wrong with the address or the login
	attempt                     *attempt // the last one, nil before the first
	showsEnd                    bool     // scroll to how it ended, until a key is pressed
	expiredKey                  string   // key for changing an expired password, or ""
}

// attempt is one attempt to connect, step by step.
type attempt struct {
	target  Target
	steps   []probe.Step
	ctx     context.Context
	cancel  context.CancelFunc
	done    func()
	found   []string // results of the steps that succeeded
	noList  bool     // the last step found that the login may not list accounts
	err     error    // of the step that failed
	running bool
}

// stepMsg carries the result of a step.
type stepMsg struct {
	of    *attempt
	found string
	err   error
}

func newConnectForm(t Target, keys Keys) *connectForm {
	c := &connectForm{
		expiredKey: keys.Keycap(action.ExpiredPassword),
		address:    form.NewText("Address", t.Address, 300), user: form.NewLogin("User", t.User),
		ca: form.NewText("CA file", t.CAFile, 1000), password: form.NewSecret("Password"),
	}
	c.address.Hint = "https://hdp.example.com:8443"
	c.user.Hint = "your HDP login"
	c.ca.Hint = "optional, PEM file of a private CA"
	c.form = form.New(c.address, c.user, c.ca, c.password)
	return c
}

func (c *connectForm) place() action.Place {
	if c.isRefused() {
		return action.SignIn
	}
	return action.Form
}

// isRefused reports whether the last attempt failed because of the login.
func (c *connectForm) isRefused() bool {
	if c.attempt == nil {
		return false
	}
	e, is := errors.AsType[*hdpclient.Error](c.attempt.err)
	return is && e.MayBeAboutLogin()
}

func (c *connectForm) words() (enter, esc string) {
	if c.isRunning() {
		return "", "stop"
	}
	return "connect", "back"
}

// isRunning reports whether an attempt is running. The form takes no text meanwhile.
func (c *connectForm) isRunning() bool { return c.attempt != nil && c.attempt.running }

func (c *connectForm) run(m *Model, id action.ID) tea.Cmd {
	switch {
	case id == action.FormEsc && c.isRunning():
		c.stop()
		c.attempt.err, c.showsEnd = errStopped, true
	case c.isRunning():
	case id == action.FormEsc:
		m.page = m.choice
	case id == action.FormEnter:
		return c.begin(m)
	case id == action.ExpiredPassword:
		target := c.attempt.target
		target.Password = hdpclient.Secret{}
		return m.leave(Result{Target: &target, ChangePassword: true})
	case moveFocus(&c.form, id):
		c.missing, c.showsEnd = "", false
	}
	return nil
}

func (c *connectForm) typeText(msg tea.Msg) {
	if !c.isRunning() {
		c.missing, c.showsEnd = "", false
		c.form.Type(msg)
	}
}

func (c *connectForm) update(m *Model, msg tea.Msg) tea.Cmd {
	if s, is := msg.(stepMsg); is {
		return c.finishStep(m, s)
	}
	return nil
}

var errStopped = errors.New("stopped")

func (c *connectForm) stop() {
	if c.isRunning() {
		c.attempt.running = false
		c.attempt.cancel()
		c.attempt.done()
	}
}

func (c *connectForm) begin(m *Model) tea.Cmd {
	c.targetError, c.missing, c.showsEnd = "", "", false
	for _, f := range []struct {
		field *form.Text
		ask   string
	}{{c.address, "type the address"}, {c.user, "type your user name"}, {c.password, "type your password"}} {
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
	steps, done, err := m.opts.Probe(target)
	if err != nil {
		c.attempt, c.targetError = nil, c.focusOnError(err)
		return nil
	}
	c.attempt = &attempt{target: target, steps: steps, done: done, running: true}
	c.attempt.ctx, c.attempt.cancel = context.WithCancel(m.ctx)
	return c.attempt.step()
}

// focusOnError says what is wrong, and moves the focus to the field that it is about.
func (c *connectForm) focusOnError(err error) string {
	said := hdpclient.Clean(err.Error())
	var about *FieldError
	if !errors.As(err, &about) {
		return said
	}
	field := map[Field]*form.Text{Address: c.address, User: c.user, CAFile: c.ca}[about.Field]
	c.form.FocusOn(field)
	return field.Label() + ": " + said
}

func (t *attempt) step() tea.Cmd {
	try := t.steps[len(t.found)].Try
	return func() tea.Msg {
		found, err := try(t.ctx)
		return stepMsg{t, found, err}
	}
}

// finishStep starts the next step, or opens the page that offers to save. A login that may not list
// accounts is good enough, because single accounts can still be opened.
func (c *connectForm) finishStep(m *Model, s stepMsg) tea.Cmd {
	t := s.of
	if t != c.attempt || !t.running {
		return nil // it was stopped
	}
	switch {
	case errors.Is(s.err, probe.ErrNoList):
		t.noList, s.found = true, "single accounts only; list not permitted"
	case s.err != nil:
		c.stop()
		t.err, c.showsEnd = s.err, true
		if c.isRefused() {
			c.password.Clear()
			c.form.FocusOn(c.password)
		}
		if len(t.found) == 0 { // the name of the server is unknown
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

// view draws the fields, and below them the steps.
func (c *connectForm) view(th theme.Theme, w int) drawing {
	d := drawing{title: "Connect to a server", state: c.missing}
	d.Picture, d.follow = c.form.View(th, w)
	d.Lines = append(d.Lines, "")
	if lines := frame.Wrap(c.targetError, w); len(lines) > 0 {
		for _, l := range lines {
			d.Lines = append(d.Lines, th.Bad.Render(l))
		}
	}
	if t := c.attempt; t != nil {
		if t.running || c.showsEnd {
			d.follow = len(d.Lines) + len(t.found)
		}
		if t.running {
			d.Cursor = frame.Cursor{}
		}
		d.Lines = append(d.Lines, t.drawSteps(th, w)...)
		if c.isRefused() && c.expiredKey != "" {
			d.Lines = append(d.Lines, "  "+frame.Key{Cap: c.expiredKey, Label: "change an expired password"}.Draw(th))
		}
	}
	return d
}
