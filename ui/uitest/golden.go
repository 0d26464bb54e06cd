package uitest

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// Golden waits until the program is idle and compares the screen and the cursor's position with
// testdata/<test>/<name>.golden. Run the test with -update to write the file, and look at it
// before you commit it.
func (t *Term) Golden(name string) {
	t.tb.Helper()
	t.Idle()
	t.compare(name, t.Screen())
}

// GoldenStyled is Golden with colours and attributes.
func (t *Term) GoldenStyled(name string) {
	t.tb.Helper()
	t.Idle()
	t.compare(name, t.Styled())
}

func (t *Term) compare(name, screen string) {
	t.tb.Helper()
	cursor := "no cursor"
	if x, y, visible := t.Cursor(); visible {
		cursor = fmt.Sprintf("cursor %d,%d", x, y)
	}
	golden.RequireEqual(namedTB{t.tb, t.tb.Name() + "/" + name}, screen+"\n"+cursor+"\n")
}

// namedTB is a test with another name, from which golden derives the file name. Its failures say
// what to do.
type namedTB struct {
	testing.TB
	name string
}

const goldenHint = "If the new screen is right, run make golden and look at git diff."

func (n namedTB) Name() string { return n.name }

func (n namedTB) Fatal(args ...any) {
	n.Helper()
	n.TB.Fatal(append(args, "\n"+goldenHint)...)
}

func (n namedTB) Fatalf(format string, args ...any) {
	n.Helper()
	n.TB.Fatalf(format+"\n"+goldenHint, args...)
}
