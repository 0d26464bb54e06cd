package uitest

import (
	"testing"

	"go.uber.org/goleak"
)

// Main runs the tests of a package and fails if they leave a goroutine running. Call it in
// TestMain, with options for goroutines that the package's tests cannot avoid.
func Main(m *testing.M, besides ...goleak.Option) {
	goleak.VerifyTestMain(m, append(besides,
		// Each program leaves one, which waits for an interrupt until the process ends.
		goleak.IgnoreTopFunction("github.com/charmbracelet/x/exp/teatest/v2.NewTestModel.func2"))...)
}
