package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/planfile"
	"hdpadmin/internal/words"
)

// applyOptions are the options of apply.
type applyOptions struct {
	file  string
	given confirmation

	dryRun, failUnchanged bool
}

func applyCommand(f settingFlags) *cobra.Command {
	var o applyOptions
	var out output
	c := &cobra.Command{
		Use: "apply FILE", Short: "Apply a plan file",
		Long: "apply reads every account of a plan again and compares it with the fingerprint\n" +
			"in the plan. An account that changed after it was planned is a conflict, and\n" +
			"nothing is sent for it. The others are changed as a batch. A change that could\n" +
			"lock out you, d2cadmin or the last administrator is skipped, even if the author\n" +
			"of the plan could make it.\n\n" +
			"Any login may apply a plan, but only once: the audit log names its author and\n" +
			"the login that applied it. If a run was stopped or killed, run apply again to\n" +
			"resume it. It changes no account twice, and reads an account first if its\n" +
			"outcome is unknown. A plan that was used, has expired, was edited, or is for\n" +
			"another server is refused (exit code 1). If FILE is -, the plan is read from\n" +
			"standard input.",
		Example: "  hdpadmin apply unlock.json --yes",
		Args:    onePlan,
		RunE: func(c *cobra.Command, args []string) error {
			o.file = args[0]
			return out.run(c, f, func(ctx context.Context, f factory) error { return applyPlan(ctx, f, o) })
		},
	}
	o.given.addYesTo(c.Flags())
	c.Flags().Lookup("reason").Usage = "`reason` for the audit log, instead of the one in the plan"
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "print what would be sent now, without using up the plan")
	c.Flags().BoolVar(&o.failUnchanged, "fail-unchanged", false, "exit with 1 if nothing had to be changed")
	out.addTo(c.Flags(), asJSON, asNDJSON, asCSV)
	f.addForChangesTo(c.Flags())
	return c
}

func applyPlan(ctx context.Context, f factory, o applyOptions) (err error) {
	if err := f.findsPasswordElsewhere("a plan on standard input"); err != nil {
		return err
	}
	if f, err = takePlanFromStdin(f, o.file); err != nil {
		return err
	}
	p, err := f.readPlan(ctx, o.file)
	if err != nil {
		return planError(o.file, err)
	}
	d, end, err := f.openForChanges(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	b := planRun{batchRun{
		factory: f, writeSession: d, failUnchanged: o.failUnchanged,
		resume: "Run the same command again to resume it.", empty: "Plan " + p.ID + " changes nothing.",
	}, p}
	begun, err := b.claim(o.dryRun)
	if err != nil {
		return err
	}
	preview, err := b.prepare(ctx, begun)
	if err != nil {
		return err
	}
	if err := b.checkRight(preview); err != nil {
		return b.notSent(ctx, preview, err)
	}
	if o.dryRun {
		return b.dryRun(ctx, preview)
	}
	if len(p.Rows) == 0 {
		return b.endEmpty(ctx, begun)
	}
	if len(preview.Due()) > 0 && preview.Totals()[batch.Planned] == 0 {
		return b.leave(ctx, preview)
	}
	answers, err := b.confirm(ctx, o.given, preview)
	if err != nil {
		return b.notSent(ctx, preview, err)
	}
	if err := b.log.SignedIn(b.client.Login()); err != nil {
		return err
	}
	if len(preview.Rows) == 0 { // only the end of the run is missing
		return b.endEmpty(ctx, begun)
	}
	b.whyNotBegun = b.explainUse
	return b.apply(ctx, preview, answers)
}

// planRun applies a plan file.
type planRun struct {
	batchRun
	plan planfile.Plan
}

// refusal says why a plan is not applied.
func refusal(format string, args ...any) error {
	return codedError{fmt.Errorf("nothing was sent: "+format, args...), failed}
}

// claim checks that the plan may be applied here, and takes over what is left of a run that broke off.
func (b planRun) claim(onlyLook bool) (audit.BegunPlan, error) {
	if err := b.plan.CheckServer(b.client.BaseURL().String()); err != nil {
		return audit.BegunPlan{}, refusal("%w", err)
	}
	look := b.log.ClaimPlan
	if onlyLook {
		look = b.log.LookAtPlan
	}
	begun, err := look(b.plan.ID)
	return begun, b.explainUse(err)
}

// explainUse says in words that another process applies the plan, or has applied it.
func (b planRun) explainUse(err error) error {
	var used *audit.PlanUsedError
	switch {
	case errors.As(err, &used):
		first := used.Use.First
		return refusal("plan %s was applied by %s at %s, and a plan is applied only once", b.plan.ID, hdpclient.Clean(first.Who()), words.Times{Zone: b.settings.Zone()}.Named().Second(first.Time))
	case errors.Is(err, file.ErrPlanUsed):
		return refusal("plan %s was applied meanwhile, and a plan is applied only once", b.plan.ID)
	case errors.Is(err, file.ErrBatchHeld):
		return refusal("plan %s is being applied: %w", b.plan.ID, err)
	case errors.Is(err, file.ErrBatchTaken):
		return refusal("plan %s was begun, and may still be being applied; if it is not, try again in 3 minutes", b.plan.ID)
	}
	return err
}

// prepare reads the accounts of the plan that are not done, and returns what would be changed.
func (b *planRun) prepare(ctx context.Context, begun audit.BegunPlan) (batch.Preview, error) {
	guard, err := b.SeeBatch(ctx, b.plan.Action, nil)
	if err != nil {
		return batch.Preview{}, err
	}
	if b.plan.IsExpired(b.now()) { // by the server's clock, which is known by now
		return batch.Preview{}, refusal("plan %s expired at %s; make a new one with hdpadmin plan", b.plan.ID, b.times().Named().Second(b.plan.Expires))
	}
	if b.verb, err = verbOf(b.plan.Action, b.times()); err != nil {
		return batch.Preview{}, err
	}
	preview, err := b.await(ctx, batch.PrepareFile(ctx, b.client, b.plan.PlanFile, b.plan.Action, b.plan.Planned(), begun.Unfinished, guard, b.options()...))
	if err != nil {
		return batch.Preview{}, err
	}
	accounts := map[int64]account.Account{}
	for _, r := range b.plan.Rows {
		accounts[r.ID] = accountOf(r.Account)
		if begun.Writes[r.ID] == batch.Written {
			b.earlier = append(b.earlier, b.earlierRow(r, begun.Outcomes[r.ID]))
		}
	}
	for i, r := range preview.Rows {
		if r.Account.ID == 0 {
			preview.Rows[i].Account = accounts[r.ID]
		}
	}
	return preview, nil
}

// earlierRow returns a row that an earlier run of the plan has done.
func (b *planRun) earlierRow(r planfile.Row, outcome file.OutcomeKind) row {
	printed := rowOfPlan(-1, r.Account)
	printed.outcome, printed.text, printed.tally = "unchanged", b.verb.did+" by an earlier run", b.verb.did+" by an earlier run"
	if outcome == file.Differs {
		printed.outcome, printed.code = "differs", failed
		printed.text, printed.tally = "differs: an earlier run found that something else was stored", "differs"
	}
	printed.message = words.Capitalize(printed.name) + ": " + printed.text + "."
	return printed
}

// confirm returns what the plan demands. Its rows have been read, so their number need not be typed.
func (b planRun) confirm(ctx context.Context, given confirmation, preview batch.Preview) (change.Answers, error) {
	if given.reason == "" {
		given.reason = b.plan.Reason
	}
	if b.mayAsk() {
		tell(b.stderr, countRows(b.previewed(preview)))
	}
	n := preview.Totals()[batch.Planned]
	does := "change nothing"
	if n > 0 {
		does = fmt.Sprintf(b.verb.question, words.Plural(n, "account"))
	}
	q := question{text: "Apply plan " + b.plan.ID + ": " + does, needsYes: true}
	return b.confirmed(ctx, given, q, b.writer.BatchDemands(0))
}

// leave prints a plan whose due accounts could not be read, and does not use it up: the login may lack
// a right, or the server may be in trouble.
func (b planRun) leave(ctx context.Context, preview batch.Preview) error {
	tell(b.notices(), "No account that is due could be read, so nothing was sent. The plan can still be applied.")
	out := rowPrinter{batchRun: b.batchRun}
	for _, r := range slices.Concat(b.earlier, b.previewed(preview)) {
		out.add(ctx, r)
	}
	return out.end(ctx, nil)
}

// endEmpty ends a plan of which nothing is left to do.
func (b planRun) endEmpty(ctx context.Context, begun audit.BegunPlan) error {
	if begun.ID != "" {
		if err := b.log.EndBatch(begun.ID, "finished"); err != nil {
			return err
		}
	}
	out := rowPrinter{batchRun: b.batchRun}
	for _, r := range b.earlier {
		out.add(ctx, r)
	}
	return out.end(ctx, nil)
}
