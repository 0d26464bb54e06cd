package ui

import (
	"regexp"
	"testing"
)

func TestAReasonMustMatchEveryPattern(t *testing.T) {
	t.Parallel()
	rule := ReasonRule{Required: true, Patterns: []*regexp.Regexp{regexp.MustCompile("CHG-[0-9]+"), regexp.MustCompile("INC-[0-9]+")}}
	for reason, want := range map[string]string{
		" ":           "a reason is required",
		"INC-7":       "the reason must match CHG-[0-9]+",
		"CHG-7":       "the reason must match INC-[0-9]+",
		"INC-7 CHG-7": "",
	} {
		if got := rule.check(reason); got != want {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
	}
}
