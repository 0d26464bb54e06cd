package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/batchview"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/history"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/profiles"
	"hdpadmin/ui/resetform"
)

// The questions with several answers.
const (
	askActivate = action.Dialog + "/activate"
	askLeft     = action.Dialog + "/left"
)

// dialogActions are those of forms and dialogs: what enter does, what is special
// to one of them, how to see the rest, and what esc does.
func dialogActions() []action.Action[*Model] {
	return slices.Concat(
		[]action.Action[*Model]{
			{ID: action.FormEnter, Keys: keys("enter"), Keep: "enter", Places: in(action.Form), Word: enterWord, Help: "send what the form shows", Run: enter},
			{ID: action.DialogEnter, Keys: keys("enter"), Keep: "enter", Places: in(action.Dialog), Word: enterWord, Help: "say yes to a question; else close", Run: enter},
		},
		writing(ofDialog[*batchview.Model](batchview.Actions())),
		writing(ofDialog[*resetform.Model](resetform.Actions())),
		writing(ofDialog[*changeform.Model](changeform.Actions())),
		ofDialog[*history.Model](history.Actions()),
		ofDialog[*problem.Model](problem.Actions()),
		ofDialog[*profiles.Model](profiles.Actions()),
		writing([]action.Action[*Model]{
			answer("choose-activate", "a", askActivate, "activate", "activate the marked accounts"),
			answer("choose-deactivate", "d", askActivate, "deactivate", "deactivate the marked accounts"),
			answer("resume-batch", "r", askLeft, "resume", "go on with a batch that was left unfinished"),
			{
				ID: action.ExpiredPassword, Keys: keys("ctrl+o"), Places: in(action.SignIn), Words: "change an expired password", Off: (*Model).whyNotExpired,
				Help: "change your own password, where signing in is refused because it has expired or must be changed", Run: (*Model).changeExpired,
			},
			answer("give-up-batch", "g", askLeft, "give it up", "never offer that batch again"),
		}),
		[]action.Action[*Model]{
			{ID: action.FormNext, Keys: keys("tab", "down"), Label: "tab ↓", Places: in(action.Form), Help: "next field", Run: moveTop(1)},
			{ID: action.FormPrevious, Keys: keys("shift+tab", "up"), Label: "shift+tab ↑", Places: in(action.Form), Help: "previous field", Run: moveTop(-1)},
			{ID: "form-choose", Keys: keys("left", "right", "space"), Label: "← → space", Places: in(action.Form), Help: "take another value of a field"},
			{ID: action.FormPageDown, Keys: keys("pgdown"), Label: "pgdn", Places: in(action.Form), Help: "see the rest of the form on a small screen", Run: pageTop(1)},
			{ID: action.FormPageUp, Keys: keys("pgup"), Places: in(action.Form), Help: "and back", Run: pageTop(-1)},
			{ID: action.FormEsc, Keys: keys("esc"), Keep: "esc", Places: in(action.Form), Word: escWord, Help: "leave the form; it asks first if something was typed, and a change under way goes on", Run: esc},

			{ID: action.DialogDown, Keys: keys("down", "j"), Label: "↓ j", Places: in(action.Dialog), Help: "a line down", Run: moveTop(1)},
			{ID: action.DialogUp, Keys: keys("up", "k"), Label: "↑ k", Places: in(action.Dialog), Help: "a line up", Run: moveTop(-1)},
			{ID: action.DialogPageDown, Keys: keys("pgdown"), Label: "pgdn", Places: in(action.Dialog), Help: "a page down", Run: pageTop(1)},
			{ID: action.DialogPageUp, Keys: keys("pgup"), Places: in(action.Dialog), Help: "a page up", Run: pageTop(-1)},
			{ID: action.DialogFirst, Keys: keys("home"), Places: in(action.Dialog), Help: "to the beginning", Run: moveTop(-farther)},
			{ID: action.DialogLast, Keys: keys("end"), Places: in(action.Dialog), Help: "to the end", Run: moveTop(farther)},
			{ID: action.DialogEsc, Keys: keys("esc", "q"), Keep: "esc", Label: "esc", Places: in(action.Dialog), Word: escWord, Help: "say no to a question; else close", Run: esc},
		},
	)
}

// farther is more lines than any dialog has.
const farther = 1 << 20

// writing marks the keys of dialogs that a read-only console never opens.
func writing(actions []action.Action[*Model]) []action.Action[*Model] {
	for i := range actions {
		actions[i].Effect = action.Write
	}
	return actions
}

// answer is one of several answers to a question.
func answer(id action.ID, key string, at action.Place, words, help string) action.Action[*Model] {
	return action.Action[*Model]{
		ID: id, Keys: keys(key), Places: in(at), Words: words, Help: help,
		Run: func(m *Model) tea.Cmd {
			if q, ok := topAs[*confirm.Choice](m); ok {
				return m.takeNow(q.Answer(id))
			}
			return nil
		},
	}
}

// topAs is the dialog on top, if it is one of that kind.
func topAs[D any](m *Model) (D, bool) {
	d, ok := m.top().(D)
	return d, ok
}

// ofDialog makes the actions of one kind of dialog actions of the model.
func ofDialog[D dialog](actions []action.Action[D]) []action.Action[*Model] {
	lifted := action.Of(topAs[D], actions)
	for i, a := range lifted {
		if a.Run != nil {
			lifted[i].Run = func(m *Model) tea.Cmd { return m.takeNow(a.Run(m)) }
		}
	}
	return lifted
}

// takeNow takes what a dialog asks for before the next key. As a message of its own it
// would queue behind keys that arrived in the same packet, and those are meant for what
// it leads to.
func (m *Model) takeNow(asked tea.Cmd) tea.Cmd {
	if asked == nil {
		return nil
	}
	return m.answer(asked())
}

func enter(m *Model) tea.Cmd { return m.takeNow(m.top().Enter()) }

func esc(m *Model) tea.Cmd { return m.takeNow(m.top().Esc()) }

func enterWord(m *Model) string {
	word, _ := m.top().Words()
	return word
}

func escWord(m *Model) string {
	_, word := m.top().Words()
	return word
}

// moveTop moves the focus by fields in a form, and lines in another dialog.
func moveTop(by int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if d, ok := topAs[interface{ Move(by int) }](m); ok {
			d.Move(by)
		}
		return nil
	}
}

// pageTop scrolls by pages.
func pageTop(by int) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if d, ok := topAs[interface{ Page(by int) }](m); ok {
			d.Page(by)
		}
		return nil
	}
}

// keysOf are the keys of the nth dialog from below, as it shows them: those that it
// has once it is on top.
func (m *Model) keysOf(n int) frame.Keys {
	then := *m
	then.dialogs = m.dialogs[:n+1]
	return then.topKeys()
}

// topKeys are the keys of the dialog on top.
func (m *Model) topKeys() frame.Keys {
	var k frame.Keys
	for _, a := range m.actions.In(m.place()) {
		if a.ID == action.FormPageDown || a.ID == action.DialogPageDown {
			k.More = frame.Key{Cap: a.Keycap(), Words: "more"}
		}
		if word := a.Says(m); word != "" && a.Why(m) == "" {
			k.List = append(k.List, frame.Key{Cap: a.Keycap(), Words: word})
		}
	}
	return k
}
