//go:build (linux || darwin) && race

package simtest_test

// The race detector makes each of them ten times as long.
const (
	defaultSequences = 200
	everyPair        = 9 // only one pair of quirks in so many
)
