package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/export"
	"hdpadmin/internal/planfile"
	"hdpadmin/internal/timeinput"
	"hdpadmin/internal/words"
)

// planOptions are the options of a command that plans a change.
type planOptions struct {
	verb     verb
	accounts accountArgs
	reason   string
	file     string // "" prints the preview only
	validFor string
	check    bool
}

func planCommand(f settingFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "plan",
		Short: "Plan a change for a second person to review and apply",
		Long: "plan finds and reads the accounts, and says what a change would do to each of\n" +
			"them. It sends nothing. With -o FILE, it also writes a plan file. A second\n" +
			"person reads it with hdpadmin plan show, and anyone may apply it, once, with\n" +
			"hdpadmin apply. A reset or an undo cannot be planned.\n\n" +
			"A plan file lists every account with its change and a fingerprint of what was\n" +
			"read, and every skipped account with the reason. It holds no secrets. A SHA-256\n" +
			"checksum shows if the file was edited or cut off. It is not a signature: anyone\n" +
			"who can write the file can make a new checksum, so keep plan files where only\n" +
			"those who may decide can write.",
		Example: "  hdpadmin plan unlock --where 'tenant:sales locked:yes' --reason INC-4711 -o unlock.json\n" +
			"  hdpadmin plan show unlock.json\n  hdpadmin apply unlock.json --yes",
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("plan needs a change, as in hdpadmin plan unlock alice.smith -o unlock.json; to read a plan file, use hdpadmin plan show FILE"))
		},
	}
	for _, v := range verbs() {
		c.AddCommand(planVerbCommand(f, v))
	}
	c.AddCommand(planShowCommand(f))
	return c
}

func planVerbCommand(f settingFlags, v verb) *cobra.Command {
	o := planOptions{verb: v}
	var out output
	c := &cobra.Command{
		Use: v.name + " ACCOUNT...", Short: "Plan to " + strings.ToLower(v.short[:1]) + v.short[1:],
		Long: v.long + "\n\n" + planHelp + "\n\n" + accountHelp,
		Args: o.accounts.take,
		RunE: func(c *cobra.Command, _ []string) error {
			return out.run(c, f, func(ctx context.Context, f factory) error {
				return makePlan(ctx, f, o)
			})
		},
	}
	if v.addFlags != nil {
		v.addFlags(c.Flags())
	}
	o.accounts.addTo(c.Flags())
	c.Flags().StringVarP(&o.file, "output", "o", "", "write the plan to this new `file`; - is standard output")
	c.Flags().StringVar(&o.reason, "reason", "", "`reason` for the audit log; apply uses it unless you give it another one")
	c.Flags().StringVar(&o.validFor, "valid-for", "24h", "`time` during which the plan can be applied, 1m to 30d")
	c.Flags().BoolVar(&o.check, "check", false, "exit with 10 if something would change")
	out.addTo(c.Flags(), asJSON, asNDJSON, asCSV)
	f.addForChangesTo(c.Flags())
	return c
}

const planHelp = "The command says what would change. It sends nothing and needs no confirmation.\n" +
	"With -o FILE, it also writes the plan to a new file that only you can read. If\n" +
	"FILE exists, it exits with 2. With -o -, it writes the file, and nothing else,\n" +
	"to standard output. The plan can be applied for 24 hours, or as long as\n" +
	"--valid-for says."

// makePlan plans the change of the accounts, prints it, and writes it to a file.
func makePlan(ctx context.Context, f factory, o planOptions) (err error) {
	validity, err := o.checkFlags(f)
	if err != nil {
		return usage(err)
	}
	if f, err = o.accounts.takeStdin(f); err != nil {
		return err
	}
	lines, err := o.accounts.lines(ctx, f.stdin)
	if err != nil {
		return err
	}
	d, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	selected, err := o.accounts.find(ctx, d, lines)
	if err != nil {
		return err
	}
	if o.verb, err = o.verb.completed(d.times()); err != nil { // now by the server's clock
		return err
	}
	b := batchRun{factory: f, writeSession: writeSession{session: d}, verb: o.verb, unknown: selected.unknown}
	preview, err := b.prepare(ctx, selected)
	if err != nil {
		return err
	}
	if err := b.writePlan(ctx, preview, o, validity); err != nil {
		return err
	}
	switch {
	case o.check && preview.Totals()[batch.Planned] > 0:
		return silentError(found)
	case !o.check && len(selected.unknown) > 0:
		return silentError(partly)
	}
	return errUnread(preview)
}

// checkFlags checks the flags before anything is sent, and returns how long the plan is valid.
func (o planOptions) checkFlags(f factory) (time.Duration, error) {
	if _, err := o.verb.completed(words.Times{Now: time.Now}); err != nil {
		return 0, err
	}
	if o.file == "-" && !f.isForPeople() {
		return 0, fmt.Errorf("-o - writes the plan to standard output, where %s would print something else", f.offered)
	}
	if _, err := os.Lstat(o.file); o.file != "" && o.file != "-" && err == nil {
		return 0, fmt.Errorf("-o: %s exists; a plan is written to a new file", o.file)
	}
	now := time.Now().Truncate(time.Second)
	in, err := timeinput.Parse("+"+o.validFor, now)
	if err != nil {
		return 0, fmt.Errorf("--valid-for %s: use a duration such as 24h or 7d", o.validFor)
	}
	validity := in.Time.Sub(now)
	if err := planfile.CheckValidity(validity); err != nil {
		return 0, fmt.Errorf("--valid-for: %w", err)
	}
	return validity, nil
}

// writtenPlan is a new plan file in JSON.
type writtenPlan struct {
	ID      string    `json:"id"`
	Expires time.Time `json:"expires"`
}

// writePlan prints a preview, after it has been written to a file if that was asked for.
func (b batchRun) writePlan(ctx context.Context, preview batch.Preview, o planOptions, validity time.Duration) error {
	if o.file == "" {
		return b.printPlanned(ctx, preview, nil)
	}
	p := planfile.New(preview, b.Who(), b.client.BaseURL().String(), o.reason, b.now(), validity)
	if o.file == "-" {
		if err := p.Write(b.stdout); err != nil {
			return err
		}
		tell(b.stderr, countRows(b.previewed(preview)))
		return nil
	}
	err := export.Save(o.file, func(w io.Writer) error { return p.Write(w) })
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage(fmt.Errorf("-o: %s exists; a plan is written to a new file", o.file))
	case err != nil:
		return err
	}
	if err := b.printPlanned(ctx, preview, &writtenPlan{p.ID, p.Expires}); err != nil {
		return fmt.Errorf("plan %s was written to %s, but could not be printed: %w", p.ID, o.file, err)
	}
	what := "It can be applied until " + b.times().Named().Second(p.Expires) + "."
	if len(p.Rows) == 0 {
		what = "It changes nothing."
	}
	tell(b.notices(), fmt.Sprintf("Wrote plan %s to %s. %s", p.ID, o.file, what))
	return nil
}
