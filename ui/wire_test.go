package ui_test

import (
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// The most bytes that a key may send to the terminal at 120×36. The renderer sends the
// difference between two frames, so the numbers are exact.
const (
	aCursorMove  = 150
	aRestedRow   = 1500 // with the account pane that follows the cursor
	aPage        = 2500
	aTypedLetter = 2000
	aFocus       = 6500 // tab, from pane to pane
	aDialog      = 6500 // opened or closed
	aFollowedRow = 160  // of a batch
	aMinute      = 120  // of a countdown
	aSecond      = 50   // of its last minute
)

func checkCost(t *testing.T, op *uitest.Op, what string, budget int, do func()) {
	t.Helper()
	op.Idle()
	before := op.OutputBytes()
	do()
	op.Idle()
	if n := op.OutputBytes() - before; n > budget {
		t.Errorf("%s costs %d bytes, want at most %d", what, n, budget)
	} else {
		t.Logf("%s: %d bytes of %d", what, n, budget)
	}
}

func TestKeysSendFewBytes(t *testing.T) {
	op := uitest.Operator(t, uitest.On(120, 36), uitest.Before(hdptest.WithAccounts(20000)))
	// The renderer sends a line with a wide character again in every frame, so measure where
	// there is none.
	op.Finds("mar")
	op.Presses("tab")
	op.Waits(time.Second)
	for range 20 {
		checkCost(t, op, "a cursor move while keys keep coming", aCursorMove, func() { op.Press("j") })
	}
	checkCost(t, op, "the account pane that follows", aRestedRow, func() { op.Clock.Advance(200 * time.Millisecond) })
	checkCost(t, op, "the focus in the other pane", aFocus, func() { op.Press("tab") })
	checkCost(t, op, "the focus back in the list", aFocus, func() { op.Press("tab") })
	checkCost(t, op, "a dialog that opens", aDialog, func() { op.Press("s") })
	checkCost(t, op, "a dialog that closes", aDialog, func() { op.Press("esc") })
	checkCost(t, op, "the help that opens", aDialog, func() { op.Press("?") })
	checkCost(t, op, "the help that closes", aDialog, func() { op.Press("esc") })
	op.Presses("esc", "G", "pgup")
	op.Waits(time.Second)
	for range 5 {
		checkCost(t, op, "a page", aPage, func() { op.Press("pgup") })
	}
	op.Waits(time.Second)
	op.Presses("/")
	for _, letter := range []string{"a", "l", "i"} {
		checkCost(t, op, "the letter "+letter, aTypedLetter, func() { op.Press(letter) })
	}
}

func TestIdleConsoleSendsNothing(t *testing.T) {
	op := uitest.Operator(t, uitest.On(120, 36))
	op.Opens("alina")
	op.Waits(time.Second)
	before := op.OutputBytes()
	op.Waits(10 * time.Second)
	if n := op.OutputBytes() - before; n != 0 {
		t.Errorf("ten idle seconds cost %d bytes", n)
	}
	op.Presses("esc", "esc")
	op.Opens("ali")
	op.Sees("locked for another 12 min")
	op.Waits(time.Second)
	for range 5 {
		checkCost(t, op, "a minute of a countdown", aMinute, func() { op.Clock.Advance(time.Minute) })
	}
	op.Waits(6*time.Minute + 40*time.Second)
	op.Sees("locked for another 4")
	for range 5 {
		checkCost(t, op, "a second of its last minute", aSecond, func() { op.Clock.Advance(time.Second) })
	}
}
