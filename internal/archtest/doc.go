// Package archtest has no code: its test holds the rules of who may import whom.
package archtest
