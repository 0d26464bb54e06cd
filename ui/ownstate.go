package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/directory"
	"hdpadmin/ui/confirm"
)

// soon is how near the end of the operator's own password is spoken of.
const soon = 7 * 24 * time.Hour

// ownInfo is the password info of the operator's own account.
type ownInfo struct{ hdpclient.PasswordInfo }

// tellOwn says once after a sign-in, as soon as it can be known, that the operator's
// own password must be changed or will expire soon.
func (m *Model) tellOwn() tea.Cmd {
	_, asking := m.self.Loading()
	_, finding := m.found.Loading()
	if m.acceptedAs == "" || m.away != nil || m.opts.ReadOnly || asking || finding || m.list.feed != nil {
		return nil
	}
	if find := m.findOperator(); find != nil {
		return find
	}
	return m.tellOwnNow()
}

func (m *Model) tellOwnNow() tea.Cmd {
	if m.toldOwn {
		return nil
	}
	m.toldOwn = true
	if id := m.signedInAs().ID; id != 0 {
		if _, listed := m.lookup.Snapshot().ByID(id); !listed {
			return m.readOwn(id)
		}
	}
	return m.sayOwn(m.ownState())
}

// readOwn asks for what the list would have told. Where the account may not be read
// either, nothing is said.
func (m *Model) readOwn(id int64) tea.Cmd {
	return m.own.Load(m.ctx, m.clock.Now(), func(ctx context.Context) (ownInfo, error) {
		info, err := m.opts.Client.PasswordInfo(ctx, id)
		return ownInfo{info}, err
	})
}

func (m *Model) sayOwn(mustChange bool, expires time.Time) tea.Cmd {
	now := m.clock.Now()
	switch {
	case mustChange:
		return m.offerOwn("Your password must be changed")
	case expires.IsZero():
	case !expires.After(now):
		return m.offerOwn("Your password has expired")
	case expires.Sub(now) <= soon:
		a, _ := m.actions.Find("own-password")
		m.say(caution, fmt.Sprintf("your password expires in %s: %s changes it", left(expires.Sub(now)), a.Keycap()))
	}
	return nil
}

func (m *Model) offerOwn(title string) tea.Cmd {
	return m.pushGated(&confirm.Model{
		Title: title, Text: "The server has marked it so, and may refuse your next sign-in.",
		Yes: "change it", No: "later", OnYes: openOwn{},
	})
}

// ownState is what is known of the operator's own password: by the account's own
// details where those may be read, and by its row in the list, or what was read in
// its place.
func (m *Model) ownState() (mustChange bool, expires time.Time) {
	self, _ := m.self.Get()
	row, listed := m.ownRow()
	if info, read := m.own.Get(); read {
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

// ownRow is the operator's account in the list. One with the login as its user name
// will do where nothing else is known.
func (m *Model) ownRow() (directory.Account, bool) {
	id := m.signedInAs().ID
	if same := m.roll().operators; id == 0 && len(same) == 1 {
		id = same[0]
	}
	row, listed := m.lookup.Snapshot().ByID(id)
	return row, listed && id != 0
}

// left is a time in whole days, or hours where there is less than one.
func left(d time.Duration) string {
	if d >= 24*time.Hour {
		return fmt.Sprintf("%d d", int(d/(24*time.Hour)))
	}
	return fmt.Sprintf("%d h", int(d/time.Hour))
}
