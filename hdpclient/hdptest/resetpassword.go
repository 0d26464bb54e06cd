package hdptest

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"
)

// resetPassword answers "Reset the password on a user account" with 204. The user must
// change the password at the next sign-in.
func (c *call) resetPassword() answer {
	a, no := c.authorizeWrite()
	if no != nil {
		return *no
	}
	var in struct {
		NewPassword *string `json:"newPassword"`
	}
	if err := json.Unmarshal(c.q.body, &in); err != nil || in.NewPassword == nil {
		return c.badJSON("newPassword is required")
	}
	if n := utf8.RuneCountInString(*in.NewPassword); n == 0 || n > maxPassword {
		return c.badJSON("length of newPassword")
	}
	if !a.hasInternalAuth() {
		if !c.quirks[ResetExternalAccepted] {
			return c.inventedRefusal(http.StatusBadRequest, inventedExternalOnly)
		}
		return answer{status: http.StatusNoContent}
	}
	if !c.quirks[ResetSkipsPolicy] && !c.policyAllows(a.userName, *in.NewPassword) {
		return c.inventedRefusal(http.StatusBadRequest, inventedWeakPassword)
	}
	a.setSecret(*in.NewPassword)
	o := mustObject(a.password).with("passwordStatus", "2")
	if c.quirks[ResetAddsExpiry] && !c.effectivePermissions(a.roles, a.permissions)[permNoExpiration] {
		o = o.with("passwordExpiration", c.policyExpiry(c.now))
	}
	a.password = o.String()
	if !c.quirks[ResetKeepsCounter] {
		a.failures = nil
	}
	if c.quirks[ResetUnlocks] && strings.Contains(a.status, "accountLocked") {
		a.status = withoutLock(mustObject(a.status))
	}
	return answer{status: http.StatusNoContent}
}

// changePassword answers "Change password" of the User Details API: of the operator's own.
func (c *call) changePassword() answer {
	if !c.may(permChangePassword) {
		return c.permissionDenied()
	}
	var in struct {
		CurrentPassword *string `json:"currentPassword"`
		NewPassword     *string `json:"newPassword"`
	}
	if err := json.Unmarshal(c.q.body, &in); err != nil || in.NewPassword == nil {
		return c.badJSON("newPassword is required")
	}
	if c.configuration(2) != "false" {
		if in.CurrentPassword == nil {
			return c.badJSON("currentPassword is required")
		}
		if !c.op.hasPassword(*in.CurrentPassword) {
			return c.inventedRefusal(http.StatusBadRequest, inventedWrongCurrent)
		}
	}
	if utf8.RuneCountInString(*in.NewPassword) > maxPassword || !c.policyAllows(c.op.userName, *in.NewPassword) {
		return c.inventedRefusal(http.StatusBadRequest, inventedWeakPassword)
	}
	c.op.setSecret(*in.NewPassword)
	status := "1"
	if c.quirks[OwnChangeForcesChange] {
		status = "2"
	}
	// With the old expiry, an expired password would still be expired.
	c.op.password = mustObject(c.op.password).
		with("passwordStatus", status).
		with("passwordExpiration", c.policyExpiry(c.now)).String()
	if c.quirks[ChangeAnswers204] {
		return answer{status: http.StatusNoContent}
	}
	return ok([]byte(c.visiblePassword(c.op)))
}
