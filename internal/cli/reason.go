package cli

import (
	"fmt"
	"regexp"

	"github.com/spf13/pflag"

	"hdpadmin/ui"
)

// reasonFlags say whether a change wants a reason, and of what form.
type reasonFlags struct {
	required bool
	pattern  string
}

func (f *reasonFlags) flags(flags *pflag.FlagSet) {
	flags.BoolVar(&f.required, "require-reason", false, "send no change without a reason")
	flags.StringVar(&f.pattern, "reason-pattern", "", "`regular expression` that a reason must hold, such as \"INC-[0-9]+\"; means --require-reason")
}

func (f *reasonFlags) check() error {
	if _, err := regexp.Compile(f.pattern); err != nil {
		return fmt.Errorf("--reason-pattern: %w", err)
	}
	return nil
}

// rule is the flags as the console asks by them. They have been checked.
func (f *reasonFlags) rule() ui.ReasonRule {
	rule := ui.ReasonRule{Required: f.required || f.pattern != ""}
	if f.pattern != "" {
		rule.Pattern = regexp.MustCompile(f.pattern)
	}
	return rule
}
