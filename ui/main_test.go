package ui_test

import (
	"flag"
	"fmt"
	"testing"

	"hdpadmin/ui/uitest"
)

var sequences = flag.Int("ui.sequences", 50, "`number` of random sequences of keys to try at the whole console")

func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", fmt.Sprint(*sequences)); err != nil {
			panic(err)
		}
	}
	uitest.Main(m)
}
