package config

import (
	"fmt"
)

// keysTable is the name of the table that changes the keys of actions.
const keysTable = "keys"

func (d *document) readKeys(content any) {
	table, is := content.(map[string]any)
	if !is {
		d.report(d.lineOf(keysTable), "keys: must be a table, written [keys]")
		return
	}
	for _, action := range d.sortedKeys(table, keysTable) {
		keys, is := toStrings(table[action])
		if !is {
			d.report(d.lineOf(keysTable, action), fmt.Sprintf(`%s: must be a key in quotes or a list such as ["u", "f5"]`, clean(action)))
			continue
		}
		d.keys = append(d.keys, Binding{action, keys, d.lineOf(keysTable, action)})
	}
}

// toStrings accepts a string or a list of strings.
func toStrings(value any) ([]string, bool) {
	if text, is := value.(string); is {
		return []string{text}, true
	}
	list, is := value.([]any)
	keys := make([]string, len(list))
	for i, v := range list {
		if keys[i], is = v.(string); !is {
			return nil, false
		}
	}
	return keys, is
}

func (d *document) checkKeys(wrong func([]Binding) map[string][]string) {
	if wrong == nil {
		return
	}
	said := wrong(d.keys)
	for _, b := range d.keys {
		for _, what := range said[b.Action] {
			d.report(b.line, fmt.Sprintf("%s: %s", clean(b.Action), what))
		}
	}
}
