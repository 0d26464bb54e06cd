package ui_test

import (
	"net/http"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// Next to the list, an account opens without taking the keys away from the list.
func TestAnAccountOpensNextToTheList(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36))
	op.Opens("ali")
	op.Shows("▸ 307 alice.smith")
	op.Sees("read 14:02:31")
	op.Shows("internal alice.smith")
	op.Presses("j")
	op.Shows("▸ 412 alina.kovac")
	op.Presses("k", "enter", "u", "enter")
	op.Sees("✓ Unlocked alice.smith")
	op.Presses("2") // a view, although an account is open
	op.Sees("[2] Locked 6", "▸")
	op.Presses("1", "/")
	op.Types("bao")
	op.Presses("enter")
	op.Shows("▸ 304 bao.tran")
	op.Sees("read 14:02:3")
}

func TestKeysInTheAccountPaneDoSomethingOrSayWhyNot(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36))
	op.Opens("307")
	op.Presses("tab")
	for _, key := range []string{"2", "o", "x", "space", "g", "G", "*"} {
		op.Presses(key)
		op.Sees(key + ": works in the list; press esc first")
	}
	for _, key := range []string{"j", "k", "down", "up", "pgdown", "pgup"} {
		op.Presses(key)
		op.Sees("there is nothing more to show")
	}
	op.Resizes(120, 14)
	op.SeesNot("Sign-in")
	op.Presses("pgdown")
	op.Sees("Sign-in")
	op.Presses("tab", "2")
	op.Sees("[2] Locked 7")
}

// The keys of the list act on the marked accounts, if there are any: what helps the account in the
// pane begins with tab then.
func TestARemedyNextToMarksGoesThroughThePane(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36))
	op.Presses("2", "space", "j", "space")
	op.Opens("alice.smith")
	op.Sees("tab then u unlocks it now")
	op.Presses("tab", "u", "enter")
	op.Sees("✓ Unlocked alice.smith")
}

func TestSuccessOnANarrowScreen(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(40, 12))
	op.Opens("307")
	op.Unlocks("")
	op.Sees("✓ Unlocked alice.sm…, verified   z undo")
	op.Resizes(80, 24)
	op.Sees("✓ Unlocked alice.smith, verified 14:02:31 UTC   z undo  esc list  ? help")
	op.Presses("z", "enter")
	op.Sees("✓ Undid the unlock of alice.smith, verified 14:02:3")
}

func TestNoticesLeaveRoomForHelp(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("454")
	op.Presses("a", "enter")
	for _, w := range []int{80, 100, 120} {
		op.Resizes(w, 24)
		op.Sees("✓ Deactivated long.name", "z undo  ? help")
	}
}

func TestTheAgeOfTheListStandsApart(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	for w := 80; w <= 140; w++ {
		op.Resizes(w, 24)
		if lines := strings.Split(op.Screen(), "\n"); strings.Contains(lines[23], "help as of") || strings.Contains(lines[23], "help 38") {
			t.Errorf("at %d: %s", w, lines[23])
		}
	}
}

// The undo next to a notice is about the account in the notice.
func TestUndoIsOfferedForTheAccountThatWasChanged(t *testing.T) {
	t.Parallel()
	op, release := unlockAndLeave(t, true, hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang})
	op.SwitchesTo("alina")
	op.Presses("a", "enter", "j")
	op.Sees("z undo")
	release()
	op.Sees("✓ Unlocked alice.smith, verified")
	op.SeesNot("z undo")
	op.Presses("j")
	op.Sees("z undo")
}

func TestEnterInTheHistoryOpensTheHighlightedAccount(t *testing.T) {
	t.Parallel()
	for _, w := range []int{80, 120} {
		op := uitest.Operator(t, uitest.On(w, 36))
		op.Opens("307")
		op.Unlocks("")
		op.SwitchesTo("alina")
		op.Presses("f", "enter", "esc", "3", "l")
		op.Sees("▸ 14:02:3", "enter open")
		op.Presses("down", "enter")
		op.SeesNot("History")
		op.Sees(" alice.smith ─", "id 307", "read 14:02:3")
		if w == 120 {
			op.Sees("[1] All 38", "▸   307 alice.smith")
		}
		op.Presses("z")
		op.Sees("Undo · alice.smith (307)")
	}
}

func TestEnterInTheHistoryClosesItIfTheAccountIsNotListed(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Unlocks("")
	op.Server.Delete(307)
	op.Presses("esc", "ctrl+r", "l")
	op.SeesNot("enter open")
	op.Presses("enter")
	op.SeesNot("History")
}
