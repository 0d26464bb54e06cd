package batch

import (
	"slices"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// Guard holds what is needed to protect the last way in: the operator's own account, d2cadmin,
// and the last administrator. A batch skips these rows if their plan removes access; the operator
// can still change each account alone, after a question.
type Guard struct {
	Operator account.Operator
	// Administrators are the active administrators that the list shows.
	Administrators []int64
}

// d2cadmin is the administrator of every installation ("Initial login with default user
// accounts").
const d2cadmin = "d2cadmin"

// Protects returns why the operator should be asked before this one account loses access: [Own],
// [D2cadmin] or [LastAdministrator], or "" if nothing speaks against it. signIns are the account's
// sign-in names, nil if they have not been read.
func (g Guard) Protects(a account.Account, signIns []hdpclient.AuthUser) Kind {
	switch kind := g.protectsAlways(a, signIns); {
	case kind != "":
		return kind
	case g.isActiveAdministrator(a) && !g.hasOtherAdministrator(map[int64]bool{a.ID: true}):
		return LastAdministrator
	}
	return ""
}

// protectsAlways is Protects without the question which administrators remain.
func (g Guard) protectsAlways(a account.Account, signIns []hdpclient.AuthUser) Kind {
	switch {
	case g.Operator.Owns(a, signIns):
		return Own
	case strings.EqualFold(a.Name.Raw(), d2cadmin):
		return D2cadmin
	}
	return ""
}

// skipProtected skips a row that is protected whatever the other rows are.
func (g Guard) skipProtected(r Row) Row {
	kind := g.protectsAlways(r.Account, r.SignIns)
	switch {
	case kind == "" || !r.removesAccess():
		return r
	case kind == Own && g.Operator.ID != r.ID:
		r.MayBeOwn = true
		return r.withKind(kind, "own account: may be yours, skipped")
	}
	return r.withKind(kind, string(kind)+": skipped")
}

// findLastAdministrator returns the row to skip because otherwise no active administrator would
// remain, or false if one does.
func (g Guard) findLastAdministrator(rows []Row) (Row, bool) {
	last, out := -1, map[int64]bool{}
	for i, r := range rows {
		if r.removesAccess() {
			out[r.ID] = true
			if g.isActiveAdministrator(r.Account) {
				last = i
			}
		}
	}
	if last < 0 || g.hasOtherAdministrator(out) ||
		slices.ContainsFunc(rows, func(r Row) bool { return !out[r.ID] && g.isActiveAdministrator(r.Account) }) {
		return Row{}, false
	}
	return rows[last].withKind(LastAdministrator, string(LastAdministrator)+": skipped"), true
}

// hasOtherAdministrator reports whether the list has an administrator that is not in out.
func (g Guard) hasOtherAdministrator(out map[int64]bool) bool {
	return slices.ContainsFunc(g.Administrators, func(id int64) bool { return !out[id] })
}

// isActiveAdministrator also trusts the list, because the details may leave out the permissions.
func (g Guard) isActiveAdministrator(a account.Account) bool {
	return (a.Administrator || slices.Contains(g.Administrators, a.ID)) && a.HasStatus && a.Status == hdpclient.Active
}
