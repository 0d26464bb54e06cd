package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/export"
	"hdpadmin/internal/words"
)

// verb is a command that changes one account.
type verb struct {
	name, short, long string
	question          string // the words before the account's name; "" if the command asks nothing
	done, already     string // %s is the account
	plan              func(account.Reading) (change.Plan, error)
}

func verbs() []verb {
	status := func(edit func(hdpclient.StatusInfo) hdpclient.StatusInfo) func(account.Reading) (change.Plan, error) {
		return func(r account.Reading) (change.Plan, error) {
			info, ok := r.Status.Get()
			if !ok {
				return change.Plan{}, r.StatusErr
			}
			return change.PlanStatus(change.SubjectOf(r.User), info, edit(info)), nil
		}
	}
	password := func(edit func(hdpclient.PasswordInfo) hdpclient.PasswordInfo) func(account.Reading) (change.Plan, error) {
		return func(r account.Reading) (change.Plan, error) {
			info, ok := r.Password.Get()
			if !ok {
				return change.Plan{}, r.PasswordErr
			}
			return change.PlanPassword(change.SubjectOf(r.User), info, edit(info)), nil
		}
	}
	return []verb{
		{
			name: "unlock", short: "Unlock an account", plan: status(change.Unlock),
			long: "unlock removes the lock of an account, and nothing else.", done: "Unlocked %s", already: "%s is not locked",
		},
		{
			name: "activate", short: "Activate an account", plan: status(change.Activate),
			long: "activate makes an inactive account active. It does not remove a lock.", done: "Activated %s", already: "%s is already active",
		},
		{
			name: "deactivate", short: "Deactivate an account", plan: status(change.Deactivate), question: "Deactivate",
			long: "deactivate keeps the user from signing in until the account is activated again.", done: "Deactivated %s", already: "%s is already inactive",
		},
		{
			name: "force-change", short: "Force a password change", plan: password(change.ForceChange), question: "Force a password change for",
			long: "force-change makes the user change the password at the next sign-in.", done: "Forced a password change for %s", already: "%s already has to change the password",
		},
		{
			name: "forgive-change", short: "Cancel a forced password change", plan: password(change.CancelForcedChange), question: "Cancel the forced password change for",
			long: "forgive-change lets the user sign in without changing the password.", done: "Cancelled the forced password change for %s", already: "%s does not have to change the password",
		},
	}
}

// modifyOptions are the options of a command that changes an account.
type modifyOptions struct {
	verb    verb
	account string
	answers change.Answers // Name holds --confirm

	yes, dryRun, json, failUnchanged bool
}

func modifyCommand(f settingFlags, v verb) *cobra.Command {
	o := modifyOptions{verb: v}
	c := &cobra.Command{
		Use: v.name + " ACCOUNT", Short: v.short,
		Long: v.long + " As in the console, the account is read\n" +
			"before and after, and the change is in the audit log before it is sent.\n\n" + accountHelp,
		Example: "  hdpadmin " + v.name + " alice.smith --reason INC-4711",
		Args:    oneAccount,
		RunE: func(c *cobra.Command, args []string) error {
			o.account = args[0]
			return modify(c.Context(), factoryFor(c, f, o.json), o)
		},
	}
	c.Flags().StringVar(&o.answers.Reason, "reason", "", "reason for the audit log")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask for confirmation")
	c.Flags().StringVar(&o.answers.Name, "confirm", "", "user name of the account, if its change must be confirmed with it; includes --yes")
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "print the request without sending it")
	c.Flags().BoolVar(&o.json, "json", false, "print a JSON document")
	c.Flags().BoolVar(&o.failUnchanged, "fail-unchanged", false, "exit with 1 if nothing had to be changed")
	// Here --confirm takes a name, so the setting comes only from the file or the environment.
	settings := slices.DeleteFunc(slices.Concat(serverSettings(), consoleSettings()), func(s string) bool { return s == "confirm" })
	f.addTo(c.Flags(), settings...)
	return c
}

// modify changes the account and prints the outcome.
func modify(ctx context.Context, f factory, o modifyOptions) error {
	ctx, signals := f.catchSignals(ctx)
	defer signals.stop()
	err := signals.orError(modifyAccount(ctx, f, o, signals))
	if o.json {
		return inJSON(f.stderr, err)
	}
	return inWords(err)
}

func modifyAccount(ctx context.Context, f factory, o modifyOptions, signals *caught) (err error) {
	d, end, err := f.openForChanges(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	row, err := d.Resolve(ctx, o.account)
	if err != nil {
		return err
	}
	r, err := d.Read(ctx, row.ID)
	if err != nil {
		return err
	}
	if err := d.log.SignedIn(d.client.Login()); err != nil {
		return err
	}
	plan, err := o.verb.plan(r)
	if err == nil {
		err = cmp.Or(plan.Err(), replacesUndocumented(plan))
	}
	if err != nil {
		return err
	}
	p := printer{f, o, d.counter, r.Account()}
	if plan.Empty() {
		return p.unchanged(p.account)
	}
	seen, err := d.See(ctx, plan, r)
	if err != nil {
		return err
	}
	if why := d.MayNot(hdpclient.PermissionModifyUsers); why != "" {
		return codedError{errors.New("nothing was sent: " + why), refused}
	}
	if o.dryRun {
		return p.planned(plan)
	}
	plan, err = p.confirmed(ctx, d.Guarded(plan, seen), d.Demands(plan, seen))
	if err != nil {
		return err
	}
	return p.outcome(signals.untilDone(d.writer, func() change.Outcome { return d.writer.Apply(ctx, plan) }))
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

// printer prints the outcome of a change, as a sentence or as a JSON document.
type printer struct {
	factory
	modifyOptions
	counter counter
	account account.Account // as it was read
}

// result is the JSON document of a change.
type result struct {
	head
	Account json.RawMessage `json:"account"` // as it is now, as far as that is known
	Message string          `json:"message"`
	Request *request        `json:"request,omitempty"` // of a dry run
}

// request is what would be sent.
type request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Changes map[string]string `json:"changes"` // by property, "before → after"
}

// errUnchanged is the error for --fail-unchanged.
const errUnchanged = silentError(failed)

func (p printer) unchanged(now account.Account) error {
	message := fmt.Sprintf(p.verb.already, naming(now)) + "."
	if err := p.print(result{head: head{schema, false, "unchanged"}, Message: message}, now); err != nil {
		return err
	}
	if p.failUnchanged {
		return errUnchanged
	}
	return nil
}

func (p printer) planned(plan change.Plan) error {
	r := &request{plan.Method(), plan.Path(), map[string]string{}}
	message := fmt.Sprintf("Would send %s %s:", r.Method, r.Path)
	for _, row := range plan.Properties() {
		if row.Kind == change.Kept {
			continue
		}
		r.Changes[row.Name] = row.Before.String() + " → " + row.After.String()
		message += "\n  " + row.Name + ": " + r.Changes[row.Name]
	}
	return p.print(result{head: head{schema, false, "planned"}, Message: message, Request: r}, p.account)
}

// outcome prints the outcome. Anything but success is an error with its exit code.
func (p printer) outcome(o change.Outcome) error {
	times := words.Times{Zone: p.counter.settings.Zone(), Now: p.counter.now}
	after := batch.AccountAfter(p.account, o)
	switch {
	case o.Kind == change.Applied && o.LogErr == nil:
		message := fmt.Sprintf(p.verb.done, naming(after)) + ", verified " + times.Named().Second(o.At) + "."
		return p.print(result{head: head{schema, true, "applied"}, Message: message}, after)
	case o.IsUnchanged():
		return p.unchanged(after)
	}
	problem := explain.Outcome(o, times)
	message := strings.Join(strings.Fields(problem.Title+". "+problem.Lead+" "+problem.Means+" "+nextStep(problem)), " ")
	if p.json {
		outcome := strings.ReplaceAll(string(o.Kind), " ", "-")
		err := p.print(result{head: head{schema, o.Kind == change.Applied || o.Kind == change.Differs, outcome}, Message: message}, after)
		if err != nil {
			return err
		}
	}
	return codedError{errors.New(message), outcomeCode(o)}
}

// print prints the document, or only its message.
func (p printer) print(r result, now account.Account) (err error) {
	if !p.json {
		_, err = fmt.Fprintln(p.stdout, r.Message)
		return err
	}
	if r.Account, err = export.Object(now, p.counter.now()); err != nil {
		return err
	}
	return writeJSON(p.stdout, r)
}

// outcomeCode returns the exit code for an outcome other than success.
func outcomeCode(o change.Outcome) int {
	switch o.Kind {
	case change.Conflict:
		return conflict
	case change.Refused:
		if errors.Is(o.Err, hdpclient.ErrUnauthorized) {
			return notSignedIn
		}
		return refused
	case change.Unknown:
		return unknown
	case change.NotSent:
		return exitCode(o.Err)
	case change.Applied, change.Accepted, change.Differs:
	}
	return failed
}

// confirmed returns the plan with the answers that it demands, from the flags or from the operator.
// The error names everything that is missing and cannot be asked for.
func (p printer) confirmed(ctx context.Context, plan change.Plan, d change.Demands) (change.Plan, error) {
	a := p.answers
	name := plan.Subject().Name
	mayAsk := p.mayAsk()
	var missing []string
	if why := d.Reason.Check(a.Reason); why != "" && (!mayAsk || a.Reason != "") {
		missing = append(missing, "--reason ("+why+")")
	}
	switch {
	case a.Name != "" && !name.IsTyped(a.Name):
		missing = append(missing, fmt.Sprintf("--confirm %s (it is not %s)", name, hdpclient.Clean(a.Name)))
	case a.Name == "" && d.TypeName && !mayAsk:
		missing = append(missing, "--confirm "+name.String())
	case p.isUnconfirmed(d) && !mayAsk:
		missing = append(missing, "--yes")
	}
	if len(missing) > 0 {
		text := "nothing was sent; missing: " + strings.Join(missing, ", ")
		return plan, codedError{errors.New(strings.TrimSuffix(text+". "+d.Warning, ". ")), declined}
	}
	a, err := p.askFor(ctx, a, d)
	if err != nil {
		return plan, codedError{err, declined}
	}
	if unmet := d.Unmet(a); unmet != nil {
		return plan, codedError{errors.New("nothing was sent: " + unmet.Why), declined}
	}
	return plan.WithAnswers(a), nil
}

// isUnconfirmed reports whether the operator must still say yes.
func (p printer) isUnconfirmed(d change.Demands) bool {
	return p.answers.Name == "" && !d.TypeName && !p.yes && p.verb.question != ""
}

// askFor asks for what the flags leave open.
func (p printer) askFor(ctx context.Context, a change.Answers, d change.Demands) (_ change.Answers, err error) {
	if d.Reason.Check(a.Reason) != "" {
		if a.Reason, err = p.ask(ctx, "Reason: "); err != nil {
			return a, err
		}
	}
	switch {
	case d.TypeName && a.Name == "":
		tell(p.stderr, d.Warning)
		a.Name, err = p.ask(ctx, fmt.Sprintf("%s %s? Type the user name to confirm: ", p.asking(), naming(p.account)))
	case p.isUnconfirmed(d):
		var answer string
		answer, err = p.ask(ctx, fmt.Sprintf("%s %s? [y/N] ", p.asking(), naming(p.account)))
		if err == nil && !strings.EqualFold(answer, "y") && !strings.EqualFold(answer, "yes") {
			err = errors.New("declined; nothing was sent")
		}
	}
	return a, err
}

func (p printer) asking() string {
	if p.verb.question != "" {
		return p.verb.question
	}
	return words.Capitalize(p.verb.name)
}

// openForChanges is like open, but the desk can change accounts, and logs its changes. Closing does
// not wait for writes, because the caller already has.
func (f factory) openForChanges(ctx context.Context) (changing, func() error, error) {
	if l, err := f.flags.load(); err == nil && l.ReadOnly {
		return changing{}, nil, codedError{errors.New("read_only is set: nothing may be changed"), refused}
	}
	c, end, err := f.open(ctx)
	if err != nil {
		return changing{}, nil, err
	}
	w, log, err := newWriter(ctx, c.client, c.settings.Settings, auditFile(c.settings.Settings), f.notices())
	if err != nil {
		end()
		return changing{}, nil, err
	}
	c.Desk = desk.New(c.client, w)
	return changing{c, w, log}, func() error {
		w.Shutdown(0)
		err := flushAudit(log)
		end()
		return err
	}, nil
}

// changing is a counter that can change accounts.
type changing struct {
	counter
	writer *change.Writer
	log    *audit.Log
}

// writeGrace is how long a command waits for the answer to its write after a signal.
const writeGrace = 10 * time.Second
