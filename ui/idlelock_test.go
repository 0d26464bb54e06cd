package ui_test

import (
	"net/http"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// countRequests returns the number of requests with that method.
func countRequests(s *hdptest.Server, method string) (n int) {
	for _, r := range s.Requests() {
		if r.Method == method {
			n++
		}
	}
	return n
}

// If a key and the lock arrive together, the key still acts on the console as it was.
func TestKeyJustBeforeTheLockStillActs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opens func(*uitest.Console)
		then  string // on the screen after unlocking
	}{
		"a change":    {func(d *uitest.Console) { d.Opens("alice.smith"); d.Presses("u") }, "Can sign in"},
		"a reset":     {func(d *uitest.Console) { d.Opens("alice.smith"); d.Presses("r") }, "Discarded when the console was locked"},
		"for several": {func(d *uitest.Console) { d.Presses("2", "*", "u"); d.Types("INC-1") }, "applied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := uitest.NewConsole(t, nil)
			c.opens(d)
			_, begun := d.Update(uitest.Key(t, "enter"))
			d.Presses("ctrl+x")
			d.Sees("Locked", "will be finished")
			d.Runs(begun)
			d.Returns()
			d.Sees(c.then)
			if countRequests(d.Server, http.MethodPut) == 0 {
				t.Error("the key was lost")
			}
		})
	}
}

func TestKeyThatLocksTheConsoleDoesNothingElse(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, func(o *ui.Options) { o.IdleLock = time.Minute })
	d.Time = d.Time.Add(time.Hour)
	d.Presses("ctrl+c") // it works anywhere, even before the dialog has been drawn
	d.Sees("Locked", "1 min of inactivity")
	if d.HasQuit {
		t.Error("the key acted, although it was meant for the earlier screen")
	}
}

func TestSecondEnterSendsNothing(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Opens("alice.smith")
	d.Presses("u")
	d.Server.ResetRequests()
	_, first := d.Update(uitest.Key(t, "enter"))
	_, second := d.Update(uitest.Key(t, "enter"))
	d.Runs(second)
	if n := len(d.Server.Requests()); n > 0 {
		t.Errorf("%d requests for the second", n)
	}
	d.Runs(first)
	d.Sees(", verified ")
}
