// Package accountpane is the account pane: the verdict on whether the user can sign in, what
// would help, and the facts. Until the account has been read it shows the row of the list; it
// always says which of the two it shows.
package accountpane

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/slot"
)

// Model is the pane. The zero Model shows no account.
type Model struct {
	id      int64
	has     bool
	row     account.Account // from the list
	hasRow  bool
	asOf    time.Time // when the list was read
	reading slot.Slot[account.Reading]
	scroll  frame.Scroll
	fits    bool // in the last drawing
}

// ShowRow shows a row of the list that was read at asOf. If the same account has been opened,
// what was read then stays.
func (m *Model) ShowRow(row account.Account, asOf time.Time) {
	if m.has && m.id == row.ID {
		m.row, m.hasRow, m.asOf = row, true, asOf
		return
	}
	m.reading.Clear()
	*m = Model{id: row.ID, has: true, row: row, hasRow: true, asOf: asOf}
}

// Close empties the pane.
func (m *Model) Close() {
	m.reading.Clear()
	*m = Model{}
}

// Open reads the account. What is already known stays in view until the answer comes.
func (m *Model) Open(ctx context.Context, now time.Time, id int64, read func(context.Context, int64) (account.Reading, error)) tea.Cmd {
	if !m.has || m.id != id {
		m.reading.Clear()
		*m = Model{id: id, has: true}
	}
	return m.reading.Load(ctx, now, func(ctx context.Context) (account.Reading, error) { return read(ctx, id) })
}

// Accept takes the result of Open and reports whether it was still awaited.
func (m *Model) Accept(a slot.ResultMsg[account.Reading]) bool { return m.reading.Accept(a) }

// Amend applies what a write has verified to the account as it was read.
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

// Cancel stops reading. What is already known stays.
func (m *Model) Cancel() { m.reading.Cancel() }

// ID returns the account shown, false for none.
func (m *Model) ID() (int64, bool) { return m.id, m.has }

// Reading returns the account as it was last read, false if it was not.
func (m *Model) Reading() (account.Reading, bool) {
	return m.reading.Get()
}

// Err returns why the last read failed, nil if it did not.
func (m *Model) Err() error { return m.reading.Err() }

// IsLoading reports whether the account is being read.
func (m *Model) IsLoading() bool { _, loading := m.reading.Loading(); return loading }

// Account returns the best known facts: the last reading, else the row of the list.
func (m *Model) Account() (account.Account, bool) {
	if r, ok := m.reading.Get(); ok {
		return r.Account(), true
	}
	return m.row, m.hasRow
}

// Scroll scrolls by that many lines.
func (m *Model) Scroll(by int) { m.scroll.Move(by) }

// Page scrolls by that many pages.
func (m *Model) Page(by int) { m.scroll.Page(by) }

// Fits reports whether everything is in view.
func (m *Model) Fits() bool { return m.fits }

// CountdownEnd returns when the countdown in view ends, zero if there is none.
func (m *Model) CountdownEnd(now time.Time) time.Time {
	if a, ok := m.Account(); ok {
		return a.Verdict(now).Until
	}
	return time.Time{}
}
