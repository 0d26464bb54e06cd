package account

import (
	"context"
	"errors"
	"slices"
	"unicode"
	"unicode/utf8"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/fold"
)

// Operator is the signed-in user. The zero Operator means that nobody is signed in.
type Operator struct {
	// Login is a user name, a sign-in name, or a sign-in name followed by a delimiter
	// and the name of its authentication service, "jdoe|LDAP1". The delimiter is set
	// per server, and most operators may not read it.
	Login string
	// ID is the id of the account that Login belongs to, 0 if the server has not said.
	ID int64
}

// Owns reports whether the account is or may be the operator's own. signIns are the
// account's sign-in names, nil if they have not been read.
//
// An equal name counts even if the server named another account, because a cache may
// have returned somebody else's.
func (o Operator) Owns(a Account, signIns []hdpclient.AuthUser) bool {
	switch {
	case o.ID != 0 && o.ID == a.ID:
		return true
	case o.Login == "":
		return false
	case o.ID == 0 && signIns == nil:
		return true
	}
	login, may := fold.String(o.Login), []string(nil)
	if o.ID == 0 {
		may = possibleSignInNames(login)
	}
	return fold.String(a.Name.Raw()) == login || slices.ContainsFunc(signIns, func(u hdpclient.AuthUser) bool {
		name := fold.String(u.AuthUserName.Raw())
		return name == login || slices.Contains(may, name) || name == everyName && len(may) > 0
	})
}

// everyName is a sign-in name that means every name at an external service.
const everyName = "*"

// possibleSignInNames returns the parts of the login that may be a sign-in name before
// a delimiter, the longest first.
func possibleSignInNames(login string) []string {
	var names []string
	named := false
	for i, r := range login {
		switch last := i+utf8.RuneLen(r) >= len(login); {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			named = true
		case named && !last && !unicode.IsMark(r):
			names = append(names, login[:i])
		}
	}
	slices.Reverse(names)
	return names
}

// Finder searches accounts by sign-in name, as *hdpclient.Client does.
type Finder interface {
	UsersByAuthName(ctx context.Context, name string) ([]hdpclient.User, error)
}

// FindOperator asks the server which account the login belongs to. It returns 0 unless
// it finds exactly one. listed are the ids of the accounts whose user name is the
// login.
func FindOperator(ctx context.Context, f Finder, login string, listed []int64) (int64, error) {
	const most = 4 // limits the searches for a login with many delimiters
	ids, err := findBySignInName(ctx, f, login)
	ids = append(ids, listed...)
	names := possibleSignInNames(login)
	for _, name := range names[:min(most, len(names))] {
		if err != nil || len(ids) > 0 {
			break
		}
		ids, err = findBySignInName(ctx, f, name)
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); err != nil || len(ids) != 1 || ids[0] <= 0 { // an account without a readable id may be anyone's
		return 0, err
	}
	return ids[0], nil
}

// findBySignInName returns the ids of the accounts with this sign-in name.
func findBySignInName(ctx context.Context, f Finder, name string) ([]int64, error) {
	users, err := f.UsersByAuthName(ctx, name)
	if errors.Is(err, hdpclient.ErrNotFound) {
		err = nil
	}
	var ids []int64
	for _, u := range users {
		if u.AuthUserName.IsZero() || fold.String(u.AuthUserName.Raw()) == fold.String(name) {
			ids = append(ids, u.ID)
		}
	}
	return ids, err
}
