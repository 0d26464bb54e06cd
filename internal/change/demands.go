package change

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
)

// Rules say how a change must be confirmed, according to the settings. The zero Rules demand nothing
// for an ordinary change.
type Rules struct {
	Reason   ReasonRule
	TypeName bool // type the account's name, or the number of accounts in a batch
	// Verbs are those allowed; nil: all. An empty list allows none.
	Verbs []Verb
	// SharedLogin is a login of several operators, so that none of them may change its password; "" if
	// there is none.
	SharedLogin string
}

// ReasonRule checks the reason for a change. The zero rule accepts anything.
type ReasonRule struct {
	Required bool
	Patterns []*regexp.Regexp // the reason must match all of them
}

// Check says in a few words what is wrong with a reason, or "".
func (r ReasonRule) Check(reason string) string {
	reason = strings.TrimSpace(reason)
	if r.Required && reason == "" {
		return "a reason is required"
	}
	for _, p := range r.Patterns {
		if !p.MatchString(reason) {
			return "the reason must match " + p.String()
		}
	}
	return ""
}

// Demands are what the operator must give before a plan is applied.
type Demands struct {
	Reason   ReasonRule
	TypeName bool           // type Name
	Name     hdpclient.Text // of the account
	Number   int            // type this number of accounts; 0: none
	Warning  string         // to be read first, "" for none
	// Forbidden says why no answer is enough, "" if the plan is allowed.
	Forbidden string
}

// Answers are what the operator gave, as typed.
type Answers struct{ Reason, Name, Number string }

// Demand is one of the Demands.
type Demand string

// The demands, in the order in which they are checked.
const (
	PermissionDemand Demand = "permission" // not met by any answer
	ReasonDemand     Demand = "reason"
	NameDemand       Demand = "name"
	NumberDemand     Demand = "number"
)

// UnmetError says which demand of a plan is not met. The plan was not sent.
type UnmetError struct {
	Demand Demand
	Why    string // in a few words
}

func (e *UnmetError) Error() string { return e.Why }

// Unmet returns the first demand that the answers do not meet, or nil.
func (d Demands) Unmet(a Answers) *UnmetError {
	if d.Forbidden != "" {
		return &UnmetError{PermissionDemand, d.Forbidden}
	}
	if why := d.Reason.Check(a.Reason); why != "" {
		return &UnmetError{ReasonDemand, why}
	}
	if d.TypeName && !d.Name.IsTyped(a.Name) {
		return &UnmetError{NameDemand, "type the full user name"}
	}
	if d.Number > 0 && a.Number != strconv.Itoa(d.Number) {
		return &UnmetError{NumberDemand, fmt.Sprintf("type %d to confirm: %s will change", d.Number, words.Plural(d.Number, "account"))}
	}
	return nil
}

// maxWithoutNumber is the largest batch whose number of accounts need not be typed.
const maxWithoutNumber = 10

// Demands returns what the plan demands. All plans in a batch demand the same, unless one is forbidden.
func (r Rules) Demands(p Plan) Demands {
	d := Demands{Reason: r.Reason, TypeName: r.TypeName || p.protection != "", Name: p.subject.Name, Warning: p.protection}
	if p.batch != "" {
		d = r.BatchDemands(p.batchSize)
	}
	d.Forbidden = r.forbids(p)
	return d
}

// BatchDemands returns what a batch of this many accounts demands.
func (r Rules) BatchDemands(accounts int) Demands {
	d := Demands{Reason: r.Reason}
	if accounts > maxWithoutNumber || r.TypeName {
		d.Number = accounts
	}
	return d
}

// errUnguarded stops a plan that removes access if nobody has checked whether its account needs
// protection. It is a bug in hdpadmin.
var errUnguarded = fmt.Errorf("%w: nobody has checked whether the account needs protection", hdpclient.ErrNotSent)

// unmet returns why the demands of a plan forbid sending it, or nil. A batch has already left out
// the accounts that need protection.
func (w *Writer) unmet(p Plan) error {
	if w.rules == nil {
		return nil
	}
	if p.RemovesAccess() && !p.guarded && p.batch == "" {
		return errUnguarded
	}
	if err := w.rules.Demands(p).Unmet(p.answers); err != nil {
		return err
	}
	return nil
}
