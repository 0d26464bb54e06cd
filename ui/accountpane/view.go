package accountpane

import (
	"fmt"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/hints"
	"hdpadmin/ui/theme"
)

// Context holds what a drawing needs besides the account.
type Context struct {
	Theme theme.Theme
	Times words.Times
	Focus bool
	// StatusKey and PasswordKey are drawn next to the headings: the keys that edit these parts.
	// Remedy describes a remedy with its key.
	StatusKey, PasswordKey string
	// MoreKey is the key that scrolls, drawn with its word.
	MoreKey string
	Remedy  func(account.Remedy) string
	// LockedAgain describes a lock that came back after the operator unlocked the account, "" for
	// none.
	LockedAgain func(account.Account) string
	// HasTemporaryPassword reports whether the account was given a temporary password here.
	HasTemporaryPassword func(id int64) bool
	// Lookalike returns another account whose name looks the same, false if there is none.
	Lookalike func(account.Account) (account.Account, bool)
	// BackgroundWrite describes a background write to the account, or its result. bad means that
	// the result needs attention.
	BackgroundWrite func(id int64) (text string, bad bool)
}

func (c Context) now() time.Time { return c.Times.Now() }

// View draws the pane, h lines of w cells.
func (m *Model) View(c Context, w, h int) []string {
	box := frame.Box{Title: "Account", Focus: c.Focus}
	a, known := m.Account()
	a.HasTemporaryPassword = known && c.HasTemporaryPassword(a.ID)
	if known {
		box.Title = a.Name.String()
	} else if m.has {
		box.Title = fmt.Sprintf("id %d", m.id)
	}
	box.Note = c.Theme.Muted.Render(m.sourceLabel(c))
	inner := w - 4
	lines := m.lines(c, a, known, inner)
	top, end := m.scroll.Window(len(lines), h-2)
	m.fits = top == 0 && end == len(lines)
	if end < len(lines) {
		box.Foot = c.Theme.Muted.Render("more")
		if c.Focus {
			box.Foot = c.MoreKey
		}
	}
	lines = lines[top:end]
	for i, l := range lines {
		lines[i] = " " + frame.Fit(l, inner, c.Theme.Signs.Ellipsis) + " "
	}
	return box.Draw(c.Theme, lines, w, h)
}

// sourceLabel says where the facts come from and how old they are.
func (m *Model) sourceLabel(c Context) string {
	_, read := m.reading.Get()
	switch {
	case m.IsLoading():
		return "reading" + c.Theme.Signs.Ellipsis
	case read:
		r, _ := m.reading.Get()
		if r.ReadAt.IsZero() {
			return "just read"
		}
		return "read " + c.Times.Bare().Second(r.ReadAt)
	case m.hasRow:
		return "from the list, " + c.Times.Bare().Minute(m.asOf)
	}
	return ""
}

func (m *Model) lines(c Context, a account.Account, known bool, w int) []string {
	th := c.Theme
	var lines []string
	if err := m.Err(); err != nil && !m.IsLoading() {
		p := explain.Error(err)
		lines = append(lines, frame.Paragraph(th.Bad, th.Signs.Bad+" ", p.Title+": "+p.Lead, w)...)
		lines = append(lines, frame.Paragraph(th.Muted, "  ", p.Facts, w)...)
		lines = append(lines, frame.Paragraph(th.Text, "  ", strings.TrimSpace(p.Means+" "+hints.Next(p)), w)...)
		if known {
			lines = append(lines, th.Muted.Render("Last known state:"))
		}
		lines = append(lines, "")
	}
	switch {
	case !m.has:
		return append([]string{""}, frame.Paragraph(th.Muted, "", "Select an account, or press / to search.", w)...)
	case !known && m.Err() == nil:
		return append(lines, th.Muted.Render("reading"+th.Signs.Ellipsis))
	case !known:
		return lines
	}
	lines = append(lines, identityLines(th, a, w)...)
	lines = append(lines, "")
	if !a.HasID() {
		lines = append(lines, frame.Paragraph(th.Caution, th.Signs.Caution+" ", "The server sent no readable id for this account, so it cannot be read or changed.", w)...)
		lines = append(lines, "")
		c.StatusKey, c.PasswordKey = "", ""
		c.Remedy = func(account.Remedy) string { return "" }
	}
	if warning := nameWarning(c, a); warning != "" {
		lines = append(append(lines, frame.Paragraph(th.Caution, th.Signs.Caution+" ", warning, w)...), "")
	}
	if text, bad := c.BackgroundWrite(a.ID); bad {
		lines = append(append(lines, frame.Paragraph(th.Bad, th.Signs.Bad+" ", text, w)...), "")
	} else if text != "" {
		lines = append(append(lines, frame.Paragraph(th.Caution, "", text, w)...), "")
		c.Remedy = func(account.Remedy) string { return "" } // a write is running, so the remedy cannot be applied now
	}
	lines = append(lines, verdictLines(c, a, w)...)
	lines = append(lines, "")
	lines = append(lines, fullNameLines(th, a, w)...)
	reading := hdpclient.Opt[account.Reading]{}
	if r, read := m.reading.Get(); read {
		reading = hdpclient.Some(r)
	}
	keys := []string{c.StatusKey, c.PasswordKey, "", ""}
	for i, s := range a.Sections(reading, c.Times) {
		lines = append(lines, sectionLines(th, s, keys[i], w)...)
		if i < len(keys)-1 {
			lines = append(lines, "")
		}
	}
	return lines
}

func identityLines(th theme.Theme, a account.Account, w int) []string {
	parts := []string{"id " + a.IDWord()}
	if a.TenantID != 0 {
		tenant := fmt.Sprintf("tenant %d", a.TenantID)
		if name := a.TenantName.String(); name != "" {
			tenant = fmt.Sprintf("tenant %s (%d)", name, a.TenantID)
		}
		parts = append(parts, tenant)
	}
	if by := a.Auth.String(); by != "" {
		parts = append(parts, by)
	}
	return frame.Paragraph(th.Muted, "", strings.Join(parts, " "+th.Signs.Dot+" "), w)
}

// nameWarning says why the name may be mistaken for another, "" if it may not.
func nameWarning(c Context, a account.Account) string {
	if other, alike := c.Lookalike(a); alike {
		return "This name looks like that of account " + other.IDWord() + " but has different characters."
	}
	return account.ScriptWarning(a.Name)
}

// fullNameLines returns a name too long for the title. It follows the verdict, which it would
// otherwise push off a small screen.
func fullNameLines(th theme.Theme, a account.Account, w int) []string {
	name := a.Name.String()
	if frame.Width(name) <= w/2 {
		return nil
	}
	return append(frame.Paragraph(th.Strong, "", name, w), "")
}

func verdictLines(c Context, a account.Account, w int) []string {
	th, v := c.Theme, a.Verdict(c.now())
	sign, style := th.Signs.Unknown, th.Caution
	switch v.Outcome {
	case account.CanSignIn:
		sign, style = th.Signs.Good, th.Good
	case account.CannotSignIn:
		sign, style = th.Signs.Bad, th.Bad
	case account.CanSignInWithCaution:
		sign, style = th.Signs.Caution, th.Caution
	case account.Unknown:
	}
	lines := frame.Paragraph(style, sign+" ", v.Text, w)
	if remedy := c.Remedy(v.Remedy); remedy != "" {
		lines = append(lines, frame.Paragraph(th.Text, "  ", remedy, w)...)
	}
	if again := c.LockedAgain(a); again != "" {
		lines = append(lines, frame.Paragraph(th.Caution, "  ", again, w)...)
	}
	if v.RemedyText != "" {
		lines = append(lines, frame.Paragraph(th.Muted, "  ", v.RemedyText, w)...)
	}
	for _, also := range v.Also {
		lines = append(lines, frame.Paragraph(th.Muted, "  ", also, w)...)
	}
	return lines
}

func factLines(th theme.Theme, label, value string, w int) []string {
	const column = 15
	first := "  " + th.Muted.Render(frame.Fit(label, column-2, th.Signs.Ellipsis))
	lines := frame.Wrap(value, max(8, w-column))
	if len(lines) == 0 {
		lines = []string{th.Muted.Render(th.Signs.None)}
	}
	for i, l := range lines {
		if i == 0 {
			lines[i] = first + th.Text.Render(l)
		} else {
			lines[i] = strings.Repeat(" ", column) + th.Text.Render(l)
		}
	}
	return lines
}

func sectionLines(th theme.Theme, s account.Section, key string, w int) []string {
	lines := []string{frame.Ends(th.Heading.Render(s.Title), key, w, th.Signs.Ellipsis)}
	switch {
	case s.Err != nil:
		return append(lines, errorLines(th, s.Err, w)...)
	case s.None != "":
		lines = append(lines, "  "+th.Muted.Render(s.None))
	}
	for _, f := range s.Facts {
		lines = append(lines, factLines(th, f.Label, f.Value, w)...)
	}
	return lines
}

func errorLines(th theme.Theme, err error, w int) []string {
	p := explain.Error(err)
	lines := frame.Paragraph(th.Bad, "  ", "Not read: "+p.Lead, w)
	return append(lines, frame.Paragraph(th.Muted, "  ", p.Facts, w)...)
}
