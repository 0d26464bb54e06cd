package stack

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"hdpadmin/ui/action"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// form is a dialog that counts what it gets.
type form struct {
	entered, escaped, moved, paged int
	typed                          []tea.Msg
	warns, preparing               bool
}

func (f *form) Place() action.Place        { return action.Form }
func (f *form) Words() (enter, esc string) { return "send", "back" }
func (f *form) Enter() tea.Cmd             { f.entered++; return nil }
func (f *form) Esc() tea.Cmd               { f.escaped++; return Leave(f) }
func (f *form) Move(by int)                { f.moved += by }
func (f *form) Page(by int)                { f.paged += by }
func (f *form) Type(msg tea.Msg)           { f.typed = append(f.typed, msg) }
func (f *form) Warns() bool                { return f.warns }
func (f *form) Preparing() bool            { return f.preparing }

func (f *form) View(theme.Theme, frame.Keys, int, int) frame.Picture { return frame.Picture{} }

// answer is the terminal's answer to the question that is sent with a dialog.
func answer() tea.Msg { return uv.PrimaryDeviceAttributesEvent{62} }

// draw delivers what tells the gate that the dialog has been drawn.
func draw(s *Stack) tea.Cmd {
	s.Update(gateDelayedMsg{s.gate})
	asked, _ := s.Update(answer())
	return asked
}

func admits(s *Stack, id action.ID) bool {
	_, admitted := s.Admit(id, false)
	return admitted
}

func TestEscIsLateUntilTheScreenWithoutTheDialogIsDrawn(t *testing.T) {
	s := New(clock.System(nil), false)
	finished := &form{}
	if s.CloseFinished(finished); s.IsLateEsc() {
		t.Error("no dialog was closed")
	}
	s.Push(finished)
	s.CloseFinished(finished)
	s.Update(gateDelayedMsg{s.closed})
	if !s.IsLateEsc() {
		t.Error("the terminal has not answered yet")
	}
	if s.Update(answer()); s.IsLateEsc() {
		t.Error("the screen has been drawn")
	}
	s.Push(finished)
	s.CloseFinished(finished)
	if s.Push(&form{}); s.IsLateEsc() {
		t.Error("esc is for the next dialog")
	}
}

// A dialog gets new content while another one lies over it.
func TestLowerDialogLeavesTheGateToTheTopOne(t *testing.T) {
	below, top := &form{}, &form{}
	s := New(clock.System(nil), false)
	s.Push(below)
	s.PushGated(top)
	if s.Hold(below); !s.IsUnseen() {
		t.Error("the dialog on top takes keys before it was drawn")
	}
	s.Close(top)
	if s.Hold(s.Top()); !s.IsUnseen() {
		t.Error("the dialog below takes keys before it was drawn")
	}
	s.Close(below)
	if s.Hold(s.Top()) != nil {
		t.Error("there is a gate without a dialog")
	}
}

// A key typed ahead may close the requested dialog, or make it ask whether to.
func TestEnterTypedAheadConfirmsNoOtherDialog(t *testing.T) {
	requested, question := &form{}, &form{}
	s := New(clock.System(nil), false)
	s.PushRequested(requested)
	s.PushGated(question)
	s.SetEntered(true)
	if s.Update(gateTimeoutMsg{s.gate}); question.entered != 0 {
		t.Error("enter answers a question that opened since")
	}
	s.SetEntered(true) // there is no gate any more
}

func TestOnlyTheLastAnswerOpensTheGate(t *testing.T) {
	s := New(clock.System(nil), false)
	s.PushGated(&form{})
	s.PushGated(&form{})
	s.Update(gateDelayedMsg{s.gate})
	if s.Update(answer()); !s.IsUnseen() {
		t.Error("the answer for the dialog below opens it")
	}
	if s.Update(answer()); s.IsUnseen() {
		t.Error("the answer for the dialog on top does not open it")
	}
}

func TestSilentTerminalHoldsKeysForASecond(t *testing.T) {
	s := New(clock.System(nil), false)
	s.PushGated(&form{})
	if s.Update(gateDelayedMsg{s.gate}); !s.IsUnseen() {
		t.Error("it opens without an answer")
	}
	if s.Update(gateTimeoutMsg{s.gate}); s.IsUnseen() {
		t.Error("it never opens")
	}
}

func TestUnaskedDialogDropsKeys(t *testing.T) {
	d := &form{}
	s := New(clock.System(nil), false)
	s.PushGated(d)
	for _, id := range []action.ID{"", action.FormEnter, action.FormEsc, action.FormNext} {
		if admits(s, id) {
			t.Errorf("it gets %q", id)
		}
	}
	if _, admitted := s.Admit(action.Interrupt, true); !admitted {
		t.Error("nothing else gets a key either")
	}
	draw(s)
	if d.entered != 0 {
		t.Error("a dropped enter is pressed later")
	}
	if !admits(s, action.FormEnter) {
		t.Error("it gets no key after it was drawn")
	}
}

func TestRequestedFormIsFilledInAndKeepsEnter(t *testing.T) {
	d := &form{preparing: true}
	s := New(clock.System(nil), false)
	s.PushRequested(d)
	if !admits(s, "") || !admits(s, action.FormNext) {
		t.Error("it cannot be filled in")
	}
	if admits(s, action.FormEnter) || admits(s, "") {
		t.Error("it gets enter, or text after it")
	}
	if draw(s); d.entered != 0 {
		t.Error("it is confirmed before it is ready")
	}
	d.preparing = false
	if s.Hold(d); draw(s) != nil || d.entered != 1 {
		t.Errorf("it is confirmed %d times", d.entered)
	}
}

func TestWarningMustBeReadBeforeEnter(t *testing.T) {
	d := &form{warns: true}
	s := New(clock.System(nil), false)
	s.PushRequested(d)
	admits(s, action.FormEnter)
	asked := draw(s)
	if asked == nil || asked() != (UnreadMsg{}) || d.entered != 0 {
		t.Errorf("it is confirmed %d times", d.entered)
	}
	if !admits(s, action.FormEnter) {
		t.Error("a second enter is not for it")
	}
}
