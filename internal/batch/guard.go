package batch

import (
	"slices"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/directory"
)

// Guard is what must be known so that nobody's last way in is taken unasked: the
// operator's own account, d2cadmin, and one administrator where there would be
// none left. A batch leaves these rows out where their plan bars; each of them can
// still be changed alone, where it is asked about.
type Guard struct {
	Operator directory.Operator
	// Administrators are the active administrators that the list shows.
	Administrators []int64
}

// d2cadmin is the administrator that every installation has ("Initial login with
// default user accounts").
const d2cadmin = "d2cadmin"

// Protects is why somebody should be asked before this one account is kept out:
// [Own], [D2cadmin] or [LastAdministrator]. "": nothing speaks against it. signIns
// are the account's sign-in names, nil if they have not been read.
func (g Guard) Protects(a directory.Account, signIns []hdpclient.AuthUser) Kind {
	switch kind := g.protectsAlways(a, signIns); {
	case kind != "":
		return kind
	case isActiveAdministrator(a) && !g.hasOtherAdministrator(map[int64]bool{a.ID: true}):
		return LastAdministrator
	}
	return ""
}

// protectsAlways is Protects for the accounts that are protected whoever else there is.
func (g Guard) protectsAlways(a directory.Account, signIns []hdpclient.AuthUser) Kind {
	switch {
	case g.Operator.Owns(a, signIns):
		return Own
	case strings.EqualFold(a.Name.Raw(), d2cadmin):
		return D2cadmin
	}
	return ""
}

// skipProtected is the row, left out if it is protected by itself.
func (g Guard) skipProtected(r Row) Row {
	kind := g.protectsAlways(r.Account, r.SignIns)
	switch {
	case kind == "" || !r.removesAccess():
		return r
	case kind == Own && g.Operator.ID != r.ID:
		return r.withKind(kind, "own account: may be yours, skipped")
	}
	return r.withKind(kind, string(kind)+": skipped")
}

// findLastAdministrator returns the row to be left out because with all of them no active
// administrator would remain; false if one does.
func (g Guard) findLastAdministrator(rows []Row) (Row, bool) {
	last, out := -1, map[int64]bool{}
	for i, r := range rows {
		if r.removesAccess() {
			out[r.ID] = true
			if isActiveAdministrator(r.Account) {
				last = i
			}
		}
	}
	if last < 0 || g.hasOtherAdministrator(out) ||
		slices.ContainsFunc(rows, func(r Row) bool { return !out[r.ID] && isActiveAdministrator(r.Account) }) {
		return Row{}, false
	}
	return rows[last].withKind(LastAdministrator, string(LastAdministrator)+": skipped"), true
}

// hasOtherAdministrator reports whether an administrator of the list is not among these.
func (g Guard) hasOtherAdministrator(out map[int64]bool) bool {
	return slices.ContainsFunc(g.Administrators, func(id int64) bool { return !out[id] })
}

func isActiveAdministrator(a directory.Account) bool {
	return a.Administrator && a.HasStatus && a.Status == hdpclient.Active
}
