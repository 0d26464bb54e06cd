package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/search"
	"hdpadmin/ui/slot"
)

// rights knows who the operator is, what they may do, and whose accounts need protection.
type rights struct {
	*console
	self               slot.Slot[hdpclient.Self] // the operator's own account, if the server lets it be read
	operatorSearch     slot.Slot[operatorID]     // finds it if self may not be read
	ownPassword        slot.Slot[ownInfo]        // the operator's password info, if it is not in the list
	ownPasswordChecked bool                      // since the sign-in
	protectedCache     protectedAccounts
}

// readSelf asks who the operator is and what the operator may do. If the server does not say,
// nothing is hidden and the server decides.
func (m *rights) readSelf() tea.Cmd {
	if m.login.postpone(cancelledReads{self: true}) {
		return nil
	}
	return m.self.Load(m.ctx, m.opts.Clock.Now(), func(ctx context.Context) (hdpclient.Self, error) {
		return m.opts.Client.Self(ctx)
	})
}

// readNewSelf is readSelf after a sign-in: a warning about their password is due again.
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

func (m *rights) isSelfKnown() bool {
	_, known := m.self.Get()
	return known
}

// forgetSelf drops what was read about the previous login.
func (m *rights) forgetSelf() {
	m.self.Clear()
	m.operatorSearch.Clear()
	m.ownPassword.Clear()
}

// operatorID is the id of the operator's account, found by the login.
type operatorID int64

// findOperator searches the operator's account by the login if the server does not say which
// one it is.
func (m *rights) findOperator() tea.Cmd {
	if m.isSelfKnown() {
		return nil
	}
	if _, asked := m.operatorSearch.Get(); asked {
		return nil
	}
	client, login, listed := m.opts.Client, m.opts.Client.Login(), m.protected().operators
	return m.operatorSearch.Load(m.ctx, m.opts.Clock.Now(), func(ctx context.Context) (operatorID, error) {
		id, err := account.FindOperator(ctx, client, login, listed)
		return operatorID(id), err
	})
}

// signedInAs returns what is known of the operator.
func (m *rights) signedInAs() account.Operator {
	o := account.Operator{Login: m.opts.Client.Login()}
	if self, known := m.self.Get(); known {
		o.ID = self.UserID
	} else if id, found := m.operatorSearch.Get(); found {
		o.ID = int64(id)
	}
	return o
}

func (m *rights) take(msg tea.Msg) (tea.Cmd, bool) {
	switch a := msg.(type) {
	case slot.ResultMsg[hdpclient.Self]:
		if m.self.Accept(a) {
			return m.checkOwnPassword(), true
		}
	case slot.ResultMsg[operatorID]:
		if m.operatorSearch.Accept(a) {
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
// At a refused sign-in the login is as typed and may belong to another operator.
func (m *rights) ownIDAs(login string) int64 {
	if self, known := m.self.Get(); known && login == m.login.lastOperator() {
		return self.UserID
	}
	return 0
}

// whyNoRight says that the operator is known to lack the right to change accounts, or "".
func (m *rights) whyNoRight() string { return m.lackedPermission(hdpclient.PermissionModifyUsers) }

// lackedPermission says that the login is known to lack the permission, or "".
func (m *rights) lackedPermission(p hdpclient.Permission) string {
	self, known := m.self.Get()
	if known && !self.Has(hdpclient.PermissionAdministrator) && !self.Has(p) {
		return "your login lacks " + p.String()
	}
	return ""
}

// guarded returns the plan with what protects its account.
func (m *rights) guarded(p change.Plan) change.Plan { return p.Guarded(m.accessWarning(p)) }

// demands returns what the plan demands of the operator.
func (m *rights) demands(p change.Plan) change.Demands { return m.opts.Writer.Demands(m.guarded(p)) }

// accessWarning says why a plan requires the typed user name: it may keep the operator, or the
// last administrator, from signing in again to undo it.
func (m *rights) accessWarning(p change.Plan) string {
	if !p.RemovesAccess() {
		return ""
	}
	who := p.Subject()
	row := account.Account{ID: who.ID, Name: who.Name}
	if known, ok := m.knownAccount(who.ID); ok {
		row = known
	}
	var signIns []hdpclient.AuthUser
	if r, read := m.account.Reading(); read && r.User.ID == who.ID {
		signIns = r.SignIns()
	}
	g := m.accessGuard()
	switch g.Protects(row, signIns) {
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

// accessGuard returns what protects the operator and the last administrator.
func (m *rights) accessGuard() batch.Guard {
	return batch.Guard{Operator: m.signedInAs(), Administrators: m.protected().administrators}
}

// protectedAccounts holds the ids of accounts that need protection. It is cached because
// finding them means looking at every row.
type protectedAccounts struct {
	in             *search.Snapshot
	login          string
	administrators []int64 // only active ones
	operators      []int64 // accounts whose user name is the login
}

func (m *rights) protected() protectedAccounts {
	s, login := m.lookup.Snapshot(), m.opts.Client.Login()
	if m.protectedCache.in == s && m.protectedCache.login == login {
		return m.protectedCache
	}
	m.protectedCache = protectedAccounts{in: s, login: login}
	for i := range s.Len() {
		a := s.At(i)
		if a.Administrator && a.Status == hdpclient.Active {
			m.protectedCache.administrators = append(m.protectedCache.administrators, a.ID)
		}
		if strings.EqualFold(a.Name.Raw(), login) {
			m.protectedCache.operators = append(m.protectedCache.operators, a.ID)
		}
	}
	return m.protectedCache
}
