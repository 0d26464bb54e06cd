package lookup

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Context holds what a drawing needs besides the accounts.
type Context struct {
	Theme theme.Theme
	Now   time.Time // the server's
	Focus bool
	// Empty is shown if there are no accounts, after Trouble, which explains an error.
	Empty, Trouble string
	// Loading: more accounts are coming. Unread: no list has been read yet.
	Loading, Unread bool
	// Signs are drawn before the rows of accounts that need attention.
	Signs map[int64]string
	// Foot is drawn in the lower border, with the position if there is room for both.
	Foot string
	// ViewKeys are the keys that show the views.
	ViewKeys [search.Views]string
}

// View draws the pane, h lines of w cells.
func (m *Model) View(c Context, w, h int) frame.Picture {
	th, inner := c.Theme, w-4
	count := m.countLabel()
	prompt := th.Key.Render("/") + " "
	text, cursor := m.input.View(max(1, inner-2-frame.Width(count)-1))
	field := prompt + th.Text.Render(text)
	switch {
	case m.input.Selected():
		field = prompt + th.Cursor.Render(text)
	case m.typing && text == "":
		field = prompt + th.Muted.Render("name, id, tenant: status: locked: expires: role:")
	case m.typing:
	case text == "":
		field = prompt + th.Muted.Render("search accounts")
	default:
		cursor = 0
	}
	lines := []string{frame.Ends(field, th.Muted.Render(count), inner, th.Signs.Ellipsis)}
	lines = append(lines, m.viewLines(c, inner, h)...)
	m.layout = columns(inner, m.widestID())
	// A hint takes the place of the column titles, so that it does not move the rows while the
	// operator types.
	if hints := m.hints(th, inner); len(hints) > 0 {
		lines = append(lines, hints...)
	} else {
		lines = append(lines, m.layout.header(th, m.sort()))
	}
	if m.outsideView {
		lines = append(lines, th.Caution.Render("  not in "+viewNames()[m.filter.View]))
	}
	m.page = h - 2 - len(lines)
	if m.hasLookupRow() {
		m.page--
	}
	m.page = max(1, m.page)
	m.clampCursor()
	const pointer = 2 // the column of the pointer
	row := frame.AtRow(pointer, 1+len(lines)+m.cursor-m.top)
	for i := m.top; i < min(m.top+m.page, m.Len()); i++ {
		lines = append(lines, m.row(c, m.layout, i))
	}
	if m.hasLookupRow() {
		lines = append(lines, m.lookupRow(th))
	}
	if m.IsOnLookupRow() {
		row.Y = len(lines)
	}
	if m.Len() == 0 {
		if m.Query() == "" && m.serverResults == nil {
			lines = append(lines, frame.Paragraph(th.Bad, "", c.Trouble, inner)...)
		}
		lines = append(lines, frame.Paragraph(th.Muted, "", m.emptyText(c), inner)...)
	}
	for i, l := range lines {
		lines[i] = " " + frame.Fit(l, inner, th.Signs.Ellipsis) + " "
	}
	box := frame.Box{Title: "Accounts", Note: m.marksLabel(), FootNote: c.Foot, Foot: m.positionLabel(), Focus: c.Focus}
	if frame.Width(box.FootNote)+frame.Width(box.Foot)+7 > w {
		box.FootNote, box.Foot = "", c.Foot
	}
	if frame.Width(box.Title)+frame.Width(box.Note)+7 > w {
		box.Title = "" // the note names what is marked
	}
	box.Note = th.Key.Render(box.Note)
	p := frame.Picture{Lines: box.Draw(th, lines, w, h)}
	switch {
	case c.Focus && m.typing:
		p.Cursor = frame.At(4+cursor, 1)
	case c.Focus && m.Len() > 0:
		p.Cursor = row
	}
	return p
}

func (m *Model) countLabel() string {
	matches := m.Len() - m.pinnedRows
	if m.outsideView {
		matches = m.Len()
	}
	switch {
	case m.serverResults != nil:
		return words.Count(len(m.serverResults)) + " from the server"
	case m.input.Value() == "":
		return ""
	case matches == 0:
		return "no match"
	case matches == 1:
		return "1 match"
	}
	return words.Count(matches) + " matches"
}

// positionLabel has no style of its own, because it changes with every move of the cursor.
func (m *Model) positionLabel() string {
	if m.cursor >= m.Len() {
		return ""
	}
	label := words.Count(m.cursor+1) + " of " + words.Count(m.Len())
	if m.serverResults == nil && m.all.Partial() {
		label += "+"
	}
	return label
}

func (m *Model) emptyText(c Context) string {
	switch {
	case m.serverResults != nil && m.filter.Query.IsNumber():
		return "The server has no account with this id or name."
	case m.serverResults != nil:
		return "The server has no account with this name."
	case m.Query() != "" && c.Loading:
		return "No match yet; the list is still loading. Press enter to ask the server."
	case m.ServerQuery() == "" && m.Query() != "":
		return "No account in the list matches."
	case m.Query() != "":
		return "No account in the list matches. Press enter to ask the server."
	case m.filter.View != search.All && m.all.Len() > 0:
		return emptyViews()[m.filter.View]
	}
	return c.Empty
}

// hints returns problems with the query, or ways to complete it.
func (m *Model) hints(th theme.Theme, w int) []string {
	lines := frame.Paragraph(th.Caution, "", m.notice, w)
	if !m.typing {
		return lines
	}
	if c := m.completions(); len(c) > 0 {
		labels := make([]string, len(c))
		for i := range c {
			labels[i] = cmp.Or(c[i].Label, c[i].Text)
		}
		return append(lines, frame.Fit(th.Key.Render("tab")+" "+th.Text.Render(labels[0])+th.Muted.Render("  "+strings.Join(labels[1:], "  ")), w, th.Signs.Ellipsis))
	}
	if n := m.matches.ExactCount(); n > 1 && m.serverResults == nil {
		lines = append(lines, th.Caution.Render(frame.Fit(words.Plural(n, "account")+" match exactly.", w, th.Signs.Ellipsis)))
	}
	for _, p := range m.filter.Query.Problems() {
		if p.Unfinished && m.input.Cursor() == p.End {
			continue
		}
		lines = append(lines, frame.Paragraph(th.Caution, "", p.Text, w)...)
	}
	return lines
}

// layout holds the width of each column, 0 for a column that is not shown.
type layout struct{ id, user, tenant, status, password int }

// columns fits the columns into w cells. A narrow pane drops the tenant first, then the id, then
// the password; the status column then shows both.
func columns(w, id int) layout {
	l := layout{id: id, tenant: 11, status: account.StatusCells, password: account.PasswordCells}
	user := func() int {
		n := w - frame.Width(l.start(" ", " ", "", ""))
		for _, c := range []int{l.tenant, l.status, l.password} {
			if c > 0 {
				n -= c + len(columnGap)
			}
		}
		return n
	}
	for _, c := range []*int{&l.tenant, &l.id, &l.password} {
		if user() >= 14 {
			break
		}
		*c = 0
	}
	if l.password == 0 {
		l.status = account.PasswordCells // shows both
	}
	if spare := user() - 36; l.tenant > 0 && spare > 0 {
		l.tenant += min(spare, 12)
	}
	l.user = max(0, user())
	return l
}

const columnGap = "  "

// start returns the cells before the user name. A blank keeps the mark apart from the id.
func (l layout) start(pointer, mark, id, cut string) string {
	if l.id == 0 {
		return pointer + mark + " "
	}
	return pointer + mark + " " + frame.FitRight(id, l.id, cut) + " "
}

// rest returns the cells after the user name, which already have their column's width.
func (l layout) rest(tenant, status, password string) string {
	var b strings.Builder
	add := func(s string, w int) {
		if w > 0 {
			b.WriteString(columnGap + s)
		}
	}
	add(tenant, l.tenant)
	add(status, l.status)
	add(password, l.password)
	return b.String()
}

func (l layout) header(th theme.Theme, sort search.Sort) string {
	cut := th.Signs.Ellipsis
	name := func(s string, by search.Column) string {
		switch {
		case sort.By != by:
			return s
		case sort.Descending:
			return s + " " + th.Signs.Down
		}
		return s + " " + th.Signs.Up
	}
	return th.Muted.Render(l.start(" ", " ", name("ID", search.ColumnID), cut) + frame.Fit(name("USER", search.ColumnName), l.user, cut) + l.rest(
		frame.Fit(name("TENANT", search.ColumnTenant), l.tenant, cut),
		frame.Fit(name("STATUS", search.ColumnStatus), l.status, cut),
		frame.Fit(name("PASSWORD", search.ColumnPassword), l.password, cut)))
}

func (m *Model) widestID() int {
	widest := 4
	for i := m.top; i < min(m.top+m.page, m.Len()); i++ {
		widest = max(widest, len(m.at(i).IDWord()))
	}
	return widest
}

// row draws one account. Normal values have no style: exceptions stand out, and every style costs
// bytes in every row.
func (m *Model) row(c Context, l layout, i int) string {
	th, a := c.Theme, m.at(i)
	cut := th.Signs.Ellipsis
	tenant := a.TenantName.String()
	if tenant == "" && a.TenantID != 0 {
		tenant = fmt.Sprint(a.TenantID)
	}
	status := th.Text
	switch {
	case a.HasStatus && a.Status != hdpclient.Active:
		status = th.Caution
	case a.Lock(c.Now) == account.LockRunning || a.Lock(c.Now) == account.LockNoEnd:
		status = th.Bad
	}
	password := th.Text
	if a.Expired(c.Now) || a.PasswordStatus == hdpclient.PasswordMustChange {
		password = th.Caution
	}
	word := a.StatusWord(c.Now)
	if l.password == 0 { // one column for both
		standing := a.SummaryWord(c.Now)
		if m.filter.View == search.Expiring && a.Status == hdpclient.Active && a.Lock(c.Now) == account.NotLocked {
			standing = a.PasswordWord(c.Now) // the view is about expiry
		}
		if standing != word {
			word, status = standing, password
		}
	}
	pointer, mark, style := " ", " ", th.Text
	switch {
	case c.Signs[a.ID] != "":
		mark = c.Signs[a.ID]
	case m.isMarked(i):
		mark = th.Key.Render(th.Signs.Mark)
	case m.pinnedRows > 0 && a.ID == m.pinnedID:
		mark = th.Changed.Render("~")
	}
	if i == m.cursor {
		// The highlight ends with the column of the names. Over the whole row, a cursor move would
		// cost about twice as many bytes.
		pointer, mark, style = th.Signs.Pointer, ansi.Strip(mark), th.Cursor
	}
	return style.Render(l.start(pointer, mark, a.IDWord(), cut)) + m.styledName(th, style, a, l.user, i) + l.rest(
		th.Text.Render(frame.Fit(tenant, l.tenant, cut)),
		status.Render(frame.Fit(word, l.status, cut)),
		password.Render(frame.Fit(a.PasswordWord(c.Now), l.password, cut)))
}

func (m *Model) lookupRow(th theme.Theme) string {
	pointer, style := " ", th.Muted
	if m.IsOnLookupRow() {
		pointer, style = th.Signs.Pointer, th.Cursor
	}
	return style.Render(pointer + "  look up “" + hdpclient.Clean(m.ServerQuery()) + "” on the server")
}

// styledName highlights the matching part of the user name and adds a sign if the name may be
// mistaken for another.
func (m *Model) styledName(th theme.Theme, style theme.Style, a account.Account, w, i int) string {
	name := a.Name.String()
	var spans []search.Span
	// A single letter is in every name, and a match at the start needs no highlight: it would say
	// nothing and cost bytes in every row.
	if m.serverResults == nil && len(m.Query()) > 1 {
		spans = m.matches.Spans(i)
	}
	if len(spans) == 1 && spans[0].Start == 0 {
		spans = nil
	}
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(style.Render(name[at:s.Start]) + style.Inherit(th.Match).Render(name[s.Start:s.End]))
		at = s.End
	}
	b.WriteString(style.Render(name[at:]))
	sign := ""
	if _, alike := m.all.Lookalike(a); alike || account.MixedScripts(a.Name) != nil {
		sign = " " + th.Signs.Caution
	}
	short := frame.Fit(b.String(), max(0, min(frame.Width(name), w-frame.Width(sign))), th.Signs.Ellipsis)
	if i != m.cursor {
		return frame.Fit(short+th.Caution.Render(sign), w, "")
	}
	return short + style.Render(frame.Fit(sign, w-frame.Width(short), ""))
}
