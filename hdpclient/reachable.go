package hdpclient

import (
	"errors"
	"net/http"
)

// Reachable reports whether HDP answered the last call, even with a refusal. It is true
// before the first call, and false from a missing answer or a proxy's 502, 503 or 504
// until the next answer.
func (c *Client) Reachable() bool { return !c.unreachable.Load() }

func (c *Client) noteResponse(status int) {
	if !isGatewayStatus(status) {
		c.unreachable.Store(false)
	}
}

// noteFailure marks HDP as unreachable if it did not answer. A request that its caller
// gave up, or that was never sent, says nothing.
func (c *Client) noteFailure(failed *Error) {
	if failed == nil {
		return
	}
	_, line := errors.AsType[connectionError](failed.Err)
	if line || isGatewayStatus(failed.Status) && failed.Body != BodyEnvelope {
		c.unreachable.Store(true)
	}
}

func isGatewayStatus(status int) bool {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
