package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

// Found are the accounts that match a query, the best first.
type Found struct {
	Accounts []account.Account
	// Fuzzy means that none contains the words: they only have their letters in this order.
	Fuzzy bool
}

// Search finds the accounts that match a query at now, the server's time.
//
// If the query is an id or an exact user name and the server finds it, Search does not read the list
// of all accounts. Otherwise the list decides; an account that has the query as a sign-in name comes
// after those whose user names match exactly. If the list breaks off, Search returns what it found
// until then, and the error.
func (d *Desk) Search(ctx context.Context, q search.Query, now func() time.Time) (Found, error) {
	var signIns []account.Account
	if text := q.Text(); text != "" && text == q.String() { // neither qualifiers nor quotes
		found, others, err := (&resolver{Desk: d}).ask(ctx, text)
		for i := range found {
			if err == nil {
				found[i], err = d.withInfos(ctx, found[i])
			}
		}
		if err != nil || len(found) > 0 {
			return Found{Accounts: found}, err
		}
		signIns = others
	}
	list, err := d.ReadPartialList(ctx)
	m := list.Filter(search.Filter{Query: q, Now: now()})
	f := Found{Fuzzy: m.AreFuzzy() && len(signIns) == 0}
	if f.Fuzzy || !m.AreFuzzy() {
		for i := range m.Len() {
			a, _ := m.At(i)
			f.Accounts = append(f.Accounts, a)
		}
	}
	exact := m.ExactCount()
	for _, a := range signIns {
		if row, listed := list.ByID(a.ID); listed {
			a = row // it has more in it
		}
		at := slices.IndexFunc(f.Accounts, func(b account.Account) bool { return a.ID == b.ID })
		if at >= 0 && at < exact {
			continue
		}
		if at >= 0 {
			f.Accounts = slices.Delete(f.Accounts, at, at+1)
		}
		f.Accounts = slices.Insert(f.Accounts, exact, a)
		exact++
	}
	return f, err
}

// ask asks the server for the account with that id or user name. If it finds none, ask returns the
// accounts to which people sign in with that name.
func (r *resolver) ask(ctx context.Context, text string) (found, signIns []account.Account, err error) {
	if id, isNumber := parseID(text); isNumber {
		found, err = r.byID(ctx, id)
		if err != nil && !errors.Is(err, hdpclient.ErrForbidden) {
			return nil, nil, err
		}
	}
	signIns, err = r.bySignInName(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range signIns {
		if a.Name.Raw() == text && !slices.ContainsFunc(found, func(b account.Account) bool { return a.ID == b.ID }) {
			found = append(found, a)
		}
	}
	return found, signIns, nil
}

// withInfos returns the account with the infos that the list has and the answer to a search lacks. What
// cannot be read stays unknown, but a refused login is an error.
func (d *Desk) withInfos(ctx context.Context, a account.Account) (account.Account, error) {
	if !a.HasID() {
		return a, nil
	}
	if !a.HasStatus {
		info, err := d.client.StatusInfo(ctx, a.ID)
		switch {
		case err == nil:
			a = a.WithStatus(info)
		case errors.Is(err, hdpclient.ErrUnauthorized):
			return a, err
		}
	}
	if !a.HasPassword {
		info, err := d.client.PasswordInfo(ctx, a.ID)
		switch {
		case err == nil:
			a = a.WithPassword(info)
		case errors.Is(err, hdpclient.ErrUnauthorized):
			return a, err
		}
	}
	return a, nil
}
