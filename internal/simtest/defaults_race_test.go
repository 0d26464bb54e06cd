//go:build (linux || darwin) && race

package simtest_test

// With the race detector, each of them takes ten times as long.
const (
	defaultSequences = 200
	everyPair        = 9 // only every ninth pair of quirks is tested
)
