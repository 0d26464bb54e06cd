package ui

import (
	"slices"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
)

// footerKey is a key in the footer.
type footerKey struct {
	id    action.ID
	drawn string
	extra bool // worth less than the age of the list
}

// footer draws the notice, the keys that can be used now, and the state of the list.
func (m *Model) footer(w int) string {
	th := m.theme
	if m.accounts.isOpening() {
		return m.accounts.openingLine(w)
	}
	keys := m.footerKeys()
	help := ""
	if m.place().IsPane() { // the way to all other keys
		help = m.keyHint("help", m.helpLabel())
	}
	forHelp := frame.Width(help) + 2 // cells to keep free
	line, room := " ", w
	if m.notice.text != "" {
		if w < footerStatusWidth { // the notice and the undo come first
			forHelp = 0
		}
		keys = m.keysForNotice(keys)
		line += m.drawNotice(keys, w-1-forHelp) + " "
	}
	status, age := "", ""
	if w >= footerStatusWidth {
		status, age = m.list.status(w), m.list.age()
	}
	const beforeStatus = 3 // two blanks, and one after it
	if status != "" && m.notice.text == "" && m.list.hasNews() {
		age = status
		room -= frame.Width(status) + beforeStatus
	}
	add := func(s string, room int) bool {
		next := line + "  " + s
		if line == " " {
			next = line + s
		}
		if frame.Width(next) > room {
			return false
		}
		line = next
		return true
	}
	for _, k := range keys {
		least := forHelp
		if k.extra && age != status {
			least += frame.Width(age) + beforeStatus
		}
		if !add(k.drawn, room-least) {
			break
		}
	}
	add(help, room)
	for _, s := range []string{status, age} {
		if s != "" && frame.Width(line)+frame.Width(s)+beforeStatus <= w {
			return frame.Ends(line, th.Muted.Render(s+" "), w, th.Signs.Ellipsis)
		}
	}
	return frame.Fit(line, w, th.Signs.Ellipsis)
}

// keysForNotice puts the undo of the change that the notice reports first. If another account is
// highlighted by now, the undo is left out: it would be about that one.
func (m *Model) keysForNotice(keys []footerKey) []footerKey {
	if m.notice.changed == 0 {
		return keys
	}
	i := slices.IndexFunc(keys, func(k footerKey) bool { return k.id == "undo" })
	if i < 0 {
		return keys
	}
	undo, others := keys[i], slices.Delete(slices.Clone(keys), i, i+1)
	if id, ok := m.currentID(); !ok || id != m.notice.changed {
		return others
	}
	return append([]footerKey{undo}, others...)
}

// drawNotice leaves room for the undo of what the notice reports.
func (m *Model) drawNotice(keys []footerKey, w int) string {
	text, sign := m.notice.text, ""
	style := m.theme.Text
	switch m.notice.tone {
	case good:
		style, sign = m.theme.Good, m.theme.Signs.Good+" "
	case caution:
		style = m.theme.Caution
	case plain:
	}
	if m.notice.fit != nil {
		room := w - frame.Width(sign)
		if len(keys) > 0 && keys[0].id == "undo" && m.notice.changed != 0 {
			room -= frame.Width(keys[0].drawn) + 3
		}
		text = m.notice.fit(room)
	}
	return style.Render(sign + text)
}

// footerKeys returns the keys that can be used now, the most useful first; a dialog shows its own.
func (m *Model) footerKeys() []footerKey {
	if m.stack.Top() != nil {
		return nil
	}
	return m.accounts.keysAtRest(func() []footerKey {
		order, extra := m.footerOrder()
		rank := func(a action.Action[scene]) int {
			if i := slices.Index(order, a.ID); i >= 0 {
				return i
			}
			return len(order)
		}
		_, some := m.currentID()
		barred := m.rights.whyNoRight() != ""
		all := m.actions.In(m.place())
		slices.SortStableFunc(all, func(a, b action.Action[scene]) int { return rank(a) - rank(b) })
		var keys []footerKey
		for _, a := range all {
			word := a.Label(m.scene())
			if word == "" || a.ID == "help" || a.Effect == action.Write && (!some || barred) || a.DisabledReason(m.scene()) != "" {
				continue
			}
			keys = append(keys, footerKey{a.ID, frame.Key{Cap: a.Keycap(), Label: word}.Draw(m.theme), rank(a) >= extra})
		}
		return keys
	})
}

// footerOrder lists the keys in the order in which the footer shows them: the way back, what the
// account or the marked accounts need, the way to the next account, what operators do most. extra is
// where the other ones begin.
func (m *Model) footerOrder() (order []action.ID, extra int) {
	order = []action.ID{"leave-search", "to-list", "list-back"}
	if m.writes.actsOnMarked() {
		order = append(order, "unlock", "activate", "force-change", "edit-expiry")
	} else if a, known := m.currentAccount(); known {
		a.HasTemporaryPassword = m.passwords.wasResetHere(a.ID)
		order = append(order, remedyFor(a.Verdict(m.opts.Clock.Now()).Remedy).id)
	}
	order = append(order, "undo", "open-match")
	if !m.accounts.isOpen() {
		order = append(order, "open")
	}
	order = append(order, "search", "unlock", "edit-status", "edit-password", "reset-password")
	extra = len(order)
	return append(order, "activate", "edit-expiry", "next-pane", "palette", "open", "mark", "sort", "export", "refresh"), extra
}
