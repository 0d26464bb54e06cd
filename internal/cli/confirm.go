package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/shell"

	"github.com/spf13/pflag"
)

// confirmation is what the operator has given with flags.
type confirmation struct {
	reason  string
	confirm string // the account's user name, or the number of accounts in a batch
	yes     bool
}

func (c *confirmation) addTo(flags *pflag.FlagSet) {
	c.addYesTo(flags)
	flags.StringVar(&c.confirm, "confirm", "", "confirm with the user `name` of the account, or in a batch with the number of accounts; includes --yes")
}

// addForOneTo adds the flags for a change of one account.
func (c *confirmation) addForOneTo(flags *pflag.FlagSet) {
	c.addTo(flags)
	flags.Lookup("confirm").Usage = "confirm with the user `name` of the account; includes --yes"
}

// addYesTo adds the flags for a change that needs no --confirm.
func (c *confirmation) addYesTo(flags *pflag.FlagSet) {
	flags.StringVar(&c.reason, "reason", "", "`reason` for the audit log, such as the number of a ticket")
	flags.BoolVarP(&c.yes, "yes", "y", false, "do not ask for confirmation")
}

// question is a change that is to be confirmed.
type question struct {
	text     string         // what it does to which account: "Deactivate alice.smith (id 307, tenant Sales)"
	name     hdpclient.Text // of the account
	number   int            // of accounts in a batch; 0 for a single change
	needsYes bool           // even if it demands nothing
}

// typed returns what must be typed to confirm the change, if that is demanded.
func (q question) typed() string {
	if q.number > 0 {
		return strconv.Itoa(q.number)
	}
	return q.name.String()
}

// meaning says what the number to be typed is.
func (q question) meaning() string {
	if q.number > 0 {
		return " (the number of accounts)"
	}
	return ""
}

func (q question) isTyped(s string) bool {
	if q.number > 0 {
		return s == strconv.Itoa(q.number)
	}
	return q.name.IsTyped(s)
}

// confirmed returns the answers that a change demands, from the flags or from the operator. The error
// names everything that is missing and cannot be asked for.
func (f factory) confirmed(ctx context.Context, given confirmation, q question, d change.Demands) (change.Answers, error) {
	if d.Forbidden != "" {
		return change.Answers{}, codedError{errors.New("nothing was sent: " + d.Forbidden), refused}
	}
	mayAsk := f.mayAsk()
	mustType := d.TypeName || d.Number > 0
	var missing []string
	if why := d.Reason.Check(given.reason); why != "" && (!mayAsk || given.reason != "") {
		missing = append(missing, "--reason ("+why+")")
	}
	switch {
	case given.confirm != "" && !q.isTyped(given.confirm):
		missing = append(missing, fmt.Sprintf("--confirm %s (it is not %s)", shell.QuoteIfNeeded(q.typed()), hdpclient.Clean(given.confirm)))
	case given.confirm == "" && mustType && !mayAsk:
		missing = append(missing, "--confirm "+shell.QuoteIfNeeded(q.typed())+q.meaning())
	case given.leavesOpen(q) && !mustType && !mayAsk:
		missing = append(missing, "--yes")
	}
	if len(missing) > 0 {
		text := "nothing was sent; missing: " + strings.Join(missing, ", ")
		return change.Answers{}, codedError{errors.New(strings.TrimSuffix(text+". "+d.Warning, ". ")), declined}
	}
	a, err := f.askFor(ctx, given, q, d)
	if err != nil {
		return change.Answers{}, codedError{err, declined}
	}
	if unmet := d.Unmet(a); unmet != nil {
		return change.Answers{}, codedError{errors.New("nothing was sent: " + unmet.Why), declined}
	}
	return a, nil
}

// leavesOpen reports whether the operator must still say yes.
func (c confirmation) leavesOpen(q question) bool { return c.confirm == "" && !c.yes && q.needsYes }

// askFor asks for what the flags leave open.
func (f factory) askFor(ctx context.Context, given confirmation, q question, d change.Demands) (a change.Answers, err error) {
	a.Reason = given.reason
	if d.Reason.Check(a.Reason) != "" {
		if a.Reason, err = f.ask(ctx, "Reason: "); err != nil {
			return a, err
		}
		if why := d.Reason.Check(a.Reason); why != "" {
			return a, errors.New("nothing was sent: " + why)
		}
	}
	typed := given.confirm
	switch {
	case typed == "" && d.TypeName:
		tell(f.stderr, d.Warning)
		typed, err = f.ask(ctx, q.text+"? Type the user name to confirm: ")
	case typed == "" && d.Number > 0:
		typed, err = f.ask(ctx, q.text+"? Type the number of accounts to confirm: ")
	case given.leavesOpen(q):
		var answer string
		answer, err = f.ask(ctx, q.text+"? [y/N] ")
		if err == nil && !strings.EqualFold(answer, "y") && !strings.EqualFold(answer, "yes") {
			err = errors.New("declined; nothing was sent")
		}
	}
	if q.number > 0 {
		a.Number = typed
	} else {
		a.Name = typed
	}
	return a, err
}
