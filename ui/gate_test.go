package ui

import (
	"testing"

	uv "github.com/charmbracelet/ultraviolet"

	"hdpadmin/ui/clock"
	"hdpadmin/ui/confirm"
)

// A dialog that gets something to show while another one lies over it.
func TestADialogBelowLeavesTheGateToTheOneOnTop(t *testing.T) {
	below, top := &confirm.Model{}, &confirm.Model{}
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

func TestOnlyTheAnswerToTheLastQuestionOpensTheGate(t *testing.T) {
	m := &Model{clock: clock.System(nil)}
	m.pushGated(&confirm.Model{})
	m.pushGated(&confirm.Model{})
	m.gateAnswer(gateRested{m.gate})
	answer := uv.PrimaryDeviceAttributesEvent{62}
	if m.gateAnswer(answer); !m.unseen() {
		t.Error("the answer for the dialog below opens it")
	}
	if m.gateAnswer(answer); m.unseen() {
		t.Error("the answer for the dialog on top does not open it")
	}
}
