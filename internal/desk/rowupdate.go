package desk

import (
	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
)

// RowUpdate is what was seen of an account, which may be newer than its row in a list.
type RowUpdate struct {
	row      account.Account
	whole    bool // otherwise only these parts of row are known
	status   bool
	password bool
	written  bool // the writer of a desk has told the lists, see [WithLists]
}

// RowRead returns the update after an account was read.
func RowRead(row account.Account) RowUpdate { return RowUpdate{row: row, whole: true} }

// RowWritten returns the update with what was seen stored after a write.
func RowWritten(o change.Outcome) RowUpdate {
	u := RowUpdate{row: account.Account{ID: o.Plan.Subject().ID}, written: true}
	var info hdpclient.StatusInfo
	if info, u.status = o.StatusInfo(); u.status {
		u.row = u.row.WithStatus(info)
	}
	var password hdpclient.PasswordInfo
	if password, u.password = o.PasswordInfo(); u.password {
		u.row = u.row.WithPassword(password)
	}
	return u
}

// ID returns the account's id.
func (u RowUpdate) ID() int64 { return u.row.ID }

// Apply returns the row of the account after the update.
func (u RowUpdate) Apply(row account.Account) account.Account {
	if u.whole {
		return u.row.Completed(row)
	}
	if u.status {
		row = row.WithStatusOf(u.row)
	}
	if u.password {
		row = row.WithPasswordOf(u.row)
	}
	return row
}

// applyForOthers is Apply for the list of a login that may see less. It changes only what the server
// listed for that login, and nothing if the account is now in another tenant, which the login may not
// administer.
func (u RowUpdate) applyForOthers(row account.Account) account.Account {
	n := u.row
	if u.whole {
		if n.TenantID != 0 && n.TenantID != row.TenantID {
			return row
		}
		row.Name = n.Name
		if row.Roles.Known() && n.Roles.Known() {
			row.Roles, row.Administrator = n.Roles, n.Administrator
		}
		if row.Auth != account.NotRead && n.Auth != account.NotRead {
			row.Auth = n.Auth
		}
	}
	if (u.whole || u.status) && row.HasStatus && n.HasStatus {
		row = row.WithStatusOf(n)
	}
	if (u.whole || u.password) && row.HasPassword && n.HasPassword {
		row = row.WithPasswordOf(n)
	}
	return row
}

// then returns both updates as one.
func (u RowUpdate) then(next RowUpdate) RowUpdate {
	if next.whole {
		return next
	}
	u.row = next.Apply(u.row)
	u.status, u.password = u.status || next.status, u.password || next.password
	return u
}
