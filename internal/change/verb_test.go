package change_test

import (
	"errors"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// Whatever a dialog or a command offers, the writer sends only what the operator's verbs allow.
func TestForbiddenVerbsAreNotSent(t *testing.T) {
	t.Parallel()
	deactivate := change.PlanStatus(alice, lockedAccount(), change.Deactivate(lockedAccount()))
	both := change.PlanStatus(alice, lockedAccount(), change.Unlock(change.Deactivate(lockedAccount())))
	reset := change.PlanReset(alice).Guarded("")
	for name, c := range map[string]struct {
		plan    change.Plan
		verbs   []change.Verb // nil: all
		refused bool
	}{
		"all verbs":                 {unlockPlan(), nil, false},
		"no verb":                   {unlockPlan(), []change.Verb{}, true},
		"the verb":                  {unlockPlan(), []change.Verb{change.UnlockVerb}, false},
		"another verb":              {unlockPlan(), []change.Verb{change.ResetVerb}, true},
		"no verb to deactivate":     {deactivate.Guarded(""), []change.Verb{change.UnlockVerb}, true},
		"one of two verbs":          {both.Guarded(""), []change.Verb{change.UnlockVerb}, true},
		"both verbs":                {both.Guarded(""), []change.Verb{change.UnlockVerb, change.DeactivateVerb}, false},
		"a row of a batch":          {unlockPlan().InBatch("B1", 2), []change.Verb{change.ResetVerb}, true},
		"a reset, no verb":          {reset, []change.Verb{change.UnlockVerb}, true},
		"a reset":                   {reset, []change.Verb{change.ResetVerb}, false},
		"verbs that change nothing": {unlockPlan(), []change.Verb{"list", "console", change.UnlockVerb}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{status: lockedAccount()}
			w := change.NewWriter(t.Context(), f, change.WithRules(change.Rules{Verbs: c.verbs}))
			var o change.Outcome
			if c.plan.Resource() == change.PasswordReset {
				o = w.ResetPassword(t.Context(), c.plan, hdpclient.SecretOf("Pa55!word"))
			} else {
				o = w.Apply(t.Context(), c.plan)
			}
			var unmet *change.UnmetError
			isRefused := errors.As(o.Err, &unmet) && unmet.Demand == change.PermissionDemand && o.Kind == change.NotSent
			if isRefused != c.refused || c.refused && len(f.calls()) > 0 {
				t.Errorf("%s: %v, sent %v", o.Kind, o.Err, f.calls())
			}
		})
	}
}

// An operator who may unlock must be able to undo only with the verb for it: undoing an unlock locks.
func TestUndoNeedsItsOwnVerb(t *testing.T) {
	t.Parallel()
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f, change.WithRules(change.Rules{Verbs: []change.Verb{change.UnlockVerb}}))
	if o := w.Apply(t.Context(), unlockPlan()); o.Kind != change.Applied {
		t.Fatal(o.Kind, o.Err)
	}
	undo, err := w.Undo(alice.ID)
	if err != nil {
		t.Fatal(err)
	}
	if o := w.Apply(t.Context(), undo.Guarded("")); o.Kind != change.NotSent {
		t.Errorf("the undo: %s", o.Kind)
	}
	if why := w.WhyNot(change.UndoVerb); why != "you may not undo changes here" {
		t.Errorf("%q", why)
	}
	if why := w.WhyNot(change.UndoVerb, change.UnlockVerb); why != "" {
		t.Errorf("one of two is allowed: %q", why)
	}
}

func TestEveryVerbHasWords(t *testing.T) {
	t.Parallel()
	for _, v := range change.Verbs() {
		if v.String() == "" {
			t.Errorf("%q", string(v))
		}
	}
}
