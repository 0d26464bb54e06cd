package cli

import (
	"context"
	"errors"
	"fmt"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/panics"
	"hdpadmin/internal/words"
)

// several changes several accounts as a batch.
func several(ctx context.Context, f factory, o modifyOptions) (err error) {
	if f, err = o.accounts.takeStdin(f); err != nil {
		return err
	}
	lines, err := o.accounts.lines(ctx, f.stdin)
	if err != nil {
		return err
	}
	d, end, err := f.openForChanges(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	selected, err := o.accounts.find(ctx, d.session, lines)
	if err != nil {
		return err
	}
	if err := d.log.SignedIn(d.client.Login()); err != nil {
		return err
	}
	if o.verb, err = o.verb.completed(d.times()); err != nil { // now by the server's clock
		return err
	}
	b := batchRun{factory: f, writeSession: d, verb: o.verb, unknown: selected.unknown, failUnchanged: o.failUnchanged}
	preview, err := b.prepare(ctx, selected)
	if err != nil {
		return err
	}
	if err := b.checkRight(preview); err != nil {
		return b.notSent(ctx, preview, err)
	}
	if o.dryRun {
		return b.dryRun(ctx, preview)
	}
	answers, err := b.confirm(ctx, o.given, preview)
	if err != nil {
		return b.notSent(ctx, preview, err)
	}
	return b.apply(ctx, preview, answers)
}

// batchRun prepares and runs a batch for a command.
type batchRun struct {
	factory
	writeSession
	verb          verb
	unknown       []unknownLine // skipped
	earlier       []row         // done by an earlier run of the same plan file
	resume        string        // how to resume a run that was stopped
	empty         string        // what to say if there are no rows; may be ""
	failUnchanged bool

	whyNotBegun func(error) error // puts into words why the batch could not begin; may be nil
}

func (b batchRun) options() []batch.Option {
	return []batch.Option{batch.WithConcurrency(b.settings.Concurrency), batch.WithLog(b.log)}
}

// prepare reads the accounts and returns what would be changed. It fails if the server fails several
// times in a row.
func (b batchRun) prepare(ctx context.Context, s selection) (batch.Preview, error) {
	if len(s.Accounts) == 0 {
		return batch.Preview{Action: b.verb.action}, ctx.Err()
	}
	guard, err := b.SeeBatch(ctx, b.verb.action, s.List)
	if err != nil {
		return batch.Preview{}, err
	}
	var ids []int64
	for _, a := range s.Accounts {
		ids = append(ids, a.ID)
	}
	preview, err := b.await(ctx, batch.Prepare(ctx, b.client, ids, b.verb.action, guard, b.options()...))
	if err != nil {
		return batch.Preview{}, err
	}
	for i, a := range s.Accounts { // rows are in the order of the ids
		if preview.Rows[i].Account.ID == 0 {
			preview.Rows[i].Account = a
		}
	}
	return preview, nil
}

// await waits for a preview.
func (b batchRun) await(ctx context.Context, preparation *batch.Preparation) (batch.Preview, error) {
	line := b.progressLine()
	for {
		p, more := preparation.Next(context.WithoutCancel(ctx)) // the end of ctx ends the preparation
		if !more {
			break
		}
		if p.Total > 0 {
			line.show("Reading %s of %s", words.Count(p.Done), words.Plural(p.Total, "account"))
		}
	}
	line.clear()
	if err := preparation.Progress().Stopped; err != nil {
		return batch.Preview{}, err
	}
	preview, _ := preparation.Preview()
	return preview, nil
}

// checkRight returns an error if something would be changed although the login lacks the right.
func (b batchRun) checkRight(preview batch.Preview) error {
	if why := b.MayNotMake(change.Verb(b.verb.name)); why != "" && preview.Totals()[batch.Planned] > 0 {
		return codedError{errors.New("nothing was sent: " + why), refused}
	}
	return nil
}

// confirm returns what the batch demands, from the flags or from the operator.
func (b batchRun) confirm(ctx context.Context, given confirmation, preview batch.Preview) (change.Answers, error) {
	n := preview.Totals()[batch.Planned]
	if n == 0 {
		return change.Answers{Reason: given.reason}, nil
	}
	if b.mayAsk() {
		tell(b.stderr, countRows(b.previewed(preview)))
	}
	q := question{text: fmt.Sprintf(b.verb.question, words.Plural(n, "account")), number: n, needsYes: true}
	return b.confirmed(ctx, given, q, b.writer.BatchDemands(n))
}

// apply runs the batch and prints the outcome of every row.
func (b batchRun) apply(ctx context.Context, preview batch.Preview, answers change.Answers) error {
	if ctx.Err() != nil {
		return b.notSent(ctx, preview, ctx.Err())
	}
	run, err := batch.Start(ctx, b.writer, preview, answers, b.options()...)
	if err != nil && !errors.Is(err, batch.ErrNothing) {
		if b.whyNotBegun != nil {
			err = b.whyNotBegun(err)
		}
		return b.notSent(ctx, preview, err)
	}
	out := rowPrinter{batchRun: b}
	for _, u := range b.unknown {
		out.add(ctx, rowOfUnknown(u))
	}
	for _, r := range b.earlier {
		out.add(ctx, r)
	}
	for _, r := range preview.Rows {
		if r.Kind != batch.Planned {
			out.add(ctx, b.row(batch.Result{Row: r, State: batch.Skipped}))
		}
	}
	if err != nil {
		return out.end(ctx, nil)
	}
	if out.failed != nil {
		run.Interrupt(out.failed)
	}
	watching := panics.Go(func() { b.signals.shutDownUnless(run.Done(), b.writer) })
	line := b.progressLine()
	for {
		p, more := run.Next(context.WithoutCancel(ctx)) // the end of ctx stops the batch
		if !more {
			break
		}
		line.clear()
		for _, r := range p.Changed {
			if r.State == batch.Waiting || r.State == batch.UnderWay || r.State == batch.Skipped {
				continue
			}
			if out.add(ctx, b.row(r)); out.failed != nil {
				run.Interrupt(out.failed)
			}
		}
		left := ""
		if p.TimeLeft > 0 {
			left = ", " + words.RoughTimeLeft(p.TimeLeft)
		}
		line.show("%s of %s%s", words.Count(p.Done), words.Plural(p.Total, "account"), left)
	}
	line.clear()
	watching.Wait()
	return errors.Join(out.end(ctx, run.Progress().Stopped), run.LogErr())
}
