package audit

import (
	"errors"
	"strconv"
	"strings"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

func toFileSubject(s change.Subject) file.Subject {
	return file.Subject{
		AccountID: s.ID, AccountName: s.Name.Raw(),
		TenantID: s.TenantID.Or(0), TenantName: s.TenantName.Raw(),
	}
}

func toFileOutcome(o change.Outcome) file.Outcome {
	status, code, message := errorParts(o.Err)
	texts := []string{message}
	if o.ByReading {
		texts = append(texts, "the answer was lost, but the change was found stored")
	}
	if len(o.Rows) > 0 {
		texts = append(texts, describeRows(o))
	}
	texts = append(texts, o.Plan.NotCompared())
	if o.Kind == change.Unknown && o.Answered() {
		texts = append(texts, "the server reported success")
	}
	if o.Kind == change.Unknown && o.Seen != change.NotSeen {
		texts = append(texts, "stored "+string(o.Seen)+" at "+o.At.UTC().Format("15:04:05")+" UTC")
	}
	if o.ReadErr != nil {
		texts = append(texts, "the last read failed: "+o.ReadErr.Error())
	}
	return file.Outcome{
		Kind: toFileKind(o.Kind), HTTPStatus: status, Code: code, Message: joinTexts(texts),
		Duration: o.Took(), Stored: o.Stored(), StoredAt: o.At,
	}
}

// describeRows names the properties that differ. It leaves out the values, which are in the
// stored object.
func describeRows(o change.Outcome) string {
	var list []string
	for _, row := range o.Rows {
		list = append(list, strings.TrimSpace(row.Name+" "+string(row.Why)))
	}
	all := strings.Join(list, ", ")
	if o.Kind == change.Conflict {
		return "no longer as shown: " + all
	}
	return "not as sent: " + all
}

func joinTexts(texts []string) string {
	var list []string
	for _, s := range texts {
		if s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, "; ")
}

// toFileKind maps a kind to that of the file. A kind unknown to the file keeps its own name.
func toFileKind(k change.Kind) file.OutcomeKind {
	switch k {
	case change.Applied:
		return file.Applied
	case change.Accepted:
		return file.Accepted
	case change.Conflict:
		return file.Conflict
	case change.Refused:
		return file.Refused
	case change.Differs:
		return file.Differs
	case change.Unknown:
		return file.Unknown
	case change.NotSent:
		return file.NotSent
	}
	return file.OutcomeKind(k)
}

// errorParts splits an error into the parts that are logged.
func errorParts(err error) (status int, code int64, message string) {
	if err == nil {
		return 0, 0, ""
	}
	e, ok := errors.AsType[*hdpclient.Error](err)
	if !ok {
		return 0, 0, err.Error()
	}
	// A code that is not a number is still in the message.
	code, _ = strconv.ParseInt(e.Code, 10, 64)
	return e.Status, code, err.Error()
}

// setsPassword reports whether the write sets a password, which cannot be read back.
func setsPassword(e file.Entry) bool {
	return strings.HasSuffix(e.Request, "/"+string(change.PasswordReset)) ||
		strings.HasSuffix(e.Request, "/"+string(change.OwnPassword))
}

// toUnknownOutcome returns the outcome, still unknown, of a write that was logged without one.
// It returns false if the entry does not hold the whole plan.
func toUnknownOutcome(e file.Entry) (change.Outcome, bool) {
	who := change.Subject{ID: e.AccountID, Name: hdpclient.TextOf(e.AccountName)}
	lenient := jsontext.AllowInvalidUTF8(true)
	switch {
	case strings.HasSuffix(e.Request, "/"+string(change.StatusInfo)):
		var before, after hdpclient.StatusInfo
		if json.Unmarshal(e.Before, &before, lenient) == nil && json.Unmarshal(e.After, &after, lenient) == nil {
			return change.Outcome{Kind: change.Unknown, Plan: change.PlanStatus(who, before, after)}, true
		}
	case strings.HasSuffix(e.Request, "/"+string(change.PasswordInfo)):
		var before, after hdpclient.PasswordInfo
		if json.Unmarshal(e.Before, &before, lenient) == nil && json.Unmarshal(e.After, &after, lenient) == nil {
			return change.Outcome{Kind: change.Unknown, Plan: change.PlanPassword(who, before, after)}, true
		}
	}
	return change.Outcome{}, false
}
