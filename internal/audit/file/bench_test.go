//go:build linux || darwin

package file_test

import "testing"

// BenchmarkAWrite logs the intent and the outcome of one write, each with a sync.
func BenchmarkAWrite(b *testing.B) {
	log := open(b, logPath(b))
	for b.Loop() {
		if err := oneWrite(log, 307, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTheFirstWriteOfASession also opens the log and closes it.
func BenchmarkTheFirstWriteOfASession(b *testing.B) {
	path := logPath(b)
	for b.Loop() {
		log := open(b, path)
		if err := oneWrite(log, 307, nil); err != nil {
			b.Fatal(err)
		}
		log.Close()
	}
}
