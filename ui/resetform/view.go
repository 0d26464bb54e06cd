package resetform

import (
	"fmt"
	"strings"
	"time"

	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/diffview"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/hints"
	"hdpadmin/ui/theme"
)

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 72)
	inner := w - 4
	room := max(1, h-3)
	p := m.viewForm(th, inner)
	if m.stage == done {
		p = m.viewResult(th, inner, room)
	}
	m.page = room
	total := len(p.Lines)
	if m.reveals { // on a small screen too
		m.top, m.reveals = m.at, false
	}
	p, m.top = p.Window(m.top, room)
	lines := make([]string, 0, len(p.Lines)+1)
	for _, l := range p.Lines {
		lines = append(lines, " "+frame.Fit(l, inner, th.Signs.Ellipsis))
	}
	state := m.refusal
	if m.stage == sending {
		state = m.Progress()
	}
	lines = append(lines, " "+keys.Foot(th, th.Caution.Render(state), m.top+room < total, inner))
	box := frame.Box{Title: diffview.Title(th, "Reset password", m.who, w), Focus: true}
	p.Lines = box.Draw(th, lines, w, len(lines)+2)
	p.Cursor = p.Cursor.Offset(2, 1)
	return p
}

// viewForm draws the dialog before anything is sent.
func (m *Model) viewForm(th theme.Theme, w int) frame.Picture {
	p, _ := m.form.View(th, w)
	var lead []string
	if m.Danger != "" {
		for _, l := range frame.Wrap(m.Danger, w) {
			lead = append(lead, th.Bad.Render(l))
		}
		lead = append(lead, "")
	}
	p.Lines = append(lead, p.Lines...)
	p.Cursor = p.Cursor.Offset(0, len(lead))
	about := m.about
	if m.typed.Value() != "" {
		about = aboutTyped
	} else if m.stage == preparing {
		about = "reading the password policy" + th.Signs.Ellipsis
	}
	p.Lines = append(p.Lines, "")
	if obstacles := m.OtherObstacles(false); len(obstacles) > 0 {
		for _, l := range frame.Wrap(strings.Join(obstacles, "\n"), w) {
			p.Lines = append(p.Lines, th.Caution.Render(l))
		}
		p.Lines = append(p.Lines, "")
	}
	for _, l := range frame.Wrap(about, w) {
		p.Lines = append(p.Lines, th.Muted.Render(l))
	}
	p.Lines = append(p.Lines, diffview.Lines(th, change.PlanReset(m.who), w)...)
	p.Lines = append(p.Lines, th.Changed.Render("~ newPassword  not shown yet"))
	for _, l := range frame.Wrap("The user must change it at the next sign-in. This cannot be undone.", w) {
		p.Lines = append(p.Lines, th.Muted.Render(l))
	}
	if m.stage == sending {
		p.Cursor = frame.Cursor{}
	}
	return p
}

// viewResult draws the outcome. room is the number of visible lines.
func (m *Model) viewResult(th theme.Theme, w, room int) frame.Picture {
	var lines []string
	add := func(style func(...string) string, sign, text string) {
		indent := strings.Repeat(" ", frame.Width(sign))
		for i, l := range frame.Wrap(text, w-len(indent)) {
			if i > 0 {
				sign = indent
			}
			lines = append(lines, style(sign+l))
		}
	}
	o := m.result.Reset
	switch o.Kind {
	case change.Accepted:
		add(th.Good.Render, th.Signs.Good+" ", "Reset accepted at "+m.result.At.UTC().Format(time.TimeOnly)+" UTC. The user must change the password at the next sign-in.")
		if o.ReadErr != nil {
			add(th.Caution.Render, th.Signs.Caution+" ", "This could not be verified: "+explain.Error(o.ReadErr).Lead)
		}
	case change.Unknown:
		p := explain.Outcome(o)
		add(th.Caution.Render, th.Signs.Unknown+" ", "Outcome unknown: the password below may be valid.")
		add(th.Text.Render, "  ", p.Lead)
		add(th.Muted.Render, "  ", p.Facts)
		add(th.Text.Render, "  ", "Once it has been shown, you can generate another. Only the last one that the server accepts is valid.")
	case change.Refused, change.NotSent, change.Applied, change.Conflict, change.Differs:
		p := explain.Outcome(o)
		add(th.Bad.Render, th.Signs.Bad+" ", p.Title+": "+p.Lead)
		add(th.Muted.Render, "  ", p.Facts)
		add(th.Text.Render, "  ", strings.TrimSpace(p.Means+" "+hints.Next(p)))
	}
	if o.LogErr != nil {
		add(th.Bad.Render, th.Signs.Bad+" ", explain.Outcome(o).Means)
	}
	if m.result.Unlocking {
		add(th.Caution.Render, "", m.Progress())
	}
	if o.Kind == change.Accepted {
		for _, obstacle := range m.OtherObstacles(true) {
			add(th.Caution.Render, th.Signs.Caution+" ", obstacle)
		}
	}
	if u := m.result.Unlock; u.Text != "" {
		style, sign := th.Bad.Render, th.Signs.Bad+" "
		if u.Good {
			style, sign = th.Good.Render, th.Signs.Good+" "
		}
		add(style, sign, u.Text)
	}
	if !m.IsInForce() {
		return frame.Picture{Lines: lines}
	}
	lines = append(lines, "")
	if m.dropped {
		known := "it had not been shown."
		if m.seen {
			known = "it had been shown."
		}
		add(th.Caution.Render, "", "Discarded when the console was locked; "+known)
		add(th.Text.Render, "", "You can generate another.")
		return frame.Picture{Lines: lines}
	}
	if !m.shown {
		lines = append(lines, th.Muted.Render("Password  ")+th.Text.Render("••••••••••••"))
		return frame.Picture{Lines: lines}
	}
	m.at = len(lines)
	lines = append(lines, m.passwordLines(th, w)...)
	lines = append(lines, "")
	for _, l := range spellingLines(m.lines, w, room-len(lines)) {
		lines = append(lines, th.Text.Render(l))
	}
	return frame.Picture{Lines: lines}
}

// passwordLines puts a password below its label if it does not fit next to it.
func (m *Model) passwordLines(th theme.Theme, w int) []string {
	const label = "Password  "
	password := m.password.Reveal()
	if frame.Width(label+password) <= w {
		return []string{th.Muted.Render(label) + th.Strong.Render(password)}
	}
	lines := []string{th.Muted.Render(label)}
	for _, l := range frame.Wrap(password, w) {
		lines = append(lines, th.Strong.Render(l))
	}
	return lines
}

// spellingLines numbers the characters, so that nobody reads them out in the wrong order. It uses two
// columns if one has more than h lines and w cells fit two columns of any word.
func spellingLines(words []string, w, h int) []string {
	const column = 28
	widest := 0
	lines := make([]string, len(words))
	for i, word := range words {
		lines[i] = fmt.Sprintf("%4d  %s", i+1, word)
		widest = max(widest, frame.Width(lines[i]))
	}
	half := (len(lines) + 1) / 2
	if len(lines) <= h || 2*max(widest, column) > w {
		return lines
	}
	for i, right := range lines[half:] {
		lines[i] = frame.Fit(lines[i], w/2, "") + right
	}
	return lines[:half]
}
