package hdptest

import "net/http"

// getIPList answers "Retrieve IP address whitelists for a user", about the operator or, with
// ?user=, about another one. Every stored copy of the page is cut off before its
// authorization: its sisters require 12, or 11 and 29, and name no access to a tenant.
func (c *call) getIPList() answer {
	if !c.mayAll(permMgmtAPI, permIPWhiteList) {
		return c.permissionDenied()
	}
	a := c.op
	if name := c.q.query.Get("user"); name != "" {
		if a = c.accounts.find(name); a == nil {
			return c.noUserName()
		}
	}
	switch {
	case a.ipList != "":
		return ok([]byte(a.ipList))
	case c.quirks[NoIPListIsNotFound]:
		return c.inventedRefusal(http.StatusNotFound, inventedNoIPList)
	}
	return ok([]byte(`{}`))
}
