package ui

import (
	"fmt"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/frame"
)

// header says where the operator is: the profile, the server, who is signed in,
// and what is out of the ordinary about it. On a narrow terminal the badges and
// the word read-only stay, and the rest gives way.
func (m *Model) header(w int) string {
	th := m.theme
	server := th.Muted.Render(" "+th.Signs.Pointer+" ") + m.where()
	left, badges := " "+th.Heading.Bold(true).Render("hdpadmin"), m.badges(true)
	if frame.Width(left+badges+server) > w && badges != "" {
		left, badges = "", m.badges(false)
	}
	right := ""
	if m.opts.ReadOnly {
		right = th.Caution.Render("READ-ONLY") + "  "
	}
	add := func(word string, beside string) {
		if word != "" && frame.Width(beside+right+word)+3 <= w {
			right = word + "  " + right
		}
	}
	add(m.skew(), left+badges)
	left += badges + server
	if lost := m.lostWords(w - frame.Width(left+right) - 3); lost != "" {
		return frame.Ends(left, right+lost+" ", w, th.Signs.Ellipsis)
	}
	login := th.Muted.Render(hdpclient.TextOf(m.opts.Client.Login()).String())
	if frame.Width(left+right+login)+2 <= w {
		right += login
	}
	return frame.Ends(left, right+" ", w, th.Signs.Ellipsis)
}

// badges are the words that must not be overlooked, each behind a blank.
func (m *Model) badges(long bool) string {
	th, badges := m.theme, ""
	if n, _ := m.owed(); n > 0 {
		badges += " " + th.Alarm.Render(" NOT ON RECORD ")
	} else if m.opts.Trail != nil && m.opts.Trail.Trouble() != nil {
		badges += " " + th.Alarm.Render(" RECORD ")
	}
	if m.opts.Demo != nil {
		badges += " " + th.Badge.Render(" DEMO ")
	}
	if style, has := th.Accent(m.opts.Accent); has && m.opts.Profile != "" {
		badges += " " + style.Render(" "+m.profile(strings.ToUpper)+" ")
	}
	switch {
	case m.opts.Insecure && long:
		badges += " " + th.Alarm.Render(" CERTIFICATE NOT CHECKED ")
	case m.opts.Insecure:
		badges += " " + th.Alarm.Render(" NOT CHECKED ")
	}
	return badges
}

// where is the server, after the name of a profile that has no badge. Without a
// profile it is the server's name that has the accent.
func (m *Model) where() string {
	style, accented := m.theme.Accent(m.opts.Accent)
	server := m.theme.Strong.Render(m.server())
	switch {
	case accented && m.opts.Profile == "":
		return style.Render(" " + m.server() + " ")
	case accented, m.opts.Profile == "":
		return server
	}
	return m.theme.Text.Render(m.profile(strings.Clone)) + "  " + server
}

// longestProfile is how much of a profile's name the header shows, in cells.
const longestProfile = 20

func (m *Model) profile(as func(string) string) string {
	name := as(m.opts.Profile)
	return frame.Fit(name, min(frame.Width(name), longestProfile), m.theme.Signs.Ellipsis)
}

// skew is how far the server's clock is from this machine's, where that matters.
func (m *Model) skew() string {
	skew, known := m.opts.Client.Skew()
	if !known || skew.Abs() <= 30*time.Second {
		return ""
	}
	word := "behind"
	if skew > 0 {
		word = "ahead"
	}
	return m.theme.Caution.Render(fmt.Sprintf("server clock %s %s", skew.Abs().Round(time.Second), word))
}
