package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
)

// row is an account of a batch, as it is printed.
type row struct {
	index   int
	account hdpclient.Opt[account.Account] // as it is now, as far as that is known; absent if it was not found
	name    string                         // for people
	changed bool
	outcome string
	code    int    // the exit code if all rows were like this one
	text    string // the outcome, in a few words
	tally   string // what it counts as
	message string // the outcome, in sentences
	request *request
}

// row puts the outcome of a row into words.
func (b batchRun) row(r batch.Result) row {
	now := batch.AccountAfter(r.Account, r.Outcome)
	printed := row{index: r.Index, account: hdpclient.Some(now), name: naming(now), outcome: strings.ReplaceAll(string(r.State), " ", "-")}
	switch {
	case r.State == batch.Applied:
		printed.changed = true
		b.describeApplied(&printed, r)
	case r.State == batch.Unchanged, r.Kind == batch.NoChange:
		printed.outcome, printed.text, printed.tally = "unchanged", b.verb.was, b.verb.was
		printed.message = fmt.Sprintf(b.verb.already, printed.name) + "."
	case r.Kind == batch.Changed:
		printed.outcome, printed.code = "conflict", conflict
		printed.text, printed.tally = "conflict: "+r.Why, "conflict"
		printed.message = "Conflict: " + printed.name + " " + r.Why + ". Nothing was sent."
	case r.State == batch.Skipped:
		printed.outcome = "not-sent"
		describeSkipped(&printed, r.Row)
	case r.Outcome.Kind == "":
		printed.code = notStartedCode(r.Interrupted)
		printed.text, printed.tally = "not sent: the batch was stopped", "not sent"
		printed.message = "Not sent to " + printed.name + ": the batch was stopped."
	default:
		problem := explain.Outcome(r.Outcome, b.times())
		printed.changed, printed.code = hasChanged(r.Outcome), outcomeCode(r.Outcome)
		printed.text, printed.tally, printed.message = string(r.State)+": "+problem.Short, string(r.State), sentences(problem)
	}
	return printed
}

func (b batchRun) describeApplied(printed *row, r batch.Result) {
	printed.text, printed.tally = strings.Join(append([]string{b.verb.did}, r.Notes...), "; "), b.verb.did
	printed.message = fmt.Sprintf(b.verb.done, printed.name) + ", verified " + b.times().Named().Second(r.Outcome.At) + "."
	for _, note := range r.Notes {
		printed.message += " " + words.Capitalize(note) + "."
	}
	if r.Outcome.LogErr != nil {
		problem := explain.Outcome(r.Outcome, b.times())
		printed.code = outcomeCode(r.Outcome)
		printed.text += "; " + problem.Short
		printed.message += " " + problem.Means
	}
}

// describeSkipped says why the preview leaves an account out.
func describeSkipped(printed *row, r batch.Row) {
	why := ""
	switch r.Kind {
	case batch.Own:
		why = "your own account"
		if r.MayBeOwn {
			why = "may be your own account"
		}
	case batch.LastAdministrator:
		why = "the last active administrator"
	case batch.D2cadmin:
		why = "the administrator that HDP was installed with"
	case batch.External:
		why = "signs in only through an external service"
	case batch.Unreadable, batch.NotRead:
		err := r.Err
		printed.code = exitCode(err)
		printed.text, printed.tally = "could not be read: "+explain.Error(err).Short, "could not be read"
		message, hint := explained(err)
		printed.message = strings.TrimSpace(printed.name + " could not be read: " + message + " " + hint)
		return
	default:
		why = strings.TrimSuffix(r.Why, ", skipped")
		why = strings.TrimSuffix(why, ": skipped")
	}
	switch r.Kind {
	case batch.Own, batch.LastAdministrator, batch.D2cadmin, batch.External:
		printed.code = refused
	case batch.MaybeDone:
		printed.code = unknown
	default:
		printed.code, printed.outcome = conflict, "conflict"
	}
	printed.text = "skipped: " + why
	printed.tally = printed.text
	printed.message = "Skipped " + printed.name + ": " + why + "."
}

// notStartedCode returns the exit code for a row that a batch did not reach because of err.
func notStartedCode(err error) int {
	if code := exitCode(err); code == notSignedIn || code == refused {
		return code
	}
	return failed
}

// rowOfUnknown is a row for a text that does not name an account.
func rowOfUnknown(u unknownLine) row {
	text := "not found"
	if errors.As(u.err, new(*desk.AmbiguousError)) {
		text = "ambiguous"
	}
	return row{
		index: -1, name: hdpclient.Clean(u.text), outcome: "not-sent", code: notOne,
		text: text, tally: text, message: words.Capitalize(u.place) + ": " + u.err.Error() + ".",
	}
}

// planned says what would happen to a row.
func (b batchRun) planned(r batch.Row) row {
	if r.Kind != batch.Planned {
		return b.row(batch.Result{Row: r, State: batch.Skipped})
	}
	printed := row{index: r.Index, account: hdpclient.Some(r.Account), name: naming(r.Account), outcome: "planned", tally: "would change"}
	printed.request = requestOf(r.ID, r.Plan.Summary())
	does := inSentence(r.Why)
	printed.text = strings.Join(append([]string{"would " + does + " (" + printed.request.changes() + ")"}, r.Notes...), "; ")
	printed.message = "Would " + does + ": " + printed.name + "."
	return printed
}

// previewed says what would happen to every row.
func (b batchRun) previewed(preview batch.Preview) []row {
	var rows []row
	for _, u := range b.unknown {
		rows = append(rows, rowOfUnknown(u))
	}
	for _, r := range preview.Rows {
		rows = append(rows, b.planned(r))
	}
	return rows
}

// printPlanned prints what would happen, without sending anything. plan is the file it was written to,
// nil for none.
func (b batchRun) printPlanned(ctx context.Context, preview batch.Preview, plan *writtenPlan) error {
	out := rowPrinter{batchRun: b, plan: plan}
	for _, r := range b.previewed(preview) {
		out.add(ctx, r)
	}
	return out.print(ctx, head{schema, false, "planned"}, true)
}

// dryRun prints what would happen. Its exit code says if accounts could not be read.
func (b batchRun) dryRun(ctx context.Context, preview batch.Preview) error {
	if err := b.printPlanned(ctx, preview, nil); err != nil {
		return err
	}
	return errUnread(preview)
}

// errUnread returns an error with an exit code if not every account could be read, so that nobody knows
// whether it would change.
func errUnread(preview batch.Preview) error {
	var codes []int
	for _, r := range preview.Rows {
		if r.Kind == batch.Unreadable || r.Kind == batch.NotRead {
			codes = append(codes, exitCode(r.Err))
		}
	}
	switch {
	case len(codes) == 0:
		return nil
	case len(codes) < len(preview.Rows) || len(slices.Compact(codes)) > 1:
		return silentError(partly)
	}
	return silentError(codes[0])
}

// notSent returns why nothing was sent. For programs, it prints the rows as they were read, too.
func (b batchRun) notSent(ctx context.Context, preview batch.Preview, err error) error {
	if b.isForPeople() {
		return err
	}
	message, _ := explained(err)
	message = strings.TrimLeft(strings.TrimPrefix(message, "nothing was sent"), ":; ")
	out := rowPrinter{batchRun: b}
	for _, r := range b.previewed(preview) {
		if r.outcome == "planned" {
			r.outcome, r.tally, r.message, r.request = "not-sent", "not sent", "Not sent to "+r.name+": "+message, nil
		}
		out.add(ctx, r)
	}
	unprinted := cmp.Or(out.failed, out.print(ctx, head{schema, false, "not-sent"}, true))
	if unprinted != nil && !errors.Is(unprinted, errPipeClosed) {
		return errors.Join(err, unprinted)
	}
	return err
}

// rowPrinter prints the rows of a batch: with --ndjson as they come, else at the end.
type rowPrinter struct {
	batchRun
	rows   []row
	plan   *writtenPlan // nil for none
	failed error        // why nothing more can be printed
}

func (p *rowPrinter) add(ctx context.Context, r row) {
	p.rows = append(p.rows, r)
	if p.ndjson && p.failed == nil {
		document, err := p.document(r)
		if err == nil {
			err = p.writeRow(ctx, document)
		}
		p.failed = err
	}
}

// rowDocument is a row in JSON.
type rowDocument struct {
	Type    string          `json:"type,omitempty"` // with --ndjson only, like the schema
	Schema  string          `json:"schema,omitempty"`
	Changed bool            `json:"changed"`
	Outcome string          `json:"outcome"`
	Account json.RawMessage `json:"account"` // null if it was not found
	Message string          `json:"message"`
	Request *request        `json:"request,omitempty"` // of a dry run
}

func (p *rowPrinter) document(r row) (d rowDocument, err error) {
	d = rowDocument{Changed: r.changed, Outcome: r.outcome, Account: json.RawMessage("null"), Message: r.message, Request: r.request}
	if p.ndjson {
		d.Type, d.Schema = "row", schema
	}
	if a, found := r.account.Get(); found {
		d.Account, err = p.object(a, p.now())
	}
	return d, err
}

func (p *rowPrinter) writeRow(ctx context.Context, d any) error {
	ctx, cancel := printing(ctx)
	defer cancel()
	return p.write(ctx, p.stdout, d)
}

// end prints what is left to print. Anything but success is an error with its exit code. stopped is why
// the batch did not run to its end, nil if it did.
func (p *rowPrinter) end(ctx context.Context, stopped error) error {
	code := batchCode(p.rows)
	h := head{Schema: schema, Outcome: batchOutcome(p.rows, code)}
	for _, r := range p.rows {
		h.Changed = h.Changed || r.changed
	}
	var message []string
	switch err := p.print(ctx, h, stopped == nil); {
	case errors.Is(err, errPipeClosed) && (code == ok || errors.Is(stopped, errPipeClosed)):
		return err
	case err != nil:
		code = cmp.Or(code, failed)
		message = append(message, p.count(), "The answer could not be printed: "+err.Error()+".")
	case !p.isForPeople():
		message = append(message, p.count())
	}
	if stopped != nil {
		message = append(message, "The batch was stopped: "+strings.TrimSuffix(stoppedText(stopped), ".")+". "+cmp.Or(p.resume, "The console offers the rest at its next start."))
	}
	switch {
	case code == ok && h.Outcome == "unchanged" && p.failUnchanged:
		return errUnchanged
	case code == ok:
		return nil
	case message == nil:
		return silentError(code)
	}
	return codedError{errors.New(strings.Join(message, " ")), code}
}

func stoppedText(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	message, _ := explained(err)
	return message
}

// print prints all rows, or the end of them.
func (p *rowPrinter) print(ctx context.Context, h head, complete bool) error {
	slices.SortStableFunc(p.rows, func(a, b row) int { return cmp.Compare(a.index, b.index) })
	switch {
	case p.failed != nil:
		return p.failed
	case p.ndjson:
		ctx, cancel := printing(ctx)
		defer cancel()
		return p.factory.end(ctx, p.stdout, h, len(p.rows), complete, p.plan)
	case p.json:
		return p.printDocument(ctx, h)
	case p.csv:
		return p.printCSV()
	}
	return p.printTable()
}

func (p *rowPrinter) documents() ([]rowDocument, error) {
	rows := make([]rowDocument, len(p.rows))
	for i, r := range p.rows {
		var err error
		if rows[i], err = p.document(r); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (p *rowPrinter) printDocument(ctx context.Context, h head) error {
	rows, err := p.documents()
	if err != nil {
		return err
	}
	return p.writeRow(ctx, struct {
		head
		Message string        `json:"message"`
		Plan    *writtenPlan  `json:"plan,omitempty"`
		Rows    []rowDocument `json:"rows"`
	}{h, p.count(), p.plan, rows})
}

func (p *rowPrinter) printCSV() error {
	table := p.newTable()
	for _, r := range p.rows {
		if err := table.Write(r.account.Or(account.Account{}), p.now(), yesNo(r.changed), r.outcome, r.message); err != nil {
			return err
		}
	}
	return table.Flush()
}

// widestAccount is how wide the first column may get for the sake of a few long names.
const widestAccount = 60

func (p *rowPrinter) printTable() error {
	width := 0
	for _, r := range p.rows {
		width = max(width, min(cellWidth(r.name), widestAccount))
	}
	b := bufio.NewWriter(p.stdout)
	for _, r := range p.rows {
		_, _ = b.WriteString(r.name + strings.Repeat(" ", max(0, width-cellWidth(r.name))) + "  " + r.text + "\n") // Flush returns the error
	}
	_, _ = b.WriteString(p.count() + "\n")
	return b.Flush()
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (p *rowPrinter) count() string {
	if len(p.rows) == 0 && p.empty != "" {
		return p.empty
	}
	return countRows(p.rows)
}

// countRows says in a sentence how many rows ended in which way.
func countRows(rows []row) string {
	if len(rows) == 0 {
		return "No accounts, so there is nothing to change."
	}
	var tallies []string
	count := map[string]int{}
	byCode := slices.SortedStableFunc(slices.Values(rows), func(a, b row) int {
		return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.outcome, b.outcome)) // first what was applied
	})
	for _, r := range byCode {
		if count[r.tally]++; count[r.tally] == 1 {
			tallies = append(tallies, r.tally)
		}
	}
	for i, t := range tallies {
		tallies[i] = words.Count(count[t]) + " " + t
	}
	return strings.Join(tallies, ", ") + "."
}

// batchCode returns the exit code of a batch.
func batchCode(rows []row) int {
	for _, r := range rows {
		if r.code != rows[0].code || r.outcome == "applied" && r.code != ok {
			return partly
		}
	}
	if len(rows) == 0 {
		return ok
	}
	return rows[0].code
}

// batchOutcome returns the outcome of a batch with this exit code.
func batchOutcome(rows []row, code int) string {
	isApplied := func(r row) bool { return r.changed }
	isDifferent := func(r row) bool { return r.outcome != rows[0].outcome }
	switch {
	case code == ok && slices.ContainsFunc(rows, isApplied):
		return "applied"
	case code == ok:
		return "unchanged"
	case slices.ContainsFunc(rows, isDifferent):
		return "partly"
	}
	return rows[0].outcome
}
