package change

import "slices"

// edit sets one property, or removes it if to is absent.
type edit struct {
	name string
	to   Value
}

// diff returns the edits that make before mean the same as after. A property that is only
// spelled differently needs none.
func diff(before, after object) []edit {
	var edits []edit
	for _, name := range names(after, before) {
		if to := after.get(name); !sameMeaning(name, before.get(name), to) {
			edits = append(edits, edit{name, to})
		}
	}
	return edits
}

// patch applies the edits to o and keeps everything else as it is there: absent stays absent
// and null stays null. That is why a plan is never sent as it was made, but applied to what has
// just been read.
func patch(edits []edit, o object) object {
	for _, e := range edits {
		o = o.with(e.name, e.to)
	}
	return o
}

// hasUnknown reports whether an edit concerns a property that hdpclient does not know, which
// may change on its own.
func hasUnknown(edits []edit) bool {
	return slices.ContainsFunc(edits, func(e edit) bool { return !isKnown(e.name) })
}

// names returns each property name of the objects once, in order of first appearance.
func names(objects ...object) []string {
	var all []string
	seen := map[string]bool{}
	for _, o := range objects {
		for _, m := range o {
			if !seen[m.name] {
				seen[m.name] = true
				all = append(all, m.name)
			}
		}
	}
	return all
}
