package lookup

import (
	"math"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
)

// memo caches the completions of the search field until the matches change.
type memo struct {
	completions []search.Completion
	cursor      int // position in the field they belong to; -1 if not computed
}

// IsTyping reports whether keys go to the search field.
func (m *Model) IsTyping() bool { return m.typing }

// StartTyping moves the focus to the search field. The first character typed replaces the old
// query.
func (m *Model) StartTyping() {
	if !m.typing {
		m.homeID = m.home()
		m.input.Select()
	}
	m.typing = true
	m.input.Focus()
}

// StopTyping moves the focus to the rows.
func (m *Model) StopTyping() {
	if m.best && m.IsOnLookupRow() {
		m.cursor = 0 // among the rows, the operator is looking for an account
		m.clampCursor()
	}
	m.rememberCursor()
	m.typing, m.best = false, false
	m.input.Blur()
}

// Type edits the query with a key or pasted text and searches.
func (m *Model) Type(msg tea.Msg) {
	before := m.input.Value()
	m.input.Update(msg)
	if m.input.Value() != before {
		m.search()
	}
}

// Query returns the trimmed query.
func (m *Model) Query() string { return m.filter.Query.String() }

// ServerQuery returns the query's words without its qualifiers, which the server does not know.
func (m *Model) ServerQuery() string { return m.filter.Query.Text() }

// Complete completes the qualifier or value at the cursor and reports whether it could. After a
// value it adds a space, so that the next word can follow.
func (m *Model) Complete() bool {
	c := m.completions()
	if len(c) == 0 {
		return false
	}
	text := c[0].Text
	if !strings.HasSuffix(text, ":") && c[0].End == len(m.input.Value()) {
		text += " "
	}
	m.input.Replace(c[0].Start, c[0].End, text)
	m.search()
	return true
}

// completions returns completions for the qualifier at the cursor. A short word without a colon
// is more likely a name, so it has none.
func (m *Model) completions() []search.Completion {
	typed, cursor := m.input.Value(), m.input.Cursor()
	word := typed[strings.LastIndexByte(typed[:cursor], ' ')+1 : cursor]
	if !strings.Contains(word, ":") && len(word) < 3 {
		return nil
	}
	if m.memo.cursor != cursor {
		m.memo.completions, m.memo.cursor = m.all.Complete(typed, cursor), cursor
	}
	return m.memo.completions
}

// IsSearched reports whether a search limits the rows, which Back clears first.
func (m *Model) IsSearched() bool { return m.input.Value() != "" || m.serverResults != nil }

// Back clears the query or, if there is none, the view. The cursor stays on its account.
func (m *Model) Back() {
	if m.input.Value() == "" && m.serverResults == nil {
		m.filter.View = search.All
	}
	m.input.SetValue("")
	m.search()
}

// ShowAccount shows all accounts, with the cursor on one of them. It reports whether that one is listed.
func (m *Model) ShowAccount(id int64) bool {
	if _, listed := m.all.Position(id); !listed {
		return false
	}
	m.input.SetValue("")
	m.filter.View, m.homeID = search.All, id
	m.search()
	return true
}

// search runs the query in the field and puts the cursor on the best match. For an empty query
// the cursor returns to home.
func (m *Model) search() {
	m.serverResults, m.notice, m.pinnedID = nil, "", 0
	m.filter.Query = m.parseQuery()
	m.cursor, m.best = 0, m.typing && m.Query() != ""
	if m.Query() == "" {
		m.cursorID = m.home()
	}
	m.refilter()
	m.top = 0 // clampCursor scrolls down to the cursor
	m.clampCursor()
}

// parseQuery parses the text in the field. If nothing matches it as typed, it looks for the words
// and the id in "Smith, Alice" and #307. It keeps the domain of alice@corp.example: that may be
// the sign-in name of another account, and the server knows.
func (m *Model) parseQuery() search.Query {
	typed := m.input.Value()
	q := search.ParseQuery(typed)
	other := search.ParseQuery(strings.NewReplacer("#", "", ",", " ").Replace(typed))
	if other.String() != q.String() && !m.isMatched(q) && m.isMatched(other) {
		return other
	}
	return q
}

func (m *Model) isMatched(q search.Query) bool {
	matches := m.all.Filter(search.Filter{Query: q, Now: m.filter.Now, Within: m.filter.Within})
	return matches.Len() > 0 && !matches.AreFuzzy()
}

// SetServerResults shows the accounts the server found for the query, until the query changes.
// Nil means that it found none.
func (m *Model) SetServerResults(accounts []account.Account) {
	if accounts == nil {
		accounts = []account.Account{} // nil would mean no answer yet
	}
	for i := range accounts {
		if !accounts[i].HasID() {
			accounts[i].ID = math.MinInt64 + int64(i) // an id that no listed account has
		}
	}
	m.serverResults, m.notice = accounts, ""
	m.cursor, m.top = 0, 0
	m.clampCursor()
	m.countHiddenMarks()
}

// Amend applies newer facts about an account to the server results, if they are shown.
func (m *Model) Amend(id int64, apply func(account.Account) account.Account) {
	for i := range m.serverResults {
		if m.serverResults[i].ID == id {
			m.serverResults[i] = apply(m.serverResults[i])
		}
	}
}

// AmendFrom applies what a newer list says about the server results, if they are shown.
func (m *Model) AmendFrom(newer, older *search.Snapshot) {
	for i, a := range m.serverResults {
		was, _ := older.ByID(a.ID)
		if is, listed := newer.ByID(a.ID); listed && is != was {
			m.serverResults[i] = is
		}
	}
}

// ForgetServerResults shows the matches in the list instead of the server results.
func (m *Model) ForgetServerResults() { m.serverResults = nil }

// SetNotice shows a message about the query until the query changes.
func (m *Model) SetNotice(s string) { m.notice = s }
