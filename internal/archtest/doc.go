// Package archtest contains tests only: they check which package imports which, the
// links in the documents, and the words in texts, comments and documents.
package archtest
