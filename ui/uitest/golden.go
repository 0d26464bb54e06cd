package uitest

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// Golden waits until the program is idle and compares the screen, and a last line that tells where
// the cursor is, with testdata/<test>/<name>.golden. Run the test with -update to write the file, and
// look at it before it is committed.
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

// namedTB is a test under another name, from which golden takes the file's. Failing, it says what to do.
type namedTB struct {
	testing.TB
	name string
}

const goldenHint = "Where that is how it should be: make golden, and look at git diff."

func (n namedTB) Name() string { return n.name }

func (n namedTB) Fatal(args ...any) {
	n.Helper()
	n.TB.Fatal(append(args, "\n"+goldenHint)...)
}

func (n namedTB) Fatalf(format string, args ...any) {
	n.Helper()
	n.TB.Fatalf(format+"\n"+goldenHint, args...)
}
