package welcome

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/menu"
	"hdpadmin/ui/theme"
)

// choice is the page with where to go.
type choice struct {
	profiles []Profile
	menu     menu.Menu
}

func newChoice(profiles []Profile) *choice {
	return &choice{profiles: profiles, menu: menu.Menu{Rows: make([]menu.Row, len(profiles)+2)}}
}

func (c *choice) update(m *Model, msg tea.Msg) tea.Cmd {
	k, is := msg.(tea.KeyPressMsg)
	if !is {
		return nil
	}
	switch k.String() {
	case "down", "j", "tab":
		c.menu.Move(1)
	case "up", "k", "shift+tab":
		c.menu.Move(-1)
	case "home", "g":
		c.menu.Point(0)
	case "end", "G":
		c.menu.Point(len(c.menu.Rows) - 1)
	case "esc", "q":
		return m.leave(Result{})
	case "enter":
		switch at := c.menu.At() - len(c.profiles); {
		case at < 0:
			return m.leave(Result{Profile: c.profiles[c.menu.At()].Name})
		case at == 0:
			return m.leave(Result{Demo: true})
		}
		m.page = m.form
		return nil
	}
	return nil
}

func (c *choice) view(th theme.Theme, w int) drawing {
	for i, p := range c.profiles {
		name := th.Text.Render(p.Name)
		if style, has := th.Accent(p.Accent); has {
			name = style.Render(p.Name)
		}
		c.menu.Rows[i] = menu.Row{Name: name, Note: th.Muted.Render(p.Note)}
	}
	n := len(c.profiles)
	c.menu.Rows[n] = menu.Row{Name: th.Text.Render("Try the demo"), Note: th.Muted.Render("a server of its own, inside this program")}
	c.menu.Rows[n+1] = menu.Row{Name: th.Text.Render("Connect to a server"), Note: th.Muted.Render("yours: its address, and your login")}
	d := drawing{title: "Where to?", keys: []string{"enter", "go", "esc", "quit"}}
	lead := "The accounts of which Hybrid Data Pipeline server?"
	for _, l := range frame.Wrap(lead, w) {
		d.Lines = append(d.Lines, th.Muted.Render(l))
	}
	d.Lines = append(d.Lines, "")
	d.follow = len(d.Lines) + c.menu.At()
	d.Lines = append(d.Lines, c.menu.Lines(th, w, len(c.menu.Rows))...)
	d.Lines = append(d.Lines, "")
	return d
}
