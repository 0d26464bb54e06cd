package hdptest

// Quirk is an answer to a question that HDP's documents leave open. A server has no quirks
// unless WithQuirks turns them on, and otherwise behaves as each default says. The value is
// a name to print.
type Quirk string

const (
	// LockClearsItself: after accountLockedUntil, accountLocked is false and the times are
	// gone. Default: GET still answers true.
	LockClearsItself Quirk = "lock clears itself"
	// SignInClearsLock: the right password removes an expired lock from statusInfo.
	// Default: it stays there.
	SignInClearsLock Quirk = "sign-in clears lock"
	// ManualLockIgnored: accountLocked true for an account that is not locked is stored as
	// false, without times. Default: it locks.
	ManualLockIgnored Quirk = "manual lock ignored"
	// SameWrongPasswordNotCounted: the same wrong password again does not count, as 5.0
	// says. Default: every failure counts.
	SameWrongPasswordNotCounted Quirk = "same wrong password not counted"
	// UnlockKeepsCounter: after an unlock, one failure locks again. Default: an unlock
	// resets the count.
	UnlockKeepsCounter Quirk = "unlock keeps counter"
	// ResetKeepsCounter: a password reset keeps the count of failures. Default: it resets
	// the count.
	ResetKeepsCounter Quirk = "reset keeps counter"
	// ResetUnlocks: a password reset removes a lock. Default: it does not.
	ResetUnlocks Quirk = "reset unlocks"
	// ResetAddsExpiry: a reset sets passwordExpiration from the policy's expirationDays.
	// Default: the expiration does not change.
	ResetAddsExpiry Quirk = "reset adds expiry"
	// ResetSkipsPolicy: a reset accepts any password of up to 32 characters. Default: the
	// policy applies.
	ResetSkipsPolicy Quirk = "reset skips policy"
	// ResetExternalAccepted: a reset of an account that signs in with an external service
	// only is answered with 204. Default: it is refused.
	ResetExternalAccepted Quirk = "reset of external account accepted"
	// NameInPasswordRefused: the policy refuses a password that contains the user name, as
	// 4.x says. Default: accepted, since 4.6 and 5.0 do not list that rule.
	NameInPasswordRefused Quirk = "name in password refused"
	// SelfEditRefused: operators cannot write statusinfo, passwordinfo or resetpassword of
	// their own account. Default: they can.
	SelfEditRefused Quirk = "self edit refused"
	// OwnChangeForcesChange: passwordStatus is 2 after changePassword, as the 4.x sample
	// shows. Default: 1.
	OwnChangeForcesChange Quirk = "own change forces a change"
	// ChangeAnswers204: changePassword answers 204 without a body, like a reset. Default:
	// 200 with the passwordInfo, as the samples show.
	ChangeAnswers204 Quirk = "change answers 204"
	// NullOmitted: answers omit a stored null. Default: they have it.
	NullOmitted Quirk = "null omitted"
	// FractionalSeconds: times in answers end in ".0". Default: only those of
	// /api/mgmt/user do.
	FractionalSeconds Quirk = "fractional seconds"
	// AllAsStrings: answers have the numbers and booleans of statusInfo and passwordInfo as
	// strings, and a PUT may have either form. Default: as documented.
	AllAsStrings Quirk = "numbers and booleans as strings"
	// UnknownDropped: a PUT drops properties that HDP does not know. Default: it stores
	// them as they came.
	UnknownDropped Quirk = "unknown properties dropped"
	// NotFoundIs400: 222207916 comes with HTTP 400. Default: 404.
	NotFoundIs400 Quirk = "not found is 400"
	// CodeAsString: the code in the error envelope is a string. Default: a number.
	CodeAsString Quirk = "code as string"
	// OutsideIsNotFound: an account in a tenant without access is refused with 222207916.
	// Default: with 222208103.
	OutsideIsNotFound Quirk = "outside is not found"
	// OutsideIsBare: an account in a tenant without access is refused with a 403 without a
	// body. Default: with 222208103.
	OutsideIsBare Quirk = "outside is bare 403"
	// ListRefusedOutside: an operator without access to every tenant gets no list. Default:
	// the list is filtered.
	ListRefusedOutside Quirk = "list refused outside"
	// ListUnordered: the list is not ordered. Default: by id.
	ListUnordered Quirk = "list unordered"
	// ListHasLength: the list has a Content-Length. Default: it is chunked.
	ListHasLength Quirk = "list has Content-Length"
	// UnauthorizedIsBare: a 401 has no body. Default: the envelope.
	UnauthorizedIsBare Quirk = "401 is bare"
	// NoChallenge: a 401 has no WWW-Authenticate. Default: Basic.
	NoChallenge Quirk = "401 without challenge"
	// ForbiddenIsBare: a missing permission is refused with a 403 without a body. Default:
	// with 222208103.
	ForbiddenIsBare Quirk = "403 is bare"
	// RefusedSignInSaysWhy: the right password of a locked, inactive or expired account is
	// refused with a 403 and its own code. Default: with a 401, like a wrong password.
	RefusedSignInSaysWhy Quirk = "refused sign-in says why"
	// SignInByAuthName: a login without a service is an authUserName at the internal
	// service. Default: it is a user name.
	SignInByAuthName Quirk = "sign-in by authUserName"
	// MustChangeRefused: an account with passwordStatus 2 can only call changePassword.
	// Default: it can sign in to the API.
	MustChangeRefused Quirk = "must change refused"
	// PolicyNeedsSignIn: /api/public/passwordpolicy needs Basic authentication. Default: it
	// is public.
	PolicyNeedsSignIn Quirk = "policy needs sign-in"
	// VersionNeedsMgmtAPI: /api/mgmt/version needs permission 11. Default: it only needs a
	// sign-in.
	VersionNeedsMgmtAPI Quirk = "version needs MgmtAPI"
	// NoDate: answers have no Date header. Default: it has the server's time.
	NoDate Quirk = "no Date header"
)

// Quirks returns every quirk, for a test that tries each of them.
func Quirks() []Quirk {
	all := []Quirk{
		LockClearsItself, SignInClearsLock, ManualLockIgnored, SameWrongPasswordNotCounted,
		UnlockKeepsCounter, ResetKeepsCounter, ResetUnlocks, ResetAddsExpiry, ResetSkipsPolicy,
		ResetExternalAccepted, NameInPasswordRefused, SelfEditRefused, OwnChangeForcesChange, ChangeAnswers204,
		NullOmitted, FractionalSeconds, AllAsStrings, UnknownDropped, NotFoundIs400, CodeAsString,
		OutsideIsNotFound, OutsideIsBare, ListRefusedOutside, ListUnordered, ListHasLength,
		UnauthorizedIsBare, NoChallenge, ForbiddenIsBare, RefusedSignInSaysWhy, SignInByAuthName, MustChangeRefused,
		PolicyNeedsSignIn, VersionNeedsMgmtAPI, NoDate,
	}
	return append(all, LifecycleQuirks()...)
}

// SetQuirk turns a quirk of a running server on or off.
func (s *Server) SetQuirk(q Quirk, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks[q] = on
}
