package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/export"
)

// printer prints the outcome of a change, as a sentence or as a JSON document.
type printer struct {
	factory
	modifyOptions
	session session
	account account.Account // as it was read
}

// result is the JSON document of a change.
type result struct {
	head
	Account json.RawMessage `json:"account"` // as it is now, as far as that is known
	Message string          `json:"message"`
	Request *request        `json:"request,omitempty"` // of a dry run
	Unlock  *unlockResult   `json:"unlock,omitempty"`  // after a reset
}

// unlockResult is the outcome of the unlock after a reset.
type unlockResult struct {
	Changed bool   `json:"changed"`
	Outcome string `json:"outcome"`
}

// request is what would be sent.
type request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Changes map[string]string `json:"changes"` // by property, "before → after"
}

// errUnchanged is the error for --fail-unchanged.
const errUnchanged = silentError(failed)

func (p printer) unchanged(ctx context.Context, now account.Account) error {
	message := fmt.Sprintf(p.verb.already, naming(now)) + "."
	if err := p.printResult(ctx, result{head: head{schema, false, "unchanged"}, Message: message}, now); err != nil {
		return err
	}
	if p.failUnchanged {
		return errUnchanged
	}
	return nil
}

func (p printer) planned(ctx context.Context, plan change.Plan) error {
	r := requestOf(plan.Subject().ID, plan.Summary())
	message := fmt.Sprintf("Would send %s %s", r.Method, r.Path)
	if plan.Resource() != change.PasswordReset {
		message += ":"
	}
	for _, row := range plan.Properties() {
		if row.Kind != change.Kept {
			message += "\n  " + row.Name + ": " + r.Changes[row.Name]
		}
	}
	return p.printResult(ctx, result{head: head{schema, false, "planned"}, Message: message, Request: r}, p.account)
}

// withZone returns a value as it is sent, a dash if it is absent. HDP's times are in UTC and do not say
// so.
func withZone(v change.Value) string {
	text := v.String()
	if _, err := time.Parse(hdpclient.TimestampLayout, text); err == nil {
		return text + " UTC"
	}
	return cmp.Or(text, "–")
}

// requestOf returns the request that a plan for an account sends.
func requestOf(id int64, plan change.Summary) *request {
	r := &request{change.Plan{}.Method(), plan.Path(id), map[string]string{}}
	for _, e := range plan.Edits {
		r.Changes[hdpclient.Clean(e.Property)] = withZone(e.From) + " → " + withZone(e.To)
	}
	return r
}

// changes lists the changes on one line.
func (r *request) changes() string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(r.Changes)) {
		list = append(list, name+": "+r.Changes[name])
	}
	return strings.Join(list, ", ")
}

// outcome prints the outcome. Anything but success is an error with its exit code.
func (p printer) outcome(ctx context.Context, o change.Outcome) error {
	times := p.session.times()
	after := batch.AccountAfter(p.account, o)
	switch {
	case o.Kind == change.Applied && o.LogErr == nil:
		message := fmt.Sprintf(p.verb.done, naming(after)) + ", verified " + times.Named().Second(o.At) + "."
		return p.printResult(ctx, result{head: head{schema, true, "applied"}, Message: message}, after)
	case o.IsUnchanged():
		return p.unchanged(ctx, after)
	}
	problem := explain.Outcome(o, times)
	return p.failure(ctx, result{head: head{schema, hasChanged(o), outcomeName(o)}, Message: sentences(problem)}, outcomeCode(o), after)
}

// failure returns the message as an error with its exit code. For programs, it prints the document, too.
func (p printer) failure(ctx context.Context, r result, code int, now account.Account) error {
	err := errors.New(r.Message)
	if !p.isForPeople() {
		if unprinted := p.printResult(ctx, r, now); unprinted != nil && !errors.Is(unprinted, errPipeClosed) {
			err = unprinted // it has the message
		}
	}
	return codedError{err, code}
}

// notSent returns why nothing was sent. For programs, it prints the document of the account as it was
// read.
func (p printer) notSent(ctx context.Context, why error) error {
	if p.isForPeople() {
		return why
	}
	message, _ := explained(why)
	r := result{head: head{schema, false, outcomeName(change.Outcome{Kind: change.NotSent})}, Message: message}
	if exitCode(why) == conflict {
		r.Outcome = outcomeName(change.Outcome{Kind: change.Conflict})
	}
	if unprinted := p.printResult(ctx, r, p.account); unprinted != nil && !errors.Is(unprinted, errPipeClosed) {
		return codedError{unprinted, exitCode(why)} // it has the message
	}
	return why
}

// outcomeName returns the outcome as documents name it.
func outcomeName(o change.Outcome) string { return strings.ReplaceAll(string(o.Kind), " ", "-") }

// hasChanged reports whether the account is different now. A server may accept a change and then say, and
// show, that it has kept the old values.
func hasChanged(o change.Outcome) bool {
	return o.Kind == change.Applied || o.Kind == change.Differs && o.Seen != change.SeenBefore
}

// printResult prints the document, or only its message. Its error says what happened, too.
func (p printer) printResult(ctx context.Context, r result, now account.Account) (err error) {
	ctx, cancel := printing(ctx)
	defer cancel()
	switch {
	case p.isForPeople():
		_, err = fmt.Fprintln(p.stdout, r.Message)
	case p.csv:
		table := p.newTable()
		err = errors.Join(table.Write(now, p.session.now(), yesNo(r.Changed), r.Outcome, r.Message), table.Flush())
	default:
		if r.Account, err = p.object(now, p.session.now()); err == nil {
			err = p.print(ctx, p.stdout, "row", r)
		}
	}
	if err == nil || errors.Is(err, errPipeClosed) {
		return err
	}
	return fmt.Errorf("%s The answer could not be printed: %v", r.Message, err) //nolint:errorlint // a signal must not hide the message
}

// newTable returns a CSV table for the outcomes of changes.
func (f factory) newTable() *export.CSVWriter {
	return export.NewCSV(f.stdout, f.columns, "changed", "outcome", "message")
}

// sentences returns a problem as text.
func sentences(p explain.Problem) string {
	return joinSentences(p.Title, p.Lead, p.Means, nextStep(p))
}

// joinSentences joins sentences on one line. A title or a server's message may lack the full stop.
func joinSentences(parts ...string) string {
	var all []string
	for _, part := range parts {
		text := strings.Join(strings.Fields(part), " ")
		if text == "" {
			continue
		}
		if !strings.ContainsAny(text[len(text)-1:], ".!?:") {
			text += "."
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// printing returns a context for printing what happened, even if a signal came meanwhile.
func printing(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), writeGrace)
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
