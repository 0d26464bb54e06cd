package change

import "hdpadmin/hdpclient"

// PropertyKind says what a plan does to a property.
type PropertyKind string

// The kinds of a [Property].
const (
	Kept    PropertyKind = "kept"
	Changed PropertyKind = "changed"
	Added   PropertyKind = "added"
	Removed PropertyKind = "removed" // not in the PUT, and so deleted
)

// Property is one line of the request that a plan sends.
type Property struct {
	Name          string // as HDP spells it, cleaned
	Kind          PropertyKind
	Before, After Value
}

// Properties returns the exact request: every property in the order it is sent, then those that
// the PUT removes by leaving them out.
func (p Plan) Properties() []Property {
	var rows []Property
	for _, name := range names(p.after, p.before) {
		before, after := p.before.get(name), p.after.get(name)
		rows = append(rows, Property{hdpclient.Clean(name), kindOf(name, before, after), before, after})
	}
	return rows
}

func kindOf(name string, before, after Value) PropertyKind {
	switch {
	case sameMeaning(name, before, after):
		return Kept
	case before.Absent():
		return Added
	case after.Absent():
		return Removed
	}
	return Changed
}
