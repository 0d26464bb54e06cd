package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
)

func undoCommand(f settingFlags) *cobra.Command {
	var o modifyOptions
	var out output
	c := &cobra.Command{
		Use: "undo ACCOUNT", Short: "Undo your last change to an account",
		Long: "undo finds your last change to an account at this server in the audit log, and\n" +
			"undoes it. You may have made it with a command or in the console, alone or in a\n" +
			"batch. undo restores only what is still as your change left it: if anyone has\n" +
			"changed that since, it sends nothing and exits with 6. It needs the confirmation\n" +
			"that the restoring change needs. Undoing an undo makes the change again. A\n" +
			"password reset cannot be undone.\n\n" +
			"If the outcome of your last change is unknown, undo first checks the account." + "\n\n" + accountHelp,
		Example: "  hdpadmin undo alice.smith --reason INC-4711\n" +
			"  hdpadmin undo alice.smith --dry-run",
		Args: oneAccount,
		RunE: func(c *cobra.Command, args []string) error {
			return out.run(c, f, func(ctx context.Context, f factory) error { return undo(ctx, f, args[0], o) })
		},
	}
	o.given.addForOneTo(c.Flags())
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "print what would be sent, without sending it")
	c.Flags().BoolVar(&o.failUnchanged, "fail-unchanged", false, "exit with 1 if nothing had to be changed")
	out.addTo(c.Flags(), asJSON, asNDJSON)
	f.addForChangesTo(c.Flags())
	return c
}

// undo undoes the operator's last change of the account.
func undo(ctx context.Context, f factory, name string, o modifyOptions) (err error) {
	d, end, err := f.openForChanges(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	r, err := d.readNamed(ctx, name)
	if err != nil {
		return err
	}
	u, err := d.PlanUndo(ctx, d.log, r)
	o.verb = undoVerb(u.Plan, lastChange(u.Last, d.times()))
	p := undoPrinter{printer{f, o, d.session, r.Account()}, u}
	if err != nil {
		return p.impossible(ctx, err)
	}
	if c, is := u.Plan.ConflictWith(r.Status, r.Password, r.ReadAt); is {
		if c.IsUnchanged() {
			return p.unchanged(ctx, p.account)
		}
		return p.changedSince(ctx, c)
	}
	return p.carryOut(ctx, d, r, u.Plan, func(ctx context.Context, o change.Outcome) error {
		if o.Kind == change.Conflict && !o.IsUnchanged() {
			return p.changedSince(ctx, o)
		}
		return p.outcome(ctx, o)
	})
}

// undoPrinter prints the outcome of an undo.
type undoPrinter struct {
	printer
	desk.Undo
}

// undoVerb returns the words for an undo.
func undoVerb(p change.Plan, last string) verb {
	v := verb{needsYes: mustConfirm(p)}
	last = strings.ReplaceAll(last, "%", "%%")
	if p.IsUndo() {
		v.question, v.done, v.already = "Undo "+last+" for %s", "Undid "+last+" for %s", "%s is already as before "+last
	} else {
		v.question, v.done, v.already = "Redo what was undone by "+last+" for %s", "Redid what was undone by "+last+" for %s", "%s is already as before "+last
	}
	return v
}

// mustConfirm reports whether the plan does anything besides unlocking and activating.
func mustConfirm(p change.Plan) bool {
	return slices.ContainsFunc(p.Effects(), func(e change.Effect) bool { return e != change.Unlocks && e != change.Activates })
}

// lastChange names the change that is to be undone: "unlock" of 14:02:31 UTC.
func lastChange(last audit.LastWrite, times words.Times) string {
	return strconv.Quote(hdpclient.Clean(last.Operation)) + " of " + times.Named().Second(last.At)
}

// impossible says why there is nothing to undo, or why not yet.
func (p undoPrinter) impossible(ctx context.Context, err error) error {
	last := lastChange(p.Last, p.session.times())
	r, code := result{head: head{schema, false, "not-sent"}}, failed
	switch {
	case errors.Is(err, change.ErrNothingToUndo):
		r.Message = fmt.Sprintf("the audit log has no change to %s by %s at this server that can be undone", naming(p.account), hdpclient.Clean(p.session.Who()))
	case errors.Is(err, change.ErrUndoReset):
		r.Message = last + " cannot be undone, because it set a password"
	case errors.Is(err, change.ErrNotLoggedWhole):
		r.Message = "the audit log does not hold all values of " + last
	case errors.Is(err, desk.ErrStillRunning):
		r.Outcome, code = "conflict", conflict
		r.Message = "another console or command with this login may still be making " + last
	case errors.Is(err, desk.ErrOtherAccount):
		r.Outcome, code = "conflict", conflict
		r.Message = fmt.Sprintf("the account with id %d was called %s when %s was made", p.account.ID, hdpclient.Clean(p.Last.UserName), last)
	case errors.Is(err, desk.ErrChangedSince):
		r.Outcome, code = "conflict", conflict
		r.Message = fmt.Sprintf("%s is as it was after %s, but was changed in between.", naming(p.account), last) + p.since()
	case errors.Is(err, change.ErrUndoUnknown):
		r.Outcome, code = "conflict", conflict
		problem := explain.Outcome(p.Last.Outcome, p.session.times())
		r.Message = "the outcome of " + last + " is unknown. " + problem.Lead + " " + problem.Means + p.since()
	default:
		return err
	}
	r.Message = "Nothing was sent: " + strings.TrimSuffix(r.Message, ".") + "."
	return p.failure(ctx, r, code, p.account)
}

// changedSince says what is no longer as the change left it, and who changed it, if the log knows.
func (p undoPrinter) changedSince(ctx context.Context, o change.Outcome) error {
	times := p.session.times()
	message := fmt.Sprintf("Nothing was sent: %s is no longer as it was after %s.", naming(p.account), lastChange(p.Last, times))
	for _, row := range o.Rows {
		message += fmt.Sprintf(" %s is %s instead of %s.", row.Name, withZone(row.Now), withZone(row.Saw))
	}
	message += p.since()
	return p.failure(ctx, result{head: head{schema, false, "conflict"}, Message: message}, conflict, p.account)
}

// since says who else has changed the account since, if the log knows.
func (p undoPrinter) since() string {
	since := p.Last.Since
	if since == nil {
		return ""
	}
	changed := "changed it"
	if since.MayBe {
		changed = "may have changed it"
	}
	return fmt.Sprintf(" %s %s at %s: %s.", hdpclient.Clean(since.By), changed, p.session.times().Named().Second(since.At), hdpclient.Clean(since.Operation))
}
