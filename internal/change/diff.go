package change

import "slices"

// edit is one property that a plan sets, or removes if to is absent.
type edit struct {
	name string
	to   Value
}

// diff returns the edits that make before mean the same as after, and none for
// a property that merely is written another way.
func diff(before, after object) []edit {
	var edits []edit
	for _, name := range names(after, before) {
		if to := after.get(name); !sameMeaning(name, before.get(name), to) {
			edits = append(edits, edit{name, to})
		}
	}
	return edits
}

// patch returns o with the edits made and everything else as it stands in o:
// absent stays absent and null null. That is why a plan is never sent as it was
// drawn up, but laid over what has just been read.
func patch(edits []edit, o object) object {
	for _, e := range edits {
		o = o.with(e.name, e.to)
	}
	return o
}

// hasUnknown reports whether one of the edits is of a property that hdpclient does
// not know, and that may change on its own.
func hasUnknown(edits []edit) bool {
	return slices.ContainsFunc(edits, func(e edit) bool { return !isKnown(e.name) })
}

// names returns the name of every property of the objects once, in the order
// they first appear.
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
