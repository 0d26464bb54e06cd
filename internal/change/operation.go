package change

import (
	"slices"
	"strings"

	"hdpadmin/hdpclient"
)

// Effect is one thing that a plan does to an account. It depends on the properties that change and
// not on the key that was pressed, so that the audit log has the same words for a form.
type Effect string

// The effects on properties that HDP documents.
const (
	Unlocks       Effect = "unlock"
	LocksAccount  Effect = "lock"
	SetsLockTimes Effect = "set lock times" // without locking or unlocking
	Activates     Effect = "activate"
	Deactivates   Effect = "deactivate"
	ForcesChange  Effect = "force password change"
	CancelsChange Effect = "forgive password change"
	SetsExpiry    Effect = "set expiry"
	ClearsExpiry  Effect = "clear expiry"
)

// Effects is everything that a plan does.
type Effects []Effect

// String lists the effects in words.
func (e Effects) String() string {
	words := make([]string, len(e))
	for i := range e {
		words[i] = string(e[i])
	}
	return strings.Join(words, ", ")
}

// Operation returns what the plan does in a few words, such as "unlock" or "activate, unlock".
func (p Plan) Operation() string {
	switch {
	case p.operation != "":
		return p.operation
	case p.IsUndo():
		return undoPrefix + p.undoes.String()
	}
	return p.Effects().String()
}

// undoPrefix begins the operation of an undo.
const undoPrefix = "undo "

// ParseOperation reads what [Plan.Operation] returned, as the audit log has it: the effects, and
// whether the plan undid them.
func ParseOperation(operation string) (effects Effects, undone bool) {
	operation, undone = strings.CutPrefix(operation, undoPrefix)
	for effect := range strings.SplitSeq(operation, ", ") {
		effects = append(effects, Effect(effect))
	}
	return effects, undone
}

// Effects returns what the plan does to the properties of the account.
func (p Plan) Effects() Effects { return effectsOf(diff(p.before, p.after)) }

func effectsOf(edits []edit) Effects {
	var effects Effects
	for _, e := range edits {
		if effect := effectOf(e); !slices.Contains(effects, effect) {
			effects = append(effects, effect)
		}
	}
	// The lock's times go with the lock.
	if slices.Contains(effects, Unlocks) || slices.Contains(effects, LocksAccount) {
		effects = slices.DeleteFunc(effects, func(e Effect) bool { return e == SetsLockTimes })
	}
	return effects
}

// Undoes returns the effects of the plan that this one undoes, nil if it undoes none. A plan that
// undoes an undo does not count: it redoes the change.
func (p Plan) Undoes() Effects { return slices.Clone(p.undoes) }

// IsUndo reports whether Undoes returns any effects.
func (p Plan) IsUndo() bool { return len(p.undoes) > 0 }

func effectOf(e edit) Effect {
	switch e.name {
	case status:
		return effectFor(e, "set status", map[string]Effect{"0": Deactivates, "1": Activates})
	case accountLocked:
		if sameMeaning(accountLocked, e.to, Value{}) {
			return Unlocks
		}
		return LocksAccount
	case accountLockedAt, accountLockedUntil:
		return SetsLockTimes
	case passwordStatus:
		return effectFor(e, "set password status", map[string]Effect{"1": CancelsChange, "2": ForcesChange})
	case passwordExpiration:
		if sameMeaning(passwordExpiration, e.to, Value{}) {
			return ClearsExpiry
		}
		return SetsExpiry
	}
	return Effect("set " + hdpclient.Clean(e.name))
}

func effectFor(e edit, other Effect, effects map[string]Effect) Effect {
	if effect, ok := effects[e.to.meaning(e.name)]; ok {
		return effect
	}
	return other
}
