package ui_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"hdpadmin/ui/uitest"
)

var sequences = flag.Int("ui.sequences", 50, "`number` of random sequences of keys to try at the whole console")

// TestMain runs a console instead of the tests if childEnv is set.
func TestMain(m *testing.M) {
	if how := os.Getenv(childEnv); how != "" {
		if err := runChild(how); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	uitest.SetDefaultFlag("rapid.checks", *sequences)
	uitest.Main(m)
}
