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
	"hdpadmin/internal/search"
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
	return (&resolver{Desk: d}).resolve(ctx, text)
}

// Unresolved says why one of several texts does not name an account.
type Unresolved struct {
	Index int   // of the text
	Err   error // a [NotFoundError] or an [AmbiguousError]
}

// Resolved holds the accounts that several texts name.
type Resolved struct {
	Accounts   []account.Account // each once, in the order of the texts
	Unresolved []Unresolved
	List       *search.Snapshot // nil if it was not needed
}

// fewTexts is how many texts are looked up one by one before the list is needed. For more of them,
// reading the list is quicker.
const fewTexts = 25

// ResolveAll returns the accounts that texts name. Each is a list of one text, or of all that may be
// meant, such as a cell of a spreadsheet with and without an apostrophe: then it is ambiguous if they
// name different accounts. A text means the same as for Resolve, but it is ambiguous also if the list
// has both an account with this id and one with this user name. The list is read at most once.
func (d *Desk) ResolveAll(ctx context.Context, texts [][]string) (Resolved, error) {
	r := &resolver{Desk: d}
	if len(texts) > fewTexts {
		if err := r.readList(ctx); err != nil {
			return Resolved{}, err
		}
	}
	var all Resolved
	seen := map[int64]bool{}
	for i, meant := range texts {
		a, err := r.resolveAny(ctx, meant)
		switch {
		case errors.As(err, new(*NotFoundError)), errors.As(err, new(*AmbiguousError)):
			all.Unresolved = append(all.Unresolved, Unresolved{i, err})
		case err != nil:
			return Resolved{}, err
		case !seen[a.ID]:
			seen[a.ID] = true
			all.Accounts = append(all.Accounts, a)
		}
	}
	all.List = r.list
	return all, nil
}

// resolver finds accounts by what names them.
type resolver struct {
	*Desk
	list *search.Snapshot // nil until it is needed
}

// resolveAny returns the one account that the texts name.
func (r *resolver) resolveAny(ctx context.Context, texts []string) (account.Account, error) {
	var found []account.Account
	for _, text := range texts {
		a, err := r.resolve(ctx, text)
		var several *AmbiguousError
		switch {
		case errors.As(err, new(*NotFoundError)):
		case errors.As(err, &several):
			found = appendNew(found, several.Found)
		case err != nil:
			return a, err
		default:
			found = appendNew(found, []account.Account{a})
		}
	}
	return onlyOf(texts[0])(found, nil)
}

// appendNew appends the accounts that found does not have.
func appendNew(found, more []account.Account) []account.Account {
	for _, a := range more {
		if !slices.ContainsFunc(found, func(b account.Account) bool { return a.ID == b.ID }) {
			found = append(found, a)
		}
	}
	return found
}

func (r *resolver) resolve(ctx context.Context, text string) (account.Account, error) {
	id, isNumber := parseID(text)
	if rest, forced := strings.CutPrefix(text, "id:"); forced {
		if id, isNumber = parseID(rest); !isNumber {
			return account.Account{}, fmt.Errorf("%q is not an id", rest)
		}
		return onlyOf(text)(r.byID(ctx, id))
	}
	name, forced := strings.CutPrefix(text, "name:")
	var found []account.Account
	var hidden error // why the account with this id may not be read
	if isNumber && !forced && !r.isOnlyName(id, name) {
		var err error
		found, err = r.byID(ctx, id)
		if errors.Is(err, hdpclient.ErrForbidden) {
			hidden, err = err, nil
		}
		if err != nil {
			return account.Account{}, err
		}
	}
	named, err := r.byName(ctx, name, len(found) == 0)
	if err != nil {
		return account.Account{}, err
	}
	if hidden != nil {
		// A sign-in name that looks like this id does not make its account the one with this id.
		named = slices.DeleteFunc(named, func(a account.Account) bool { return a.Name.Raw() != name })
		if len(named) == 0 {
			return account.Account{}, hidden
		}
	}
	return onlyOf(text)(appendNew(found, named), nil)
}

// isOnlyName reports whether the list says that a number is a user name and not an id.
func (r *resolver) isOnlyName(id int64, name string) bool {
	if r.list == nil {
		return false
	}
	_, isID := r.list.ByID(id)
	same, _ := r.inList(name)
	return !isID && len(same) > 0
}

// byName returns the accounts with this user name, or else those that sign in with it. If the server's
// own search does not find the user name, byName reads the list, but only if the list may be read.
func (r *resolver) byName(ctx context.Context, name string, mayRead bool) ([]account.Account, error) {
	var same, alike []account.Account
	if r.list != nil {
		if same, alike = r.inList(name); len(same) > 0 {
			return same, nil
		}
	}
	if len(alike) > 0 && mayRead {
		return alike, nil
	}
	signIns, err := r.bySignInName(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, a := range signIns {
		if a.Name.Raw() == name {
			same = append(same, a)
		}
	}
	if len(same) > 0 || !mayRead || r.list != nil {
		return firstOf(same, signIns), nil
	}
	if err := r.readList(ctx); err != nil {
		return nil, err
	}
	same, alike = r.inList(name)
	return firstOf(same, alike, signIns), nil
}

// firstOf returns the first that is not empty.
func firstOf(all ...[]account.Account) []account.Account {
	for _, found := range all {
		if len(found) > 0 {
			return found
		}
	}
	return nil
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
		case !found[0].HasID():
			return account.Account{}, fmt.Errorf("the server sends no usable id for %s, so hdpadmin cannot read that account", found[0].Name)
		}
		return found[0], nil
	}
}

// parseID reads an id as HDP writes it. 00307 and +307 may be names, and never mean the account 307.
func parseID(text string) (int64, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && id >= 0 && strconv.FormatInt(id, 10) == text
}

// byID asks the server if the list does not have the account, which may be newer than the list.
func (r *resolver) byID(ctx context.Context, id int64) ([]account.Account, error) {
	if r.list != nil {
		if a, listed := r.list.ByID(id); listed {
			return []account.Account{a}, nil
		}
	}
	u, err := r.client.User(ctx, id)
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
func (r *resolver) bySignInName(ctx context.Context, name string) ([]account.Account, error) {
	if name == "." || name == ".." { // in a path these are not names
		return nil, nil
	}
	users, err := r.client.UsersByAuthName(ctx, name)
	if errors.Is(err, hdpclient.ErrNotFound) || errors.Is(err, hdpclient.ErrForbidden) {
		return nil, nil
	}
	var found []account.Account
	for _, u := range users {
		found = append(found, account.FromUser(u))
	}
	return found, err
}

func (r *resolver) readList(ctx context.Context) (err error) {
	if r.list == nil {
		r.list, err = r.ReadList(ctx)
	}
	return err
}

// inList returns the accounts in the list with this user name: those with the same spelling, and
// those that differ in case only.
func (r *resolver) inList(name string) (same, alike []account.Account) {
	for _, i := range r.list.Named(name) {
		if a := r.list.At(i); a.Name.Raw() == name {
			same = append(same, a)
		} else {
			alike = append(alike, a)
		}
	}
	return same, alike
}
