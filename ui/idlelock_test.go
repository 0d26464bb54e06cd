package ui_test

import (
	"net/http"
	"testing"
	"time"

	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// requests returns the number of requests with that method.
func (d *desk) requests(method string) (n int) {
	for _, r := range d.server.Requests() {
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
		opens func(*desk)
		then  string // on the screen after unlocking
	}{
		"a change":    {func(d *desk) { d.opens("alice.smith"); d.press("u") }, "Can sign in"},
		"a reset":     {func(d *desk) { d.opens("alice.smith"); d.press("r") }, "Discarded when the console was locked"},
		"for several": {func(d *desk) { d.press("2", "*", "u"); d.types("INC-1") }, "applied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, nil)
			c.opens(d)
			_, begun := d.Update(uitest.Key(t, "enter"))
			d.press("ctrl+x")
			d.sees("Locked", "will be finished")
			d.run(begun)
			d.returns()
			d.sees(c.then)
			if d.requests(http.MethodPut) == 0 {
				t.Error("the key was lost")
			}
		})
	}
}

func TestKeyThatLocksTheConsoleDoesNothingElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *ui.Options) { o.IdleLock = time.Minute })
	d.now = d.now.Add(time.Hour)
	d.press("ctrl+c") // it works anywhere, even before the dialog has been drawn
	d.sees("Locked", "1 min of inactivity")
	if d.quit {
		t.Error("the key acted, although it was meant for the earlier screen")
	}
}

func TestSecondEnterSendsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.opens("alice.smith")
	d.press("u")
	d.server.ResetRequests()
	_, first := d.Update(uitest.Key(t, "enter"))
	_, second := d.Update(uitest.Key(t, "enter"))
	d.run(second)
	if n := len(d.server.Requests()); n > 0 {
		t.Errorf("%d requests for the second", n)
	}
	d.run(first)
	d.sees(", verified ")
}
