package action_test

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
)

// table returns a registry with an action of every kind.
func table(t *testing.T) *action.Registry[model] {
	t.Helper()
	nothing := func(model) tea.Cmd { return nil }
	run := func(a action.Action[model], keep string) action.Action[model] {
		a.Run, a.ReservedKey = nothing, keep
		return a
	}
	r, err := action.New(
		run(entry("unlock", "u", action.AnyPane), ""),
		renamed(run(entry("sort", "o", action.List), ""), "order", "rank"),
		run(entry("scroll", "j", action.Account), ""),
		run(entry("send", "enter", action.Form), ""),
		entry("choose", "left", action.Form),
		run(entry("retry", "n", action.Dialog+"/results"), ""),
		run(entry("close", "esc", action.Dialog), "esc"),
		run(entry("cancel", "esc", action.Opening), ""),
		run(entry("expired", "ctrl+o", action.SignIn), ""),
		run(entry("redraw", "ctrl+l", action.Global), ""),
	)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func renamed(a action.Action[model], former ...action.ID) action.Action[model] {
	a.Former = former
	return a
}

func TestFormerNamesStillBind(t *testing.T) {
	for _, name := range []action.ID{"order", "rank"} {
		r, wrong := table(t).Bind([]action.Binding{{ID: name, Keys: []string{"f9"}}})
		if a, _ := r.Match(action.List, "f9"); len(wrong) > 0 || a.ID != "sort" {
			t.Errorf("%s: f9 means %q, wrong %+v", name, a.ID, wrong)
		}
	}
	for bound, want := range map[[2]action.ID]string{
		{"order", "sort"}: "sort: order and sort are the same action: keep only sort",
		{"sort", "order"}: "order: sort and order are the same action: keep only sort",
		{"rank", "order"}: "order: rank and order are the same action: keep only sort",
	} {
		r, wrong := table(t).Bind([]action.Binding{{bound[0], []string{"f8"}}, {bound[1], []string{"f9"}}})
		if len(wrong) != 1 || string(wrong[0].ID)+": "+wrong[0].Text != want {
			t.Errorf("%q: %+v, want %s", bound, wrong, want)
		}
		if a, known := r.Match(action.List, "f8"); known {
			t.Errorf("%q: f8 means %q although the bindings are refused", bound, a.ID)
		}
	}
	for key, want := range map[string]string{
		"u":     "order: u is already a key of unlock in the same place (list): give unlock another key too",
		"entre": `order: unknown key "entre"`,
	} {
		_, wrong := table(t).Bind([]action.Binding{{"order", []string{key}}})
		if len(wrong) != 1 || string(wrong[0].ID)+": "+wrong[0].Text != want {
			t.Errorf("%+v, want %s", wrong, want)
		}
	}
	if _, err := action.New(entry("rank", "u", action.List), renamed(entry("sort", "o", action.List), "rank")); err == nil {
		t.Error("a former name of one action is the name of another")
	}
}

func TestBoundKeysReplaceTheOldOnes(t *testing.T) {
	r, wrong := table(t).Bind([]action.Binding{
		{ID: "unlock", Keys: []string{"U", "f5", "ctrl+alt+down"}},
		{ID: "sort", Keys: []string{"u"}}, // no longer the key of unlock
		{ID: "close", Keys: []string{"esc", "q"}},
		{ID: "send", Keys: []string{"ctrl+s"}},
		{ID: "retry", Keys: []string{"é"}},
	})
	if len(wrong) > 0 {
		t.Fatalf("%+v", wrong)
	}
	for key, want := range map[string]action.ID{"U": "unlock", "f5": "unlock", "ctrl+alt+down": "unlock", "u": "sort", "o": ""} {
		if a, _ := r.Match(action.List, key); a.ID != want {
			t.Errorf("%s in the list means %q, want %q", key, a.ID, want)
		}
	}
	if a, _ := r.Match(action.Account, "u"); a.ID != "" {
		t.Errorf("u in the account means %q", a.ID)
	}
	if a, _ := r.Find("unlock"); a.Keycap() != "U f5 ctrl+alt+↓" {
		t.Errorf("it is shown as %q", a.Keycap())
	}
}

func TestWrongBindingsAreReportedAndNoneApplies(t *testing.T) {
	for name, c := range map[string]struct {
		bind []action.Binding
		want string
		near string // the unknown name, for a suggestion
	}{
		"no such action":          {[]action.Binding{{"unlok", []string{"u"}}}, "unlok: unknown action", "unlok"},
		"no such key":             {[]action.Binding{{"sort", []string{"entre"}}}, `sort: unknown key "entre"`, "entre"},
		"no such key with ctrl":   {[]action.Binding{{"sort", []string{"ctrl+entre"}}}, `sort: unknown key "ctrl+entre"`, "entre"},
		"two keys in a row":       {[]action.Binding{{"sort", []string{"g g"}}}, `sort: unknown key "g g"`, "g g"},
		"an empty key":            {[]action.Binding{{"sort", []string{""}}}, `sort: unknown key ""`, ""},
		"a blank":                 {[]action.Binding{{"sort", []string{" "}}}, `sort: unknown key " "`, " "},
		"no key":                  {[]action.Binding{{"sort", nil}}, "sort: needs at least one key", ""},
		"a capital with shift":    {[]action.Binding{{"sort", []string{"shift+a"}}}, `sort: shift+a is written "A"`, "a"},
		"ctrl and a capital":      {[]action.Binding{{"sort", []string{"ctrl+A"}}}, "sort: ctrl+A is written ctrl+a", "A"},
		"an alias":                {[]action.Binding{{"sort", []string{"ctrl+i"}}}, "sort: terminals cannot tell ctrl+i from tab", "i"},
		"twice":                   {[]action.Binding{{"sort", []string{"s", "s"}}}, "sort: s is listed twice", ""},
		"a letter in a form":      {[]action.Binding{{"send", []string{"s"}}}, "send: s types text here: use a key with ctrl or alt, or one that types nothing", ""},
		"a blank in a form":       {[]action.Binding{{"send", []string{"space"}}}, "send: space types text here: use a key with ctrl or alt, or one that types nothing", ""},
		"a letter at sign-in":     {[]action.Binding{{"expired", []string{"e"}}}, "expired: e types text here: use a key with ctrl or alt, or one that types nothing", ""},
		"a letter typed ahead":    {[]action.Binding{{"cancel", []string{"esc", "x"}}}, "cancel: x types text here: use a key with ctrl or alt, or one that types nothing", ""},
		"a letter anywhere":       {[]action.Binding{{"redraw", []string{"R"}}}, "redraw: R types text here: use a key with ctrl or alt, or one that types nothing", ""},
		"a reserved key":          {[]action.Binding{{"close", []string{"q"}}}, "close: must keep esc: messages name it, or you need it to get out", ""},
		"keys of a field":         {[]action.Binding{{"choose", []string{"right"}}}, "choose: its keys belong to the field and cannot be changed", ""},
		"a key of the fields":     {[]action.Binding{{"send", []string{"left"}}}, "send: left is already a key of the fields in the same place (form): take another key", ""},
		"a key in use":            {[]action.Binding{{"sort", []string{"u"}}}, "sort: u is already a key of unlock in the same place (list): give unlock another key too", ""},
		"a key of a later action": {[]action.Binding{{"unlock", []string{"j"}}}, "unlock: j is already a key of scroll in the same place (account): give scroll another key too", ""},
		"a global key":            {[]action.Binding{{"retry", []string{"ctrl+l"}}}, "retry: ctrl+l is already a key of redraw in the same place (dialog/results): give redraw another key too", ""},
		"one key for two actions": {[]action.Binding{{"unlock", []string{"x"}}, {"sort", []string{"x"}}}, "sort: x is already a key of unlock in the same place (list): give unlock another key too", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, wrong := table(t).Bind(append(c.bind, action.Binding{ID: "scroll", Keys: []string{"f9"}}))
			if name == "a key of a later action" {
				r, wrong = table(t).Bind(c.bind)
			}
			if len(wrong) != 1 {
				t.Fatalf("%+v", wrong)
			}
			if got := string(wrong[0].ID) + ": " + wrong[0].Text; got != c.want {
				t.Errorf("got\n%s, want\n%s", got, c.want)
			}
			if near := wrong[0].Name; strings.HasPrefix(c.want, "sort: unknown key") && near != c.near {
				t.Errorf("the unknown name is %q, want %q", near, c.near)
			}
			if a, _ := r.Match(action.Account, "f9"); a.ID != "" {
				t.Error("another binding applies")
			}
		})
	}
	t.Run("all at once", func(t *testing.T) {
		_, wrong := table(t).Bind([]action.Binding{{"unlok", nil}, {"sort", []string{"u"}}, {"close", []string{"q"}}})
		if len(wrong) != 3 {
			t.Errorf("%+v", wrong)
		}
		_, wrong = table(t).Bind([]action.Binding{{"close", []string{"entre", "q", "ctrl+i"}}})
		if len(wrong) != 3 {
			t.Errorf("several wrong keys of one action: %+v", wrong)
		}
	})
	t.Run("the known names", func(t *testing.T) {
		_, wrong := table(t).Bind([]action.Binding{{"unlok", nil}})
		if !slices.Contains(wrong[0].Known, "unlock") {
			t.Errorf("%q", wrong[0].Known)
		}
	})
}
