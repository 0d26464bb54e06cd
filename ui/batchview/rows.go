package batchview

import (
	"cmp"
	"strconv"
	"strings"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// A row shows the state of its account first, then the account, then a remark. What does not fit is
// shown below the rows for the current one, and in full in its details.

// row is an account as drawn.
type row struct {
	account batch.Row
	what    string
	style   theme.Style
	remark  string
}

// drawRows draws the rows from first up to, but not including, end. cut is the text that the current
// row has no room for.
func (m *Model) drawRows(th theme.Theme, first, end, w int) (lines []string, cut string) {
	const pointer, gap = 2, 2
	what, id := 10, 1 // width of a state
	if m.stage < running {
		what = 18 // width of a kind
	}
	rows := make([]row, 0, end-first)
	for i := first; i < end; i++ {
		r := m.drawRow(th, i)
		rows = append(rows, r)
		id = max(id, len(strconv.FormatInt(r.account.ID, 10)))
	}
	name := w - pointer - what - gap
	remarkWidth := 0
	if w >= narrow {
		name -= id + gap
		remarkWidth = name - min(24, name/3) - gap
		name -= remarkWidth + gap
	}
	for i, r := range rows {
		var b strings.Builder
		style, account := th.Text, m.nameOf(r.account)
		if m.hasCursor() && first+i == m.rows.Cursor() {
			b.WriteString(th.Key.Render(th.Signs.Pointer) + " ")
			style = th.Cursor
			switch {
			case frame.Width(account) > name:
				cut = strings.TrimSuffix(account+": "+r.remark, ": ")
			case frame.Width(r.remark) > remarkWidth:
				cut = r.remark
			}
		} else {
			b.WriteString("  ")
		}
		if w >= narrow {
			b.WriteString(th.Text.Render(frame.FitRight(strconv.FormatInt(r.account.ID, 10), id, "")) + "  ")
		}
		b.WriteString(r.style.Render(frame.Fit(r.what, what, th.Signs.Ellipsis)) + "  ")
		b.WriteString(style.Render(frame.Fit(account, name, th.Signs.Ellipsis)))
		if w >= narrow && r.remark != "" {
			b.WriteString("  " + th.Muted.Render(r.remark))
		}
		lines = append(lines, b.String())
	}
	return lines, cut
}

func (m *Model) nameOf(r batch.Row) string {
	name := r.Account.Name.String()
	if r.Account.ID == 0 && m.NameByID != nil {
		name = m.NameByID(r.ID)
	}
	return cmp.Or(name, "id "+strconv.FormatInt(r.ID, 10))
}

func (m *Model) rowAt(i int) batch.Row {
	if m.stage < running {
		return m.preview[m.index(i)]
	}
	return m.resultAt(i).Row
}

func (m *Model) resultAt(i int) batch.Result { return m.results[m.index(i)] }

// index returns the position in the batch of a displayed row.
func (m *Model) index(i int) int {
	if m.shown != nil {
		return m.shown[i]
	}
	return i
}

func (m *Model) drawRow(th theme.Theme, i int) row {
	if m.stage < running {
		return m.previewRow(th, m.rowAt(i))
	}
	r := m.resultAt(i)
	return row{r.Row, string(r.State), stateStyle(th, r.State), m.remark(r)}
}

func (m *Model) previewRow(th theme.Theme, r batch.Row) row {
	d := row{r, kindLabel(r.Kind), th.Muted, strings.Join(r.Notes, ", ")}
	switch {
	case r.Kind == batch.Planned:
		d.style = th.Changed
	case r.Kind == batch.NotRead && m.stage == preparing:
		d.what = "reading" + th.Signs.Ellipsis
	default:
		d.remark = skipReason(r)
	}
	return d
}

func kindLabel(k batch.Kind) string {
	if k == batch.NotRead {
		return "not read"
	}
	return string(k)
}

// skipReason says why a row will not change, without repeating its kind.
func skipReason(r batch.Row) string {
	why := strings.TrimPrefix(strings.TrimPrefix(r.Why, string(r.Kind)), ": ")
	if why == "" && r.Err != nil {
		why = explain.Error(r.Err).Short
	}
	return why
}

func hasProblem(r batch.Result) bool {
	return r.Outcome.Kind != "" && r.State != batch.Unchanged && (r.Failed() || r.Outcome.LogErr != nil)
}

// remark says what went wrong with a row, or what is worth knowing about it, without repeating its
// state.
func (m *Model) remark(r batch.Result) string {
	switch {
	case r.State == batch.Skipped && r.Err != nil:
		return skipReason(r.Row)
	case r.State == batch.Skipped:
		return r.Why
	case r.Interrupted != nil:
		return explain.Error(r.Interrupted).Short
	case hasProblem(r):
		return explain.Outcome(r.Outcome, m.Times).Short
	}
	notes := r.Notes
	if r.Replanned {
		notes = append([]string{"lock renewed meanwhile"}, notes...)
	}
	if r.Outcome.ByReading {
		notes = append([]string{"no answer, but read back as stored"}, notes...)
	}
	return strings.Join(notes, ", ")
}

func stateStyle(th theme.Theme, s batch.State) theme.Style {
	switch s {
	case batch.Applied, batch.Unchanged:
		return th.Good
	case batch.Conflict, batch.Unknown, batch.Differs:
		return th.Caution
	case batch.Refused, batch.NotSent:
		return th.Bad
	case batch.Skipped, batch.Waiting, batch.UnderWay:
	}
	return th.Muted
}
