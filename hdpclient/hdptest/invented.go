package hdptest

import "net/http"

// Everything in this file is invented: HDP certainly refuses these cases, but no page
// that we could read says how. A client must not rely on these codes or texts. They are
// numbered from 999000001, so that nobody takes them for real ones.
const (
	inventedWeakPassword   = 999000001
	inventedSelfEdit       = 999000002
	inventedLastAdmin      = 999000003
	inventedDuplicateName  = 999000004
	inventedForeignRole    = 999000005
	inventedExternalOnly   = 999000006
	inventedElevation      = 999000007
	inventedLimit          = 999000008
	inventedConfiguration  = 999000009
	inventedForeignService = 999000010
	inventedWrongCurrent   = 999000011
	inventedNoIPList       = 999000012
	inventedNoPassword     = 999000013
	inventedSignInTaken    = 999000014
	inventedOwner          = 999000015
	inventedLimitExists    = 999000016
	inventedDefaultRole    = 999000017
	inventedRoleInUse      = 999000018
	inventedMove           = 999000019
	inventedLocked         = 999000021
	inventedInactive       = 999000022
	inventedExpired        = 999000023
	inventedMustChange     = 999000024
)

func (s *Server) inventedRefusal(status int, code int64) answer {
	return s.refusal(status, code, inventedText(code))
}

func inventedText(code int64) string {
	switch code {
	case inventedWeakPassword:
		return "The password does not meet the requirements of the password policy."
	case inventedSelfEdit:
		return "You are not allowed to change your own account with this call."
	case inventedLastAdmin:
		return "At least one account must have the Administrator permission."
	case inventedDuplicateName:
		return "A User with that name already exists."
	case inventedForeignRole:
		return "The Role does not belong to the tenant of the User."
	case inventedExternalOnly:
		return "The User has no internal authentication; the password cannot be reset."
	case inventedElevation:
		return "You cannot grant a permission that you do not have."
	case inventedLimit:
		return "There is no such Limit."
	case inventedConfiguration:
		return "There is no Configuration with that id."
	case inventedForeignService:
		return "The authentication service is not available to the tenant of the User."
	case inventedWrongCurrent:
		return "The current password is not correct."
	case inventedNoIPList:
		return "The User has no IP address whitelist."
	case inventedNoPassword:
		return "A password is required for internal authentication."
	case inventedSignInTaken:
		return "The authentication service knows another User under that name."
	case inventedOwner:
		return "The User owns data sources."
	case inventedLimitExists:
		return "The User has that Limit already."
	case inventedDefaultRole:
		return "The Role cannot be deleted."
	case inventedRoleInUse:
		return "The Role is assigned to a User."
	case inventedMove:
		return "The tenant of the User cannot be changed."
	case inventedLocked:
		return "The account is locked."
	case inventedInactive:
		return "The account is not active."
	case inventedExpired:
		return "The password has expired."
	case inventedMustChange:
		return "The password must be changed."
	}
	panic("hdptest: no text for an invented code")
}

// refuseSignIn refuses the right password of an account that may not sign in. By default
// the answer is the same as for a wrong password.
func (s *Server) refuseSignIn(code int64) answer {
	if s.quirks[RefusedSignInSaysWhy] {
		return s.inventedRefusal(http.StatusForbidden, code)
	}
	return s.unauthorized()
}
