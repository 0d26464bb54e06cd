package desk

import (
	"context"
	"errors"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

// Identity says who a login is, as far as the server says.
type Identity struct {
	// Self has the rights of the login.
	Self hdpclient.Opt[hdpclient.Self]
	// ID is the id of the login's account, 0 if it is not known.
	ID int64
	// Account is the login's account, if it may read that.
	Account hdpclient.Opt[account.Account]
}

// Identify asks the server who the operator is. What a login may not ask for remains unknown.
func (d *Desk) Identify(ctx context.Context) (who Identity, err error) {
	self, err := d.ReadSelf(ctx)
	switch {
	case err == nil:
		d.SetSelf(self)
		who.Self, who.ID = hdpclient.Some(self), self.UserID
	case errors.Is(err, hdpclient.ErrForbidden) && !RefusesLogin(err):
		if who.ID, err = d.FindOperatorID(ctx, new(search.Snapshot)); err != nil && !isHidden(err) {
			return who, err
		}
		d.SetOperatorID(who.ID)
	default:
		return who, err
	}
	if who.ID == 0 {
		return who, nil
	}
	r, err := d.Read(ctx, who.ID)
	switch {
	case err == nil:
		who.Account = hdpclient.Some(r.Account())
	case !isHidden(err):
		return who, err
	}
	return who, nil
}

// isHidden reports whether the server keeps to itself what it was asked for.
func isHidden(err error) bool {
	return !RefusesLogin(err) && (errors.Is(err, hdpclient.ErrForbidden) || errors.Is(err, hdpclient.ErrNotFound))
}
