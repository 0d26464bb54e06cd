package ui

import (
	"errors"
	"fmt"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/hints"
)

// emptyText says why the list has no accounts: an error, if there was one, and further advice.
func (m *list) emptyText() (trouble, empty string) {
	switch err := m.err; {
	case m.isLoading():
		return "", "reading the accounts" + m.theme.Signs.Ellipsis
	case m.login.isSigningIn():
		return "", ""
	case err != nil:
		p := explain.Error(err)
		empty = strings.TrimSpace(p.Means+" "+hints.Next(p)) + "\n\n" + p.Facts
		switch e, _ := errors.AsType[*hdpclient.Error](err); {
		case e != nil && e.HasOwnReason():
			empty = p.Means + " Press " + m.keycap("own-password") + " to change your password.\n\n" + p.Facts
		case errors.Is(err, hdpclient.ErrForbidden):
			why := "Your login may lack " + hdpclient.PermissionViewUsers.String() + " or access to a tenant"
			if m.opts.Desk.MayNot(hdpclient.PermissionViewUsers) != "" {
				why = "Your login lacks " + hdpclient.PermissionViewUsers.String()
			}
			empty = why + ". To open a single account, press / and enter its id or exact name.\n\n" + p.Facts
		}
		return m.theme.Signs.Bad + " " + p.Title + ": " + p.Lead, empty
	}
	if m.isUnread() {
		return "", "No list has been read. Press ctrl+r to read it, or press / and type the id or exact name of an account."
	}
	return "", "This login cannot see any accounts."
}

// failure says that reading the list failed and what is on the screen instead.
func (m *list) failure(p explain.Problem) string {
	s := m.lookup.Snapshot()
	if s.Partial() {
		return "Partial list, " + words.Plural(s.Len(), "account") + ". " + p.Lead
	}
	return "Refresh failed: " + p.Short + ". The list is as of " + m.times().Minute(s.AsOf()) + "."
}

// status returns the list's size and age for a terminal of width w. A background change
// that needs attention comes first.
func (m *list) status(w int) string {
	s := m.lookup.Snapshot()
	count, asOf := words.Plural(s.Len(), "account"), "as of "+m.times().Minute(s.AsOf())
	if n := s.CountWithoutID(); n > 0 {
		count += " (" + words.Count(n) + " without a readable id)"
	}
	first := m.writes.backgroundStatus()
	switch failed := m.err != nil; {
	case first != "":
		return first
	case m.feed != nil:
		return m.progress(w)
	case s.Len() == 0:
		return ""
	case s.Partial() && failed && w >= twoPaneWidth:
		return count + ", partial: " + explain.Error(m.err).Short + ", " + asOf
	case s.Partial() && w < footerStatusWidth:
		return "partial, " + asOf
	case s.Partial():
		return count + ", partial, " + asOf
	case !failed && w < footerStatusWidth && s.CountWithoutID() == 0:
		return asOf // the list shows its length
	case !failed:
		return count + ", " + asOf
	case w < footerStatusWidth:
		return "still " + asOf + ": " + explain.Error(m.err).Short
	case w < twoPaneWidth:
		count = ""
	default:
		count += ", "
	}
	return count + "refresh failed: " + explain.Error(m.err).Short + ", " + asOf
}

// age returns the least that status would say of a list without news.
func (m *list) age() string {
	if s := m.lookup.Snapshot(); s.Len() > 0 {
		return "as of " + m.times().Bare().Minute(s.AsOf())
	}
	return ""
}

func (m *list) progress(w int) string {
	said := words.Plural(m.rows, "account")
	switch {
	case m.rows == 0:
		said = "reading the list"
	case w >= footerStatusWidth:
		said = "reading, " + said
	}
	const kilobyte, megabyte = 1e3, 1e6
	unit, digits, name := kilobyte, 0, "kB"
	if max(m.read, m.total) >= megabyte {
		unit, digits, name = megabyte, 1, "MB"
	}
	read, total := float64(m.read)/unit, float64(m.total)/unit
	switch {
	case m.total > 0:
		said += fmt.Sprintf(", %.*f of %.*f %s", digits, read, digits, total, name)
	case m.read > 0:
		said += fmt.Sprintf(", %.*f %s", digits, read, name)
	}
	return said
}
