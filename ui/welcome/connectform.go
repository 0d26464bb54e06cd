package welcome

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/probe"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// connectForm is the dialog with the address and the login, and below them the steps of the connection.
type connectForm struct {
	address, user, ca, password *form.Text
	form                        form.Form
	missing                     string
	targetError                 string   // what is wrong with the address or the login
	attempt                     *attempt // the last one, nil before the first
	showsEnd                    bool     // scroll to how it ended, until a key is pressed
	expiredKey                  string   // key for changing an expired password, or ""
	scroll                      frame.Scroll
	paged                       bool // scrolled by pages, until another key is pressed
}

// connectMsg asks for an attempt to connect.
type connectMsg struct{ target Target }

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

func (c *connectForm) Place() action.Place {
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

func (c *connectForm) Words() (enter, esc string) {
	if c.isRunning() {
		return "", "stop"
	}
	return "connect", "back"
}

// isRunning reports whether an attempt is running. The form takes no text meanwhile.
func (c *connectForm) isRunning() bool { return c.attempt != nil && c.attempt.running }

// FieldKeys implements stack.Fielder.
func (c *connectForm) FieldKeys() (next, choose bool) {
	if c.isRunning() {
		return false, false
	}
	return c.form.FieldKeys()
}

func (c *connectForm) Type(msg tea.Msg) {
	c.paged = false
	if !c.isRunning() {
		c.missing, c.showsEnd = "", false
		c.form.Type(msg)
	}
}

func (c *connectForm) Move(by int) {
	c.paged = false
	if !c.isRunning() {
		c.missing, c.showsEnd = "", false
		c.form.Move(by)
	}
}

func (c *connectForm) Page(by int) {
	c.paged = true
	c.scroll.Page(by)
}

// Esc stops the attempt that is running, or asks to close the form.
func (c *connectForm) Esc() tea.Cmd {
	c.paged = false
	if c.isRunning() {
		c.stop()
		c.attempt.err, c.showsEnd = errStopped, true
		return nil
	}
	return stack.Leave(c)
}

// changePassword returns the result that asks to change a password which was refused.
func (c *connectForm) changePassword() Result {
	target := c.attempt.target
	target.Password = hdpclient.Secret{}
	return Result{Target: &target, ChangePassword: true}
}

var errStopped = errors.New("stopped")

func (c *connectForm) stop() {
	if c.isRunning() {
		c.attempt.running = false
		c.attempt.cancel()
		c.attempt.done()
	}
}

// Enter asks for an attempt to connect if nothing is missing.
func (c *connectForm) Enter() tea.Cmd {
	c.paged = false
	if c.isRunning() {
		return nil
	}
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
	return func() tea.Msg { return connectMsg{target} }
}

// showTargetError shows what is wrong with the target, and moves the focus to the field that it is
// about.
func (c *connectForm) showTargetError(err error) {
	c.attempt, c.targetError = nil, hdpclient.Clean(err.Error())
	var about *FieldError
	if errors.As(err, &about) {
		field := map[Field]*form.Text{Address: c.address, User: c.user, CAFile: c.ca}[about.Field]
		c.form.FocusOn(field)
		c.targetError = field.Label() + ": " + c.targetError
	}
}

// takeResult shows the result of a step and reports whether the attempt may go on. A login that may
// not list accounts is good enough, because single accounts can still be opened.
func (c *connectForm) takeResult(s stepMsg) bool {
	t := c.attempt
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
		return false
	}
	t.found = append(t.found, s.found)
	return true
}

// View draws the fields, and below them the steps.
func (c *connectForm) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, widest, w, h)
	d.Title, d.State = "Connect to a server", c.missing
	fields, follow := c.form.View(th, d.W)
	d.AddPicture(fields)
	d.Add("")
	d.AddText(th.Bad, c.targetError)
	if t := c.attempt; t != nil {
		if t.running || c.showsEnd {
			follow = len(d.Lines) + len(t.found)
		}
		if t.running {
			d.Cursor = frame.Cursor{}
		}
		d.Add(t.drawSteps(th, d.W)...)
		if c.isRefused() && c.expiredKey != "" {
			d.Add("  " + frame.Key{Cap: c.expiredKey, Label: "change an expired password"}.Draw(th))
		}
	}
	if !c.paged {
		c.scroll.MoveTo(follow)
	}
	return d.DrawScrolled(&c.scroll)
}
