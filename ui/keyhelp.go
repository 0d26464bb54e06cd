package ui

import (
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/actionlist"
	"hdpadmin/ui/batchview"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/help"
	"hdpadmin/ui/history"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/profiles"
	"hdpadmin/ui/resetform"
	"hdpadmin/ui/stack"
)

// group is the actions of one place under a heading.
type group struct {
	place   action.Place
	heading string
	where   string // in a sentence, after "only"
}

func groups() []group {
	return []group{
		{action.AnyPane, "List and account", "in the list and the account"},
		{action.Search, "Search", "in the search field"},
		{action.List, "List", "in the list"},
		{action.Account, "Account", "in the account"},
		{action.Opening, "While an account is being read", "while an account is being read"},
		{action.Form, "Forms", "in forms"},
		{changeform.PlaceUnconfirmed, "Unconfirmed change", "while a change is unconfirmed"},
		{action.SignIn, "Sign-in", "at sign-in"},
		{action.Dialog, "Dialogs", "in dialogs"},
		{batchview.PlacePreview, "Batch preview", "in a batch preview"},
		{batchview.PlaceRunning, "Batch running", "while a batch runs"},
		{batchview.PlaceResults, "Batch results", "in batch results"},
		{resetform.PlaceResult, "Reset result", "in the reset result"},
		{problem.Place, "Error", "in an error dialog"},
		{history.Place, "History", "in the history"},
		{profiles.Place, "Profiles", "in the profiles"},
		{askActivate, "Activate or deactivate", "when you activate or deactivate marked accounts"},
		{askUnfinished, "Unfinished batch", "when an unfinished batch is offered"},
		{action.Global, "Everywhere", ""},
	}
}

// helpLabel shows the help in the footer of the panes; dialogs have no room for it.
func (m *Model) helpLabel() string {
	if m.stack.Top() != nil {
		return ""
	}
	return "help"
}

// paletteLabel shows the palette in the footer of the panes.
func (m *Model) paletteLabel() string {
	if m.stack.Top() != nil {
		return ""
	}
	return "actions"
}

// showHelp lists the keys, why some are disabled, and the demo's logins. In the help, its key
// closes it, unless text is typed there.
func (m *Model) showHelp() tea.Cmd {
	if open, ok := stack.TopAs[*help.Model](m.stack); ok {
		return m.handleNow(open.Esc())
	}
	rows := m.actionRows(func(group) string { return "" })
	if d := m.opts.Demo; d != nil {
		for _, l := range d.Logins {
			rows = append(rows, actionlist.Row{
				Heading: "The demo server at " + d.Address, Key: l.User, Text: "password " + l.Password + " · " + l.Role, Also: "demo login",
			})
		}
	}
	m.stack.Push(help.New(rows))
	return nil
}

// actionRows lists the actions, those of the current place first. elsewhere says why those of a
// group that do not work here are disabled.
func (m *Model) actionRows(elsewhere func(group) string) []actionlist.Row {
	here, now := m.place(), m.scene()
	var rows []actionlist.Row
	near := func(a, b group) int { return distance(a.place, here) - distance(b.place, here) }
	for _, g := range slices.SortedStableFunc(slices.Values(groups()), near) {
		for _, a := range m.actions.All() {
			if a.Places[0] != g.place {
				continue
			}
			r := actionRow(a, elsewhere(g))
			if r.Heading, r.IsHere = g.heading, a.WorksIn(here); r.IsHere {
				r.DisabledReason = a.DisabledReason(now)
			}
			rows = append(rows, r)
		}
	}
	return rows
}

func actionRow(a action.Action[scene], disabledReason string) actionlist.Row {
	return actionlist.Row{ID: a.ID, Key: a.Keycap(), Text: a.Help, Also: a.Also, DisabledReason: disabledReason}
}

// BindKeys returns the actions with the keys of the bindings. It fails on any binding that
// [CheckKeys] complains about.
func BindKeys(bindings []action.Binding) (*action.Registry[scene], error) {
	r, err := action.New(disableInSession(disableWhileOffline(disableForbidden(actions())))...)
	if err != nil {
		return nil, err
	}
	bound, wrong := r.Bind(bindings)
	var errs []error
	for _, w := range wrong {
		errs = append(errs, fmt.Errorf("keys of %s: %s", w.ID, w.Text))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return bound, nil
}

// CurrentName returns the name of the action that older versions called id; "" if id is not a
// former name.
func CurrentName(id action.ID) action.ID {
	for _, a := range actions() {
		if a.ID != id && a.IsCalled(id) {
			return a.ID
		}
	}
	return ""
}

// CheckKeys returns everything that is wrong with the bindings.
func CheckKeys(bindings []action.Binding) []action.BindingProblem {
	r, err := action.New(actions()...)
	if err != nil {
		return nil // New reports it
	}
	_, wrong := r.Bind(bindings)
	return wrong
}
