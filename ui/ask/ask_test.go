package ask_test

import (
	"testing"

	"hdpadmin/ui/ask"
)

func TestOnlyEnterSaysYes(t *testing.T) {
	m := &ask.Model{OnYes: "yes", OnNo: "no"}
	if got := m.Enter()(); got != (ask.Answered{From: m, Msg: "yes"}) {
		t.Errorf("enter answers %v", got)
	}
	if got := m.Esc()(); got != (ask.Answered{From: m, Msg: "no"}) {
		t.Errorf("esc answers %v", got)
	}
}

func TestEnterChoosesNoneOfSeveralAnswers(t *testing.T) {
	m := &ask.Choice{}
	if m.Enter() != nil {
		t.Error("enter chooses one")
	}
	if got := m.Esc()(); got != (ask.Chosen{From: m}) {
		t.Errorf("esc chooses %v", got)
	}
}
