// Package action is the registry of what the console can do: one entry an
// action, with its keys, its words, whether it writes, and why it cannot be done
// just now. Dispatch, footer, help and the README's key table all come from the
// one registry, so that none of them can promise what another does not keep.
package action

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Place is where a key is pressed. A key has one meaning in a place.
type Place string

// The places of the console. An action of Everywhere works in every pane, but
// not where text is typed nor in a dialog; one of Always works there too. A dialog
// with keys of its own is a place within Dialog, Dialog + "/results" say: the keys
// of Dialog work in it too.
const (
	Global  Place = "always"
	AnyPane Place = "everywhere"
	Search  Place = "find"    // the text field of the lookup pane
	List    Place = "list"    // its rows
	Account Place = "account" // the account pane
	Form    Place = "form"    // a form, and the request for the password
	SignIn  Place = Form + "/signin"
	Dialog  Place = "dialog" // an error, a question, the help
)

// IsWithin reports whether p is q, or a place within it.
func (p Place) IsWithin(q Place) bool { return p == q || strings.HasPrefix(string(p), string(q)+"/") }

// IsPane reports whether p is a pane, where the actions of Everywhere work.
func (p Place) IsPane() bool { return p == List || p == Account }

// Effect says what an action does to the server.
type Effect int

const (
	// Read changes nothing on the server.
	Read Effect = iota
	// Write may. In read-only mode no such action exists.
	Write
)

// ID names an action in settings, tests and documents.
type ID string

// The actions that the screen before a console has as well.
const (
	Interrupt ID = "interrupt"
	Redraw    ID = "redraw"
	Suspend   ID = "suspend"

	FormEnter    ID = "form-enter"
	FormNext     ID = "form-next"
	FormPrevious ID = "form-previous"
	FormPageDown ID = "form-page-down"
	FormPageUp   ID = "form-page-up"
	FormEsc      ID = "form-esc"

	// ExpiredPassword is for whoever is not let in.
	ExpiredPassword ID = "expired-password"

	DialogEnter    ID = "enter"
	DialogDown     ID = "dialog-down"
	DialogUp       ID = "dialog-up"
	DialogPageDown ID = "dialog-page-down"
	DialogPageUp   ID = "dialog-page-up"
	DialogFirst    ID = "dialog-first"
	DialogLast     ID = "dialog-last"
	DialogEsc      ID = "esc"
)

// Action is one thing the operator can do to a model of type M.
type Action[M any] struct {
	ID       ID
	Former   []ID     // its names in older versions, which settings may still use
	Keys     []string // as tea.KeyPressMsg.String gives them
	KeyLabel string   // how the keys are shown, where that is not the first of them
	Places   []Place
	Short    string // one or two words, for the footer; none: not in the footer
	Help     string // a short sentence, for the help
	Effect   Effect
	// ShortFunc is Words where they depend on how things stand, "" for not now. Nil: they
	// do not.
	ShortFunc func(M) string
	// ReservedKey is the key that stays the action's whatever others it is given: a way out,
	// or one that messages name. "" for none.
	ReservedKey string
	// Disabled says in a few words why the action cannot be done now, "" that it
	// can. Nil: it always can.
	Disabled func(M) string
	// Run does it. An action without Run tells of a key that its place sees to
	// by itself.
	Run func(M) tea.Cmd
}

// Keycap is how the action's key is shown.
func (a Action[M]) Keycap() string {
	if a.KeyLabel != "" {
		return a.KeyLabel
	}
	return a.Keys[0]
}

// Label is the action in one or two words as things stand, "" where it is not to be
// shown.
func (a Action[M]) Label(m M) string {
	if a.ShortFunc == nil {
		return a.Short
	}
	return a.ShortFunc(m)
}

// DisabledReason says why the action cannot be done on m now; "" that it can.
func (a Action[M]) DisabledReason(m M) string {
	if a.Disabled == nil {
		return ""
	}
	return a.Disabled(m)
}

// IsCalled reports whether id is the action's name, or one of its former names.
func (a Action[M]) IsCalled(id ID) bool { return a.ID == id || slices.Contains(a.Former, id) }

// IsGlobal reports whether the action works whatever has the keys.
func (a Action[M]) IsGlobal() bool { return slices.Contains(a.Places, Global) }

// WorksIn reports whether the action works in the place.
func (a Action[M]) WorksIn(p Place) bool {
	return a.IsGlobal() ||
		p.IsPane() && slices.Contains(a.Places, AnyPane) ||
		slices.ContainsFunc(a.Places, p.IsWithin)
}

// Lift makes the actions of a part of the model, such as a dialog, actions of the
// model. part finds it, and reports whether it is there.
func Lift[M, P any](part func(M) (P, bool), actions []Action[P]) []Action[M] {
	lifted := make([]Action[M], len(actions))
	for i, a := range actions {
		lifted[i] = Action[M]{
			ID: a.ID, Former: a.Former, Keys: a.Keys, KeyLabel: a.KeyLabel, Places: a.Places, Short: a.Short, Help: a.Help, Effect: a.Effect,
			ReservedKey: a.ReservedKey, ShortFunc: liftFunc(part, a.ShortFunc, ""), Disabled: liftFunc(part, a.Disabled, "not here"), Run: liftFunc(part, a.Run, nil),
		}
	}
	return lifted
}

// liftFunc asks the part; without one the answer is otherwise.
func liftFunc[M, P, T any](part func(M) (P, bool), ask func(P) T, otherwise T) func(M) T {
	if ask == nil {
		return nil
	}
	return func(m M) T {
		if p, there := part(m); there {
			return ask(p)
		}
		return otherwise
	}
}
