package bulk

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/directory"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 96)
	inner := w - 4
	head, cursor := m.head(th, inner)
	rows := m.shown()
	m.page = max(1, h-3-len(head))
	n := min(len(rows), m.page)
	m.top = max(0, min(m.top, len(rows)-n))
	lines := append([]string(nil), head...)
	for _, i := range rows[m.top : m.top+n] {
		lines = append(lines, m.line(th, i, inner))
	}
	lines = append(lines, keys.Foot(th, th.Caution.Render(m.refusal), len(rows) > n, inner))
	for i, l := range lines {
		lines[i] = " " + frame.Fit(l, inner, th.Signs.Ellipsis)
	}
	box := frame.Box{Title: m.title, Focus: true}
	p := frame.Picture{Lines: box.Draw(th, lines, w, min(h, len(lines)+2))}
	if cursor.On {
		p.Cursor = cursor.Moved(2, 1)
	}
	return p
}

// head is what stands over the rows.
func (m *Model) head(th theme.Theme, w int) ([]string, frame.Cursor) {
	var lines []string
	var cursor frame.Cursor
	fields := func() {
		if m.Reason != nil && m.Reason("") != "" {
			m.reason.Hint = "required, goes on record"
		}
		p, _ := m.form.View(th, w)
		cursor = p.Cursor.Moved(0, len(lines))
		lines = append(lines, p.Lines...)
		lines = append(lines, "")
	}
	switch m.stage {
	case choosing:
		lines = append(lines, th.Muted.Render(fmt.Sprintf("for %s accounts: a date, +30d, tomorrow or never", frame.Count(m.total))))
		fields()
	case drafting:
		lines = append(lines, m.bar(th, w, "read"))
		fields()
	case asking:
		for _, l := range frame.Wrap(m.summary(), w) {
			lines = append(lines, th.Strong.Render(l))
		}
		fields()
	case starting:
		lines = append(lines, th.Muted.Render("being put on record"+th.Signs.Ellipsis), "")
	case running:
		lines = append(lines, m.bar(th, w, "done"))
		lines = append(lines, m.tally(th), "")
	case ended:
		if m.stopped != nil {
			for _, l := range frame.Wrap("Stopped: "+hdpclient.TextOf(m.stopped.Error()).String(), w) {
				lines = append(lines, th.Caution.Render(l))
			}
		}
		lines = append(lines, m.tally(th), "")
	}
	return lines, cursor
}

// summary says what the draft comes to: how many will change, and how many will
// not and why.
func (m *Model) summary() string {
	totals := batch.Sheet{Rows: m.drafts}.Totals()
	s := fmt.Sprintf("%s of %s will change", frame.Count(m.planned), frame.Count(len(m.drafts)))
	for _, k := range []batch.Kind{
		batch.Already, batch.External, batch.Own, batch.D2cadmin, batch.LastAdministrator,
		batch.Odd, batch.Unclear, batch.NoUndo, batch.Unread, batch.NotRead,
	} {
		if n := totals[k]; n > 0 {
			word := string(k)
			if k == batch.NotRead {
				word = "not read"
			}
			s += fmt.Sprintf(", %s %s", frame.Count(n), word)
		}
	}
	if m.hidden > 0 {
		s += fmt.Sprintf("; %s of them are not in view", frame.Count(m.hidden))
	}
	return s + "."
}

// bar is how far it is, with the rate and the time left where they are known.
func (m *Model) bar(th theme.Theme, w int, word string) string {
	text := fmt.Sprintf("%s of %s %s", frame.Count(m.done), frame.Count(m.total), word)
	switch {
	case m.paused:
		text += ", paused"
	case m.stopping:
		text += ", stopping"
	case m.rate > 0 && m.left > 0:
		text += fmt.Sprintf(", %.0f a second, %s left", m.rate, roughly(m.left))
	}
	room := max(0, min(30, w-frame.Width(text)-2))
	full := 0
	if m.total > 0 {
		full = room * m.done / m.total
	}
	return th.Key.Render(strings.Repeat(th.Signs.Full, full)) + th.Muted.Render(strings.Repeat(th.Signs.Rest, room-full)) + "  " + th.Text.Render(text)
}

func roughly(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds())+1)
	}
	return strings.TrimPrefix(directory.In(d), "in ")
}

// tally counts the results by what became of them.
func (m *Model) tally(th theme.Theme) string {
	totals := batch.Totals(m.results)
	var parts []string
	for _, s := range m.states() {
		style := stateStyle(th, s)
		word := fmt.Sprintf("%s %s", frame.Count(totals[s]), s)
		if s == m.only {
			word = "[" + word + "]"
		}
		parts = append(parts, style.Render(word))
	}
	return strings.Join(parts, "  ")
}

func stateStyle(th theme.Theme, s batch.State) lipgloss.Style {
	switch s {
	case batch.Applied, batch.AlreadySo:
		return th.Good
	case batch.Conflict, batch.Unknown, batch.Differs:
		return th.Caution
	case batch.Refused, batch.NotSent:
		return th.Bad
	case batch.LeftOut, batch.Waiting, batch.UnderWay:
	}
	return th.Muted
}

// shown are the indexes of the rows that are wanted.
func (m *Model) shown() []int {
	var shown []int
	switch m.stage {
	case choosing:
	case drafting, asking, starting:
		for i := range m.drafts {
			shown = append(shown, i)
		}
	case running, ended:
		for i, r := range m.results {
			if m.only == "" || r.State == m.only {
				shown = append(shown, i)
			}
		}
	}
	return shown
}

// line is one account.
func (m *Model) line(th theme.Theme, i, w int) string {
	var r batch.Row
	var what string
	style := th.Muted
	if m.stage == running || m.stage == ended {
		result := m.results[i]
		r, style = result.Row, stateStyle(th, result.State)
		what = outcome(result)
	} else {
		r = m.drafts[i]
		if r.Kind == batch.Planned {
			style = th.Changed
		}
		what = plan(r, th.Signs.Ellipsis)
	}
	name := max(10, (w-10)/2)
	return th.Text.Render(frame.FitRight(fmt.Sprint(r.ID), 6, th.Signs.Ellipsis)) + "  " +
		th.Text.Render(frame.Fit(r.Account.Name.String(), name, th.Signs.Ellipsis)) + "  " + style.Render(what)
}

func plan(r batch.Row, ellipsis string) string {
	switch {
	case r.Kind == batch.NotRead:
		return "reading" + ellipsis
	case len(r.Notes) > 0:
		return r.Why + " (" + strings.Join(r.Notes, ", ") + ")"
	}
	return r.Why
}

func outcome(r batch.Result) string {
	what := string(r.State)
	if r.State == batch.LeftOut {
		what = r.Why
	}
	if err := r.Problem(); err != nil {
		what += ": " + hdpclient.TextOf(err.Error()).String()
	}
	return what
}
