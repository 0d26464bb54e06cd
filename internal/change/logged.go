package change

import (
	"errors"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/redact"
)

// Logged is a write as an audit log holds it.
type Logged struct {
	Kind          Kind
	Subject       Subject
	Resource      Resource
	Operation     string         // see [Plan.Operation]
	Before, After jsontext.Value // empty for a password
	Rebased       bool           // Before and After are those of [Outcome.Rebased]
	Stored        jsontext.Value // what the last read found, empty without one
	At            time.Time      // of that read
}

// ErrNotLoggedWhole: the log does not hold enough of a write to check or to undo it.
var ErrNotLoggedWhole = errors.New("the audit log does not hold all values of that change")

// Outcome returns the outcome of a logged write, for [Writer.CheckAgain] and [Outcome.Undo].
func (l Logged) Outcome() (Outcome, error) {
	o := Outcome{Kind: l.Kind, At: l.At}
	switch l.Resource {
	case PasswordReset, OwnPassword:
		o.Plan = Plan{subject: l.Subject, resource: l.Resource, operation: l.Operation}
		return o, nil
	case StatusInfo, PasswordInfo:
	default:
		return Outcome{}, ErrNotLoggedWhole
	}
	before, ok := l.object(l.Before)
	after, ok2 := l.object(l.After)
	if !ok || !ok2 {
		return Outcome{}, ErrNotLoggedWhole
	}
	o.Plan = newPlan(l.Subject, l.Resource, before, after)
	o.Plan.rebased = l.Rebased
	if effects, undone := ParseOperation(l.Operation); undone {
		o.Plan.undoes = effects
	}
	if len(l.Stored) == 0 {
		return o, nil
	}
	stored, ok := l.object(l.Stored)
	if !ok {
		return Outcome{}, ErrNotLoggedWhole
	}
	return o.withRead(stored, l.At), nil
}

// object reads one object of the log. A value that was redacted must never be sent.
func (l Logged) object(text jsontext.Value) (object, bool) {
	if len(redact.RedactedNames(text)) > 0 {
		return nil, false
	}
	lenient := jsontext.AllowInvalidUTF8(true)
	var o object
	var err error
	if l.Resource == PasswordInfo {
		var info hdpclient.PasswordInfo
		if err = json.Unmarshal(text, &info, lenient); err == nil {
			o, err = objectOf(info)
		}
	} else {
		var info hdpclient.StatusInfo
		if err = json.Unmarshal(text, &info, lenient); err == nil {
			o, err = objectOf(info)
		}
	}
	return o, err == nil
}
