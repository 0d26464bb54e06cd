package hdptest

// A Quirk is one answer to a question that the documents of HDP leave open
// (hdp-api.md, section 10). A server has none unless WithQuirks says so; what
// it does then is the default named with each. The value is a name to print.
type Quirk string

const (
	// LockClearsItself: once accountLockedUntil has passed, accountLocked is
	// false and the times are gone. Default: GET still says true.
	LockClearsItself Quirk = "lock clears itself"
	// SignInClearsLock: a right password after the lock has lapsed removes the
	// lock from statusInfo. Default: it stays there, lapsed.
	SignInClearsLock Quirk = "sign-in clears lock"
	// ManualLockIgnored: accountLocked true for an account that is not locked is
	// stored as false, without times. Default: it locks.
	ManualLockIgnored Quirk = "lock by hand ignored"
	// SameWrongPasswordNotCounted: the wrong password of the last time, tried
	// again, does not count (5.0 says so). Default: every failure counts.
	SameWrongPasswordNotCounted Quirk = "same wrong password not counted"
	// UnlockKeepsCounter: after an unlock one more failure locks again.
	// Default: an unlock starts the count anew.
	UnlockKeepsCounter Quirk = "unlock keeps counter"
	// ResetKeepsCounter: a password reset leaves the count of failures alone.
	// Default: it starts the count anew.
	ResetKeepsCounter Quirk = "reset keeps counter"
	// ResetUnlocks: a password reset removes a lock. Default: it does not.
	ResetUnlocks Quirk = "reset unlocks"
	// ResetAddsExpiry: a reset sets passwordExpiration from the policy's
	// expirationDays. Default: the expiration stays as it was.
	ResetAddsExpiry Quirk = "reset adds expiry"
	// ResetSkipsPolicy: a reset takes any password up to 32 characters.
	// Default: the policy applies.
	ResetSkipsPolicy Quirk = "reset skips policy"
	// ResetExternalAccepted: a reset of an account that only an external
	// service signs in is answered 204 all the same. Default: refused.
	ResetExternalAccepted Quirk = "reset of external account accepted"
	// NameInPasswordRefused: the policy refuses a password that contains the
	// user name, as 4.x says. Default: 4.6 and 5.0 do not list that rule.
	NameInPasswordRefused Quirk = "name in password refused"
	// SelfEditRefused: an operator cannot write statusinfo, passwordinfo or
	// resetpassword of the own account. Default: can.
	SelfEditRefused Quirk = "self edit refused"
	// OwnChangeForcesChange: passwordStatus is 2 after changePassword, as the
	// 4.x sample shows. Default: 1.
	OwnChangeForcesChange Quirk = "self change must reset"
	// ChangeAnswers204: changePassword answers 204 without a body, as a reset does.
	// Default: 200 with the passwordInfo, as the samples show.
	ChangeAnswers204 Quirk = "change answers 204"
	// NullOmitted: a stored null is left out of answers. Default: it is
	// returned as null.
	NullOmitted Quirk = "null omitted"
	// FractionalSeconds: timestamps in answers end in ".0". Default: only
	// those of /api/mgmt/user do.
	FractionalSeconds Quirk = "fractional seconds"
	// AllAsStrings: the numbers and booleans of a status info and a password info are
	// answered as strings, and taken both ways. Default: as documented.
	AllAsStrings Quirk = "numbers and booleans as strings"
	// UnknownDropped: properties that HDP does not know are dropped from a
	// PUT. Default: stored and returned as they came.
	UnknownDropped Quirk = "unknown properties dropped"
	// NotFoundIs400: 222207916 comes with HTTP 400. Default: 404.
	NotFoundIs400 Quirk = "not found is 400"
	// CodeAsString: the code in the error envelope is a string. Default: a
	// number.
	CodeAsString Quirk = "code as string"
	// OutsideIsNotFound: an account of a tenant without access is 222207916.
	// Default: 222208103.
	OutsideIsNotFound Quirk = "outside is not found"
	// OutsideIsBare: an account of a tenant without access is a 403 without a
	// body. Default: 222208103.
	OutsideIsBare Quirk = "outside is bare 403"
	// ListRefusedOutside: the list is refused to an operator without access
	// to every tenant. Default: it is filtered.
	ListRefusedOutside Quirk = "list refused outside"
	// ListUnordered: the list comes in no useful order. Default: by id.
	ListUnordered Quirk = "list unordered"
	// ListHasLength: the list comes with Content-Length. Default: chunked.
	ListHasLength Quirk = "list has Content-Length"
	// UnauthorizedIsBare: a 401 has no body. Default: the envelope.
	UnauthorizedIsBare Quirk = "401 is bare"
	// NoChallenge: a 401 has no WWW-Authenticate. Default: Basic.
	NoChallenge Quirk = "401 without challenge"
	// ForbiddenIsBare: a missing permission is a 403 without a body. Default:
	// 222208103.
	ForbiddenIsBare Quirk = "403 is bare"
	// RefusedSignInSaysWhy: a right password for an account that is locked,
	// inactive or expired is a 403 with a code of its own. Default: 401 as for
	// a wrong password.
	RefusedSignInSaysWhy Quirk = "refused sign-in says why"
	// SignInByAuthName: without a service, a login is an account's authUserName at
	// the internal service. Default: its user name.
	SignInByAuthName Quirk = "sign-in by authUserName"
	// MustChangeRefused: an account with passwordStatus 2 can call nothing but
	// changePassword. Default: it can sign in to the API.
	MustChangeRefused Quirk = "must reset refused"
	// PolicyNeedsSignIn: /api/public/passwordpolicy wants Basic
	// authentication. Default: it is open.
	PolicyNeedsSignIn Quirk = "policy needs sign-in"
	// VersionNeedsMgmtAPI: /api/mgmt/version wants permission 11. Default: any
	// sign-in will do.
	VersionNeedsMgmtAPI Quirk = "version needs MgmtAPI"
	// CreateAnswers201: creating a user answers 201. Default: 200.
	CreateAnswers201 Quirk = "create answers 201"
	// CreateEchoesPassword: creating a user echoes the clear password, as the
	// documented sample does. Default: it does not.
	CreateEchoesPassword Quirk = "create echoes password"
	// DeleteAnswers200: deleting answers 200 {"success":true}, as the sample's
	// body suggests. Default: 204, as its code says.
	DeleteAnswers200 Quirk = "delete answers 200"
	// NoDate: answers carry no Date header. Default: they carry the server's
	// clock.
	NoDate Quirk = "no Date header"
)

// Quirks lists every quirk, for a test that tries a client under each.
func Quirks() []Quirk {
	return []Quirk{
		LockClearsItself, SignInClearsLock, ManualLockIgnored, SameWrongPasswordNotCounted,
		UnlockKeepsCounter, ResetKeepsCounter, ResetUnlocks, ResetAddsExpiry, ResetSkipsPolicy,
		ResetExternalAccepted, NameInPasswordRefused, SelfEditRefused, OwnChangeForcesChange, ChangeAnswers204,
		NullOmitted, FractionalSeconds, AllAsStrings, UnknownDropped, NotFoundIs400, CodeAsString,
		OutsideIsNotFound, OutsideIsBare, ListRefusedOutside, ListUnordered, ListHasLength,
		UnauthorizedIsBare, NoChallenge, ForbiddenIsBare, RefusedSignInSaysWhy, SignInByAuthName, MustChangeRefused,
		PolicyNeedsSignIn, VersionNeedsMgmtAPI, CreateAnswers201, CreateEchoesPassword,
		DeleteAnswers200, NoDate,
	}
}

// SetQuirk switches a quirk of a running server.
func (s *Server) SetQuirk(q Quirk, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks[q] = on
}
