package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
)

// Outcome explains the outcome of a write that did not end well, and what to do. It claims no more
// than the outcome knows. times formats the times in it.
func Outcome(o change.Outcome, times words.Times) Problem {
	p := explainOutcome(o, times)
	p.nameUTC()
	if text := o.Plan.NotCompared(); text != "" {
		p.Means = strings.TrimSpace(p.Means + " " + words.Capitalize(text) + ".")
	}
	if o.LogErr != nil {
		p.IsInfo = false
		p.Short = strings.TrimPrefix(p.Short+", not logged", ", ")
		p.Means = strings.TrimSpace(p.Means + " It could not be written to the audit log: " +
			hdpclient.Clean(o.LogErr.Error()) + ". Nothing more is sent until that works.")
	}
	return p
}

func explainOutcome(o change.Outcome, times words.Times) Problem {
	name := o.Plan.Subject().Name.String()
	switch o.Kind {
	case change.Conflict:
		if o.IsUnchanged() {
			return explainUnchanged(o, name)
		}
		return explainConflict(o, name)
	case change.Refused:
		p := Error(o.Err)
		p.Title, p.Means = "Refused", strings.TrimSpace("Nothing was changed. "+p.Means)
		return p
	case change.Differs:
		return explainDiffers(o, name, times)
	case change.Unknown:
		return explainUnknown(o, name, times)
	case change.NotSent:
		return explainNotSent(o, name)
	case change.Applied, change.Accepted:
	}
	return Problem{Title: "Not logged", Lead: name + ": " + o.Plan.Operation() + " was applied and verified."}
}

func explainConflict(o change.Outcome, name string) Problem {
	p := Problem{
		Title: "Changed meanwhile",
		Lead:  name + " has changed since it was read. Nothing was sent.",
		Short: "changed meanwhile: " + rowNames(o.Rows),
		Head:  []string{"", "before", "now", "your change"},
		Hint:  ReviewAgain,
	}
	if o.LockMoved {
		p.Title, p.Short = "Lock renewed", "the lock was renewed"
		p.Lead = "The lock of " + name + " was renewed after the account was read: something seems to keep trying a wrong password. Nothing was sent."
		p.Hint = ReviewUnlock
	}
	p.Rows = conflictRows(o)
	return p
}

// explainUnchanged says that nothing is left to do, and which other properties have changed.
func explainUnchanged(o change.Outcome, name string) Problem {
	p := Unchanged(name, o.Plan.Operation())
	p.Short = "already done"
	for _, row := range conflictRows(o) {
		if row[3] == notWanted {
			p.Head = []string{"also changed", "before", "now"}
			p.Rows = append(p.Rows, row[:3])
		}
	}
	return p
}

// Unchanged says that somebody else has already done what the operation would have done.
func Unchanged(name, operation string) Problem {
	return Problem{
		IsInfo: true, Title: "Unchanged",
		Lead:  alreadyText(name, operation),
		Means: "Nothing was sent, and nothing is left to do.",
	}
}

// alreadyText says what the account is without the operation.
func alreadyText(name, operation string) string {
	switch operation {
	case "unlock":
		return name + " is already unlocked."
	case "lock":
		return name + " is already locked."
	case "activate":
		return name + " is already active."
	case "deactivate":
		return name + " is already inactive."
	case "force password change":
		return name + " must already change the password."
	case "forgive password change":
		return name + " no longer has to change the password."
	}
	return name + " already has the values that you want."
}

// notWanted stands in a table for a property that the operator did not want to change.
const notWanted = "unchanged"

// conflictRows lists the operator's changes and the changes of others, one row for each property.
func conflictRows(o change.Outcome) [][]string {
	wanted := map[string]bool{}
	for _, e := range o.Plan.Properties() {
		wanted[e.Name] = e.Kind != change.Kept
	}
	var rows [][]string
	for _, r := range o.Rows {
		row := []string{r.Name, cell(r.Name, r.Saw), cell(r.Name, r.Now), notWanted}
		if wanted[r.Name] {
			row[3] = cell(r.Name, r.Wanted)
		}
		rows = append(rows, row)
		delete(wanted, r.Name)
	}
	for _, e := range o.Plan.Properties() {
		if wanted[e.Name] { // only the operator changes it
			rows = append(rows, []string{e.Name, cell(e.Name, e.Before), cell(e.Name, e.Before), cell(e.Name, e.After)})
		}
	}
	return rows
}

func explainDiffers(o change.Outcome, name string, times words.Times) Problem {
	if at, again := o.LockedAgain(); again {
		return explainLockedAgain(o, name, at, times)
	}
	p := Problem{
		Title: "Not stored as sent",
		Lead:  "The server confirmed the change to " + name + ", but not all of it is stored as sent.",
		Short: "stored differently: " + rowNames(o.Rows),
		Facts: checkFacts(o, times),
		Head:  []string{"", "your change", "answered", "now"},
		Next:  "Check the account before you change it again.",
	}
	names := map[change.Why][]string{}
	for _, r := range o.Rows {
		p.Rows = append(p.Rows, []string{r.Name, cell(r.Name, r.Wanted), cell(r.Name, r.Echo), cell(r.Name, r.Now)})
		names[r.Why] = append(names[r.Why], r.Name)
	}
	var means []string
	for _, said := range []struct {
		why   change.Why
		words string
	}{
		{change.NotTaken, "The server did not accept %s."},
		{change.ChangedSince, "The server confirmed %s, but a later read found a different value."},
		{change.AsBefore, "The server confirmed %s, but a later read found the old value: the change was ignored or undone, or a cache answered."},
	} {
		if list := names[said.why]; list != nil {
			means = append(means, fmt.Sprintf(said.words, strings.Join(list, ", ")))
		}
	}
	p.Means = strings.Join(means, " ")
	return p
}

// explainLockedAgain explains an unlock that was stored but did not last.
func explainLockedAgain(o change.Outcome, name string, at time.Time, times words.Times) Problem {
	when := times.Second(at)
	return Problem{
		Title: "Locked again",
		Lead:  name + " was unlocked, then locked again at " + when + ".",
		Short: "unlocked, then locked again at " + times.Bare().Second(at),
		Facts: checkFacts(o, times),
		Next:  "Find out what still signs in with a wrong password, then unlock again.",
	}
}

func explainUnknown(o change.Outcome, name string, times words.Times) Problem {
	p := Problem{Title: "Outcome unknown", Hint: CheckAgain}
	switch {
	case o.Err != nil:
		p.Lead, p.Facts = "The change to "+name+" was sent. "+WriteReply(o.Err), Error(o.Err).Facts
	case o.Answered() && o.Plan.Resource() == change.PasswordReset:
		return explainIgnoredReset(o, name, times)
	case o.Answered() && o.Seen == change.SeenBefore:
		p.Lead = "The server confirmed the change to " + name + ", but the account still has its old values."
	case o.Answered():
		p.Lead = "The server confirmed the change to " + name + ", but the account could not be read back."
	default:
		p.Lead = "The change to " + name + " was sent, but the answer is not known."
	}
	at, short := times.Second(o.At), times.Bare().Second(o.At)
	switch {
	case o.Answered() && o.Seen == change.SeenBefore:
		p.Short = "old values as of " + short
		p.Means = "Read at " + at + ". Either the server ignored the change, or a cache answered the read."
	case o.Seen == change.SeenBefore:
		p.Short = "not stored as of " + short
		p.Means = "Not stored as of " + at + "; it may still arrive."
	case o.Seen == change.SeenWanted:
		p.Short = "stored as sent, read at " + short
		p.Means = "Stored as sent, read at " + at + "."
	case o.Seen == change.SeenOther:
		p.Short = "something else is stored"
		p.Means = "As of " + at + ", neither the old values nor yours are stored."
		p.Head = []string{"", "your change", "now"}
		for _, r := range o.Rows {
			p.Rows = append(p.Rows, []string{r.Name, cell(r.Name, r.Wanted), cell(r.Name, r.Now)})
		}
	case o.Seen == change.NotSeen:
		p.Short = "stored values not known"
		p.Means = "It may have been applied, or may still be applied. The stored values are not known"
		if o.ReadErr != nil {
			p.Means += ": " + Error(o.ReadErr).Lead
		}
		p.Means = strings.TrimSuffix(p.Means, ".") + "."
	}
	if o.Err != nil {
		p.Short += ": " + Error(o.Err).Short
	}
	return p
}

// explainIgnoredReset explains a reset that the server confirmed although the user need not change the
// password.
func explainIgnoredReset(o change.Outcome, name string, times words.Times) Problem {
	found := valueOrDash(o.Rows[0].Now)
	return Problem{
		Title: "Outcome unknown",
		Lead: "The server confirmed the password reset of " + name + ", but " + o.Rows[0].Name + " is " + found +
			" instead of " + valueOrDash(o.Rows[0].Wanted) + ": the server ignored the reset, or a cache answered the read.",
		Short: o.Rows[0].Name + " is " + found,
		Facts: "GET passwordinfo · read at " + times.ExactText(o.At),
	}
}

func explainNotSent(o change.Outcome, name string) Problem {
	const unchanged = "Nothing was sent or changed."
	var unmet *change.UnmetError
	busy, isBusy := errors.AsType[*change.BusyError](o.Err)
	switch {
	case isBusy && busy.By != "":
		by := hdpclient.Clean(busy.By)
		return Problem{
			Title: "Not sent", Lead: by + " is changing " + name + ".", Short: by + " is changing this account",
			Means: unchanged, Next: "Try again when they have finished.",
		}
	case errors.Is(o.Err, change.ErrBusy):
		return Problem{
			Title: "Not sent", Lead: "Another change to " + name + " is running.", Short: "another change is running",
			Means: unchanged, Next: "Try again when it has finished.",
		}
	case errors.As(o.Err, &unmet) && unmet.Demand == change.PermissionDemand:
		return Problem{
			Title: "Not permitted", Lead: words.Capitalize(unmet.Why) + ".", Short: unmet.Why, Means: unchanged,
			Next: "Ask a colleague who may do this, or the administrator of the service.",
		}
	case errors.Is(o.Err, change.ErrShutdown):
		return Problem{Title: "Not sent", Lead: "hdpadmin is stopping.", Short: "hdpadmin is stopping", Means: unchanged}
	}
	p := Error(o.Err)
	if errors.Is(o.Err, change.ErrDuplicate) || errors.Is(o.Err, change.ErrWithheld) {
		return CannotPlan(o.Plan.Subject(), o.Err)
	}
	if p.Facts == "" { // not an answer of the server
		p.Title, p.Lead = "Not sent", "The change to "+name+" could not be sent: "+p.Lead
	}
	p.Means = strings.TrimSpace(unchanged + " " + p.Means)
	return p
}

// Changes lists what a plan changes, under the heads before and after.
func Changes(plan change.Plan, before, after string) Problem {
	p := Problem{Facts: plan.Method() + " " + plan.Path(), Head: []string{"", before, after}, IsInfo: true}
	for _, e := range plan.Properties() {
		if e.Kind != change.Kept {
			p.Rows = append(p.Rows, []string{e.Name, cell(e.Name, e.Before), cell(e.Name, e.After)})
		}
	}
	p.nameUTC()
	return p
}

// nameUTC says that times in the table are in UTC, because HDP's do not say so themselves.
func (p *Problem) nameUTC() {
	for _, row := range p.Rows {
		if slices.ContainsFunc(row[1:], isTimestamp) {
			p.Facts = strings.TrimPrefix(p.Facts+" · table in UTC", " · ")
			return
		}
	}
}

func isTimestamp(value string) bool {
	_, err := time.Parse(hdpclient.TimestampLayout, value)
	return err == nil
}

// CannotPlan says why an account cannot be changed at all.
func CannotPlan(who change.Subject, err error) Problem {
	if errors.Is(err, change.ErrWithheld) {
		return Problem{
			Title: "Not sent", Short: "it contains a password",
			Lead:  "The server's answer about " + who.Name.String() + " has an unknown property that contains a password.",
			Means: "hdpadmin keeps no passwords, so a change would delete that one. Nothing was sent or changed.",
			Next:  "Change the account another way, for example in HDP's web UI.",
		}
	}
	return Problem{
		Title: "Not sent", Short: "a property appears twice",
		Lead:  "The server's answer about " + who.Name.String() + " cannot be sent back: " + hdpclient.Clean(err.Error()) + ".",
		Means: "It is not clear which of the two counts, and a change would write both. Nothing was sent or changed.",
		Next:  "The server's administrator must repair the account.",
	}
}

func checkFacts(o change.Outcome, times words.Times) string {
	if o.At.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s %s · read at %s", o.Plan.Method(), o.Plan.Path(), times.ExactText(o.At))
}

func rowNames(rows []change.Row) string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.Name
	}
	return strings.Join(list, ", ")
}

// cell returns a value for a table, a status number with its meaning.
func cell(property string, v change.Value) string {
	return strings.TrimSpace(valueOrDash(v) + " " + v.StatusWord(property))
}

func valueOrDash(v change.Value) string {
	if v.Absent() {
		return "–"
	}
	return v.String()
}
