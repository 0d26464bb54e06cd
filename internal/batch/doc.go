// Package batch does one thing to many accounts. [Prepare] reads each account and makes a preview
// of what would change, and why something would not. [Start] writes what the preview plans,
// several accounts at a time, with the safeguards of hdpclient and change. It runs until it is
// done, is stopped, or stops itself after too many failures. Rows can be retried, undone,
// exported and, after a crash, resumed from the audit log. The package knows nothing of the screen
// or of the log's format; the console and one-shot commands use it.
package batch
