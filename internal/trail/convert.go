package trail

import (
	"strings"

	json "github.com/go-json-experiment/json"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
)

func subject(s change.Subject) audit.Subject {
	return audit.Subject{
		AccountID: s.ID, AccountName: s.Name.Raw(),
		TenantID: s.TenantID.Or(0), TenantName: s.TenantName.Raw(),
	}
}

// outcome is what goes on record of o. A kind that the file does not name is
// written as change names it.
func outcome(o change.Outcome) audit.Outcome {
	status, code, message := refusal(o.Err)
	if o.LookErr != nil {
		message = strings.TrimSpace(message + " " + o.LookErr.Error())
	}
	if o.Kind == change.Unknown && !o.At.IsZero() {
		message = strings.TrimSpace(message + " stored " + string(o.Seen) + " at " + o.At.UTC().Format("15:04:05"))
	}
	return audit.Outcome{
		Kind: audit.OutcomeKind(o.Kind), HTTPStatus: status, Code: code, Message: message,
		Duration: o.Took(), Stored: o.Stored(),
	}
}

// leftOpen is the outcome, still unknown, of a write that was found on record
// without one; false for a password reset, where there is nothing to look at.
func leftOpen(r audit.Record) (change.Outcome, bool) {
	who := change.Subject{ID: r.AccountID, Name: hdpclient.TextOf(r.AccountName)}
	switch {
	case strings.HasSuffix(r.Request, "/"+string(change.StatusInfo)):
		var before, after hdpclient.StatusInfo
		if json.Unmarshal(r.Before, &before) == nil && json.Unmarshal(r.After, &after) == nil {
			return change.Outcome{Kind: change.Unknown, Plan: change.PlanStatus(who, before, after)}, true
		}
	case strings.HasSuffix(r.Request, "/"+string(change.PasswordInfo)):
		var before, after hdpclient.PasswordInfo
		if json.Unmarshal(r.Before, &before) == nil && json.Unmarshal(r.After, &after) == nil {
			return change.Outcome{Kind: change.Unknown, Plan: change.PlanPassword(who, before, after)}, true
		}
	}
	return change.Outcome{}, false
}
