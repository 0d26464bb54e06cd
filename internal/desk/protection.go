package desk

import (
	"context"
	"errors"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/search"
)

// See reads what decides whether a plan's account needs protection, besides what ReadForChange has
// read: the list of all accounts, if the plan removes access and the account is or may be an
// administrator's, who may be the last one.
func (d *Desk) See(ctx context.Context, p change.Plan, r account.Reading) (Seen, error) {
	a := r.Account()
	seen := Seen{List: new(search.Snapshot), Account: hdpclient.Some(a), SignIns: r.SignIns()}
	_, known := r.User.Permissions.Get()
	if p.RemovesAccess() && (a.Administrator || !known) {
		list, err := d.readNewList(ctx)
		if err != nil {
			return seen, err
		}
		if row, listed := list.ByID(a.ID); listed && !known {
			a.Administrator = row.Administrator
			seen.Account = hdpclient.Some(a)
		}
		seen.List = list
	}
	return seen, nil
}

// SeeBatch reads what a batch with this action must not lock out, and who the operator is. It reads
// the list of all accounts only if the action may remove access and the caller does not have it, or has
// one that another session may have read; list is nil otherwise.
func (d *Desk) SeeBatch(ctx context.Context, a batch.Action, list *search.Snapshot) (batch.Guard, error) {
	switch self, err := d.ReadSelf(ctx); {
	case err == nil:
		d.SetSelf(self)
	case errors.Is(err, hdpclient.ErrUnauthorized):
		return batch.Guard{}, err
	}
	if !a.MayRemoveAccess() {
		return d.Guard(new(search.Snapshot)), nil
	}
	if list == nil || d.IsShared() {
		var err error
		if list, err = d.readNewList(ctx); err != nil {
			return batch.Guard{}, err
		}
	}
	if _, known := d.Self(); !known {
		id, err := d.FindOperatorID(ctx, list)
		if errors.Is(err, hdpclient.ErrUnauthorized) {
			return batch.Guard{}, err
		}
		d.SetOperatorID(id)
	}
	return d.Guard(list), nil
}

// Guarded returns the plan with the warning that its account needs, if any. The writer sends no
// plan that removes access unless it has been guarded.
func (d *Desk) Guarded(p change.Plan, seen Seen) change.Plan {
	return p.Guarded(d.accessWarning(p, seen))
}

// Demands returns what the plan demands of the operator.
func (d *Desk) Demands(p change.Plan, seen Seen) change.Demands {
	return d.writer.Demands(d.Guarded(p, seen))
}

// Guard returns what a batch must not lock out: the operator and the last administrator.
func (d *Desk) Guard(list *search.Snapshot) batch.Guard {
	return batch.Guard{Operator: d.Operator(), Administrators: d.protectedIn(list).administrators}
}

// accessWarning says why a plan requires the typed user name: it may keep the operator, or the
// last administrator, from signing in again to undo it.
func (d *Desk) accessWarning(p change.Plan, seen Seen) string {
	if !p.RemovesAccess() {
		return ""
	}
	who := p.Subject()
	row := seen.Account.Or(account.Account{ID: who.ID, Name: who.Name})
	g := d.Guard(seen.List)
	switch g.Protects(row, seen.SignIns) {
	case batch.Own:
		if g.Operator.ID == who.ID {
			return "This is your own account, and you may not get back in."
		}
		return "This may be your own account, and you may not get back in."
	case batch.D2cadmin:
		return "This is the administrator that HDP was installed with."
	case batch.LastAdministrator:
		return "This is the last active administrator in the list."
	default:
		return ""
	}
}

// protected holds the ids of accounts that need protection. They are kept for a list and a login,
// because finding them means checking every row.
type protected struct {
	in             *search.Snapshot
	login          string
	administrators []int64 // only active ones
	operators      []int64 // accounts whose user name is the login
}

func (d *Desk) protectedIn(list *search.Snapshot) protected {
	d.mu.Lock()
	defer d.mu.Unlock()
	login := d.client.Login()
	if d.protected.in == list && d.protected.login == login {
		return d.protected
	}
	d.protected = protected{in: list, login: login}
	for i := range list.Len() {
		a := list.At(i)
		if a.Administrator && a.Status == hdpclient.Active {
			d.protected.administrators = append(d.protected.administrators, a.ID)
		}
		if strings.EqualFold(a.Name.Raw(), login) {
			d.protected.operators = append(d.protected.operators, a.ID)
		}
	}
	return d.protected
}
