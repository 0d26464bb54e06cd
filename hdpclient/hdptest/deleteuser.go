package hdptest

import "net/http"

// deleteUser answers "Delete a user account" with 204, although its sample has a body. What
// belongs to the account goes with it.
func (c *call) deleteUser() answer {
	a, no := c.authorize(permDeleteUsers)
	if no != nil {
		return *no
	}
	switch {
	case a == c.op && c.quirks[DeleteSelfRefused]:
		return c.inventedRefusal(http.StatusForbidden, inventedSelfEdit)
	case c.isLastAdministrator(a) && !c.quirks[LastAdminUnguarded]:
		return c.inventedRefusal(http.StatusBadRequest, inventedLastAdmin)
	case len(a.dataSources) > 0 && c.quirks[DeleteOwnerRefused]:
		return c.inventedRefusal(http.StatusBadRequest, inventedOwner)
	}
	if c.quirks[DeleteOrphansDataSources] {
		c.orphans = append(c.orphans, a.dataSources...)
	}
	c.accounts.remove(a.id)
	body := []byte(`{"success":true}`)
	switch {
	case c.quirks[DeleteAnswers200]:
		return ok(body)
	case c.quirks[Delete204HasBody]:
		return answer{status: http.StatusNoContent, body: body}
	}
	return answer{status: http.StatusNoContent}
}
