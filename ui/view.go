package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/account"
	"hdpadmin/internal/words"
	"hdpadmin/ui/accountpane"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/lookup"
	"hdpadmin/ui/stack"
)

// The widths at which the layout changes, in cells.
const (
	twoPaneWidth      = 100 // both panes are shown
	footerStatusWidth = 80  // the footer shows more than keys
	leastWidth        = frame.MinWidth
)

// View draws the whole terminal.
func (m *Model) View() tea.View {
	p := m.frame()
	v := tea.NewView(m.theme.ToASCII(strings.Join(p.Lines, "\n")))
	v.AltScreen = true
	if !m.opts.NoTitle {
		v.WindowTitle = "hdpadmin " + m.serverName()
	}
	v.Cursor = p.Cursor.Terminal()
	return v
}

// frame draws exactly the size of the terminal.
func (m *Model) frame() frame.Picture {
	w, h := m.width, m.height
	if w < leastWidth || h < frame.MinRows {
		return frame.TooSmall(w, h)
	}
	if m.login.isLocked() {
		return m.lockFrame(w, h)
	}
	panes := m.panes(w, h-2)
	p := frame.Picture{Lines: append(append([]string{m.header(w)}, panes.Lines...), m.footer(w)), Cursor: panes.Cursor.Offset(0, 1)}
	for d := range stack.All[stack.Dialog](m.stack) {
		p = m.overlay(p, d.View(m.theme, m.dialogKeys(d), w, h-2), w, h)
	}
	return p
}

// overlay draws a dialog over a frame, where the eye is: in the upper third, centred. It dims the
// rest, except the header and the footer: their warnings still hold.
func (m *Model) overlay(p, dialog frame.Picture, w, h int) frame.Picture {
	dw, dh := 0, len(dialog.Lines)
	if dh > 0 {
		dw = frame.Width(dialog.Lines[0])
	}
	x, y := (w-dw)/2, 1+max(0, (h-2-dh)/3)
	copy(p.Lines[1:h-1], frame.Dim(m.theme, p.Lines[1:h-1]))
	p.Lines = frame.Overlay(p.Lines, dialog.Lines, x, y)
	p.Cursor = frame.Cursor{}
	if dialog.Cursor.On {
		p.Cursor = dialog.Cursor.Offset(x, y)
	}
	return p
}

// lockFrame draws the locked console: the lock screen and the header, which says where the
// password goes.
func (m *Model) lockFrame(w, h int) frame.Picture {
	p := frame.Picture{Lines: append([]string{m.header(w)}, frame.Block(nil, w, h-1, "")...)}
	return m.overlay(p, m.stack.Top().View(m.theme, m.dialogKeys(m.stack.Top()), w, h-2), w, h)
}

func (m *Model) panes(w, h int) frame.Picture {
	switch {
	case m.isWide():
		left := w * 11 / 20
		p := m.lookupPane(left, h)
		p.Lines = frame.SideBySide(p.Lines, m.accountPane(w-left, h))
		return p
	case m.focus == action.Account:
		return frame.Picture{Lines: m.accountPane(w, h)}
	}
	return m.lookupPane(w, h)
}

func (m *Model) lookupPane(w, h int) frame.Picture {
	trouble, empty := m.list.emptyText()
	foot := ""
	if m.width < footerStatusWidth {
		foot = m.theme.Muted.Render(m.list.status(m.width))
	}
	return m.lookup.View(lookup.Context{
		Theme: m.theme, Now: m.times().LocalNow(), Focus: m.focus == action.List && m.stack.IsEmpty(),
		Trouble: trouble, Empty: empty, Loading: m.list.isLoading(), Unread: m.isUnread(), Foot: foot, Signs: m.writes.backgroundSigns(), ViewKeys: m.accounts.viewKeys(),
	}, w, h)
}

func (m *Model) accountPane(w, h int) []string {
	return m.account.View(accountpane.Context{
		Theme: m.theme, Times: m.times(), Focus: m.focus == action.Account && m.stack.IsEmpty(),
		MoreKey: m.keyHint("account-page-down", "more"), StatusKey: m.keyHint("edit-status", "edit"), PasswordKey: m.keyHint("edit-password", "edit"), Remedy: m.remedyText, LockedAgain: m.opts.Desk.LockedAgain,
		HasTemporaryPassword: m.passwords.wasResetHere, BackgroundWrite: m.writes.backgroundNote, Lookalike: m.lookup.Snapshot().Lookalike,
	}, w, h)
}

// remedy is an action that helps an account, in the words for it.
type remedy struct {
	id         action.ID // "" for none
	does, todo string
}

func remedyFor(r account.Remedy) remedy {
	return map[account.Remedy]remedy{
		account.RemedyUnlock:        {"unlock", "unlocks it now", "unlock it"},
		account.RemedyActivate:      {"activate", "activates it", "activate it"},
		account.RemedyExtendExpiry:  {"edit-expiry", "sets a later expiry", "set a later expiry"},
		account.RemedyResetPassword: {"reset-password", "gives a temporary password", "give a temporary password"},
	}[r]
}

// remedyText names a remedy with its key, or says why the operator cannot use it.
func (m *Model) remedyText(r account.Remedy) string {
	h := remedyFor(r)
	here := h.id != ""
	switch why := m.whyForbidden(h.id); {
	case !here:
	case m.rights.whyNoRight() != "":
		return fmt.Sprintf("You cannot %s: %s. Ask someone who has that permission.", h.todo, m.rights.whyNoRight())
	case why != "":
		return words.Capitalize(why) + ". Ask someone who may."
	}
	hint := m.keyHint(h.id, h.does)
	if here && hint != "" && m.actsOnMarked() {
		return m.keyHint("next-pane", "then") + " " + hint // the key is for the marked accounts
	}
	return hint
}
