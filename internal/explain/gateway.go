package explain

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
)

// WriteReply says what came back for a write that HDP neither confirmed nor refused, and from whom.
func WriteReply(err error) string {
	var e *hdpclient.Error
	switch {
	case !errors.As(err, &e):
		return "The error was: " + hdpclient.Clean(err.Error()) + "."
	case e.Status < http.StatusBadRequest: // 0: no answer
		return Error(err).Lead
	}
	status := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	if e.Body == hdpclient.BodyEnvelope {
		return fmt.Sprintf("HDP answered %s: %s", status, serverMessage(e, "no reason given."))
	}
	return strings.TrimSpace(fmt.Sprintf("A gateway or proxy between you and HDP, not HDP itself, answered %s. %s", status, gatewayReason(e)))
}

// gatewayReason says what a gateway between hdpadmin and HDP means by its status.
func gatewayReason(e *hdpclient.Error) string {
	switch e.Status {
	case http.StatusForbidden:
		return "It blocks this request."
	case http.StatusMethodNotAllowed:
		return "It blocks " + e.Method + " requests."
	case http.StatusLengthRequired:
		return "It did not receive the length of the request."
	case http.StatusRequestEntityTooLarge:
		return "The request is too large for it."
	case http.StatusTooManyRequests:
		return "It received too many requests in a short time."
	case http.StatusBadGateway:
		return "It got no valid answer from HDP."
	case http.StatusServiceUnavailable:
		return "HDP may be starting, overloaded or stopped."
	case http.StatusGatewayTimeout:
		return "It got no answer from HDP in time."
	}
	return ""
}

// Unconfirmed says what came back for a write whose outcome hdpadmin is still checking, and in a
// second paragraph what is known. It returns nil while nothing has gone wrong.
func Unconfirmed(o change.Outcome, times words.Times) []string {
	var came string
	switch {
	case o.Err != nil:
		came = WriteReply(o.Err)
	case o.ReadErr != nil:
		came = "The server confirmed the change, but the account could not be read back."
	default:
		return nil
	}
	known := "It is not known yet whether the change was stored. hdpadmin keeps checking."
	switch {
	case o.ReadErr != nil:
		known += " The last check failed: " + Error(o.ReadErr).Lead
	case o.Seen != change.NotSeen:
		known += " " + lastCheck(o, times)
	}
	return []string{came, known}
}

// RetryWarning says what to know before a write of unknown outcome is sent again.
func RetryWarning(o change.Outcome, times words.Times) string {
	return lastCheck(o, times) + " The first request may still arrive. Applying sends a second one."
}

// lastCheck says what the last read found after a write of unknown outcome.
func lastCheck(o change.Outcome, times words.Times) string {
	at := times.Second(o.At)
	if o.Seen == change.SeenOther {
		return "Something else is stored as of " + at + "."
	}
	return "Not stored as of " + at + "."
}
