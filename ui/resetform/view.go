package resetform

import (
	"cmp"
	"fmt"
	"strings"

	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/diffview"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 72, w, h)
	d.Title, d.State = diffview.Title(th, "Reset password", m.plan.Subject(), d.W), cmp.Or(m.busy(), m.refusal)
	if m.stage == done {
		m.drawResult(th, d)
	} else {
		m.drawForm(th, d)
	}
	if m.stage == sending {
		d.Wait(m.Progress())
	}
	return d.DrawScrolled(&m.Scroll)
}

// drawForm draws the dialog before the answer.
func (m *Model) drawForm(th theme.Theme, d *frame.Dialog) {
	if m.Demands.Warning != "" {
		d.AddText(th.Bad, m.Demands.Warning)
		d.Add("")
	}
	fields, _ := m.form.View(th, d.W)
	d.AddPicture(fields)
	d.Add("")
	if obstacles := m.OtherObstacles(false); len(obstacles) > 0 {
		d.AddText(th.Caution, strings.Join(obstacles, "\n"))
		d.Add("")
	}
	about := m.about
	if m.typed.Value() != "" {
		about = aboutTyped
	} else if m.stage == preparing {
		about = "reading the password policy" + th.Signs.Ellipsis
	}
	d.AddText(th.Muted, about)
	d.Add(diffview.Lines(th, change.PlanReset(m.plan.Subject()), d.W)...)
	d.Add(th.Changed.Render("~ newPassword  not shown yet"))
	d.AddText(th.Muted, "The user must change it at the next sign-in. This cannot be undone.")
}

// drawResult draws the outcome.
func (m *Model) drawResult(th theme.Theme, d *frame.Dialog) {
	add := func(style theme.Style, sign, text string) { d.Add(frame.Paragraph(style, sign, text, d.W)...) }
	o := m.result.Reset
	switch o.Kind {
	case change.Accepted:
		add(th.Good, th.Signs.Good+" ", "Reset accepted at "+m.Times.Second(m.result.At)+". The user must change the password at the next sign-in.")
		if o.ReadErr != nil {
			add(th.Caution, th.Signs.Caution+" ", "This could not be verified: "+explain.Error(o.ReadErr).Lead)
		}
	case change.Unknown:
		p := explain.Outcome(o, m.Times)
		add(th.Caution, th.Signs.Unknown+" ", "Outcome unknown: the password below may be valid.")
		add(th.Text, "  ", p.Lead)
		add(th.Muted, "  ", p.Facts)
		add(th.Text, "  ", "Once it has been shown, you can generate another. Only the last one that the server accepts is valid.")
	case change.Refused, change.NotSent, change.Applied, change.Conflict, change.Differs:
		p := explain.Outcome(o, m.Times)
		add(th.Bad, th.Signs.Bad+" ", p.Title+": "+p.Lead)
		add(th.Muted, "  ", p.Facts)
		add(th.Text, "  ", strings.TrimSpace(p.Means+" "+p.Next))
	}
	if o.LogErr != nil {
		add(th.Bad, th.Signs.Bad+" ", explain.Outcome(o, m.Times).Means)
	}
	if m.result.Unlocking {
		add(th.Caution, "", m.Progress())
	}
	if o.Kind == change.Accepted {
		for _, obstacle := range m.OtherObstacles(true) {
			add(th.Caution, th.Signs.Caution+" ", obstacle)
		}
	}
	if u := m.result.Unlock; u.Text != "" {
		style, sign := th.Bad, th.Signs.Bad+" "
		if u.Good {
			style, sign = th.Good, th.Signs.Good+" "
		}
		add(style, sign, u.Text)
	}
	if !m.IsInForce() {
		return
	}
	d.Add("")
	switch {
	case m.dropped:
		known := "it had not been shown."
		if m.seen {
			known = "it had been shown."
		}
		d.AddText(th.Caution, "Discarded when the console was locked; "+known)
		d.AddText(th.Text, "You can generate another.")
	case !m.shown:
		d.Add(th.Muted.Render("Password  ") + th.Text.Render("••••••••••••"))
	default:
		if m.reveals { // on a small screen too
			m.MoveTo(len(d.Lines))
			m.reveals = false
		}
		m.addPassword(th, d)
		d.Add("")
		for _, l := range spellingLines(m.lines, d.W, d.H-len(d.Lines)) {
			d.Add(th.Text.Render(l))
		}
	}
}

// addPassword puts the password below its label if it does not fit next to it.
func (m *Model) addPassword(th theme.Theme, d *frame.Dialog) {
	const label = "Password  "
	password := m.password.Reveal()
	if frame.Width(label+password) <= d.W {
		d.Add(th.Muted.Render(label) + th.Strong.Render(password))
		return
	}
	d.Add(th.Muted.Render(label))
	d.AddText(th.Strong, password)
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
