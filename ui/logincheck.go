package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/desk"
)

// judge takes what the error of a read says about the login; nil is an answer.
func (m *login) judge(err error) tea.Cmd {
	switch {
	case isLoginError(err):
		return m.refuse(err)
	case desk.ProvesLogin(err):
		return m.accept()
	case desk.RefusesLogin(err):
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
