package batchview

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 96)
	inner := w - 4
	head, cursor := m.head(th, inner, h)
	footState, above := m.refusalLines(th, inner)
	if m.inRowList() {
		above = append([]string{""}, above...) // shows what the current row has no room for
	}
	m.page = max(1, h-3-len(head)-len(above))
	m.scroll()
	rows, cut := m.drawRows(th, m.top, min(m.top+m.page, m.rowCount()), inner)
	if cut != "" {
		above[0] = th.Text.Render(cut)
	}
	foot := keys.Foot(th, footState, m.top+m.page < m.rowCount(), inner)
	lines := slices.Concat(head, rows, above, []string{foot})
	for i, l := range lines {
		lines[i] = " " + frame.Fit(l, inner, th.Signs.Ellipsis)
	}
	box := frame.Box{Title: m.title, Focus: true}
	p := frame.Picture{Lines: box.Draw(th, lines, w, min(h, len(lines)+2))}
	if cursor.On {
		p.Cursor = cursor.Offset(2, 1)
	}
	return p
}

// scroll brings the cursor or the newest row into view. A followed run turns whole pages, because
// scrolling by rows would redraw all of them each time.
func (m *Model) scroll() {
	switch n := min(m.rowCount(), m.page); {
	case m.hasCursor():
		m.top = max(m.cursor-n+1, min(m.top, m.cursor))
	case m.follows && (m.newest < m.top || m.newest >= m.top+n):
		m.top = m.newest - 1 // the one before it may still be running
	}
	m.top = max(0, min(m.top, m.rowCount()-m.page))
}

// narrow is the width below which a line holds one item only; low is the height below which the rows
// get all the space.
const narrow, low = 60, 16

// refusalLines returns the refusal for the footer or, if that has no room, as lines above it.
func (m *Model) refusalLines(th theme.Theme, w int) (footState string, above []string) {
	if w >= narrow {
		return th.Caution.Render(m.refusal), nil
	}
	for _, l := range frame.Wrap(m.refusal, w) {
		above = append(above, th.Caution.Render(l))
	}
	return "", above
}

// head draws the part above the rows.
func (m *Model) head(th theme.Theme, w, h int) ([]string, frame.Cursor) {
	var lines []string
	var cursor frame.Cursor
	fields := func() {
		p, _ := m.form.View(th, w)
		cursor = p.Cursor.Offset(0, len(lines))
		lines = append(lines, p.Lines...)
	}
	say := func(s string, style theme.Style) {
		for _, l := range frame.Wrap(s, w) {
			lines = append(lines, style.Render(l))
		}
	}
	switch m.stage {
	case choosing:
		say(fmt.Sprintf("for %s: a date, +30d, tomorrow or never", words.Plural(m.total, "account")), th.Muted)
		fields()
	case preparing:
		lines = append(lines, m.bar(th, w, "read"))
		fields()
	case asking:
		if m.rowsFocused && h < low {
			say(m.willChange()+".", th.Strong)
			break
		}
		say(m.stopReason(), th.Caution)
		say(m.summary(), th.Strong)
		fields()
	case starting:
		lines = append(lines, th.Muted.Render("writing to the audit log"+th.Signs.Ellipsis))
	case running:
		lines = append(lines, m.bar(th, w, "done"))
		say(m.tally(th), th.Text)
	case ended:
		say(m.stopReason(), th.Caution)
		say(m.tally(th), th.Text)
	}
	if h >= low {
		lines = append(lines, "")
	}
	return lines, cursor
}

// stopReason says why the batch stopped early, or returns "".
func (m *Model) stopReason() string {
	switch {
	case m.stopped == nil:
		return ""
	case errors.Is(m.stopped, batch.ErrStopped):
		return "Stopped."
	case errors.Is(m.stopped, batch.ErrFailing):
		return "Stopped: the server failed several times in a row. " + explain.Error(m.stopped).Lead
	}
	return "Stopped: " + explain.Error(m.stopped).Lead
}

// summary counts the rows of the preview by what will happen to them.
func (m *Model) summary() string {
	s := m.willChange()
	for _, k := range m.presentKinds() {
		if k != batch.Planned {
			s += fmt.Sprintf(", %s %s", words.Count(m.kinds[k]), kindLabel(k))
		}
	}
	switch {
	case m.hidden == 1:
		s += "; 1 account is outside this view"
	case m.hidden > 1:
		s += "; " + words.Count(m.hidden) + " accounts are outside this view"
	}
	return s + "."
}

func (m *Model) willChange() string {
	return words.Count(m.planned) + " of " + words.Count(len(m.preview)) + " will change"
}

// bar draws the progress, with the rate and the time left if known.
func (m *Model) bar(th theme.Theme, w int, word string) string {
	text := fmt.Sprintf("%s of %s %s", words.Count(m.done), words.Count(m.total), word)
	switch {
	case m.paused:
		text += ", paused"
	case m.stopping:
		text += ", stopping"
	case m.rate > 0 && m.left > 0:
		left := ", " + words.RoughTimeLeft(m.left) + " left"
		if pace := ", " + formatRate(m.rate) + " a second"; frame.Width(text+pace+left)+2 <= w {
			text += pace
		}
		text += left
	}
	room := max(0, min(30, w-frame.Width(text)-2))
	full := 0
	if m.total > 0 {
		full = room * m.done / m.total
	}
	return th.Key.Render(strings.Repeat(th.Signs.Full, full)) + th.Muted.Render(strings.Repeat(th.Signs.Rest, room-full)) + "  " + th.Text.Render(text)
}

func formatRate(r float64) string {
	if r < 10 {
		return fmt.Sprintf("%.1f", r)
	}
	return fmt.Sprintf("%.0f", r)
}

func (m *Model) tally(th theme.Theme) string {
	var parts []string
	for _, s := range m.presentStates() {
		word := strings.ReplaceAll(fmt.Sprintf("%s %s", words.Count(m.states[s]), s), " ", "\u00a0")
		if s == m.only {
			word = "[" + word + "]"
		}
		parts = append(parts, stateStyle(th, s).Render(word))
	}
	return strings.Join(parts, "  ")
}
