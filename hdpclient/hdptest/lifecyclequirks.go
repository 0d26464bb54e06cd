package hdptest

// Quirks of creating and deleting accounts, of their roles and sign-in names, and of what
// belongs to them. Except for IPListAppliesHere, they change no answer about statusinfo,
// passwordinfo or a reset.
const (
	// CreateAnswers201: creating a user answers 201. Default: 200.
	CreateAnswers201 Quirk = "create answers 201"
	// CreateAnswersLocation: creating a user answers 201 with a Location and no body, as
	// "HTTP error messages" describes a 201. Default: 200 with the user.
	CreateAnswersLocation Quirk = "create answers with Location"
	// CreateNeedsPassword: a new user of the internal service needs a password, as in the Web
	// UI. Default: none is needed, and nobody can sign in without one.
	CreateNeedsPassword Quirk = "create needs a password"
	// CreateActivatesPassword: passwordStatus of a new user is 1, whatever was sent. Default:
	// as sent.
	CreateActivatesPassword Quirk = "create activates the password"
	// NamesUniquePerTenant: two tenants may have users of the same name. Default: user names
	// are unique in the system.
	NamesUniquePerTenant Quirk = "names unique per tenant"
	// NamesCaseSensitive: user names may differ only in case. Default: they may not.
	NamesCaseSensitive Quirk = "names case-sensitive"
	// CreateEchoesPassword: creating a user echoes the password in plain text, as the
	// documented sample does. Default: it does not.
	CreateEchoesPassword Quirk = "create echoes password"
	// DeleteAnswers200: deleting answers 200 {"success":true}, as the body of the sample
	// suggests. Default: 204, as its status says.
	DeleteAnswers200 Quirk = "delete answers 200"
	// Delete204HasBody: the 204 comes with the sample's body, although HTTP does not allow
	// one. Default: without.
	Delete204HasBody Quirk = "delete answers 204 with a body"
	// DeleteOwnerRefused: an account with data sources is not deleted. Default: they are
	// deleted with it.
	DeleteOwnerRefused Quirk = "delete of an owner refused"
	// DeleteOrphansDataSources: the data sources of a deleted account stay, without an owner.
	// Default: they are deleted with it.
	DeleteOrphansDataSources Quirk = "delete orphans data sources"
	// DeleteSelfRefused: operators cannot delete their own account. Default: they can.
	DeleteSelfRefused Quirk = "delete of oneself refused"
	// LastAdminUnguarded: the last account with permission 12 can be deleted and can lose it.
	// Default: both are refused, since one must keep it ("Initial login with default user
	// accounts").
	LastAdminUnguarded Quirk = "last administrator unguarded"
	// SelfGrantIs400: a PUT of one's own permissions is refused with HTTP 400. Default: 403.
	SelfGrantIs400 Quirk = "self grant is 400"
	// GrantNeedsEveryPermission: operators can only give permissions that they have. Default:
	// that holds for those above 11, which are not for a user's own data sources.
	GrantNeedsEveryPermission Quirk = "grant needs every permission"
	// AuthInfoMissing: an account for which authenticationInfo was never set has none.
	// Default: the internal service knows it under its user name.
	AuthInfoMissing Quirk = "authinfo missing"
	// SignInNamesUnique: a service cannot know two accounts under one name. Default: it can.
	SignInNamesUnique Quirk = "sign-in names unique"
	// MoveIgnored: another tenantId in a PUT of a user has no effect. Default: it moves the
	// account, as the valid values on the page suggest.
	MoveIgnored Quirk = "move ignored"
	// MoveRefused: another tenantId in a PUT of a user is refused. Default: it moves the
	// account.
	MoveRefused Quirk = "move refused"
	// RoleInUseIsNotFound: deleting a role that somebody has is refused with 222207924, the
	// only code on its page. Default: with an invented one.
	RoleInUseIsNotFound Quirk = "role in use is not found"
	// LimitPostOverwrites: a POST of a user's limit that is set replaces it. Default: it is
	// refused.
	LimitPostOverwrites Quirk = "limit POST overwrites"
	// MoreUserLimits: limits 14 and 15 can be set on a user too, as in the Web UI. Default:
	// only 1 and 6 can, as the pages of the API say.
	MoreUserLimits Quirk = "more user limits"
	// IPListAppliesHere: an operator's IP list also applies to calls from the server's
	// machine, where every test runs: 403 without a body. Default: these are exempt, as
	// documented.
	IPListAppliesHere Quirk = "IP list applies here"
	// DataSourcesNeedOnBehalfOf: the list of an account's data sources needs permissions 2,
	// 11 and 21 too, like /api/mgmt/datasources?user=. Default: 14 is enough.
	DataSourcesNeedOnBehalfOf Quirk = "data sources need OnBehalfOf"
	// NoIPListIsNotFound: the IP list of an account that has none is refused with 404 and an
	// invented code. Default: it is an empty object.
	NoIPListIsNotFound Quirk = "no IP list is not found"
)

// LifecycleQuirks returns the quirks above.
func LifecycleQuirks() []Quirk {
	return []Quirk{
		CreateAnswers201, CreateAnswersLocation, CreateNeedsPassword, CreateActivatesPassword, CreateEchoesPassword,
		NamesUniquePerTenant, NamesCaseSensitive,
		DeleteAnswers200, Delete204HasBody, DeleteOwnerRefused, DeleteOrphansDataSources, DeleteSelfRefused,
		LastAdminUnguarded, SelfGrantIs400, GrantNeedsEveryPermission, AuthInfoMissing, SignInNamesUnique,
		MoveIgnored, MoveRefused, RoleInUseIsNotFound, LimitPostOverwrites, MoreUserLimits, IPListAppliesHere, DataSourcesNeedOnBehalfOf,
		NoIPListIsNotFound,
	}
}
