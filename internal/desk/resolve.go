package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// NotFoundError says that a text names no account that this login can see.
type NotFoundError struct{ Text string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no account %s, or this login cannot see it", hdpclient.Clean(e.Text))
}

// AmbiguousError says that a text names several accounts.
type AmbiguousError struct {
	Text  string
	Found []account.Account
}

func (e *AmbiguousError) Error() string {
	var names []string
	for _, a := range e.Found {
		tenant := a.TenantName.String()
		if tenant == "" {
			tenant = strconv.FormatInt(a.TenantID, 10)
		}
		names = append(names, fmt.Sprintf("%s (id %d, tenant %s)", a.Name, a.ID, tenant))
	}
	return fmt.Sprintf("%s names %d accounts: %s", hdpclient.Clean(e.Text), len(e.Found), strings.Join(names, ", "))
}

// Resolve returns the one account that text names: by its id, or by its exact name. "id:307" and
// "name:307" force one meaning. A number is looked up both ways, since user names may be personnel
// numbers. A user name takes precedence over another account's sign-in name. The error is one of the
// client, a [NotFoundError] or an [AmbiguousError].
//
// The list of all accounts is read only if the server does not answer for the text itself: a list
// that was cut off is an error, because the account may be in its missing part.
func (d *Desk) Resolve(ctx context.Context, text string) (account.Account, error) {
	id, isNumber := parseID(text)
	if rest, forced := strings.CutPrefix(text, "id:"); forced {
		if id, isNumber = parseID(rest); !isNumber {
			return account.Account{}, fmt.Errorf("%q is not an id", rest)
		}
		return onlyOf(text)(d.byID(ctx, id))
	}
	name, forced := strings.CutPrefix(text, "name:")
	var found []account.Account
	if isNumber && !forced {
		var err error
		if found, err = d.byID(ctx, id); err != nil {
			return account.Account{}, err
		}
	}
	signIns, err := d.bySignInName(ctx, name)
	if err != nil {
		return account.Account{}, err
	}
	isOther := func(a account.Account) bool { return a.Name.Raw() != name }
	switch named := slices.DeleteFunc(slices.Clone(signIns), isOther); {
	case len(named) > 0:
		signIns = named
	case len(found) == 0:
		return onlyOf(text)(d.inList(ctx, name, signIns))
	}
	for _, a := range signIns {
		if !slices.ContainsFunc(found, func(b account.Account) bool { return a.ID == b.ID }) {
			found = append(found, a)
		}
	}
	return onlyOf(text)(found, nil)
}

// onlyOf returns a function that returns the only account, or an error if there is not exactly one.
func onlyOf(text string) func([]account.Account, error) (account.Account, error) {
	return func(found []account.Account, err error) (account.Account, error) {
		switch {
		case err != nil:
			return account.Account{}, err
		case len(found) == 0:
			return account.Account{}, &NotFoundError{text}
		case len(found) > 1:
			return account.Account{}, &AmbiguousError{text, found}
		}
		return found[0], nil
	}
}

// parseID reads an id as HDP writes it. 00307 and +307 may be names, and never mean the account 307.
func parseID(text string) (int64, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && id >= 0 && strconv.FormatInt(id, 10) == text
}

func (d *Desk) byID(ctx context.Context, id int64) ([]account.Account, error) {
	u, err := d.client.User(ctx, id)
	if errors.Is(err, hdpclient.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []account.Account{account.FromUser(u)}, nil
}

// bySignInName returns the accounts that an authentication service knows by the name; none if this
// login lacks the permission to ask.
func (d *Desk) bySignInName(ctx context.Context, name string) ([]account.Account, error) {
	if name == "." || name == ".." { // in a path these are not names
		return nil, nil
	}
	users, err := d.client.UsersByAuthName(ctx, name)
	if errors.Is(err, hdpclient.ErrNotFound) || errors.Is(err, hdpclient.ErrForbidden) {
		return nil, nil
	}
	var found []account.Account
	for _, u := range users {
		found = append(found, account.FromUser(u))
	}
	return found, err
}

// inList searches the list of all accounts for the user name: as it is spelt, or else ignoring case.
// If no account has it, inList returns signIns.
func (d *Desk) inList(ctx context.Context, name string, signIns []account.Account) ([]account.Account, error) {
	var same, alike []account.Account
	for u, err := range d.client.Users(ctx, hdpclient.UsersOptions{}) {
		if err != nil {
			return nil, err
		}
		switch raw := u.UserName.Raw(); {
		case raw == name:
			same = append(same, account.FromUser(u))
		case strings.EqualFold(raw, name):
			alike = append(alike, account.FromUser(u))
		}
	}
	for _, found := range [][]account.Account{same, alike} {
		if len(found) > 0 {
			return found, nil
		}
	}
	return signIns, nil
}
