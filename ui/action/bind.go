package action

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Binding replaces the keys of an action.
type Binding struct {
	ID   ID
	Keys []string
}

// BindingProblem describes a binding that cannot be used.
type BindingProblem struct {
	ID   ID
	Text string
	// Name is the unknown name in the binding, for which the caller may suggest the nearest of
	// Known. "" if the problem is not an unknown name.
	Name  string
	Known []string
}

// Bind returns the registry with the given keys. If any binding is wrong, it returns the registry
// unchanged and all problems.
func (r *Registry[M]) Bind(bindings []Binding) (*Registry[M], []BindingProblem) {
	bound := &Registry[M]{actions: slices.Clone(r.actions)}
	var wrong []BindingProblem
	boundAs, changed := map[ID]ID{}, map[ID]bool{} // boundAs: the name in the settings, perhaps a former one
	for _, b := range bindings {
		i := slices.IndexFunc(bound.actions, func(a Action[M]) bool { return a.IsCalled(b.ID) })
		if i < 0 {
			wrong = append(wrong, BindingProblem{ID: b.ID, Text: "unknown action", Name: string(b.ID), Known: r.ids()})
			continue
		}
		a := &bound.actions[i]
		if other, twice := boundAs[a.ID]; twice {
			wrong = append(wrong, BindingProblem{ID: b.ID, Text: fmt.Sprintf("%s and %s are the same action: keep only %s", other, b.ID, a.ID)})
			continue
		}
		boundAs[a.ID] = b.ID
		if problems := checkKeys(*a, b.Keys); len(problems) > 0 {
			for _, p := range problems {
				p.ID = b.ID
				wrong = append(wrong, p)
			}
			continue
		}
		a.Keys, a.KeyLabel, changed[a.ID] = b.Keys, formatKeys(b.Keys), true
	}
	places := bound.places()
	for i, a := range bound.actions {
		for _, b := range bound.actions[:i] {
			if !changed[a.ID] && !changed[b.ID] {
				continue
			}
			to, other := a, b // the later of the two bindings gets the blame
			if !changed[a.ID] {
				to, other = b, a
			}
			key, place, clash := findClash(a, b, places)
			if !clash {
				continue
			}
			text := fmt.Sprintf("%s is already a key of %s in the same place (%s): give %s another key too", key, other.ID, place, other.ID)
			if other.Run == nil {
				text = fmt.Sprintf("%s is already a key of the fields in the same place (%s): take another key", key, place)
			}
			wrong = append(wrong, BindingProblem{ID: boundAs[to.ID], Text: text})
		}
	}
	if len(wrong) > 0 {
		return r, wrong
	}
	return bound, nil
}

func (r *Registry[M]) ids() []string {
	names := make([]string, len(r.actions))
	for i, a := range r.actions {
		names[i] = string(a.ID)
	}
	return names
}

// checkKeys returns everything that is wrong with the keys for the action.
func checkKeys[M any](a Action[M], keys []string) []BindingProblem {
	var wrong []BindingProblem
	refuse := func(what string, args ...any) {
		wrong = append(wrong, BindingProblem{Text: fmt.Sprintf(what, args...)})
	}
	switch {
	case a.Run == nil:
		refuse("its keys belong to the field and cannot be changed")
		return wrong
	case len(keys) == 0:
		refuse("needs at least one key")
	case a.ReservedKey != "" && !slices.Contains(keys, a.ReservedKey):
		refuse("must keep %s: messages name it, or you need it to get out", a.ReservedKey)
	}
	for i, key := range keys {
		base, what := checkKeyName(key)
		switch {
		case slices.Contains(keys[:i], key):
			refuse("%s is listed twice", key)
		case what != "":
			wrong = append(wrong, BindingProblem{Text: what, Name: base, Known: namedKeys()})
		case typesText(key) && (a.WorksIn(SignIn) || a.WorksIn(Search) || a.WorksIn(Opening)): // SignIn is within Form
			refuse("%s types text here: use a key with ctrl or alt, or one that types nothing", key)
		}
	}
	return wrong
}

// typesText reports whether the key types something into a text field.
func typesText(key string) bool {
	return key == "space" || ansi.StringWidth(key) > 0 && firstCharacter(key) == key
}

func firstCharacter(s string) string {
	char, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return char
}

func namedKeys() []string {
	list := []string{
		"enter", "tab", "backspace", "esc", "space", "up", "down", "left", "right",
		"home", "end", "pgup", "pgdown", "insert", "delete",
	}
	for n := range 20 {
		list = append(list, fmt.Sprintf("f%d", n+1))
	}
	return list
}

// terminalAliases returns keys that a terminal sends as another key.
func terminalAliases() map[string]string {
	return map[string]string{"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc", "ctrl+h": "backspace", "ctrl+@": "ctrl+space"}
}

// checkKeyName returns what is wrong with a key name in the form of tea.KeyPressMsg.String, "" if
// nothing is. base is the key without modifiers such as ctrl.
func checkKeyName(key string) (base, wrong string) {
	base = key
	var before []string
	for _, mod := range []string{"ctrl", "alt", "shift", "meta", "hyper", "super"} {
		if rest, has := strings.CutPrefix(base, mod+"+"); has && rest != "" {
			base, before = rest, append(before, mod)
		}
	}
	char := base != "" && firstCharacter(base) == base && base != " " && !strings.ContainsFunc(base, unicode.IsControl)
	as, isSame := terminalAliases()[key]
	switch {
	case isSame:
		return base, fmt.Sprintf("terminals cannot tell %s from %s", key, as)
	case slices.Contains(namedKeys(), base):
		return base, ""
	case char && slices.Equal(before, []string{"shift"}):
		return base, fmt.Sprintf("%s is written %q", key, strings.ToUpper(base))
	case char && len(before) > 0 && strings.ToLower(base) != base:
		return base, fmt.Sprintf("%s is written %s", key, strings.TrimSuffix(key, base)+strings.ToLower(base))
	case char:
		return base, ""
	}
	return base, fmt.Sprintf("unknown key %q", key)
}

func formatKeys(keys []string) string {
	shown := make([]string, len(keys))
	short := map[string]string{"pgdown": "pgdn", "up": "↑", "down": "↓", "left": "←", "right": "→"}
	for i, key := range keys {
		base, _ := checkKeyName(key)
		shown[i] = key
		if sign, has := short[base]; has {
			shown[i] = strings.TrimSuffix(key, base) + sign
		}
	}
	return strings.Join(shown, " ")
}
