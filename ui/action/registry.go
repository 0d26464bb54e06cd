package action

import (
	"errors"
	"fmt"
	"slices"
)

// Registry is a checked set of actions.
type Registry[M any] struct {
	actions []Action[M]
	dropped []Action[M] // by ReadOnly
}

// New returns a registry of the actions, in the order in which the help lists them. It fails for
// an action without keys, places or help, and for a key with two meanings in one place.
func New[M any](actions ...Action[M]) (*Registry[M], error) {
	var errs []error
	r := &Registry[M]{actions: slices.Clone(actions)}
	places := r.places()
	for i, a := range actions {
		if len(a.Keys) == 0 || len(a.Places) == 0 || a.Help == "" {
			errs = append(errs, fmt.Errorf("action %q needs keys, places and help", a.ID))
		}
		for _, b := range actions[:i] {
			for _, id := range append([]ID{a.ID}, a.Former...) {
				if b.IsCalled(id) {
					errs = append(errs, fmt.Errorf("two actions are called %q", id))
				}
			}
			if key, place, clash := findClash(a, b, places); clash {
				errs = append(errs, fmt.Errorf("key %q means both %q and %q in %s", key, b.ID, a.ID, place))
			}
		}
	}
	return r, errors.Join(errs...)
}

func (r *Registry[M]) places() []Place {
	places := []Place{Search, List, Account, Form, Dialog}
	for _, a := range r.actions {
		places = append(places, a.Places...)
	}
	return places
}

// findClash finds a key to which both actions would respond in one of the places.
func findClash[M any](a, b Action[M], places []Place) (key string, place Place, found bool) {
	for _, k := range a.Keys {
		if !slices.Contains(b.Keys, k) {
			continue
		}
		for _, p := range places {
			if a.WorksIn(p) && b.WorksIn(p) {
				return k, p, true
			}
		}
	}
	return "", "", false
}

// ReadOnly returns the registry without actions that write.
func (r *Registry[M]) ReadOnly() *Registry[M] {
	only := &Registry[M]{}
	for _, a := range r.actions {
		if a.Effect == Write {
			only.dropped = append(only.dropped, a)
		} else {
			only.actions = append(only.actions, a)
		}
	}
	return only
}

// IsReadOnly reports whether the key has an action in the place that ReadOnly has dropped.
func (r *Registry[M]) IsReadOnly(p Place, key string) bool {
	return slices.ContainsFunc(r.dropped, func(a Action[M]) bool { return slices.Contains(a.Keys, key) && a.WorksIn(p) })
}

// Dropped returns the actions that ReadOnly has dropped, in order.
func (r *Registry[M]) Dropped() []Action[M] { return slices.Clone(r.dropped) }

// All returns every action, in order.
func (r *Registry[M]) All() []Action[M] { return slices.Clone(r.actions) }

// In returns the actions that work in the place, in order.
func (r *Registry[M]) In(p Place) []Action[M] {
	return slices.DeleteFunc(r.All(), func(a Action[M]) bool { return !a.WorksIn(p) })
}

// Match returns the action of the key in the place.
func (r *Registry[M]) Match(p Place, key string) (Action[M], bool) {
	for _, a := range r.actions {
		if slices.Contains(a.Keys, key) && a.WorksIn(p) {
			return a, true
		}
	}
	return Action[M]{}, false
}

// Find returns the action with that id.
func (r *Registry[M]) Find(id ID) (Action[M], bool) {
	for _, a := range r.actions {
		if a.ID == id {
			return a, true
		}
	}
	return Action[M]{}, false
}

// MatchID returns the id of the action of the key in the place, for a screen that runs actions
// itself. It is "" if there is none or if the place handles the key.
func (r *Registry[M]) MatchID(p Place, key string) ID {
	if a, known := r.Match(p, key); known && a.Run != nil {
		return a.ID
	}
	return ""
}

// Keycap returns the keys of an action as they are shown.
func (r *Registry[M]) Keycap(id ID) string {
	if a, known := r.Find(id); known {
		return a.Keycap()
	}
	return ""
}
