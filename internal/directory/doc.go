// Package directory models accounts as an operator sees them: one row for each, a
// snapshot of all, queries, views and sort orders over it, and one line that says why a
// user can or cannot sign in.
//
// It draws nothing. Callers pass in what hdpclient has read, or a client to read one
// account with, and the server's time; they get values and plain words. The console
// uses it, and a one-shot command could.
package directory
