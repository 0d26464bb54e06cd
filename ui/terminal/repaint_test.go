package terminal

import "testing"

func TestResizedTerminalIsRepaintedOnce(t *testing.T) {
	h := newHost(nil, Options{})
	if h.repaintLater() != nil {
		t.Error("the first size is repainted")
	}
	for range 2 {
		if h.repaintLater() == nil {
			t.Error("a change schedules no repaint")
		}
	}
	for times, want := range map[int]bool{2: false, 3: true} {
		if _, cmd := h.Update(resizedMsg{times}); (cmd != nil) != want {
			t.Errorf("after change %d of 3: repainted %v, want %v", times, cmd != nil, want)
		}
	}
}
