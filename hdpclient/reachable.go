package hdpclient

import (
	"errors"
	"net/http"
)

// Reachable reports whether HDP answered when it was last called, if only to
// refuse. No answer, and what a proxy says in HDP's place (502, 503, 504), make it
// false until the next answer. Before the first call it is true.
func (c *Client) Reachable() bool { return !c.unreachable.Load() }

// noteResponse notes that an answer has begun to come.
func (c *Client) noteResponse(status int) {
	if !isGatewayStatus(status) {
		c.unreachable.Store(false)
	}
}

// noteFailure notes that a request had no answer, or none of HDP. One that was given up
// by its caller, or was held back here, tells nothing.
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
