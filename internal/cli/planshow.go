package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/planfile"
	"hdpadmin/internal/words"
)

// takePlanFromStdin returns f for a command that reads a plan from standard input if the file is -.
func takePlanFromStdin(f factory, name string) (factory, error) {
	if !isStdin(name) {
		return f, nil
	}
	return f.takeStdin("the plan", "a plan called -")
}

// readPlan reads a plan file. See planfile.Read for its error, and planError for how to report it.
func (f factory) readPlan(ctx context.Context, name string) (planfile.Plan, error) {
	return untilSignal(ctx, func() (planfile.Plan, error) {
		if isStdin(name) {
			return planfile.Read(f.stdin)
		}
		opened, err := os.Open(name)
		if err != nil {
			return planfile.Plan{}, usage(fmt.Errorf("cannot %w", err))
		}
		defer opened.Close() //nolint:errcheck // only read
		return planfile.Read(opened)
	})
}

// planError says what is wrong with a plan file, with its exit code.
func planError(name string, err error) error {
	switch {
	case err == nil, errors.As(err, new(usageError)), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, new(*planfile.NewerFormatError)):
		return usage(fmt.Errorf("%s cannot be used: %w", name, err))
	}
	return codedError{fmt.Errorf("%s cannot be used: %w", name, err), failed}
}

// onePlan refuses anything but a single FILE.
func onePlan(c *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return fmt.Errorf("%s needs one plan file; - is standard input", c.CommandPath())
	}
	return nil
}

func planShowCommand(f settingFlags) *cobra.Command {
	var out output
	c := &cobra.Command{
		Use: "show FILE", Short: "Show a plan file",
		Long: "show prints who made a plan, for which server, what would change and what was\n" +
			"skipped. It also shows a plan that can no longer be applied, because it was\n" +
			"used, has expired or was edited, and says so. It needs no server: the audit log\n" +
			"knows whether a plan was used. If FILE is -, the plan is read from standard\n" +
			"input.",
		Example: "  hdpadmin plan show unlock.json",
		Args:    onePlan,
		RunE: func(c *cobra.Command, args []string) error {
			return out.run(c, f, func(ctx context.Context, f factory) error { return showPlan(ctx, f, args[0]) })
		},
	}
	out.addTo(c.Flags(), asJSON, asNDJSON, asCSV)
	f.addForChangesTo(c.Flags())
	return c
}

func showPlan(ctx context.Context, f factory, name string) error {
	f, err := takePlanFromStdin(f, name)
	if err != nil {
		return err
	}
	l, err := f.flags.load()
	if err != nil {
		return err
	}
	p, err := f.readPlan(ctx, name)
	edited := errors.Is(err, planfile.ErrEdited) && p.ID != ""
	if err != nil && !edited {
		return planError(name, err)
	}
	v := planView{factory: f, plan: p, edited: edited, now: time.Now(), settings: l}
	v.use, v.useErr = file.FindPlanUse(f.auditFile(l.Settings), p.ID)
	return v.print(ctx)
}

// planView shows a plan file.
type planView struct {
	factory
	plan     planfile.Plan
	edited   bool
	use      file.PlanUse
	useErr   error // why that is not known
	now      time.Time
	settings *config.Loaded
}

// The states of a plan file. Only the first two can be applied.
const (
	planNew     = "new"
	planBegun   = "begun" // its run has not ended
	planUsed    = "used"
	planExpired = "expired"
	planEdited  = "edited"
)

// state returns the state, and says in sentences what it means.
func (v planView) state() (state, text string) {
	times := v.times().Named()
	used := v.use.IsUsed()
	by := hdpclient.Clean(v.use.First.Who()) + " at " + times.Second(v.use.First.Time)
	switch {
	case v.edited:
		return planEdited, "The file was edited or cut off after it was written. It cannot be applied."
	case used && v.use.Ended.Kind != "":
		return planUsed, "Applied by " + by + ". It cannot be applied again."
	case v.plan.IsExpired(v.now) && used:
		return planExpired, "Begun by " + by + " and not finished. It expired at " + times.Second(v.plan.Expires) + " and can no longer be applied."
	case v.plan.IsExpired(v.now):
		return planExpired, "Expired at " + times.Second(v.plan.Expires) + ". It can no longer be applied."
	case used:
		return planBegun, "Begun by " + by + " and not finished. Apply it again to resume it."
	case v.useErr != nil:
		return planNew, "It is not known whether it was applied: " + hdpclient.Clean(v.useErr.Error()) + "."
	}
	return planNew, "Not applied yet. It can be applied until " + times.Second(v.plan.Expires) + "."
}

func (v planView) times() words.Times { return words.Times{Zone: v.settings.Zone()} }

// planDocument is a plan file in JSON, without its rows.
type planDocument struct {
	ID        string    `json:"id"`
	State     string    `json:"state"`
	Server    string    `json:"server"`
	Author    string    `json:"author"`
	Created   time.Time `json:"created"`
	Expires   time.Time `json:"expires"`
	Operation string    `json:"operation"`
	Reason    string    `json:"reason,omitempty"`
	AppliedBy string    `json:"appliedBy,omitempty"`
}

func (v planView) document() planDocument {
	state, _ := v.state()
	return planDocument{
		v.plan.ID, state, hdpclient.Clean(v.plan.Server), hdpclient.Clean(v.plan.Author), v.plan.Created, v.plan.Expires,
		v.plan.Action.String(), hdpclient.Clean(v.plan.Reason), hdpclient.Clean(v.use.First.Who()),
	}
}

func (v planView) print(ctx context.Context) error {
	b := batchRun{factory: v.factory, writeSession: writeSession{session: session{settings: v.settings}}}
	out := rowPrinter{batchRun: b}
	switch {
	case v.isForPeople():
		if _, err := io.WriteString(v.stdout, v.heading()); err != nil {
			return err
		}
	case v.ndjson:
		line := struct {
			Type string `json:"type"`
			head
			planDocument
		}{"plan", readHead(), v.document()}
		if err := v.write(ctx, v.stdout, line); err != nil {
			return err
		}
	}
	for i, r := range v.plan.Rows {
		out.add(ctx, plannedRow(i, r))
	}
	for i, r := range v.plan.LeftOut {
		out.add(ctx, leftOutRow(len(v.plan.Rows)+i, r))
	}
	if !v.json {
		return out.print(ctx, readHead(), true)
	}
	rows, err := out.documents()
	if err != nil {
		return err
	}
	_, state := v.state()
	return v.write(ctx, v.stdout, struct {
		head
		Plan    planDocument  `json:"plan"`
		Message string        `json:"message"`
		Rows    []rowDocument `json:"rows"`
	}{readHead(), v.document(), state + " " + countRows(out.rows), rows})
}

// heading says in sentences everything about a plan but its rows.
func (v planView) heading() string {
	times := v.times().Named()
	p := v.plan
	_, state := v.state()
	does := inSentence(p.Action.String())
	if at, sets := p.Action.Expiry(); sets {
		does = "set the password expiry to " + times.Second(at)
	}
	text := fmt.Sprintf("Plan %s: %s, %s.\n%s\nMade by %s at %s for %s.\n", p.ID, does, words.Plural(len(p.Rows), "account"),
		state, hdpclient.Clean(p.Author), times.Second(p.Created), hdpclient.Clean(p.Server))
	if p.Reason != "" {
		text += "Reason: " + hdpclient.Clean(p.Reason) + "\n"
	}
	return text + "\n"
}

func accountOf(a planfile.Account) account.Account {
	return account.Account{ID: a.ID, Name: a.UserName, TenantID: a.TenantID, TenantName: a.TenantName}
}

// plannedRow returns a row that will change.
func plannedRow(index int, r planfile.Row) row {
	printed := rowOfPlan(index, r.Account)
	printed.outcome, printed.tally = "planned", "would change"
	printed.request = requestOf(r.ID, r.Summary)
	does := inSentence(r.Effects().String())
	texts := append([]string{"would " + does + " (" + printed.request.changes() + ")"}, r.Notes...)
	printed.text = hdpclient.Clean(strings.Join(texts, "; "))
	printed.message = "Would " + does + ": " + printed.name + "."
	return printed
}

// leftOutRow returns a row that will not change.
func leftOutRow(index int, r planfile.LeftOut) row {
	printed := rowOfPlan(index, r.Account)
	why := strings.TrimSuffix(strings.TrimSuffix(hdpclient.Clean(r.Why), ", skipped"), ": skipped")
	printed.outcome, printed.text, printed.code = "not-sent", "skipped: "+why, conflict // so that it is counted last
	printed.tally = "skipped: " + hdpclient.Clean(string(r.Kind))
	if r.Kind == batch.NoChange {
		printed.outcome, printed.text, printed.tally, printed.code = "unchanged", why, why, ok
	}
	printed.message = "Skipped " + printed.name + ": " + why + "."
	return printed
}

func rowOfPlan(index int, a planfile.Account) row {
	known := accountOf(a)
	printed := row{index: index, account: hdpclient.Some(known), name: naming(known)}
	if a.UserName.IsZero() {
		printed.name = fmt.Sprintf("id %d", a.ID)
	}
	return printed
}
