// Package lookup is the pane in which an account is found: a field to type into,
// and below it the accounts that match, best first. It knows the snapshot it
// searches and nothing of how that came about.
package lookup

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/directory"
	"hdpadmin/ui/form"
)

// Model is the pane; see New.
type Model struct {
	input  form.Input
	typing bool // the field has the focus, not the rows

	all     *directory.Snapshot
	matches directory.Matches
	answer  []directory.Account // what the server found, shown in place of the matches
	note    string              // about what was typed

	cursor int   // the row under the cursor
	chosen int64 // its account: the cursor stays on it when rows come and go
	top    int   // the first row in view
	page   int   // how many rows were last in view

	marks map[int64]bool
}

// New returns the pane with no accounts in it.
func New() *Model {
	m := &Model{input: form.NewInput(256), page: 1, marks: map[int64]bool{}}
	m.SetSnapshot(&directory.Snapshot{})
	return m
}

// SetSnapshot searches s from now on. The cursor stays on its account, or while
// something is being typed on the best match.
func (m *Model) SetSnapshot(s *directory.Snapshot) {
	m.all = s
	m.matches = s.Find(m.matches.Query())
	if at, ok := m.matches.Place(m.chosen); ok && !m.typing && m.answer == nil {
		m.top += at - m.cursor
		m.cursor = at
	}
	m.settle()
}

// Snapshot is what is searched.
func (m *Model) Snapshot() *directory.Snapshot { return m.all }

// Typing reports whether keys go into the field.
func (m *Model) Typing() bool { return m.typing }

// StartTyping puts the focus into the field.
func (m *Model) StartTyping() {
	m.typing = true
	m.input.Focus()
}

// StopTyping puts the focus on the rows.
func (m *Model) StopTyping() {
	m.typing = false
	m.input.Blur()
}

// Type edits what is typed, and finds.
func (m *Model) Type(msg tea.Msg) {
	before := m.input.Value()
	m.input.Update(msg)
	if m.input.Value() != before {
		m.find()
	}
}

// Query is what is typed, without blanks around it.
func (m *Model) Query() string { return m.matches.Query().String() }

// Filtered reports whether less than everything may be shown.
func (m *Model) Filtered() bool { return m.input.Value() != "" || m.answer != nil }

// ClearQuery empties the field and shows every account, the cursor on the same
// one.
func (m *Model) ClearQuery() {
	chosen := m.chosen
	m.input.SetValue("")
	m.find()
	if at, ok := m.matches.Place(chosen); ok {
		m.cursor = at
	}
	m.settle()
}

func (m *Model) find() {
	m.answer, m.note = nil, ""
	m.matches = m.all.Find(directory.ParseQuery(m.input.Value()))
	m.cursor, m.top = 0, 0
	m.settle()
}

// Openable is the account that entering what is typed opens, if that is clear:
// see [directory.Matches.Openable].
func (m *Model) Openable() (id int64, ok, ambiguous bool) { return m.matches.Openable() }

// SetAnswer shows the accounts that the server found for the query, until
// something else is typed.
func (m *Model) SetAnswer(accounts []directory.Account) {
	if accounts == nil {
		accounts = []directory.Account{} // nobody was found, which is an answer too
	}
	m.answer, m.note = accounts, ""
	m.cursor, m.top = 0, 0
	m.settle()
}

// SetNote says something about what is typed, until something else is.
func (m *Model) SetNote(s string) { m.note = s }

// Len is how many accounts are shown.
func (m *Model) Len() int {
	if m.answer != nil {
		return len(m.answer)
	}
	return m.matches.Len()
}

// Current is the account under the cursor.
func (m *Model) Current() (directory.Account, bool) {
	if m.cursor >= m.Len() {
		return directory.Account{}, false
	}
	return m.at(m.cursor), true
}

func (m *Model) at(i int) directory.Account {
	if m.answer != nil {
		return m.answer[i]
	}
	a, _ := m.matches.At(i)
	return a
}

// Move moves the cursor by so many rows, as far as there are any.
func (m *Model) Move(by int) {
	m.cursor += by
	m.settle()
}

// MovePage moves the cursor by so many pages.
func (m *Model) MovePage(by int) { m.Move(by * max(1, m.page-1)) }

// MoveTo moves the cursor to the row of that number, counted from 0; a negative
// one counts from the end.
func (m *Model) MoveTo(row int) {
	if row < 0 {
		row += m.Len()
	}
	m.cursor = row
	m.settle()
}

// settle brings cursor and window to where there are rows.
func (m *Model) settle() {
	n := m.Len()
	m.cursor = max(0, min(m.cursor, n-1))
	if n > 0 {
		m.chosen = m.at(m.cursor).ID
	}
	m.top = max(0, min(m.top, n-m.page, m.cursor))
	m.top = max(m.top, m.cursor-m.page+1)
}
