package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
)

// judge takes what the error of a read says about the login; nil is an answer.
func (m *login) judge(err error) tea.Cmd {
	switch {
	case isLoginError(err):
		return m.refuse(err)
	case provesLogin(err):
		return m.accept()
	case refusesLogin(err):
		return m.logRefusedRequest(err)
	}
	return nil
}

// judgeWrite takes the refusal of a write, unless another login has replaced the one that it was
// sent with.
func (m *login) judgeWrite(session context.Context, err error) tea.Cmd {
	if isLoginError(err) && session.Err() == nil {
		return m.refuse(err)
	}
	return nil
}

// isLoginError reports whether err is about the login and not about the request.
func isLoginError(err error) bool {
	return errors.Is(err, hdpclient.ErrUnauthorized) || errors.Is(err, hdpclient.ErrNoCredentials)
}

// provesLogin reports whether err of a read shows that HDP accepted the login: HDP checks names
// and rights only after that.
func provesLogin(err error) bool {
	return err == nil || errors.Is(err, hdpclient.ErrRefused) && !refusesLogin(err)
}

// refusesLogin reports whether HDP's refusal is, or may be, about the login.
func refusesLogin(err error) bool {
	e, ok := errors.AsType[*hdpclient.Error](err)
	return ok && e.MayBeAboutLogin()
}

// loginCheck returns a function that tries a login. HDP looks at names and rights only after it
// knows the login, so a refusal for those proves as much as an answer. If the small call proves
// nothing, the list follows, since this login was accepted with it. There is no third try: a
// proxy may hide HDP's refusal, and three wrong passwords lock the operator out.
func (m *login) loginCheck(login string) func(context.Context, *hdpclient.Client) error {
	small := func(ctx context.Context, c *hdpclient.Client) error { _, err := c.Self(ctx); return err }
	if !m.rights.isSelfKnown() {
		small = func(ctx context.Context, c *hdpclient.Client) error {
			_, err := c.UsersByAuthName(ctx, login)
			return err
		}
	}
	list := func(ctx context.Context, c *hdpclient.Client) error {
		for _, err := range c.Users(ctx, hdpclient.UsersOptions{}) {
			return err // the first account is enough
		}
		return nil
	}
	return func(ctx context.Context, c *hdpclient.Client) (err error) {
		for _, call := range []func(context.Context, *hdpclient.Client) error{small, list} {
			if err = call(ctx, c); provesLogin(err) && c.Proven() {
				return nil
			}
			if err == nil {
				err = hdpclient.ErrCached // the next call may get through
				continue
			}
			var e *hdpclient.Error
			if !errors.As(err, &e) || e.MayBeAboutLogin() || e.Status == 0 || errors.Is(err, hdpclient.ErrUnavailable) {
				break
			}
		}
		return err
	}
}
