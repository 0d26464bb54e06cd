package welcome

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/theme"
)

// serverChoice is the page that offers the profiles, the demo and a new server.
type serverChoice struct {
	profiles []Profile
	menu     picker.Menu
}

func newChoice(profiles []Profile) *serverChoice {
	return &serverChoice{profiles: profiles, menu: picker.Menu{Rows: make([]picker.Row, len(profiles)+2)}}
}

func (c *serverChoice) place() action.Place { return action.Dialog }

func (c *serverChoice) words() (enter, esc string) { return "select", "quit" }

func (c *serverChoice) run(m *Model, id action.ID) tea.Cmd {
	switch id {
	case action.DialogDown:
		c.menu.Move(1)
	case action.DialogUp:
		c.menu.Move(-1)
	case action.DialogPageDown:
		c.menu.Move(frame.PageStep(m.room))
	case action.DialogPageUp:
		c.menu.Move(-frame.PageStep(m.room))
	case action.DialogFirst:
		c.menu.SetCursor(0)
	case action.DialogLast:
		c.menu.SetCursor(len(c.menu.Rows) - 1)
	case action.DialogEsc:
		return m.leave(Result{})
	case action.DialogEnter:
		return c.choose(m)
	default:
	}
	return nil
}

func (c *serverChoice) choose(m *Model) tea.Cmd {
	switch at := c.menu.Cursor() - len(c.profiles); {
	case at < 0:
		return m.leave(Result{Profile: c.profiles[c.menu.Cursor()].Name})
	case at == 0:
		return m.leave(Result{Demo: true})
	}
	m.page = m.form
	return nil
}

func (c *serverChoice) typeText(tea.Msg) {}

func (c *serverChoice) update(*Model, tea.Msg) tea.Cmd { return nil }

func (c *serverChoice) view(th theme.Theme, w int) drawing {
	for i, p := range c.profiles {
		name := th.Text.Render(p.Name)
		if style, has := th.Accent(p.Accent); has {
			name = style.Render(p.Name)
		}
		c.menu.Rows[i] = picker.Row{Name: name, Note: th.Muted.Render(p.Note)}
	}
	n := len(c.profiles)
	c.menu.Rows[n] = picker.Row{Name: th.Text.Render("Try the demo"), Note: th.Muted.Render("sample accounts, no server needed")}
	c.menu.Rows[n+1] = picker.Row{Name: th.Text.Render("Connect to a server"), Note: th.Muted.Render("enter its address and your login")}
	d := drawing{title: "Welcome to hdpadmin"}
	lead := "Connect to a Hybrid Data Pipeline server, or try the demo."
	for _, l := range frame.Wrap(lead, w) {
		d.Lines = append(d.Lines, th.Muted.Render(l))
	}
	d.Lines = append(d.Lines, "")
	d.follow = len(d.Lines) + c.menu.Cursor()
	d.Lines = append(d.Lines, c.menu.Lines(th, w, len(c.menu.Rows))...)
	d.Lines = append(d.Lines, "")
	return d
}
