// Package history is the dialog that lists what the operator changed in this session and the outcomes,
// newest first. Each entry has the equivalent request for a shell, unless that would hold a secret.
// The caller provides the entries.
package history

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Entry is one write. Texts from the server must be cleaned before.
type Entry struct {
	At        time.Time // UTC
	Operation string    // "unlock"
	Account   string    // "alice.smith (307)"
	ID        int64     // the account's, 0 if it cannot be opened
	Outcome   string    // "applied"; "" while it is running
	Good      bool
	Reason    string
	Message   string // what the operator should know, or ""
	Request   string // the same request for a shell, or ""
	NoRequest string // why Request is empty
}

// Model is the dialog.
type Model struct {
	// Trouble returns what is wrong with the audit log as a whole, or "". It may be nil.
	Trouble func() string
	// Times formats times.
	Times words.Times

	picker.List

	entries []Entry
	file    string
}

// OpenMsg asks for the dialog to be closed and an account to be opened.
type OpenMsg struct {
	From *Model
	ID   int64
}

// CopyMsg asks for a text to be copied to the operator's clipboard.
type CopyMsg struct{ Text string }

// New returns the dialog for the entries, newest first. file is the path of the audit log.
func New(entries []Entry, file string) *Model {
	return &Model{entries: entries, file: file, List: picker.List{Len: len(entries)}}
}

// Place is the place of the keys of the dialog.
const Place = action.Dialog + "/history"

// Actions returns the keys of the dialog besides those of every dialog.
func Actions() []action.Action[*Model] {
	return []action.Action[*Model]{{
		ID: "copy-request", Keys: []string{"y"}, Places: []action.Place{Place}, Short: "copy",
		Help: "copy the request as a shell command, without secrets", Also: "curl clipboard",
		Disabled: (*Model).whyNoCopy, Run: (*Model).copy,
	}}
}

// Place returns the place of the keys.
func (m *Model) Place() action.Place { return Place }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	if m.id() == 0 {
		return "", "close"
	}
	return "open", "close"
}

// id returns the account under the cursor, 0 if none can be opened.
func (m *Model) id() int64 {
	if len(m.entries) == 0 {
		return 0
	}
	return m.entries[m.Cursor()].ID
}

// Enter opens the account under the cursor. If it cannot be opened, it closes the dialog.
func (m *Model) Enter() tea.Cmd {
	id := m.id()
	if id == 0 {
		return m.Esc()
	}
	return func() tea.Msg { return OpenMsg{m, id} }
}

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return stack.Leave(m) }

func (m *Model) whyNoCopy() string {
	if len(m.entries) == 0 {
		return "no changes yet"
	}
	return m.entries[m.Cursor()].NoRequest
}

func (m *Model) copy() tea.Cmd {
	request := m.entries[m.Cursor()].Request
	return func() tea.Msg { return CopyMsg{request} }
}

// oneLineWidth is the width from which an entry has one line. Below it the account gets a second line,
// so that the operation is not cut.
const oneLineWidth = 60

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 92, w, h)
	d.Title, d.Note = "History ("+m.Times.ZoneName(m.Times.Now())+")", th.Muted.Render(m.file)
	if m.Trouble != nil {
		d.AddText(th.Bad, m.Trouble())
	}
	height := 1
	if d.W < oneLineWidth {
		height = 2
	}
	// Some entries stay visible however long the details are.
	const some = 2
	room := d.H - len(d.Lines)
	detail := m.detail(th, d.W, room-height*min(len(m.entries), some))
	first, end := m.Window(max(1, (room-len(detail))/height))
	for i := first; i < end; i++ {
		if i == m.Cursor() {
			d.Cursor = frame.AtRow(0, len(d.Lines))
		}
		d.Add(m.drawEntry(th, i, d.W, height)...)
	}
	if len(m.entries) == 0 {
		d.AddText(th.Muted, "No changes yet.")
	}
	d.Add(detail...)
	return d.Draw()
}

// drawEntry draws an entry in one or two lines.
func (m *Model) drawEntry(th theme.Theme, i, w, height int) []string {
	e := m.entries[i]
	mark, highlighted := "  ", i == m.Cursor()
	if highlighted {
		mark = th.Signs.Pointer + " "
	}
	sign, style := th.Signs.Bad, th.Bad
	switch {
	case e.Outcome == "":
		sign, style = th.Signs.Ellipsis, th.Muted
	case e.Good:
		sign, style = th.Signs.Good, th.Good
	}
	outcome := e.Outcome
	if outcome == "" {
		outcome = "under way"
	}
	end := style.Render(sign + " " + outcome)
	at := m.Times.UnderZone().Second(e.At)
	if height > 1 {
		at = m.Times.UnderZone().Minute(e.At)
	}
	at = th.Muted.Render(at) + "  "
	draw := func(text string) string {
		text = frame.Fit(mark+text, w-frame.Width(end)-1, th.Signs.Ellipsis)
		if highlighted {
			text = th.Cursor.Render(ansi.Strip(text))
		}
		return text + " " + end
	}
	if height > 1 {
		return []string{
			draw(at + th.Text.Render(e.Operation)),
			"  " + th.Muted.Render(frame.Fit(e.Account, w-2, th.Signs.Ellipsis)),
		}
	}
	account := e.Account
	// A long name is cut to make room for the operation and the outcome.
	const least = 12
	if room := w - 2 - frame.Width(at+"  "+e.Operation+" "+end); room >= least && room < frame.Width(account) {
		account = frame.Fit(account, room, th.Signs.Ellipsis)
	}
	return []string{draw(at + th.Text.Render(account) + "  " + th.Muted.Render(e.Operation))}
}

// detail draws the entry under the cursor in full, as far as there is room.
func (m *Model) detail(th theme.Theme, w, room int) []string {
	const most = 8
	room = min(room, most)
	if len(m.entries) == 0 || room < 2 {
		return nil
	}
	e := m.entries[m.Cursor()]
	lines := []string{""}
	for _, part := range []struct{ text, label string }{{e.Reason, "reason: "}, {e.Message, ""}, {e.Request, ""}, {e.NoRequest, ""}} {
		if part.text != "" {
			lines = append(lines, frame.Paragraph(th.Muted, "", part.label+part.text, w)...)
		}
	}
	if len(lines) > room {
		lines = lines[:room]
		lines[room-1] = frame.Fit(lines[room-1], w-1, "") + th.Muted.Render(th.Signs.Ellipsis)
	}
	return lines
}
