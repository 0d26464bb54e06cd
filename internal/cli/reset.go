package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
)

// resetOptions are the options of reset.
type resetOptions struct {
	account    string
	given      confirmation
	passwordTo string
	toGiven    bool

	unlock, dryRun bool
}

func resetCommand(f settingFlags) *cobra.Command {
	var o resetOptions
	var out output
	c := &cobra.Command{
		Use: "reset ACCOUNT", Short: "Set a temporary password",
		Long: strings.Join([]string{
			"reset sets a temporary password that meets the server's password policy. The\n" +
				"user must change it at the next sign-in. A reset cannot be undone.",
			passwordToHelp(f), "--unlock is a second change. If only that fails, reset exits with 8.", confirmHelp, accountHelp,
		}, "\n\n"),
		Example: "  hdpadmin reset alice.smith\n" +
			"  hdpadmin reset alice.smith --yes --unlock --password-to alice.txt",
		Args: oneAccount,
		RunE: func(c *cobra.Command, args []string) error {
			o.account, o.toGiven = args[0], c.Flags().Changed("password-to")
			return out.run(c, f, func(ctx context.Context, f factory) error { return reset(ctx, f, o) })
		},
	}
	o.given.addForOneTo(c.Flags())
	c.Flags().StringVar(&o.passwordTo, "password-to", "", "write the password to this new `file`, or to an open descriptor as in fd:3")
	c.Flags().BoolVar(&o.unlock, "unlock", false, "also unlock the account, once the password is set")
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "print what would be sent, without sending it")
	out.addTo(c.Flags(), asJSON, asNDJSON)
	f.addForChangesTo(c.Flags())
	return c
}

// passwordToHelp says where the password goes.
func passwordToHelp(f settingFlags) string {
	if f.served != nil {
		return "hdpadmin prints the password only to a terminal, with its spelling for the\n" +
			"phone. Without one, use --password-to -: then the password is all that standard\n" +
			"output gets, once it is set, or may be. Everything else goes to standard error."
	}
	return "hdpadmin prints the password only to a terminal, with its spelling for the\n" +
		"phone. Otherwise, --password-to must name a new file, or fd:N, a descriptor that\n" +
		"you opened, such as a pipe to a vault. The file is created before anything is\n" +
		"sent, and only you can read it (mode 0600). It is removed if the password was\n" +
		"not set, and kept if that is unknown. A descriptor gets the password only once\n" +
		"it is set, or may be."
}

// reset sets a temporary password and hands it over.
func reset(ctx context.Context, f factory, o resetOptions) (err error) {
	target, err := f.openPasswordTarget(o.passwordTo, o.toGiven, o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.close()) }()
	if target.stdout != nil {
		f.process = f.withOutput(f.stderr, f.stderr)
	}
	d, end, err := f.openForChanges(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	r, err := d.readNamed(ctx, o.account)
	if err != nil {
		return err
	}
	p := resetPrinter{printer{f, modifyOptions{}, d.session, r.Account()}, target}
	if why := desk.WhyNoPassword(p.account); why != "" {
		return p.notSent(ctx, codedError{fmt.Errorf("nothing was sent: %s of %s", why, naming(p.account)), refused})
	}
	if why := d.MayNotMake(change.ResetVerb); why != "" {
		return p.notSent(ctx, codedError{errors.New("nothing was sent: " + why), refused})
	}
	plan := change.PlanReset(change.SubjectOf(r.User))
	seen, err := d.See(ctx, plan, r)
	if err != nil {
		return p.notSent(ctx, err)
	}
	if o.dryRun {
		return p.planned(ctx, plan)
	}
	ask := question{text: "Set a temporary password for " + naming(p.account), name: p.account.Name, needsYes: true}
	answers, err := f.confirmed(ctx, o.given, ask, d.Demands(plan, seen))
	if err != nil {
		return p.notSent(ctx, err)
	}
	password, err := d.newPassword(ctx, f, plan.Subject())
	if err != nil {
		return p.notSent(ctx, err)
	}
	defer password.Wipe()
	if err := target.prepare(password); err != nil {
		return p.notSent(ctx, err)
	}
	plan = d.Guarded(plan, seen).WithAnswers(answers)
	done := f.signals.untilDone(d.writer, func() change.Outcome { return d.Reset(ctx, plan, password) })
	if done.Kind != change.Accepted && done.Kind != change.Unknown {
		return p.outcome(ctx, done)
	}
	handover := d.handOver(target, plan.Subject(), password)
	unlocking := desk.Unlocking{Err: context.Canceled}
	if o.unlock && done.Kind == change.Accepted && ctx.Err() == nil {
		f.signals.untilDone(d.writer, func() change.Outcome {
			unlocking = d.UnlockAfterReset(ctx, plan)
			return unlocking.Outcome
		})
	}
	if again, err := d.Read(ctx, r.User.ID); err == nil { // a reset may change more than the password
		p.account = again.Account()
	}
	return p.printReset(ctx, done, handover, o.unlock, unlocking)
}

// newPassword makes a password that meets the server's policy, if that can be read.
func (d writeSession) newPassword(ctx context.Context, f factory, who change.Subject) (hdpclient.Secret, error) {
	policy := hdpclient.Opt[hdpclient.PasswordPolicy]{}
	switch read, err := d.client.PasswordPolicy(ctx); {
	case err == nil:
		policy = hdpclient.Some(read)
	case ctx.Err() != nil || desk.RefusesLogin(err):
		return hdpclient.Secret{}, err
	default:
		tell(f.notices(), desk.PolicyNotRead)
	}
	password, err := desk.NewPassword(policy, who)
	if err != nil {
		return password, fmt.Errorf("nothing was sent: %w", err)
	}
	return password, nil
}

// handOver hands over a password that is in force, or may be, and logs that.
func (d writeSession) handOver(target *passwordTarget, who change.Subject, password hdpclient.Secret) error {
	if err := target.deliver(who, password); err != nil {
		return err
	}
	if target.isTerminal() {
		return d.log.PasswordRevealed(who)
	}
	return d.log.PasswordSaved(who, target.name)
}

// resetPrinter prints the outcome of a reset.
type resetPrinter struct {
	printer
	target *passwordTarget
}

// printReset prints the outcome of a reset whose password is in force, or may be.
func (p resetPrinter) printReset(ctx context.Context, o change.Outcome, handover error, unlock bool, u desk.Unlocking) error {
	r, code := result{head: head{schema, true, "applied"}}, ok
	problem := explain.Outcome(o, p.session.times())
	says := []string{"Set a temporary password for " + naming(p.account) + ", verified " + p.session.times().Named().Second(o.At) + ".", "The user must change it at the next sign-in."}
	switch {
	case o.Kind == change.Unknown:
		r.Changed, r.Outcome, code = false, "unknown", unknown
		says = []string{problem.Title, problem.Lead, problem.Means, "The temporary password may be in force."}
	case o.ReadErr != nil:
		r.Changed, r.Outcome, code = false, "unknown", unknown
		says = []string{"HDP accepted a temporary password for " + naming(p.account) + ", but it could not be verified.", explain.Error(o.ReadErr).Lead, "The password may be in force."}
	case o.LogErr != nil:
		code = failed
		says = []string{problem.Title, problem.Lead, problem.Means}
	}
	switch {
	case handover != nil:
		code = max(code, failed)
		says = append(says, words.Capitalize(hdpclient.Clean(handover.Error())))
	case !p.target.isTerminal():
		says = append(says, "The password is "+p.target.where()+".")
	}
	if unlock {
		var text string
		r.Unlock, text = p.unlocked(o, u)
		says = append(says, text)
		if code == ok && r.Unlock.Outcome != "applied" && r.Unlock.Outcome != "unchanged" {
			code = partly
		}
	}
	if v := p.account.Verdict(p.session.now()); v.Outcome == account.CannotSignIn {
		says = append(says, whySentence(p.account, v))
	}
	r.Message = joinSentences(says...)
	if code != ok {
		return p.failure(ctx, r, code, p.account)
	}
	return p.printResult(ctx, r, p.account)
}

// unlocked says how the unlock after a reset ended.
func (p resetPrinter) unlocked(reset change.Outcome, u desk.Unlocking) (*unlockResult, string) {
	times := p.session.times()
	switch {
	case reset.Kind != change.Accepted:
		return &unlockResult{Outcome: "not-sent"}, "Not unlocked: it is not known whether the reset was accepted."
	case errors.Is(u.Err, context.Canceled):
		return &unlockResult{Outcome: "not-sent"}, "Not unlocked."
	case u.Err != nil:
		return &unlockResult{Outcome: "not-sent"}, "Not unlocked: " + explain.Error(u.Err).Lead
	case u.NotLocked:
		return &unlockResult{Outcome: "unchanged"}, "The account is not locked."
	case u.Outcome.Kind == change.Applied && u.Outcome.LogErr == nil:
		return &unlockResult{Changed: true, Outcome: "applied"}, "Unlocked the account, verified " + times.Named().Second(u.Outcome.At) + "."
	}
	problem := explain.Outcome(u.Outcome, times)
	return &unlockResult{hasChanged(u.Outcome), outcomeName(u.Outcome)}, joinSentences("Unlock not confirmed: "+problem.Title, problem.Lead, problem.Means)
}
