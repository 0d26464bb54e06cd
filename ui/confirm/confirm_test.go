package confirm_test

import (
	"testing"

	"hdpadmin/ui/confirm"
)

func TestOnlyEnterSaysYes(t *testing.T) {
	m := &confirm.Model{OnYes: "yes", OnNo: "no"}
	if got := m.Enter()(); got != (confirm.AnsweredMsg{From: m, Msg: "yes"}) {
		t.Errorf("enter answers %v", got)
	}
	if got := m.Esc()(); got != (confirm.AnsweredMsg{From: m, Msg: "no"}) {
		t.Errorf("esc answers %v", got)
	}
}

func TestEnterPicksNoneOfSeveralAnswers(t *testing.T) {
	m := &confirm.Choice{}
	if m.Enter() != nil {
		t.Error("enter chooses one")
	}
	if got := m.Esc()(); got != (confirm.AnsweredMsg{From: m}) {
		t.Errorf("esc chooses %v", got)
	}
}
