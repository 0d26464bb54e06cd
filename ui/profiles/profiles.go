// Package profiles is the dialog that shows the profiles of the settings, to go on
// with another one. It opens none itself: what is chosen leaves it as a message.
package profiles

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/theme"
)

// Profile is one of the settings' profiles.
type Profile struct {
	Name     string
	Server   string // host and port
	User     string // "" where it is asked for
	Accent   string // as of [theme.Theme.Accent]
	ReadOnly bool
	Problem  string // why it cannot be used, "" that it can; of one that cannot, no more is known
}

// SwitchMsg asks for the console to go on with a profile.
type SwitchMsg struct {
	From *Model
	Name string
}

// ConnectMsg asks for the way to a server that no profile is for yet.
type ConnectMsg struct{ From *Model }

// CloseMsg asks for the dialog to go.
type CloseMsg struct{ From *Model }

// Model is the dialog.
type Model struct {
	list    []Profile
	current string
	menu    picker.Menu
	refusal string
}

// New returns the dialog over the profiles. The pointer is on the one after the
// current one, "" where none is in use.
func New(list []Profile, current string) *Model {
	m := &Model{list: list, current: current}
	m.menu.Rows = make([]picker.Row, len(list))
	if at := slices.IndexFunc(list, func(p Profile) bool { return p.Name == current }); at >= 0 && len(list) > 1 {
		m.menu.SetCursor((at + 1) % len(list))
	}
	return m
}

// Place is where the keys of the dialog work.
const Place = action.Dialog + "/profiles"

// Actions are the keys of the dialog besides those of every dialog.
func Actions() []action.Action[*Model] {
	return []action.Action[*Model]{{
		ID: "connect", Keys: []string{"n"}, Places: []action.Place{Place}, Short: "new server",
		Help: "add a server, and save it as a profile", Run: (*Model).connect,
	}}
}

// Place implements the dialog.
func (m *Model) Place() action.Place { return Place }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	if len(m.list) == 0 || m.whyUnavailable(m.list[m.menu.Cursor()]) != "" {
		return "", "back"
	}
	return "switch", "back"
}

// hasOthers reports whether there is one to go on with.
func (m *Model) hasOthers() bool {
	return len(m.list) > 1 || len(m.list) == 1 && m.list[0].Name != m.current
}

// Enter chooses the profile with the pointer.
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

// whyUnavailable says why the console cannot go on with the profile, "" that it can.
func (m *Model) whyUnavailable(p Profile) string {
	switch {
	case p.Name == m.current:
		return "this profile is in use"
	case p.Problem != "":
		return "this profile cannot be used"
	}
	return ""
}

func (m *Model) connect() tea.Cmd { return func() tea.Msg { return ConnectMsg{m} } }

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return func() tea.Msg { return CloseMsg{m} } }

// Move moves the pointer by rows.
func (m *Model) Move(by int) {
	m.refusal = ""
	m.menu.Move(by)
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 76)
	inner := w - 4
	about := m.about(th, inner)
	for i, p := range m.list {
		m.menu.Rows[i] = m.row(th, p)
	}
	var lines []string
	if len(m.list) > 0 {
		lines = m.menu.Lines(th, inner, h-3-len(about))
	}
	lines = append(lines, about...)
	lines = append(lines, keys.Foot(th, th.Caution.Render(m.refusal), false, inner))
	for i, l := range lines {
		lines[i] = " " + l
	}
	return frame.Picture{Lines: frame.Box{Title: "Profiles", Focus: true}.Draw(th, lines, w, min(h, len(lines)+2))}
}

func (m *Model) row(th theme.Theme, p Profile) picker.Row {
	mark, style := "  ", th.Text
	if p.Name == m.current {
		mark = th.Good.Render(th.Signs.Good) + " "
	}
	if accented, has := th.Accent(p.Accent); has {
		style = accented
	}
	name := mark + style.Render(" "+p.Name+" ")
	if p.Problem != "" {
		return picker.Row{Name: name, Note: th.Bad.Render(th.Signs.Bad + " cannot be used")}
	}
	note := hdpclient.TextOf(p.Server).String()
	if p.User != "" {
		note = hdpclient.TextOf(p.User).String() + " at " + note
	}
	note = th.Muted.Render(note)
	if p.ReadOnly {
		note = th.Caution.Render("READ-ONLY") + "  " + note
	}
	return picker.Row{Name: name, Note: note}
}

// about is what there is to say of the row with the pointer, or of a list with
// nothing to choose in it, after a blank line.
func (m *Model) about(th theme.Theme, w int) []string {
	text, style := "", th.Muted
	switch {
	case !m.hasOthers():
		text = "No other profiles. Press n to connect to another server and save it as a profile."
	case m.list[m.menu.Cursor()].Problem != "":
		text, style = hdpclient.TextOf(m.list[m.menu.Cursor()].Problem).String(), th.Bad
	}
	lines := []string{""}
	for _, l := range frame.Wrap(text, w) {
		lines = append(lines, style.Render(l))
	}
	return lines
}
