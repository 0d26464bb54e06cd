package welcome

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// serverChoice is the dialog that offers the profiles, the demo and a new server.
type serverChoice struct {
	profiles []Profile
	menu     picker.List
	scroll   frame.Scroll
}

// The choices: a profile or the demo, or a new server.
type (
	chosenMsg    struct{ result Result }
	newServerMsg struct{}
)

func newChoice(profiles []Profile) *serverChoice {
	return &serverChoice{profiles: profiles, menu: picker.List{Len: len(profiles) + 2}}
}

func (c *serverChoice) Place() action.Place { return action.Dialog }

func (c *serverChoice) Words() (enter, esc string) { return "select", "quit" }

func (c *serverChoice) Move(by int) { c.menu.Move(by) }

func (c *serverChoice) Page(by int) { c.menu.Move(by * c.scroll.PageStep()) }

func (c *serverChoice) Esc() tea.Cmd { return stack.Leave(c) }

func (c *serverChoice) Enter() tea.Cmd {
	var chosen tea.Msg = newServerMsg{}
	switch at := c.menu.Cursor() - len(c.profiles); {
	case at < 0:
		chosen = chosenMsg{Result{Profile: c.profiles[c.menu.Cursor()].Name}}
	case at == 0:
		chosen = chosenMsg{Result{Demo: true}}
	}
	return func() tea.Msg { return chosen }
}

func (c *serverChoice) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	var rows []picker.Row
	for _, p := range c.profiles {
		row := picker.Row{Name: th.Text.Render(p.Name), Note: th.Muted.Render(p.Note)}
		if style, has := th.Accent(p.Accent); has {
			row.Badge = style.Render(p.Name)
			row.Name = row.Badge
		}
		rows = append(rows, row)
	}
	rows = append(rows,
		picker.Row{Name: th.Text.Render("Try the demo"), Note: th.Muted.Render("sample accounts, no server needed")},
		picker.Row{Name: th.Text.Render("Connect to a server"), Note: th.Muted.Render("enter its address and your login")})
	d := frame.NewDialog(th, keys, widest, w, h)
	d.Title = "Welcome to hdpadmin"
	d.AddText(th.Muted, "Connect to a Hybrid Data Pipeline server, or try the demo.")
	d.Add("")
	c.scroll.MoveTo(len(d.Lines) + c.menu.Cursor())
	d.AddPicture(c.menu.Draw(th, rows, d.W, len(rows)))
	d.Add("")
	return d.DrawScrolled(&c.scroll)
}
