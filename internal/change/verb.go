package change

import "slices"

// Verb names a kind of change by the command that makes it. Several operators may share one login, and
// then the login's permissions do not say what each of them may do.
type Verb string

// The verbs.
const (
	UnlockVerb        Verb = "unlock"
	LockVerb          Verb = "lock" // also the times of a lock; only in the console
	ActivateVerb      Verb = "activate"
	DeactivateVerb    Verb = "deactivate"
	ForceChangeVerb   Verb = "force-change"
	ForgiveChangeVerb Verb = "forgive-change"
	ExpireVerb        Verb = "expire"
	ResetVerb         Verb = "reset"
	UndoVerb          Verb = "undo"
	// EditVerb stands for a value or a property that HDP does not document. No command sets one.
	EditVerb Verb = "edit"
)

// Verbs returns every verb.
func Verbs() []Verb {
	return []Verb{
		UnlockVerb, LockVerb, ActivateVerb, DeactivateVerb, ForceChangeVerb, ForgiveChangeVerb, ExpireVerb, ResetVerb, UndoVerb, EditVerb,
	}
}

// String returns what the verb does, in words that fit after "you may not".
func (v Verb) String() string {
	return map[Verb]string{
		UnlockVerb: "unlock accounts", LockVerb: "lock accounts", ActivateVerb: "activate accounts", DeactivateVerb: "deactivate accounts",
		ForceChangeVerb: "force password changes", ForgiveChangeVerb: "cancel forced password changes", ExpireVerb: "change password expiries",
		ResetVerb: "reset passwords", UndoVerb: "undo changes", EditVerb: "set undocumented values",
	}[v]
}

// Verbs returns the verbs that the plan needs: for an undo only that one, whatever it undoes. A change
// of the operator's own password needs none.
func (p Plan) Verbs() []Verb {
	switch {
	case p.resource == OwnPassword:
		return nil
	case p.resource == PasswordReset:
		return []Verb{ResetVerb}
	case p.IsUndo():
		return []Verb{UndoVerb}
	}
	var verbs []Verb
	for _, e := range p.Effects() {
		verbs = append(verbs, verbOf(e))
	}
	return verbs
}

func verbOf(e Effect) Verb {
	switch e {
	case Unlocks:
		return UnlockVerb
	case LocksAccount, SetsLockTimes:
		return LockVerb
	case Activates:
		return ActivateVerb
	case Deactivates:
		return DeactivateVerb
	case ForcesChange:
		return ForceChangeVerb
	case CancelsChange:
		return ForgiveChangeVerb
	case SetsExpiry, ClearsExpiry:
		return ExpireVerb
	}
	return EditVerb
}

// WhyNot says why none of the verbs is allowed, "" if one of them is.
func (r Rules) WhyNot(verbs ...Verb) string {
	if r.Verbs == nil || len(verbs) == 0 {
		return ""
	}
	for _, v := range verbs {
		if slices.Contains(r.Verbs, v) {
			return ""
		}
	}
	return "you may not " + verbs[0].String() + " here"
}

// forbids says why the plan is not allowed, "" if it is.
func (r Rules) forbids(p Plan) string {
	for _, v := range p.Verbs() {
		if why := r.WhyNot(v); why != "" {
			return why
		}
	}
	return ""
}

// WhyNot says why the rules allow none of the verbs, "" if they allow one, see [WithRules].
func (w *Writer) WhyNot(verbs ...Verb) string {
	if w.rules == nil {
		return ""
	}
	return w.rules.WhyNot(verbs...)
}
