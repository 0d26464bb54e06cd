package uitest

import (
	"testing"

	"go.uber.org/goleak"
)

// Main runs the tests of a package and fails if they leave a goroutine behind. It stands in TestMain:
//
//	func TestMain(m *testing.M) { uitest.Main(m) }
//
// The options are for what a package's own tests cannot help leaving.
func Main(m *testing.M, besides ...goleak.Option) {
	goleak.VerifyTestMain(m, append(besides,
		// It waits for an interrupt as long as the process lives; one for each program.
		goleak.IgnoreTopFunction("github.com/charmbracelet/x/exp/teatest/v2.NewTestModel.func2"))...)
}
