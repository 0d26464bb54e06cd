package ui_test

import (
	"net/http"
	"testing"
	"time"

	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// A batch is first put on record, and that may wait for other consoles: keys of
// its run that come before it has begun have nothing to act on yet.
func TestKeysBeforeABatchHasBegunDoNothing(t *testing.T) {
	d := newDesk(t, nil)
	d.press("2", "space", "space", "u")
	d.sees("2 of 2 will change.")
	d.server.ResetRequests()
	_, enter := d.Update(uitest.Key(t, "enter"))
	_, begin := d.Update(enter())
	d.press("space", "s")
	d.run(begin)
	d.sees("2 applied")
	writes := 0
	for _, r := range d.server.Requests() {
		if r.Method == http.MethodPut {
			writes++
		}
	}
	if writes != 2 {
		t.Errorf("%d writes, want both of the marked", writes)
	}
}

// The request for the password opens by itself, when a login is refused in the
// middle of something else: what was typed for that is no password.
func TestWhatIsTypedAheadIsNoPassword(t *testing.T) {
	op := startMarked(t)
	op.Server.SetPassword(1, "Other-Word99")
	op.Forgets()
	op.Press("ctrl+r")
	op.Idle() // the dialog is there, and has not been seen
	op.Type("alice.smith")
	op.Press("enter")
	op.Looks()
	op.Sees("Sign in to")
	if n := len(op.Sent()); n != 1 {
		t.Errorf("%d requests, want the one that was refused: %v", n, op.Sent())
	}
	op.Presses("esc")
	op.Sees("Quit?")
	op.Presses("esc")
	op.Sees("Sign in to")
}

// startMarked is an operator with two locked accounts marked.
func startMarked(t *testing.T) *uitest.Op {
	t.Helper()
	op := uitest.Operator(t, uitest.On(100, 30))
	op.Presses("2", "space", "space")
	op.Sees("2 marked")
	return op
}

func TestOneEscKeepsTheReasonOfAReset(t *testing.T) {
	op := uitest.Operator(t, uitest.On(100, 30))
	op.Opens("ali")
	op.Presses("r")
	op.Types("INC-4711")
	op.Presses("esc")
	op.Sees("Leave the dialog?")
	op.Presses("esc")
	op.Sees("INC-4711", "Reset password")
	op.Presses("esc", "enter")
	op.SeesNot("Reset password ·")
	if w := op.Writes(); len(w) != 0 {
		t.Errorf("%d writes", len(w))
	}
}

// Inside tmux or screen the answer says nothing of the line to the operator's eyes.
func TestInsideAMultiplexerADialogWaitsLonger(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		multiplexed bool
		after       time.Duration
		sent        int
	}{
		{"outside", false, 60 * time.Millisecond, 1},
		{"inside", true, 200 * time.Millisecond, 0},
		{"inside, and it was seen", true, 260 * time.Millisecond, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.With(func(o *ui.Options) { o.Multiplexed = c.multiplexed }))
			op.Opens("307")
			op.Forgets()
			op.Press("u")
			op.Waits(c.after)
			op.Press("enter")
			op.Looks()
			if got := len(op.Writes()); got != c.sent {
				t.Errorf("%d writes, want %d", got, c.sent)
			}
		})
	}
}
