package ui

import (
	"testing"

	"hdpadmin/ui/ask"
	"hdpadmin/ui/clock"
)

// A dialog that gets something to show while another one lies over it.
func TestADialogBelowLeavesTheGateToTheOneOnTop(t *testing.T) {
	below, top := &ask.Model{}, &ask.Model{}
	m := &Model{clock: clock.System(nil)}
	m.push(below)
	m.pushGated(top)
	if m.hold(below); !m.unseen() {
		t.Error("the dialog on top takes keys before it was drawn")
	}
	m.drop(top)
	if m.hold(m.top()); !m.unseen() {
		t.Error("the dialog below takes keys before it was drawn")
	}
	m.drop(below)
	if m.hold(m.top()) != nil {
		t.Error("a gate without a dialog")
	}
}
