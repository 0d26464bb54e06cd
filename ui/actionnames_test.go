package ui_test

import (
	"testing"

	"hdpadmin/ui"
	"hdpadmin/ui/action"
)

func TestOldActionNamesStillWork(t *testing.T) {
	reserved := map[action.ID][]string{"search": {"/"}, "open-match": {"enter"}}
	for old, now := range map[action.ID]action.ID{
		"activity":        "history",
		"find":            "search",
		"leave-find":      "leave-search",
		"open-found":      "open-match",
		"found-down":      "search-down",
		"show-must-reset": "show-must-change",
		"draft-form":      "preview-form",
	} {
		if got := ui.CurrentName(old); got != now {
			t.Errorf("%s is now called %q, want %q", old, got, now)
		}
		if got := ui.CurrentName(now); got != "" {
			t.Errorf("%s is now called %q", now, got)
		}
		keys := append([]string{"f9"}, reserved[now]...)
		for _, name := range []action.ID{old, now} {
			r, err := ui.BindKeys([]action.Binding{{ID: name, Keys: keys}})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if a, _ := r.Find(now); a.Keys[0] != "f9" {
				t.Errorf("%s: %s has the keys %q", name, now, a.Keys)
			}
		}
		if wrong := ui.CheckKeys([]action.Binding{{ID: old, Keys: keys}, {ID: now, Keys: keys}}); len(wrong) != 1 || wrong[0].ID != now {
			t.Errorf("%s and %s are both bound: %+v", old, now, wrong)
		}
	}
}
