// Package account is the pane that shows one account: whether its user can sign
// in and what helps, then the facts behind that. It shows a row of the list until
// the account is read afresh, and always says which of the two it shows.
package account

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/directory"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/slot"
)

// Model is the pane. The zero Model shows no account.
type Model struct {
	id      int64
	has     bool
	row     directory.Account // as the list said it
	hasRow  bool
	asOf    time.Time // of the list
	reading slot.Slot[directory.Reading]
	top     int
	page    int // the lines of the last drawing
}

// ShowRow shows a row of the list, read at asOf. An account that is open and read
// afresh stays as it is.
func (m *Model) ShowRow(row directory.Account, asOf time.Time) {
	if m.has && m.id == row.ID {
		m.row, m.hasRow, m.asOf = row, true, asOf
		return
	}
	m.reading.Clear()
	*m = Model{id: row.ID, has: true, row: row, hasRow: true, asOf: asOf}
}

// Close shows no account any more.
func (m *Model) Close() {
	m.reading.Clear()
	*m = Model{}
}

// Open reads the account afresh. What is known of it stays in view meanwhile.
func (m *Model) Open(ctx context.Context, now time.Time, id int64, read func(context.Context, int64) (directory.Reading, error)) tea.Cmd {
	if !m.has || m.id != id {
		m.reading.Clear()
		*m = Model{id: id, has: true}
	}
	return m.reading.Load(ctx, now, func(ctx context.Context) (directory.Reading, error) { return read(ctx, id) })
}

// Accept takes the answer to Open, and reports whether it was still wanted.
func (m *Model) Accept(a slot.ResultMsg[directory.Reading]) bool { return m.reading.Accept(a) }

// Amend brings what a write was seen to leave into what was read of the account.
func (m *Model) Amend(id int64, o change.Outcome) {
	r, read := m.reading.Get()
	if !read || !m.has || m.id != id {
		return
	}
	if info, ok := o.StatusInfo(); ok {
		r.Status = hdpclient.Some(info)
	}
	if info, ok := o.PasswordInfo(); ok {
		r.Password = hdpclient.Some(info)
	}
	m.reading.Amend(r)
}

// Cancel ends the reading under way. What is known of the account stays.
func (m *Model) Cancel() { m.reading.Cancel() }

// ID is the account shown, and whether there is one.
func (m *Model) ID() (int64, bool) { return m.id, m.has }

// Reading is the account as it was last read afresh, if it was.
func (m *Model) Reading() (directory.Reading, bool) {
	return m.reading.Get()
}

// Err is why the last reading did not succeed, nil if it did.
func (m *Model) Err() error { return m.reading.Err() }

// IsLoading reports whether the account is being read.
func (m *Model) IsLoading() bool { _, loading := m.reading.Loading(); return loading }

// Account is the best that is known of the account shown.
func (m *Model) Account() (directory.Account, bool) {
	if r, ok := m.reading.Get(); ok {
		return r.Account(), true
	}
	return m.row, m.hasRow
}

// Scroll moves what is shown by so many lines.
func (m *Model) Scroll(by int) { m.top = max(0, m.top+by) }

// Page moves it by so many pages.
func (m *Model) Page(by int) { m.Scroll(by * frame.PageStep(m.page)) }

// CountdownEnd is when the countdown in view ends, zero if there is none.
func (m *Model) CountdownEnd(now time.Time) time.Time {
	if a, ok := m.Account(); ok {
		return a.Verdict(now).Until
	}
	return time.Time{}
}
