package change

import (
	"slices"
	"strings"

	"hdpadmin/hdpclient"
)

// Operation returns what the plan does in a few words, such as "unlock" or "activate, unlock".
// It depends on the properties that change and not on the key that was pressed, so the audit
// log has the same words for a form.
func (p Plan) Operation() string {
	if p.operation != "" {
		return p.operation
	}
	var words []string
	for _, e := range diff(p.before, p.after) {
		if word := p.describeEdit(e); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	// The lock's times go with the lock.
	if slices.Contains(words, "unlock") || slices.Contains(words, "lock") {
		words = slices.DeleteFunc(words, func(word string) bool { return word == "set lock times" })
	}
	return strings.Join(words, ", ")
}

func (p Plan) describeEdit(e edit) string {
	switch e.name {
	case status:
		return wordFor(e, "set status", map[string]string{"0": "deactivate", "1": "activate"})
	case accountLocked:
		if sameMeaning(accountLocked, e.to, Value{}) {
			return "unlock"
		}
		return "lock"
	case accountLockedAt, accountLockedUntil:
		return "set lock times"
	case passwordStatus:
		return wordFor(e, "set password status", map[string]string{"1": "forgive password change", "2": "force password change"})
	case passwordExpiration:
		if sameMeaning(passwordExpiration, e.to, Value{}) {
			return "clear expiry"
		}
		return "set expiry"
	}
	return "set " + hdpclient.Clean(e.name)
}

func wordFor(e edit, other string, words map[string]string) string {
	if word, ok := words[e.to.meaning(e.name)]; ok {
		return word
	}
	return other
}
