// Package action is the registry of everything the operator can do: keys, labels, help, whether
// an action writes, and why it is disabled. Key handling, footer, help, palette and the key table
// in the documentation all use it, so they cannot disagree.
package action

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Place is where a key is pressed. A key has one meaning in each place.
type Place string

// The places of the console. An AnyPane action works in every pane, but not in a text field or a
// dialog; a Global one works there too. A dialog with keys of its own is a place within Dialog,
// such as Dialog + "/results", where the keys of Dialog work as well.
const (
	Global  Place = "global"
	AnyPane Place = "pane"
	Search  Place = "search"  // the search field of the list pane
	List    Place = "list"    // the rows of the list pane
	Account Place = "account" // the account pane
	Opening Place = "opening" // a pane whose account is being read for a dialog; keys are meant for that dialog
	Form    Place = "form"    // a form, and the sign-in screen
	SignIn  Place = Form + "/signin"
	Dialog  Place = "dialog" // an error, a question, the help
)

// IsWithin reports whether p is q or a place within q.
func (p Place) IsWithin(q Place) bool { return p == q || strings.HasPrefix(string(p), string(q)+"/") }

// IsPane reports whether p is a pane, where AnyPane actions work.
func (p Place) IsPane() bool { return p == List || p == Account }

// Effect says whether an action can change anything on the server.
type Effect int

const (
	// Read changes nothing on the server.
	Read Effect = iota
	// Write may change something. Read-only mode has no such actions.
	Write
)

// ID names an action in settings, tests and documents.
type ID string

// Actions that the screens before sign-in have as well.
const (
	Interrupt ID = "interrupt"
	Redraw    ID = "redraw"
	Suspend   ID = "suspend"

	FormEnter    ID = "form-enter"
	FormNext     ID = "form-next"
	FormChoose   ID = "form-choose"
	FormPrevious ID = "form-previous"
	FormPageDown ID = "form-page-down"
	FormPageUp   ID = "form-page-up"
	FormEsc      ID = "form-esc"

	// ExpiredPassword is for an operator whose sign-in is refused.
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
	Keys     []string // in the form of tea.KeyPressMsg.String
	KeyLabel string   // how the keys are shown; "" shows the first key
	Places   []Place
	Short    string // one or two words for the footer; "" keeps the action out of it
	Help     string // a short sentence for the help
	Also     string // words that also find the action, besides those of ID and Help
	Effect   Effect
	// ShortFunc replaces Short if the label depends on the model; "" hides the action for now.
	ShortFunc func(M) string
	// ReservedKey must stay one of the action's keys, whatever the settings say: it is a way out,
	// or messages name it. "" for none.
	ReservedKey string
	// Disabled returns in a few words why the action is not possible now, "" if it is. Nil means
	// that it always is.
	Disabled func(M) string
	// Run does it. An action without Run only documents a key that its place handles.
	Run func(M) tea.Cmd
}

// Keycap returns the action's key as it is shown.
func (a Action[M]) Keycap() string {
	if a.KeyLabel != "" {
		return a.KeyLabel
	}
	return a.Keys[0]
}

// Label returns one or two words for the action as it is now, "" to hide it.
func (a Action[M]) Label(m M) string {
	if a.ShortFunc == nil {
		return a.Short
	}
	return a.ShortFunc(m)
}

// DisabledReason returns why the action is not possible on m now, "" if it is.
func (a Action[M]) DisabledReason(m M) string {
	if a.Disabled == nil {
		return ""
	}
	return a.Disabled(m)
}

// IsCalled reports whether id is the action's name or one of its former names.
func (a Action[M]) IsCalled(id ID) bool { return a.ID == id || slices.Contains(a.Former, id) }

// IsGlobal reports whether the action works in every place.
func (a Action[M]) IsGlobal() bool { return slices.Contains(a.Places, Global) }

// WorksIn reports whether the action works in the place.
func (a Action[M]) WorksIn(p Place) bool {
	return a.IsGlobal() ||
		p.IsPane() && slices.Contains(a.Places, AnyPane) ||
		slices.ContainsFunc(a.Places, p.IsWithin)
}

// Lift turns actions of a part of the model, such as a dialog, into actions of the model. part
// finds the part and reports whether it exists.
func Lift[M, P any](part func(M) (P, bool), actions []Action[P]) []Action[M] {
	lifted := make([]Action[M], len(actions))
	for i, a := range actions {
		lifted[i] = Action[M]{
			ID: a.ID, Former: a.Former, Keys: a.Keys, KeyLabel: a.KeyLabel, Places: a.Places, Short: a.Short, Help: a.Help, Also: a.Also, Effect: a.Effect,
			ReservedKey: a.ReservedKey, ShortFunc: liftFunc(part, a.ShortFunc, ""), Disabled: liftFunc(part, a.Disabled, "not here"), Run: liftFunc(part, a.Run, nil),
		}
	}
	return lifted
}

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
