package ui

import (
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
)

// header draws the profile, the server, the login, and anything unusual about them. On a narrow
// terminal only the badges and READ-ONLY are sure to stay.
func (m *Model) header(w int) string {
	th := m.theme
	server := th.Muted.Render(" "+th.Signs.Pointer+" ") + m.serverLabel()
	left, badges := " "+th.Heading.Bold(true).Render("hdpadmin"), m.badges(true)
	login := th.Muted.Render(m.shortLogin(w))
	right := ""
	if m.opts.ReadOnly {
		right = th.Caution.Render("READ-ONLY") + "  "
	}
	if frame.Width(left+badges+server+right+login)+2 > w {
		left = "" // who is signed in matters more
	}
	if frame.Width(left+badges+server) > w {
		badges = m.badges(false)
	}
	add := func(word string, beside string) {
		if word != "" && frame.Width(beside+right+word)+3 <= w {
			right = word + "  " + right
		}
	}
	add(m.clockSkew(), left+badges)
	left += badges + server
	if lost := m.offline.label(w - frame.Width(left+right) - 3); lost != "" {
		return frame.Ends(left, right+lost+" ", w, th.Signs.Ellipsis)
	}
	if frame.Width(left+right+login)+2 <= w {
		right += login
	}
	return frame.Ends(left, right+" ", w, th.Signs.Ellipsis)
}

// shortLogin names the login in use, and on a narrow terminal a shared one only by its operator.
func (m *Model) shortLogin(w int) string {
	if m.usesSharedLogin() && w < footerStatusWidth {
		return hdpclient.Clean(m.opts.Served.Operator) + " (service)"
	}
	return m.loginLabel(m.opts.Client.Login())
}

// badges returns the warnings that must not be overlooked, each after a blank.
func (m *Model) badges(long bool) string {
	th, badges := m.theme, ""
	if n, _ := m.entries.pending(); n > 0 {
		badges += " " + th.Alarm.Render(" NOT LOGGED ")
	} else if m.opts.AuditLog != nil && m.opts.AuditLog.Warning() != nil {
		badges += " " + th.Alarm.Render(" AUDIT LOG ")
	}
	if ending := m.drain.badge(); ending != "" {
		badges += " " + th.Alarm.Render(ending)
	}
	if m.opts.Demo != nil {
		badges += " " + th.Badge.Render(" DEMO ")
	}
	if style, has := th.Accent(m.opts.Accent); has && m.opts.Profile != "" {
		badges += " " + style.Render(" "+m.profileName(strings.ToUpper)+" ")
	}
	switch {
	case m.opts.Insecure && long:
		badges += " " + th.Alarm.Render(" CERTIFICATE NOT CHECKED ")
	case m.opts.Insecure:
		badges += " " + th.Alarm.Render(" NOT CHECKED ")
	}
	return badges
}

// serverLabel returns the server, after the profile's name unless that is a badge. Without a
// profile, the server's name has the accent.
func (m *Model) serverLabel() string {
	style, accented := m.theme.Accent(m.opts.Accent)
	server := m.theme.Strong.Render(m.serverName())
	switch {
	case accented && m.opts.Profile == "":
		return style.Render(" " + m.serverName() + " ")
	case accented, m.opts.Profile == "":
		return server
	}
	return m.theme.Text.Render(m.profileName(strings.Clone)) + "  " + server
}

// maxProfileWidth is the width of a profile's name in the header, in cells.
const maxProfileWidth = 20

func (m *Model) profileName(as func(string) string) string {
	name := as(m.opts.Profile)
	return frame.Fit(name, min(frame.Width(name), maxProfileWidth), m.theme.Signs.Ellipsis)
}

// clockSkew names the difference to the server's clock if it matters, or "".
func (m *Model) clockSkew() string {
	skew, known := m.opts.Client.Skew()
	if !known || skew.Abs() <= 30*time.Second {
		return ""
	}
	word := "behind"
	if skew > 0 {
		word = "ahead"
	}
	return m.theme.Caution.Render("server clock " + words.Duration(skew.Abs()) + " " + word)
}
