package action_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
)

type model struct{ locked bool }

func entry(id action.ID, key string, places ...action.Place) action.Action[model] {
	return action.Action[model]{ID: id, Keys: []string{key}, Places: places, Help: "does " + string(id)}
}

func TestKeyHasOneMeaningInAPlace(t *testing.T) {
	for name, c := range map[string]struct {
		a, b  action.Action[model]
		clash bool
	}{
		"the same place":             {entry("a", "u", action.List), entry("b", "u", action.List), true},
		"two places":                 {entry("a", "enter", action.List), entry("b", "enter", action.Form), false},
		"any pane and a pane":        {entry("a", "q", action.AnyPane), entry("b", "q", action.Account), true},
		"any pane and a text field":  {entry("a", "q", action.AnyPane), entry("b", "q", action.Search), false},
		"global and a dialog":        {entry("a", "ctrl+c", action.Global), entry("b", "ctrl+c", action.Dialog), true},
		"one dialog and all dialogs": {entry("a", "q", action.Dialog+"/results"), entry("b", "q", action.Dialog), true},
		"two dialogs":                {entry("a", "n", action.Dialog+"/results"), entry("b", "n", action.Dialog+"/run"), false},
		"a form and a dialog":        {entry("a", "n", action.Form), entry("b", "n", action.Dialog), false},
		"other keys":                 {entry("a", "u", action.List), entry("b", "s", action.List), false},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := action.New(c.a, c.b); (err != nil) != c.clash {
				t.Errorf("error %v, want a clash: %v", err, c.clash)
			}
		})
	}
}

func TestActionNeedsHelp(t *testing.T) {
	a := entry("a", "u", action.List)
	a.Help = ""
	if _, err := action.New(a); err == nil || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("error %v, want one that names the action", err)
	}
}

func TestReadOnlyHasNoWritingAction(t *testing.T) {
	unlock := entry("unlock", "u", action.List)
	unlock.Effect = action.Write
	r, err := action.New(unlock, entry("open", "enter", action.List))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Match(action.List, "u"); !ok {
		t.Error("u does nothing although writing is allowed")
	}
	if a, ok := r.ReadOnly().Match(action.List, "u"); ok {
		t.Errorf("u still means %q in read-only mode", a.ID)
	}
	if _, ok := r.ReadOnly().Match(action.List, "enter"); !ok {
		t.Error("enter is gone although it only reads")
	}
}

func TestDisabledReason(t *testing.T) {
	unlock := entry("unlock", "u", action.List)
	unlock.Disabled = func(m model) string {
		if !m.locked {
			return "not locked"
		}
		return ""
	}
	if why := unlock.DisabledReason(model{}); why != "not locked" {
		t.Errorf("why = %q", why)
	}
	if why := unlock.DisabledReason(model{locked: true}); why != "" {
		t.Errorf("why = %q although it is enabled", why)
	}
}

type lamp struct{ on bool }

func TestLift(t *testing.T) {
	toggle := action.Action[*lamp]{
		ID: "toggle", Keys: []string{"t"}, Places: []action.Place{action.Dialog}, Help: "switches it",
		ShortFunc: func(l *lamp) string {
			if l.on {
				return "off"
			}
			return "on"
		},
		Run: func(l *lamp) tea.Cmd { l.on = !l.on; return nil },
	}
	type room struct{ lamp *lamp }
	lifted := action.Lift(func(r room) (*lamp, bool) { return r.lamp, r.lamp != nil }, []action.Action[*lamp]{toggle})[0]
	r := room{&lamp{}}
	if lifted.Label(r) != "on" {
		t.Errorf("it says %q", lifted.Label(r))
	}
	lifted.Run(r)
	if !r.lamp.on || lifted.Label(r) != "off" {
		t.Errorf("on: %v, and it says %q", r.lamp.on, lifted.Label(r))
	}
	if lifted.Disabled != nil {
		t.Error("it can be disabled, but the action of the part cannot")
	}
	if cmd := lifted.Run(room{}); cmd != nil || lifted.Label(room{}) != "" {
		t.Error("it does something without the part")
	}
}
