// Package batch does one thing to many accounts: [Draft] reads each and says
// what would change or why not, [Start] writes what was drafted through
// hdpclient's and change's own care, so many at a time, until it is done, is
// stopped, or had better stop by itself. What was done can be retried, undone,
// exported and, after a crash, resumed from what is on record. It knows nothing
// of the screen nor of the form of the trail; the console and one-shot commands
// use it.
package batch
