package batchview

import (
	"errors"
	"fmt"
	"strings"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 96, w, h)
	d.Title = m.title
	m.drawHead(th, d)
	var below []string
	if m.inRowList() {
		below = []string{""} // shows what the current row has no room for
	}
	if d.W >= narrow {
		d.State = m.refusal
	} else {
		below = append(below, frame.Paragraph(th.Caution, "", m.refusal, d.W)...)
	}
	first, end := m.window(max(1, d.H-len(d.Lines)-len(below)))
	rows, cut := m.drawRows(th, first, end, d.W)
	if cut != "" {
		below[0] = th.Text.Render(cut)
	}
	if m.hasCursor() {
		d.Cursor = frame.AtRow(0, len(d.Lines)+m.rows.Cursor()-first)
	}
	d.Add(rows...)
	d.Add(below...)
	d.More = end < m.rows.Len
	return d.Draw()
}

// window returns the rows in view, h at most. A followed run turns whole pages, because scrolling by
// rows would redraw all of them each time.
func (m *Model) window(h int) (first, end int) {
	if m.hasCursor() {
		return m.rows.Window(h)
	}
	if m.follows && !m.rows.InView(m.newest, h) {
		m.rows.MoveTo(m.newest - 1) // the one before it may still be running
	}
	return m.rows.Scroll.Window(m.rows.Len, h)
}

// narrow is the width below which a line holds one item only; low is the number of lines below which
// the rows get all the space.
const narrow, low = 60, 13

// drawHead draws the part above the rows.
func (m *Model) drawHead(th theme.Theme, d *frame.Dialog) {
	fields, _ := m.form.View(th, d.W)
	switch m.stage {
	case choosing:
		d.AddText(th.Muted, fmt.Sprintf("for %s: UTC date, +30d, tomorrow or never", words.Plural(m.total, "account")))
		d.AddPicture(fields)
	case preparing:
		d.Add(m.bar(th, d.W, "read"))
		d.AddPicture(fields)
	case asking:
		if m.rowsFocused && d.H < low {
			d.AddText(th.Strong, m.willChange()+".")
			break
		}
		d.AddText(th.Caution, m.stopReason())
		d.AddText(th.Strong, m.summary())
		d.AddPicture(fields)
	case starting:
		d.Add(th.Muted.Render("writing to the audit log" + th.Signs.Ellipsis))
	case running:
		d.Add(m.bar(th, d.W, "done"))
		d.AddText(th.Text, m.tally(th))
	case ended:
		d.AddText(th.Caution, m.stopReason())
		d.AddText(th.Text, m.tally(th))
	}
	if d.H >= low {
		d.Add("")
	}
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
