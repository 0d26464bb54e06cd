package desk

import (
	"context"
	"errors"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// Find asks the server for the accounts that text may name: the account with that id, if text is a
// number, and those that an authentication service knows by that name. If there are none, it
// returns none and no error.
func (d *Desk) Find(ctx context.Context, text string) ([]account.Account, error) {
	var found []account.Account
	if id, isNumber := parseID(text); isNumber {
		u, err := d.client.User(ctx, id)
		switch {
		case err == nil:
			found = append(found, account.FromUser(u))
		case !errors.Is(err, hdpclient.ErrNotFound):
			return nil, err
		}
	}
	users, err := d.client.UsersByAuthName(ctx, text)
	if err != nil && !errors.Is(err, hdpclient.ErrNotFound) {
		return nil, err
	}
	for _, u := range users {
		if len(found) == 0 || found[0].ID != u.ID {
			found = append(found, account.FromUser(u))
		}
	}
	return found, nil
}
