// Package explain puts every error and outcome into words for the operator: what happened, in the
// server's own words if it has any, what it means, and what to do. Its texts name no key and no command:
// where those are needed, a [Hint] leaves them to the console, the commands and every other way in.
package explain

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
)

// Problem is an error or an outcome in words.
type Problem struct {
	Title string // a word or two
	Lead  string // the server's own words, or the fact
	Short string // the same in a few words, in lower case
	Facts string // code, HTTP status, request and time, for a report
	Means string // what it means for the account and the operator
	Next  string // what to do, whatever the way in; the hint comes after it
	Hint  Hint   // what to do here
	// Head and Rows are a table of the properties concerned, if there are any.
	Head []string
	Rows [][]string
	// IsInfo says that nothing went wrong, and the text is for information only.
	IsInfo bool
}

// LockoutWarning says what a wrong password costs, wherever the operator may type another one.
const LockoutWarning = "Three wrong passwords lock your account."

// ExpiresAtOnce warns of an expiry in the past.
const ExpiresAtOnce = "in the past: the password expires at once"

// Error explains err, from a call that only reads. An error that is not hdpclient's is shown in its
// own words.
func Error(err error) Problem {
	own := hdpclient.Clean(err.Error())
	p := Problem{Title: "Something went wrong", Lead: own, Short: own}
	var e *hdpclient.Error
	if !errors.As(err, &e) {
		return p
	}
	p.Facts = formatFacts(e)
	gated, isGated := errors.AsType[*hdpclient.GateError](err)
	switch {
	case isGated:
		explainGated(&p, gated)
	case errors.Is(err, hdpclient.ErrNoCredentials):
		p.Title, p.Lead, p.Short = "Not signed in", "hdpadmin has no password to sign in with.", "not signed in"
		p.Hint = SignIn
	case errors.Is(err, hdpclient.ErrUnproven):
		p.Title, p.Lead = "Not signed in", "Sign-in was tried once, and the answer did not show whether the login is right."
		p.Means = "It may have been refused. hdpadmin does not retry on its own, because three wrong passwords lock you out."
		p.Hint = RetrySignIn
	case errors.Is(err, hdpclient.ErrUnauthorized):
		p.Title, p.Lead, p.Short = "Login refused", serverMessage(e, "The server did not accept the login."), "login refused"
		p.Means = "The password is wrong or expired, or the account is locked. Nothing more is sent with this password."
		if e.WasAccepted {
			p.Means = "This login was accepted earlier: your session may have ended, your password may have changed, or your account " +
				"may be locked. Nothing more is sent until you enter your password again."
		}
		p.Hint = SignIn
	case errors.Is(err, hdpclient.ErrNotFound):
		p.Title, p.Lead, p.Short = "Not found", serverMessage(e, "The server did not find it."), "not found"
		p.Means = "The account may have been deleted."
		p.Hint = FindAgain
	case e.HasOwnReason():
		p.Title, p.Lead, p.Short = "Refused", serverMessage(e, "The server refused, without saying why."), serverMessage(e, "refused")
		p.Means = "HDP does not document this refusal. It may concern your login, your password or the request."
	case errors.Is(err, hdpclient.ErrForbidden):
		p.Title, p.Lead, p.Short = "Not permitted", serverMessage(e, "The server refused, without saying why."), "not permitted"
		p.Means = "Your login lacks " + neededPermission(e) + ", or this machine's address is not allowed."
		p.Next = "Ask the server's administrator."
	case e.Status == 0:
		no := Unreachable(err)
		p.Title, p.Short, p.Lead = "No answer", no.Short, no.Lead
		p.Next, p.Hint = no.Next, Retry
		if no.Next == "" {
			p.Hint = RetryOrTest
		}
	case e.Body == hdpclient.BodyEnvelope:
		p.Title, p.Lead, p.Short = "Refused", serverMessage(e, "The server refused."), serverMessage(e, "refused")
	case e.Status == http.StatusBadRequest && strings.Contains(e.Snippet.String(), "HTTP request") && strings.Contains(e.Snippet.String(), "HTTPS"):
		https := explainHTTPS()
		https.Facts = p.Facts
		return https
	case errors.Is(err, hdpclient.ErrCached):
		p.Title, p.Short = "From a cache", hdpclient.ErrCached.Error()
		p.Lead = "The request was " + hdpclient.Clean(e.Err.Error()) + ", not by HDP."
		p.Means = "The account may have changed since, so hdpadmin does not use that answer to plan or verify a change."
		p.Next = "A gateway or proxy between you and HDP caches answers although hdpadmin asks it not to."
		p.Hint = RetryUncached
	case e.Body == hdpclient.BodyOther && e.Err != nil:
		p.Title, p.Short = "Unexpected answer", "not as documented"
		p.Lead = "The answer is not in the format that HDP documents: " + hdpclient.Clean(e.Err.Error()) + "."
		p.Means = "hdpadmin does not change what it cannot read reliably."
		p.Hint = Retry
	case e.Body == hdpclient.BodyCut && e.Status == http.StatusOK:
		what := "answer"
		if e.Op == "list users" {
			what = "list"
		}
		p.Title, p.Short = "Incomplete answer", "the "+what+" was cut off"
		p.Lead = "The " + what + " was cut off" + cutReason(e.Err) + "."
		p.Means = "Only part of it was read."
		p.Hint = Retry
	case e.Body == hdpclient.BodyTooLarge && e.Err != nil:
		p.Title, p.Short = "Too large", "too large"
		p.Lead = "Not read to the end: " + hdpclient.Clean(e.Err.Error()) + "."
		p.Means = "Only part of it was read."
	default:
		p.Title, p.Lead, p.Short = "No answer from HDP", describeForeign(e), fmt.Sprintf("HTTP %d, not from HDP", e.Status)
		p.Means = "A gateway or proxy between you and HDP sent this, or HDP is starting."
		p.Hint = Retry
	}
	return p
}

// neededPermission names the permission that HDP documents for the call that failed.
func neededPermission(e *hdpclient.Error) string {
	const tenant = " or access to the account's tenant"
	switch {
	case strings.HasSuffix(e.Path, "/changePassword"):
		return hdpclient.PermissionChangePassword.String()
	case strings.Contains(e.Path, "/api/mgmt/"):
		return hdpclient.PermissionMgmtAPI.String()
	case !strings.Contains(e.Path, "/api/admin/users"):
		return "a permission"
	case e.Method == http.MethodGet:
		return hdpclient.PermissionViewUsers.String() + tenant
	}
	return hdpclient.PermissionModifyUsers.String() + tenant
}

// serverMessage returns the message in the server's envelope, or instead if it has none.
func serverMessage(e *hdpclient.Error, instead string) string {
	if m := e.Message.String(); m != "" {
		return m
	}
	return instead
}

func formatFacts(e *hdpclient.Error) string {
	var parts []string
	if e.Code != "" {
		parts = append(parts, hdpclient.Clean(e.Code))
	}
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	parts = append(parts, e.Method+" "+e.Path)
	if e.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", e.Attempts))
	}
	if e.Took > 0 {
		parts = append(parts, words.ResponseTime(e.Took))
	}
	return strings.Join(parts, " · ")
}

func cutReason(err error) string {
	if err == nil {
		return ""
	}
	if n := explainNetwork(err); n.Short != "" {
		return ": " + n.Short
	}
	return ": " + hdpclient.Clean(err.Error())
}

func describeForeign(e *hdpclient.Error) string {
	answer := "plain text"
	switch e.Body {
	case hdpclient.BodyHTML:
		answer = "a web page"
	case hdpclient.BodyEmpty:
		answer = "an empty body"
	case hdpclient.BodyCut:
		return fmt.Sprintf("The answer (HTTP %d) was cut off.", e.Status)
	case hdpclient.BodyTooLarge:
		return fmt.Sprintf("The answer (HTTP %d) is too large for hdpadmin to read.", e.Status)
	case hdpclient.BodyNone, hdpclient.BodyEnvelope, hdpclient.BodyOther:
	}
	lead := fmt.Sprintf("The answer was HTTP %d with %s instead of HDP's JSON.", e.Status, answer)
	if s := e.Snippet.String(); s != "" {
		lead += " It reads: “" + s + "”"
	}
	return lead
}
