package ui

import (
	"testing"

	uv "github.com/charmbracelet/ultraviolet"

	"hdpadmin/ui/clock"
	"hdpadmin/ui/confirm"
)

// A dialog gets new content while another one lies over it.
func TestLowerDialogLeavesTheGateToTheTopOne(t *testing.T) {
	below, top := &confirm.Model{}, &confirm.Model{}
	m := &Model{clock: clock.System(nil)}
	m.push(below)
	m.pushGated(top)
	if m.holdKeys(below); !m.isTopUnseen() {
		t.Error("the dialog on top takes keys before it was drawn")
	}
	m.closeDialog(top)
	if m.holdKeys(m.top()); !m.isTopUnseen() {
		t.Error("the dialog below takes keys before it was drawn")
	}
	m.closeDialog(below)
	if m.holdKeys(m.top()) != nil {
		t.Error("there is a gate without a dialog")
	}
}

func TestOnlyTheLastAnswerOpensTheGate(t *testing.T) {
	m := &Model{clock: clock.System(nil)}
	m.pushGated(&confirm.Model{})
	m.pushGated(&confirm.Model{})
	m.handleGate(gateDelayedMsg{m.gate})
	answer := uv.PrimaryDeviceAttributesEvent{62}
	if m.handleGate(answer); !m.isTopUnseen() {
		t.Error("the answer for the dialog below opens it")
	}
	if m.handleGate(answer); m.isTopUnseen() {
		t.Error("the answer for the dialog on top does not open it")
	}
}
