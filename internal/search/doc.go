// Package search finds accounts among all of them: a snapshot of the list, built while the list is
// read, and queries, views and sort orders over it.
//
// It draws nothing and asks no server. Callers pass in the rows and the server's time; they get
// accounts, and plain words about what was typed.
package search
