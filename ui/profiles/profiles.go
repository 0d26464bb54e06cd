// Package profiles is the dialog that lists the profiles in the settings, to switch to another one. It
// opens none itself: the choice leaves it as a message.
package profiles

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Profile is one profile in the settings.
type Profile struct {
	Name     string
	Server   string // host and port
	User     string // "" if the console asks for it
	Accent   string // see [theme.Theme.Accent]
	ReadOnly bool
	Problem  string // why it cannot be used, or ""; if set, only Name is known
}

// SwitchMsg asks for the console to switch to a profile.
type SwitchMsg struct {
	From *Model
	Name string
}

// ConnectMsg asks for the dialog that connects to a new server.
type ConnectMsg struct{ From *Model }

// Model is the dialog.
type Model struct {
	list    []Profile
	current string
	menu    picker.List
	refusal string
}

// New returns the dialog for the profiles. The cursor is on the one after current, which is "" if none
// is in use.
func New(list []Profile, current string) *Model {
	m := &Model{list: list, current: current, menu: picker.List{Len: len(list)}}
	if at := slices.IndexFunc(list, func(p Profile) bool { return p.Name == current }); at >= 0 && len(list) > 1 {
		m.menu.SetCursor((at + 1) % len(list))
	}
	return m
}

// Place is the place of the keys of the dialog.
const Place = action.Dialog + "/profiles"

// Actions returns the keys of the dialog besides those of every dialog.
func Actions() []action.Action[*Model] {
	return []action.Action[*Model]{{
		ID: "connect", Keys: []string{"n"}, Places: []action.Place{Place}, Short: "new server",
		Help: "add another server and save it as a profile", Also: "new server", Run: (*Model).connect,
	}}
}

// Place returns the place of the keys.
func (m *Model) Place() action.Place { return Place }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	if len(m.list) == 0 || m.whyUnavailable(m.list[m.menu.Cursor()]) != "" {
		return "", "back"
	}
	return "switch", "back"
}

func (m *Model) hasOthers() bool {
	return len(m.list) > 1 || len(m.list) == 1 && m.list[0].Name != m.current
}

// Enter switches to the profile under the cursor.
func (m *Model) Enter() tea.Cmd {
	if len(m.list) == 0 {
		return nil
	}
	p := m.list[m.menu.Cursor()]
	if m.refusal = m.whyUnavailable(p); m.refusal != "" {
		return nil
	}
	return func() tea.Msg { return SwitchMsg{m, p.Name} }
}

// whyUnavailable says why the console cannot switch to the profile, or returns "".
func (m *Model) whyUnavailable(p Profile) string {
	switch {
	case p.Name == m.current:
		return "already in use"
	case p.Problem != "":
		return "fix the profile first" // its row and the text below say what is wrong
	}
	return ""
}

func (m *Model) connect() tea.Cmd { return func() tea.Msg { return ConnectMsg{m} } }

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return stack.Leave(m) }

// Move moves the cursor by rows.
func (m *Model) Move(by int) {
	m.refusal = ""
	m.menu.Move(by)
}

// Page moves the cursor by pages.
func (m *Model) Page(by int) {
	m.refusal = ""
	m.menu.Page(by)
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 76, w, h)
	d.Title, d.State = "Profiles", m.refusal
	about := m.about(th, d.W)
	rows := make([]picker.Row, len(m.list))
	for i, p := range m.list {
		rows[i] = m.row(th, p)
	}
	list := m.menu.Draw(th, rows, d.W, d.H-len(about))
	d.More = len(rows) > 0 && !m.menu.InView(len(rows)-1, len(list.Lines))
	d.AddPicture(list)
	d.Add(about...)
	return d.Draw()
}

func (m *Model) row(th theme.Theme, p Profile) picker.Row {
	mark := "  "
	if p.Name == m.current {
		mark = th.Good.Render(th.Signs.Good) + " "
	}
	row := picker.Row{Name: mark + th.Text.Render(" "+p.Name+" ")}
	if style, has := th.Accent(p.Accent); has {
		row.Badge = style.Render(" " + p.Name + " ")
		row.Name = mark + row.Badge
	}
	if p.Problem != "" {
		row.Note = th.Bad.Render(th.Signs.Bad + " cannot be used")
		return row
	}
	note := hdpclient.Clean(p.Server)
	if p.User != "" {
		note = hdpclient.Clean(p.User) + " at " + note
	}
	note = th.Muted.Render(note)
	if p.ReadOnly {
		note = th.Caution.Render("READ-ONLY") + "  " + note
	}
	row.Note = note
	return row
}

// about describes a problem of the profile under the cursor, or says that there is nothing to choose.
// It starts with a blank line.
func (m *Model) about(th theme.Theme, w int) []string {
	text, style := "", th.Muted
	switch {
	case !m.hasOthers():
		text = "No other profiles. Press n to add another server and save it as a profile."
	case m.list[m.menu.Cursor()].Problem != "":
		text, style = hdpclient.Clean(m.list[m.menu.Cursor()].Problem), th.Bad
	}
	return append([]string{""}, frame.Paragraph(style, "", text, w)...)
}
