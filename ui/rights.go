package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/ui/slot"
)

// rights knows who the operator is, what they may do, and whose accounts need protection.
type rights struct {
	*console
	self               slot.Slot[hdpclient.Self] // the operator's own account, if the server allows reading it
	operatorSearch     slot.Slot[operatorID]     // used if self may not be read
	ownPassword        slot.Slot[ownInfo]        // the operator's password info, if it is not in the list
	ownPasswordChecked bool                      // since the sign-in
}

// readSelf asks who the operator is and what they may do. If the server does not say, no action
// is hidden and the server decides.
func (m *rights) readSelf() tea.Cmd {
	if m.login.postpone(cancelledReads{self: true}) {
		return nil
	}
	return m.self.Load(m.ctx, m.opts.Clock.Now(), func(ctx context.Context) (hdpclient.Self, error) {
		return m.opts.Desk.ReadSelf(ctx)
	})
}

// readNewSelf calls readSelf after a sign-in, when a warning about the password is due again.
func (m *rights) readNewSelf() tea.Cmd {
	m.ownPasswordChecked = false
	return m.readSelf()
}

// cancelSelf cancels the reads about the operator and reports whether readSelf must be repeated.
func (m *rights) cancelSelf() (repeat bool) {
	_, repeat = m.self.Loading()
	m.self.Cancel()
	m.operatorSearch.Cancel()
	if _, asking := m.ownPassword.Loading(); asking {
		m.ownPassword.Cancel()
		m.ownPasswordChecked = false
	}
	return repeat
}

// forgetSelf drops what was read about the previous login.
func (m *rights) forgetSelf() {
	m.self.Clear()
	m.operatorSearch.Clear()
	m.ownPassword.Clear()
	m.opts.Desk.ForgetOperator()
}

// operatorID is the id of the operator's account, found by the login.
type operatorID int64

// findOperator searches for the operator's account by the login if the server does not say which
// one it is.
func (m *rights) findOperator() tea.Cmd {
	if _, known := m.opts.Desk.Self(); known {
		return nil
	}
	if _, asked := m.operatorSearch.Get(); asked {
		return nil
	}
	list := m.lookup.Snapshot()
	return m.operatorSearch.Load(m.ctx, m.opts.Clock.Now(), func(ctx context.Context) (operatorID, error) {
		id, err := m.opts.Desk.FindOperatorID(ctx, list)
		return operatorID(id), err
	})
}

func (m *rights) take(msg tea.Msg) (tea.Cmd, bool) {
	switch a := msg.(type) {
	case slot.ResultMsg[hdpclient.Self]:
		if m.self.Accept(a) {
			if self, said := m.self.Get(); said {
				m.opts.Desk.SetSelf(self)
			}
			return m.checkOwnPassword(), true
		}
	case slot.ResultMsg[operatorID]:
		if m.operatorSearch.Accept(a) {
			if id, found := m.operatorSearch.Get(); found {
				m.opts.Desk.SetOperatorID(int64(id))
			}
			return m.checkOwnPasswordNow(), true
		}
	case slot.ResultMsg[ownInfo]:
		if m.ownPassword.Accept(a) {
			return m.warnOwnPassword(m.ownPasswordState()), true
		}
	default:
		return nil, false
	}
	return nil, true
}

// ownIDAs returns the id of the operator's account if it is known and login is its login, else 0.
// After a refused sign-in the login is as typed and may belong to another operator.
func (m *rights) ownIDAs(login string) int64 {
	if self, known := m.opts.Desk.Self(); known && login == m.login.lastOperator() {
		return self.UserID
	}
	return 0
}

// whyNoRight says why if the operator is known to lack the permission to change accounts, else "".
func (m *rights) whyNoRight() string { return m.opts.Desk.MayNot(hdpclient.PermissionModifyUsers) }

// guarded returns the plan with the warning that its account needs, if any.
func (m *rights) guarded(p change.Plan) change.Plan {
	return m.opts.Desk.Guarded(p, m.seen(p.Subject().ID))
}

// demands returns what the plan demands of the operator.
func (m *rights) demands(p change.Plan) change.Demands {
	return m.opts.Desk.Demands(p, m.seen(p.Subject().ID))
}

// guard returns what a batch must not lock out.
func (m *rights) guard() batch.Guard { return m.opts.Desk.Guard(m.lookup.Snapshot()) }

// seen returns what has been read about an account.
func (m *rights) seen(id int64) desk.Seen {
	seen := desk.Seen{List: m.lookup.Snapshot()}
	if row, known := m.knownAccount(id); known {
		seen.Account = hdpclient.Some(row)
	}
	if r, read := m.account.Reading(); read && r.User.ID == id {
		seen.SignIns = r.SignIns()
	}
	return seen
}
