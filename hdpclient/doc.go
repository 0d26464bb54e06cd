// Package hdpclient calls the REST API for administrators of a Progress DataDirect
// Hybrid Data Pipeline server.
//
// It follows HDP's documents and keeps the caller from the API's traps: a PUT replaces
// the whole object, three wrong passwords lock the caller's own account, and a write
// without an answer may have happened.
//
// It knows nothing about screens, settings or operators, so any program may use it.
// Some calls need permissions that a helpdesk role lacks, as their comments say. The
// package hdptest is a server to test against.
package hdpclient
