// Package account is one account as an operator thinks of it: its status, its lock and its
// password, the words for them, and a verdict, which says why the user can or cannot sign in. It
// reads the parts of an account, and knows which account is the operator's own.
//
// It draws nothing. Callers pass in what hdpclient has read, or a client to read one account with,
// and the server's time; they get values and plain words.
package account
