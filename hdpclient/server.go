package hdpclient

import (
	"context"
	"regexp"
)

// Version says what is installed on the server ("Version Information API"). The last
// two fields are set only for an evaluation.
type Version struct {
	InstallType       Text `json:"InstallType,case:ignore"`
	HDPVersion        Text `json:"HDPVersion,case:ignore"`
	WAPVersion        Text `json:"WAPVersion,case:ignore"`
	DASVersion        Text `json:"DASVersion,case:ignore"`
	EvalDaysRemaining Text `json:"EvalDaysRemaining,omitzero,case:ignore"`
	EvalExpiryDate    Text `json:"EvalExpiryDate,omitzero,case:ignore"`
}

// Version reads the versions of the server.
func (c *Client) Version(ctx context.Context) (Version, error) {
	return get[Version](ctx, c, readRequest("read version", "/api/mgmt/version", ""))
}

// The page about the health check prints {"status": active}, without quotes.
var healthy = regexp.MustCompile(`(?i)"?status"?\s*:\s*"?active\b`)

// Health returns nil if the server says that it is active ("Get health check"). It does
// not send the login, since the answer proves nothing about it, and does not retry.
func (c *Client) Health(ctx context.Context) error {
	r := readRequest("check health", "/api/healthcheck", "")
	r.login, r.noRetry = loginNever, true
	a, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	if a.bodyKind() == BodyHTML || !healthy.Match(a.body) {
		e := r.newResponseError(a, "the server does not say that it is active")
		e.Body, e.Snippet = a.bodyKind(), a.snippet(nil)
		return e
	}
	return nil
}
