// Package directory holds the accounts as an operator thinks of them: a row for
// each, a snapshot of all, the parts of it that a query, a view and a sort pick
// out, and in one line why a user can or cannot sign in. It draws no screen:
// callers hand it what hdpclient has read, or the client to read one account
// with, and the server's time, and get plain values and plain words. The console
// uses it, and so can a one-shot command.
package directory
