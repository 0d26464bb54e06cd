// Package action is the registry of what the console can do: one entry an
// action, with its keys, its words, whether it writes, and why it cannot be done
// just now. Dispatch, footer, help and the README's key table all come from the
// one registry, so that none of them can promise what another does not keep.
package action

import (
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
)

// Place is where a key is pressed. A key has one meaning in a place.
type Place string

// The places of the console. An action of Everywhere works in every pane, but
// not where text is typed nor in a dialog; one of Always works there too.
const (
	Always     Place = "always"
	Everywhere Place = "everywhere"
	Find       Place = "find"    // the text field of the lookup pane
	List       Place = "list"    // its rows
	Account    Place = "account" // the account pane
	Form       Place = "form"    // a form, and the request for the password
	Dialog     Place = "dialog"  // an error, a question, the help
)

// Panes reports whether p is a pane, where the actions of Everywhere work.
func (p Place) Panes() bool { return p == List || p == Account }

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

// Action is one thing the operator can do to a model of type M.
type Action[M any] struct {
	ID     ID
	Keys   []string // as tea.KeyPressMsg.String gives them
	Label  string   // how the keys are shown, where that is not the first of them
	Places []Place
	Words  string // one or two words, for the footer; none: not in the footer
	Help   string // a short sentence, for the help
	Effect Effect
	// Off says in a few words why the action cannot be done now, "" that it
	// can. Nil: it always can.
	Off func(M) string
	// Run does it. An action without Run tells of a key that its place sees to
	// by itself.
	Run func(M) tea.Cmd
}

// Keycap is how the action's key is shown.
func (a Action[M]) Keycap() string {
	if a.Label != "" {
		return a.Label
	}
	return a.Keys[0]
}

// Why says why the action cannot be done on m now; "" that it can.
func (a Action[M]) Why(m M) string {
	if a.Off == nil {
		return ""
	}
	return a.Off(m)
}

// Registry is a checked set of actions.
type Registry[M any] struct{ actions []Action[M] }

// New returns the registry of actions, in the order in which help lists them.
// It fails where an action has no key, no place or no help, and where a key would have two
// meanings in one place.
func New[M any](actions ...Action[M]) (*Registry[M], error) {
	var errs []error
	for i, a := range actions {
		if len(a.Keys) == 0 || len(a.Places) == 0 || a.Help == "" {
			errs = append(errs, fmt.Errorf("action %q wants keys, places and help", a.ID))
		}
		for _, b := range actions[:i] {
			if a.ID == b.ID {
				errs = append(errs, fmt.Errorf("two actions are called %q", a.ID))
			}
			if key, place, clash := clash(a, b); clash {
				errs = append(errs, fmt.Errorf("key %q means both %q and %q in %s", key, b.ID, a.ID, place))
			}
		}
	}
	return &Registry[M]{actions: slices.Clone(actions)}, errors.Join(errs...)
}

// clash finds a key that both actions would answer to in one place.
func clash[M any](a, b Action[M]) (key string, place Place, found bool) {
	for _, k := range a.Keys {
		if !slices.Contains(b.Keys, k) {
			continue
		}
		for _, p := range []Place{Find, List, Account, Form, Dialog} {
			if a.in(p) && b.in(p) {
				return k, p, true
			}
		}
	}
	return "", "", false
}

func (a Action[M]) in(p Place) bool {
	return slices.Contains(a.Places, p) ||
		slices.Contains(a.Places, Always) ||
		p.Panes() && slices.Contains(a.Places, Everywhere)
}

// ReadOnly returns the registry without the actions that write.
func (r *Registry[M]) ReadOnly() *Registry[M] {
	return &Registry[M]{actions: slices.DeleteFunc(slices.Clone(r.actions), func(a Action[M]) bool { return a.Effect == Write })}
}

// All returns every action in order.
func (r *Registry[M]) All() []Action[M] { return slices.Clone(r.actions) }

// In returns the actions that work in the place, in order.
func (r *Registry[M]) In(p Place) []Action[M] {
	return slices.DeleteFunc(r.All(), func(a Action[M]) bool { return !a.in(p) })
}

// Match returns the action that the key means in the place.
func (r *Registry[M]) Match(p Place, key string) (Action[M], bool) {
	for _, a := range r.actions {
		if slices.Contains(a.Keys, key) && a.in(p) {
			return a, true
		}
	}
	return Action[M]{}, false
}

// Find returns the action of that name.
func (r *Registry[M]) Find(id ID) (Action[M], bool) {
	for _, a := range r.actions {
		if a.ID == id {
			return a, true
		}
	}
	return Action[M]{}, false
}
