//go:build (linux || darwin) && !race

package proof_test

const (
	defaultSequences = 2000
	everyPair        = 1 // of quirks is tried
)
