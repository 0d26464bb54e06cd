package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/help"
)

// group is the actions of one place under a heading.
type group struct {
	place   action.Place
	heading string
}

func groups() []group {
	return []group{
		{action.Everywhere, "In both panes"},
		{action.Find, "In the field that finds"},
		{action.List, "In the list"},
		{action.Account, "In the account"},
		{action.Form, "In a form"},
		{action.Dialog, "In a dialog"},
		{action.Always, "Anywhere"},
	}
}

// help lists the actions, with why one is off, and in the demo who can sign in.
func (m *Model) help() tea.Cmd {
	var sections []help.Section
	for _, g := range groups() {
		s := help.Section{Heading: g.heading}
		for _, a := range m.actions.All() {
			if slices.Contains(a.Places, g.place) {
				s.Rows = append(s.Rows, help.Row{Key: a.Keycap(), Text: a.Help, Off: a.Why(m)})
			}
		}
		if len(s.Rows) > 0 {
			sections = append(sections, s)
		}
	}
	if d := m.opts.Demo; d != nil {
		s := help.Section{Heading: "The demo server at " + d.Address}
		for _, l := range d.Logins {
			s.Rows = append(s.Rows, help.Row{Key: l.User, Text: "password " + l.Password + " · " + l.Role})
		}
		sections = append(sections, s)
	}
	m.push(help.New(sections))
	return nil
}

// KeyTable is the table of keys for the documents, in Markdown.
func KeyTable() string {
	var b strings.Builder
	b.WriteString("| key | where | what it does |\n|---|---|---|\n")
	for _, g := range groups() {
		for _, a := range actions() {
			if slices.Contains(a.Places, g.place) {
				caps := strings.Fields(a.Keycap())
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", strings.Join(caps, "` `"), strings.ToLower(g.heading), a.Help)
			}
		}
	}
	return b.String()
}
