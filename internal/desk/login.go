package desk

import (
	"context"
	"errors"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// With returns a client for a login that is to be tried while the desk keeps its own.
func (d *Desk) With(c hdpclient.Credentials) *hdpclient.Client { return d.client.With(c) }

// TryLogin tries a client's login; nil means that the server accepts it. HDP checks names and
// permissions only after the login, so a refusal because of those proves as much as an answer. If
// the small call proves nothing, TryLogin calls the list, with which this login was accepted
// before. There is no third attempt: a proxy may hide HDP's refusal, and three wrong passwords lock
// the operator out.
func (d *Desk) TryLogin(ctx context.Context, c *hdpclient.Client) error {
	if _, known := d.Self(); known {
		return tryLogin(ctx, c, func() error { _, err := c.Self(ctx); return err })
	}
	return tryLogin(ctx, c, func() error { _, err := c.UsersByAuthName(ctx, c.Login()); return err })
}

func tryLogin(ctx context.Context, c *hdpclient.Client, small func() error) (err error) {
	list := func() error {
		for _, err := range c.Users(ctx, hdpclient.UsersOptions{}) {
			return err // the first account is enough
		}
		return nil
	}
	for _, call := range []func() error{small, list} {
		if err = call(); ProvesLogin(err) && c.Proven() {
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

// ProvesLogin reports whether err, from a read, shows that HDP accepted the login: HDP checks names
// and permissions only after that.
func ProvesLogin(err error) bool {
	return err == nil || errors.Is(err, hdpclient.ErrRefused) && !RefusesLogin(err)
}

// RefusesLogin reports whether HDP's refusal is, or may be, about the login.
func RefusesLogin(err error) bool {
	e, ok := errors.AsType[*hdpclient.Error](err)
	return ok && e.MayBeAboutLogin()
}

// OwnChange is the result of changing the operator's own password.
type OwnChange struct {
	Outcome change.Outcome
	Info    hdpclient.Opt[hdpclient.PasswordInfo] // if the server sent it
}

// ChangeOwnPassword changes the password of a login with a separate client, so that the old
// password is tried once, exactly as typed, whatever the desk is signed in with. It wipes old.
func (d *Desk) ChangeOwnPassword(ctx context.Context, who change.Subject, login string, old, to hdpclient.Secret) (done OwnChange) {
	client := d.client.With(hdpclient.Credentials{User: login, Password: old})
	done.Outcome = d.writer.ChangeOwnPassword(ctx, who, func(ctx context.Context) (err error) {
		done.Info, err = client.ChangePassword(ctx, old, to)
		return err
	})
	client.ClearCredentials()
	old.Wipe()
	return done
}
