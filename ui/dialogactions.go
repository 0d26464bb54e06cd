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
	"hdpadmin/ui/stack"
)

// The places of questions with several answers.
const (
	askActivate   = action.Dialog + "/activate"
	askUnfinished = action.Dialog + "/left"
)

// dialogActions lists the actions of forms and dialogs.
func dialogActions() []action.Action[scene] {
	return slices.Concat(
		[]action.Action[scene]{
			{ID: action.FormEnter, Keys: keys("enter"), ReservedKey: "enter", Places: in(action.Form), ShortFunc: enterLabel, Help: "send the form", Run: onTop(action.FormEnter)},
			{ID: action.DialogEnter, Keys: keys("enter"), ReservedKey: "enter", Places: in(action.Dialog), ShortFunc: enterLabel, Help: "confirm, or close", Run: onTop(action.DialogEnter)},
		},
		asWrites(liftActions[*batchview.Model](batchview.Actions())),
		asWrites(liftActions[*resetform.Model](resetform.Actions())),
		asWrites(liftActions[*changeform.Model](changeform.Actions())),
		liftActions[*history.Model](history.Actions()),
		liftActions[*problem.Model](problem.Actions()),
		liftActions[*profiles.Model](profiles.Actions()),
		asWrites([]action.Action[scene]{
			choiceAction("choose-activate", "a", askActivate, "activate", "activate the marked accounts"),
			choiceAction("choose-deactivate", "d", askActivate, "deactivate", "deactivate the marked accounts"),
			choiceAction("resume-batch", "r", askUnfinished, "resume", "resume the unfinished batch"),
			choiceAction("give-up-batch", "g", askUnfinished, "discard", "discard the unfinished batch"),
		}),
		of(func(m *Model) *login { return m.login }, signInActions()),
		[]action.Action[scene]{
			{ID: action.FormNext, Keys: keys("tab", "down"), KeyLabel: "tab ↓", Places: in(action.Form), ShortFunc: nextFieldLabel, Help: "go to the next field", Run: onTop(action.FormNext)},
			{ID: action.FormPrevious, Keys: keys("shift+tab", "up"), KeyLabel: "shift+tab ↑", Places: in(action.Form), Help: "go to the previous field", Run: onTop(action.FormPrevious)},
			{ID: action.FormChoose, Keys: keys("left", "right", "space"), KeyLabel: "← →", Places: in(action.Form), ShortFunc: chooseLabel, Help: "change the value of a field"},
			{ID: "field-clear", Keys: keys("ctrl+u"), Places: in(action.Form, action.Search), Help: "delete the text before the cursor", Also: "clear erase"},
			{ID: "field-delete-word", Keys: keys("ctrl+w", "alt+backspace"), KeyLabel: "ctrl+w", Places: in(action.Form, action.Search), Help: "delete the word before the cursor", Also: "erase"},
			{ID: action.FormPageDown, Keys: keys("pgdown"), KeyLabel: "pgdn", Places: in(action.Form), Help: "scroll down", Run: onTop(action.FormPageDown)},
			{ID: action.FormPageUp, Keys: keys("pgup"), Places: in(action.Form), Help: "scroll up", Run: onTop(action.FormPageUp)},
			{ID: action.FormEsc, Keys: keys("esc"), ReservedKey: "esc", Places: in(action.Form), ShortFunc: escLabel, Help: "leave the form; asks first if you typed something", Run: onTop(action.FormEsc)},

			{ID: action.DialogDown, Keys: keys("down", "j"), KeyLabel: "↓ j", Places: in(action.Dialog), Help: "move down", Run: onTop(action.DialogDown)},
			{ID: action.DialogUp, Keys: keys("up", "k"), KeyLabel: "↑ k", Places: in(action.Dialog), Help: "move up", Run: onTop(action.DialogUp)},
			{ID: action.DialogPageDown, Keys: keys("pgdown"), KeyLabel: "pgdn", Places: in(action.Dialog), Help: "scroll down a page", Run: onTop(action.DialogPageDown)},
			{ID: action.DialogPageUp, Keys: keys("pgup"), Places: in(action.Dialog), Help: "scroll up a page", Run: onTop(action.DialogPageUp)},
			{ID: action.DialogFirst, Keys: keys("home"), Places: in(action.Dialog), Help: "go to the beginning", Run: onTop(action.DialogFirst)},
			{ID: action.DialogLast, Keys: keys("end"), Places: in(action.Dialog), Help: "go to the end", Run: onTop(action.DialogLast)},
			{ID: action.DialogEsc, Keys: keys("esc", "q"), ReservedKey: "esc", KeyLabel: "esc", Places: in(action.Dialog), ShortFunc: escLabel, Help: "cancel or close", Run: onTop(action.DialogEsc)},
		},
	)
}

// asWrites marks actions of dialogs that a read-only console never opens.
func asWrites(actions []action.Action[scene]) []action.Action[scene] {
	for i := range actions {
		actions[i].Effect = action.Write
	}
	return actions
}

// choiceAction returns the action for one answer to a question with several.
func choiceAction(id action.ID, key string, at action.Place, words, help string) action.Action[scene] {
	return action.Action[scene]{
		ID: id, Keys: keys(key), Places: in(at), Short: words, Help: help,
		Run: func(s scene) tea.Cmd {
			if q, ok := dialogAs[*confirm.Choice](s); ok {
				return s.handleNow(q.Answer(id))
			}
			return nil
		},
	}
}

func dialogAs[D any](s scene) (D, bool) {
	d, ok := s.dialog.(D)
	return d, ok
}

// liftActions turns the actions of one kind of dialog into actions of the model.
func liftActions[D stack.Dialog](actions []action.Action[D]) []action.Action[scene] {
	lifted := action.Lift(dialogAs[D], actions)
	for i, a := range lifted {
		if a.Run != nil {
			lifted[i].Run = func(s scene) tea.Cmd { return s.handleNow(a.Run(s)) }
		}
	}
	return lifted
}

// handleNow handles a dialog's request before the next key. As a message it would queue after
// keys that arrived in the same packet, although those are meant for what it opens.
func (m *Model) handleNow(asked tea.Cmd) tea.Cmd {
	if asked == nil {
		return nil
	}
	return m.handle(asked())
}

func (m *Model) takeStack(msg tea.Msg) (tea.Cmd, bool) {
	asked, taken := m.stack.Update(msg)
	return m.handleNow(asked), taken
}

// onTop runs an action of every form and dialog on the dialog on top.
func onTop(id action.ID) func(scene) tea.Cmd {
	return func(s scene) tea.Cmd {
		asked, _ := s.stack.Run(id)
		return s.handleNow(asked)
	}
}

func enterLabel(s scene) string {
	word, _ := s.dialog.Words()
	return word
}

func escLabel(s scene) string {
	_, word := s.dialog.Words()
	return word
}

func nextFieldLabel(s scene) string {
	if next, _ := fieldKeys(s); next {
		return "next"
	}
	return ""
}

func chooseLabel(s scene) string {
	if _, choose := fieldKeys(s); choose {
		return "change"
	}
	return ""
}

func fieldKeys(s scene) (next, choose bool) {
	if d, has := s.dialog.(stack.Fielder); has {
		return d.FieldKeys()
	}
	return false, false
}

// dialogKeys returns the keys of a dialog, as it has them when it is on top.
func (m *Model) dialogKeys(d stack.Dialog) frame.Keys {
	var k frame.Keys
	here := scene{m, d}
	for _, a := range m.actions.In(d.Place()) {
		if a.ID == action.FormPageDown || a.ID == action.DialogPageDown {
			k.More = frame.Key{Cap: a.Keycap(), Label: "more"}
		}
		if word := a.Label(here); word != "" && a.DisabledReason(here) == "" {
			minor := a.ID == action.FormNext || a.ID == action.FormChoose
			k.List = append(k.List, frame.Key{Cap: a.Keycap(), Label: word, Minor: minor})
		}
	}
	return k
}
