package audit

import (
	"errors"
	"strconv"
	"strings"

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
	before, after := o.Rebased()
	return file.Outcome{
		Kind: toFileKind(o.Kind), HTTPStatus: status, Code: code, Message: joinTexts(texts),
		Duration: o.Took(), Before: before, After: after, Stored: o.Stored(), StoredAt: o.At,
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
	r := resourceOf(e)
	return r == change.PasswordReset || r == change.OwnPassword
}

// resourceOf returns what the write of an entry replaces.
func resourceOf(e file.Entry) change.Resource {
	return change.Resource(e.Request[strings.LastIndexByte(e.Request, '/')+1:])
}

// toOutcome returns the outcome of a write from its entries. Without an entry of its outcome, it is
// unknown. It fails if the entries do not hold the whole write.
func toOutcome(who change.Subject, intent, outcome file.Entry) (change.Outcome, error) {
	kind := change.Kind(outcome.Outcome)
	if kind == "" {
		kind = change.Unknown
	}
	logged := change.Logged{
		Kind: kind, Subject: who, Resource: resourceOf(intent), Operation: intent.Operation,
		Before: intent.Before, After: intent.After, Stored: outcome.Stored, At: outcome.StoredAt,
	}
	if len(outcome.Before) > 0 {
		logged.Before, logged.After, logged.Rebased = outcome.Before, outcome.After, true
	}
	return logged.Outcome()
}
