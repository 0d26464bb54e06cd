package batch

import (
	"slices"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/directory"
)

// Guard is what a draft must know so that a batch takes nobody's last way in:
// where it deactivates, forces a change or sets an expiry, it leaves out the
// operator's own account, d2cadmin, and one administrator where there would be
// none left. Each of them can still be changed alone, where it is asked about.
type Guard struct {
	// OwnID and Login are the operator's own account; either may be unknown.
	OwnID int64
	Login string
	// Administrators are the active administrators that the list shows.
	Administrators []int64
}

// d2cadmin is the administrator that every installation has ("Initial login with
// default user accounts").
const d2cadmin = "d2cadmin"

// bars is why an account is left out of an action that may keep its user out, ""
// if it is not.
func (g Guard) bars(a directory.Account) Kind {
	switch name := a.Name.Raw(); {
	case g.OwnID != 0 && g.OwnID == a.ID, g.Login != "" && strings.EqualFold(g.Login, name):
		return Own
	case strings.EqualFold(name, d2cadmin):
		return D2cadmin
	}
	return ""
}

// last returns the index of the row to be left out because with it no active
// administrator would remain, -1 if one does.
func (g Guard) last(rows []Row) int {
	last, planned := -1, map[int64]bool{}
	for i, r := range rows {
		if r.Kind == Planned {
			planned[r.ID] = true
			if isActiveAdministrator(r.Account) {
				last = i
			}
		}
	}
	remains := slices.ContainsFunc(g.Administrators, func(id int64) bool { return !planned[id] }) ||
		slices.ContainsFunc(rows, func(r Row) bool { return r.Kind != Planned && isActiveAdministrator(r.Account) })
	if remains {
		return -1
	}
	return last
}

func isActiveAdministrator(a directory.Account) bool {
	return a.Administrator && a.HasStatus && a.Status == hdpclient.Active
}
