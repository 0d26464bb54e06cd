package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
	"hdpadmin/ui/confirm"
)

// ownExpiryWarning is the time before the expiry of the operator's own password from which a
// notice mentions it.
const ownExpiryWarning = 7 * 24 * time.Hour

// ownInfo is the password info of the operator's own account.
type ownInfo struct{ hdpclient.PasswordInfo }

// checkOwnPassword warns once after a sign-in, as soon as it is known, that the operator's own
// password must be changed or expires soon. That of a shared login is not theirs to change.
func (m *rights) checkOwnPassword() tea.Cmd {
	_, asking := m.self.Loading()
	_, finding := m.operatorSearch.Loading()
	if !m.login.isAccepted() || m.login.isLocked() || m.opts.ReadOnly || m.usesSharedLogin() || asking || finding || m.list.isLoading() {
		return nil
	}
	if find := m.findOperator(); find != nil {
		return find
	}
	return m.checkOwnPasswordNow()
}

func (m *rights) checkOwnPasswordNow() tea.Cmd {
	if m.ownPasswordChecked {
		return nil
	}
	m.ownPasswordChecked = true
	if id := m.opts.Desk.Operator().ID; id != 0 {
		if _, listed := m.lookup.Snapshot().ByID(id); !listed {
			return m.readOwnInfo(id)
		}
	}
	return m.warnOwnPassword(m.ownPasswordState())
}

// readOwnInfo reads what the list does not contain. If the account may not be read either,
// nothing is said.
func (m *rights) readOwnInfo(id int64) tea.Cmd {
	return m.ownPassword.Load(m.ctx, m.opts.Clock.Now(), func(ctx context.Context) (ownInfo, error) {
		info, err := m.opts.Client.PasswordInfo(ctx, id)
		return ownInfo{info}, err
	})
}

func (m *rights) warnOwnPassword(mustChange bool, expires time.Time) tea.Cmd {
	now := m.opts.Clock.Now()
	switch {
	case mustChange:
		return m.offerOwnChange("Your password must be changed")
	case expires.IsZero():
	case !expires.After(now):
		return m.offerOwnChange("Your password has expired")
	case expires.Sub(now) <= ownExpiryWarning:
		m.say(caution, fmt.Sprintf("Your password expires %s. Press %s to change it.", words.In(expires.Sub(now)), m.keycap("own-password")))
	}
	return nil
}

func (m *rights) offerOwnChange(title string) tea.Cmd {
	return m.stack.PushGated(&confirm.Model{
		Title: title, Text: "The server may refuse your next sign-in until you change it.",
		Yes: "change it", No: "later", OnYes: openOwnMsg{},
	})
}

// ownPasswordState returns what is known of the operator's own password: from the account's
// details if they may be read, and from the list or what was read instead.
func (m *rights) ownPasswordState() (mustChange bool, expires time.Time) {
	self, _ := m.opts.Desk.Self()
	row, listed := m.opts.Desk.OwnAccount(m.lookup.Snapshot())
	if info, read := m.ownPassword.Get(); read {
		mustChange = info.PasswordStatus == hdpclient.PasswordMustChange
	}
	if listed && row.HasPassword {
		mustChange, expires = row.PasswordStatus == hdpclient.PasswordMustChange, row.PasswordExpires
	}
	if at, set := self.PasswordExpiration.Get(); set {
		expires, _ = at.Time()
	}
	return mustChange, expires
}
