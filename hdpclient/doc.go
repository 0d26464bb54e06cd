// Package hdpclient is the administrators' REST API of a Progress DataDirect
// Hybrid Data Pipeline server, in Go.
//
// It speaks to the server as the documents describe it and keeps the caller
// from the API's traps: a PUT replaces the whole object, three wrong passwords
// lock the acting account, a write that was not answered may have happened.
// It knows nothing of screens, settings or accounts as an operator thinks of
// them; any program may use it. For other programs there are calls that the
// console has no use for: Tenants and LockoutPolicy need permissions that a
// helpdesk role lacks, and what Permissions reads is in User as well. The package
// hdptest beside it is a server to test against.
package hdpclient
