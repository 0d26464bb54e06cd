package ui_test

import (
	"net/http"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui"
	"hdpadmin/ui/planform"
	"hdpadmin/ui/uitest"
)

// requests returns how many requests of a method have arrived.
func (d *desk) requests(method string) (n int) {
	for _, r := range d.server.Requests() {
		if r.Method == method {
			n++
		}
	}
	return n
}

// asks presses a key and returns what its commands ask of the console, undelivered.
func (d *desk) asks(key string) (msgs []tea.Msg) {
	d.t.Helper()
	_, cmd := d.Update(uitest.Key(d.t, key))
	return d.brought(cmd)
}

// A key and the lock may come in either order, and the messages between them too.
func TestWhatAKeyAskedForJustBeforeTheLockIsNotSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opens func(*desk)
		then  string // on the screen after the operator is back
	}{
		"a change":    {func(d *desk) { d.opens("alice.smith"); d.press("u") }, "enter apply"},
		"a reset":     {func(d *desk) { d.opens("alice.smith"); d.press("r") }, "not sent: the console was locked"},
		"for several": {func(d *desk) { d.press("2", "*", "u"); d.types("INC-1") }, "not sent: the console was locked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, nil)
			c.opens(d)
			late := d.asks("enter")
			d.press("ctrl+x")
			d.server.ResetRequests()
			for _, msg := range late {
				d.send(msg)
			}
			if n := len(d.server.Requests()); n > 0 {
				t.Errorf("%d requests from a locked console", n)
			}
			d.returns()
			d.sees(c.then)
			if n := d.requests(http.MethodPut); n > 0 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

func TestTheKeyThatFindsTheConsoleOverdueDoesNothingElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *ui.Options) { o.IdleLock = time.Minute })
	d.now = d.now.Add(time.Hour)
	d.press("ctrl+c") // which works anywhere, before a dialog has been seen too
	d.sees("Locked", "1 min without a key")
	if d.quit {
		t.Error("it was meant for what was on the screen before")
	}
}

func TestASecondEnterSendsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.opens("alice.smith")
	d.press("u")
	d.server.ResetRequests()
	var writes []tea.Cmd
	for _, msg := range append(d.asks("enter"), d.asks("enter")...) {
		if _, is := msg.(planform.Apply); is {
			_, cmd := d.Update(msg)
			writes = append(writes, cmd)
		}
	}
	if len(writes) != 2 {
		t.Fatalf("%d enters reached the console: the test shows nothing", len(writes))
	}
	d.run(writes[1])
	if n := len(d.server.Requests()); n > 0 {
		t.Errorf("%d requests for the second", n)
	}
	d.run(writes[0])
	d.sees("unlock, stored and checked")
}

func TestAnEnterThatArrivesAfterItsFormWasLeftSendsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.opens("alice.smith")
	d.press("u")
	late := d.asks("enter")
	d.press("esc")
	d.seesNot("Unlock ·")
	for _, msg := range late {
		d.send(msg)
	}
	if n := d.requests(http.MethodPut); n > 0 {
		t.Errorf("%d writes", n)
	}
}
