package desk

import (
	"cmp"
	"context"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
	"hdpadmin/internal/search"
)

// ReadSelf asks the server who the operator is and what they may do. The desk keeps the answer only
// when the caller passes it to SetSelf, because it may belong to an earlier login by then.
func (d *Desk) ReadSelf(ctx context.Context) (hdpclient.Self, error) { return d.client.Self(ctx) }

// SetSelf says who the operator is.
func (d *Desk) SetSelf(s hdpclient.Self) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.self = hdpclient.Some(s)
}

// FindOperatorID searches for the operator's account by the login, in case the server does not allow
// reading it. It returns 0 unless it finds exactly one. As with ReadSelf, the caller passes the
// answer on, to SetOperatorID.
func (d *Desk) FindOperatorID(ctx context.Context, list *search.Snapshot) (int64, error) {
	return account.FindOperator(ctx, d.client, d.client.Login(), d.protectedIn(list).operators)
}

// SetOperatorID says which account is the operator's, 0 for unknown.
func (d *Desk) SetOperatorID(id int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.operatorID = id
}

// ForgetOperator forgets who the operator is, since another login is in use.
func (d *Desk) ForgetOperator() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.self, d.operatorID = hdpclient.Opt[hdpclient.Self]{}, 0
}

// Self returns the operator's own account, if the server allowed reading it.
func (d *Desk) Self() (hdpclient.Self, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.self.Get()
}

// Operator returns what is known about the operator.
func (d *Desk) Operator() account.Operator {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := account.Operator{Login: d.client.Login(), ID: d.operatorID}
	if self, known := d.self.Get(); known {
		o.ID = self.UserID
	}
	return o
}

// OwnAccount returns the operator's row in the list. A row with the login as its user name is
// enough if nothing else is known.
func (d *Desk) OwnAccount(list *search.Snapshot) (account.Account, bool) {
	id := d.Operator().ID
	if same := d.protectedIn(list).operators; id == 0 && len(same) == 1 {
		id = same[0]
	}
	row, listed := list.ByID(id)
	return row, listed && id != 0
}

// MayNot says in a few words why if the operator is known to lack a permission, else "". If the
// server does not say what the operator may do, only a refusal shows it.
func (d *Desk) MayNot(p hdpclient.Permission) string {
	self, known := d.Self()
	if known && !self.Has(hdpclient.PermissionAdministrator) && !self.Has(p) {
		return "your login lacks " + p.String()
	}
	return ""
}

// MayNotMake says in a few words why the operator may make none of these changes, "" if they may make
// one. It asks for the permission first, and then whether this service lets the operator make it.
func (d *Desk) MayNotMake(verbs ...change.Verb) string {
	return cmp.Or(d.MayNot(hdpclient.PermissionModifyUsers), d.writer.WhyNot(verbs...))
}
