package ui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/directory"
	"hdpadmin/ui/slot"
)

// readSelf asks who the operator is and what the operator may do. A login that
// may not know it gets no answer: then nothing is hidden and the server decides.
func (m *Model) readSelf() tea.Cmd {
	if m.away != nil {
		m.away.self = true // once the operator is back
		return nil
	}
	return m.self.Load(m.ctx, m.clock.Now(), func(ctx context.Context) (hdpclient.Self, error) {
		return m.opts.Client.Self(ctx)
	})
}

// forgetSelf forgets what was told to the login before.
func (m *Model) forgetSelf() {
	m.self.Clear()
	m.own.Clear()
}

func (m *Model) selfAnswer(msg tea.Msg) (tea.Cmd, bool) {
	a, ok := msg.(slot.Answer[hdpclient.Self])
	if ok && m.self.Accept(a) {
		return m.tellOwn(), true
	}
	return nil, ok
}

// whyNotModify says why the operator cannot change the account here, as far as
// that is known; whether the tenant is the operator's the server alone can say.
func (m *Model) whyNotModify() string {
	if m.marked() {
		return m.whyNoRight()
	}
	return cmp.Or(m.whyNoAccount(), m.whyNoRight(), m.whyUnderWay())
}

// whyNoRight says so where the operator is known to lack the right to change
// accounts.
func (m *Model) whyNoRight() string {
	self, known := m.self.Get()
	if known && !self.Has(hdpclient.PermissionAdministrator) && !self.Has(hdpclient.PermissionModifyUsers) {
		return "needs " + hdpclient.PermissionModifyUsers.String()
	}
	return ""
}

// danger says why a plan wants the user name typed: it may keep the operator, or
// the last administrator, from ever coming back to undo it.
func (m *Model) danger(p change.Plan) string {
	if !p.Bars() {
		return ""
	}
	who := p.Subject()
	row := directory.Account{ID: who.ID, Name: who.Name}
	if known, ok := m.known(who.ID); ok {
		row = known
	}
	return map[batch.Kind]string{
		batch.Own:               "This is your own account, and you may not get back in.",
		batch.D2cadmin:          "This is the administrator that HDP was installed with.",
		batch.LastAdministrator: "This is the last active administrator in the list.",
	}[m.guard().Protects(row)]
}

// guard is what must be known to take nobody's last way in.
func (m *Model) guard() batch.Guard {
	g := batch.Guard{Login: m.opts.Client.Login(), Administrators: m.administrators()}
	if self, known := m.self.Get(); known {
		g.OwnID = self.UserID
	}
	return g
}

// administrators are the active ones in the list, by their ids.
func (m *Model) administrators() []int64 {
	s := m.lookup.Snapshot()
	if m.admins.in == s {
		return m.admins.ids
	}
	m.admins = administrators{in: s}
	for i := range s.Len() {
		if a := s.At(i); a.Administrator && a.Status == hdpclient.Active {
			m.admins.ids = append(m.admins.ids, a.ID)
		}
	}
	return m.admins.ids
}

// administrators are those of one list: to look for them takes a look at every
// row.
type administrators struct {
	in  *directory.Snapshot
	ids []int64
}
