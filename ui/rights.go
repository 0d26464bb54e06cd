package ui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/directory"
	"hdpadmin/ui/slot"
)

// readSelf asks who the operator is and what the operator may do. A login that
// may not know it gets no answer: then nothing is hidden and the server decides.
func (m *Model) readSelf() tea.Cmd {
	return m.self.Load(m.ctx, m.clock.Now(), func(ctx context.Context) (hdpclient.Self, error) {
		return m.opts.Client.Self(ctx)
	})
}

func (m *Model) selfAnswer(msg tea.Msg) (tea.Cmd, bool) {
	a, ok := msg.(slot.Answer[hdpclient.Self])
	if ok {
		m.self.Accept(a)
	}
	return nil, ok
}

// whyNotModify says why the operator cannot change the account here, as far as
// that is known; whether the tenant is the operator's the server alone can say.
func (m *Model) whyNotModify() string {
	if why := m.whyNoAccount(); why != "" && !m.marked() {
		return why
	}
	return m.whyNoRight()
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

// d2cadmin is the administrator that every installation has ("Initial login with
// default user accounts").
const d2cadmin = "d2cadmin"

// danger says why a plan wants the user name typed: it may keep the operator, or
// the last administrator, from ever coming back to undo it.
func (m *Model) danger(p change.Plan) string {
	if !bars(p, m.clock.Now()) {
		return ""
	}
	return m.identityDanger(p.Subject())
}

// identityDanger says why nobody should be kept out of this account.
func (m *Model) identityDanger(who change.Subject) string {
	row, _ := m.lookup.Snapshot().ByID(who.ID)
	if shown, has := m.account.ID(); has && shown == who.ID {
		row, _ = m.account.Account()
	}
	switch {
	case m.isSelf(who):
		return "This is your own account, and you may not get back in."
	case strings.EqualFold(who.Name.Raw(), d2cadmin):
		return "This is the administrator that HDP was installed with."
	case row.Administrator && m.otherAdministrators(who.ID) == 0:
		return "This is the last active administrator in the list."
	}
	return ""
}

func (m *Model) isSelf(who change.Subject) bool {
	if self, known := m.self.Get(); known && self.UserID == who.ID {
		return true
	}
	return strings.EqualFold(who.Name.Raw(), m.opts.Client.Login())
}

// otherAdministrators counts the accounts in the list, beside one, that are seen
// to be administrators and are in use.
func (m *Model) otherAdministrators(but int64) int {
	s, n := m.lookup.Snapshot(), 0
	for i := range s.Len() {
		if a := s.At(i); a.Administrator && a.ID != but && a.Status == hdpclient.Active {
			n++
		}
	}
	return n
}

// bars reports whether the plan takes a way in: it deactivates, locks, forces a
// change or brings the expiry near.
func bars(p change.Plan, now time.Time) bool {
	if before, after, ok := p.StatusInfo(); ok {
		return after.Status != hdpclient.Active && before.Status != after.Status ||
			after.AccountLocked.Or(false) && !before.AccountLocked.Or(false)
	}
	before, after, ok := p.PasswordInfo()
	if !ok {
		return false
	}
	if after.PasswordStatus != hdpclient.PasswordActive && before.PasswordStatus != after.PasswordStatus {
		return true
	}
	expires, set := after.PasswordExpiration.Get()
	if !set || after.PasswordExpiration == before.PasswordExpiration {
		return false
	}
	at, readable := expires.Time()
	return !readable || at.Before(now.Add(24*time.Hour))
}

// lockedAgain says so where an account that was unlocked here is locked once
// more.
func (m *Model) lockedAgain(a directory.Account) string {
	at, ours := m.unlocked[a.ID]
	if !ours || !a.Locked || !a.LockedAt.After(at) {
		return ""
	}
	after := "less than a minute"
	if d := a.LockedAt.Sub(at); d >= time.Minute {
		after = strconv.Itoa(int(d.Minutes())) + " min"
	}
	return fmt.Sprintf("locked again %s after your unlock: something keeps trying an old password", after)
}
