package change_test

import (
	"errors"
	"regexp"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestReasonMustMatchEveryPattern(t *testing.T) {
	t.Parallel()
	rule := change.ReasonRule{Required: true, Patterns: []*regexp.Regexp{regexp.MustCompile("CHG-[0-9]+"), regexp.MustCompile("INC-[0-9]+")}}
	for reason, want := range map[string]string{
		" ":           "a reason is required",
		"INC-7":       "the reason must match CHG-[0-9]+",
		"CHG-7":       "the reason must match INC-[0-9]+",
		"INC-7 CHG-7": "",
	} {
		if got := rule.Check(reason); got != want {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
	}
}

// Even if a dialog or a command forgets a demand, the writer sends nothing until it is met.
func TestUnmetDemandsBlockTheChange(t *testing.T) {
	t.Parallel()
	const dangerous = "This is your own account."
	strict := change.Rules{Reason: change.ReasonRule{Required: true}, TypeName: true}
	good := change.Answers{Reason: "INC-4711", Name: alice.Name.Raw()}
	deactivate := func() change.Plan {
		return change.PlanStatus(alice, lockedAccount(), change.Deactivate(lockedAccount()))
	}
	for _, c := range []struct {
		name    string
		rules   change.Rules
		plan    change.Plan
		refused change.Demand // "" if it is sent
	}{
		{"nothing is demanded", change.Rules{}, unlockPlan(), ""},
		{"no reason", strict, unlockPlan().WithAnswers(change.Answers{Name: alice.Name.Raw()}), change.ReasonDemand},
		{"no name", strict, unlockPlan().WithReason("INC-4711"), change.NameDemand},
		{"another name", strict, unlockPlan().WithAnswers(change.Answers{Reason: "INC-4711", Name: "bob"}), change.NameDemand},
		{"reason and name", strict, unlockPlan().WithAnswers(good), ""},
		{"no name of a protected account", change.Rules{}, deactivate().Guarded(dangerous), change.NameDemand},
		{"the name of a protected account", change.Rules{}, deactivate().Guarded(dangerous).WithAnswers(good), ""},
		{"an account without protection", change.Rules{}, deactivate().Guarded(""), ""},
		{"a row of a large batch, no number", change.Rules{}, unlockPlan().InBatch("B1", 11), change.NumberDemand},
		{"a row of a large batch", change.Rules{}, unlockPlan().WithAnswers(change.Answers{Number: "11"}).InBatch("B1", 11), ""},
		{"a row of a small batch", change.Rules{}, unlockPlan().InBatch("B1", 10), ""},
		{"a row of a small batch under strict rules", strict, unlockPlan().WithReason("INC-4711").InBatch("B1", 10), change.NumberDemand},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := &fake{status: lockedAccount()}
			o := change.NewWriter(t.Context(), f, change.WithRules(c.rules)).Apply(t.Context(), c.plan)
			var unmet *change.UnmetError
			switch is := errors.As(o.Err, &unmet); {
			case c.refused == "" && o.Kind != change.Applied:
				t.Errorf("%s: %v", o.Kind, o.Err)
			case c.refused != "" && (!is || unmet.Demand != c.refused || o.Kind != change.NotSent || len(f.calls()) > 0):
				t.Errorf("%s: %v, sent %v", o.Kind, o.Err, f.calls())
			}
		})
	}
}

func TestUnmetDemandsBlockTheReset(t *testing.T) {
	t.Parallel()
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f, change.WithRules(change.Rules{TypeName: true}))
	plan := change.PlanReset(alice)
	for name, plan := range map[string]change.Plan{"no name": plan.Guarded(""), "protection not checked": plan.WithAnswers(change.Answers{Name: alice.Name.Raw()})} {
		if o := w.ResetPassword(t.Context(), plan, hdpclient.SecretOf("Pa55!word")); o.Kind != change.NotSent {
			t.Errorf("%s: %s", name, o.Kind)
		}
	}
}
