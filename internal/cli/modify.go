package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/words"
)

// modifyOptions are the options of a command that changes an account.
type modifyOptions struct {
	verb     verb
	accounts accountArgs
	given    confirmation

	dryRun, failUnchanged bool
}

func modifyCommand(f settingFlags, v verb) *cobra.Command {
	o := modifyOptions{verb: v}
	var out output
	c := &cobra.Command{
		Use: v.name + " ACCOUNT...", Short: v.short,
		Long:    v.help(),
		Example: "  " + cmp.Or(v.example, "hdpadmin "+v.name+" alice.smith --reason INC-4711\n  hdpadmin "+v.name+" --from accounts.csv --dry-run"),
		Args:    o.accounts.take,
		RunE: func(c *cobra.Command, _ []string) error {
			return out.run(c, f, func(ctx context.Context, f factory) error {
				if _, err := v.completed(words.Times{Now: time.Now}); err != nil { // before anything is sent
					return usage(err)
				}
				if o.accounts.isOne() {
					return modify(ctx, f, o)
				}
				return several(ctx, f, o)
			})
		},
	}
	if v.addFlags != nil {
		v.addFlags(c.Flags())
	}
	o.accounts.addTo(c.Flags())
	o.given.addTo(c.Flags())
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "print what would be sent, without sending it")
	c.Flags().BoolVar(&o.failUnchanged, "fail-unchanged", false, "exit with 1 if nothing had to be changed")
	out.addTo(c.Flags(), asJSON, asNDJSON, asCSV)
	f.addForChangesTo(c.Flags())
	return c
}

// help returns the long help text of the command.
func (v verb) help() string {
	parts := []string{v.long, changeHelp}
	if v.needsYes {
		parts = append(parts, confirmHelp)
	}
	return strings.Join(append(parts, accountHelp, severalHelp), "\n\n")
}

const changeHelp = "As in the console, hdpadmin reads the account before and after the change, and\n" +
	"writes the change to the audit log before it sends it."

const confirmHelp = "hdpadmin asks you to confirm; --yes answers the question, and is required\n" +
	"without a terminal. A change that could lock out you, d2cadmin or the last\n" +
	"administrator needs --confirm with the user name of the account."

// modify changes the account and prints the outcome.
func modify(ctx context.Context, f factory, o modifyOptions) (err error) {
	d, end, err := f.openForChanges(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	r, err := d.readNamed(ctx, o.accounts.names[0])
	if err != nil {
		return err
	}
	if o.verb, err = o.verb.completed(d.times()); err != nil { // now by the server's clock
		return err
	}
	p := printer{f, o, d.session, r.Account()}
	plan, err := p.plan(r)
	if err != nil {
		return p.notSent(ctx, err)
	}
	if plan.Empty() {
		return p.unchanged(ctx, p.account)
	}
	return p.carryOut(ctx, d, r, plan, p.outcome)
}

// carryOut makes the change of a plan if this login may, and prints its outcome with the given function.
func (p printer) carryOut(ctx context.Context, d writeSession, r account.Reading, plan change.Plan, outcome func(context.Context, change.Outcome) error) error {
	if why := d.MayNotMake(plan.Verbs()...); why != "" {
		return p.notSent(ctx, codedError{errors.New("nothing was sent: " + why), refused})
	}
	seen, err := d.See(ctx, plan, r)
	if err != nil {
		return p.notSent(ctx, err)
	}
	if p.dryRun {
		return p.planned(ctx, plan)
	}
	answers, err := p.confirmed(ctx, p.given, p.verb.asking(p.account), d.Demands(plan, seen))
	if err != nil {
		return p.notSent(ctx, err)
	}
	plan = d.Guarded(plan, seen).WithAnswers(answers)
	return outcome(ctx, p.signals.untilDone(d.writer, func() change.Outcome { return d.writer.Apply(ctx, plan) }))
}

// plan plans the change, unless it makes no sense for the account.
func (p printer) plan(r account.Reading) (change.Plan, error) {
	plan, err := p.verb.plan(r)
	if err == nil {
		err = cmp.Or(plan.Err(), replacesUndocumented(plan))
	}
	if why := desk.WhyNoPassword(p.account); err == nil && why != "" && plan.Resource() == change.PasswordInfo {
		err = codedError{fmt.Errorf("nothing was sent: %s of %s", why, naming(p.account)), refused}
	}
	return plan, err
}

// readNamed reads the account that text names.
func (d writeSession) readNamed(ctx context.Context, text string) (account.Reading, error) {
	row, err := d.Resolve(ctx, text)
	if err != nil {
		return account.Reading{}, err
	}
	r, err := d.ReadForChange(ctx, row.ID)
	if err != nil {
		return r, err
	}
	return r, d.log.SignedIn(d.client.Login())
}

// replacesUndocumented returns an error for a plan that would replace a status whose meaning nobody
// knows. The console leaves that to its forms.
func replacesUndocumented(plan change.Plan) error {
	var was fmt.Stringer
	if before, after, ok := plan.StatusInfo(); ok && before.Status != after.Status &&
		before.Status != hdpclient.Active && before.Status != hdpclient.Inactive {
		was = before.Status
	}
	if before, after, ok := plan.PasswordInfo(); ok && before.PasswordStatus != after.PasswordStatus &&
		before.PasswordStatus != hdpclient.PasswordActive && before.PasswordStatus != hdpclient.PasswordMustChange {
		was = before.PasswordStatus
	}
	if was == nil {
		return nil
	}
	return codedError{fmt.Errorf("nothing was sent: what %s means for %s is not documented; edit it in the console", was, plan.Subject().Name), conflict}
}
