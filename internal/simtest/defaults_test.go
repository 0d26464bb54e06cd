//go:build (linux || darwin) && !race

package simtest_test

const (
	defaultSequences = 2000
	everyPair        = 1 // of quirks is tested
)
