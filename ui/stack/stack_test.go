package stack

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/clock"
)

func TestActionsOfEveryDialogAreForTheOneOnTop(t *testing.T) {
	below, top := &form{}, &form{}
	s := New(clock.System(nil), false)
	s.Push(below)
	s.Push(top)
	for _, id := range []action.ID{
		action.FormNext, action.DialogDown, action.DialogDown, action.FormPrevious, action.FormPageDown, action.DialogPageDown, action.DialogPageUp,
		action.FormEnter, action.DialogEnter,
	} {
		if _, ran := s.Run(id); !ran {
			t.Errorf("%s is not carried out", id)
		}
	}
	if top.moved != 2 || top.paged != 1 || top.entered != 2 {
		t.Errorf("on top: %+v", top)
	}
	if asked, _ := s.Run(action.DialogEsc); asked() != (ClosedMsg{From: top}) {
		t.Errorf("esc asks for %v", asked())
	}
	if _, ran := s.Run("help"); ran {
		t.Error("another action is carried out")
	}
	s.Type(tea.PasteMsg{Content: "x"})
	if len(top.typed) != 1 || below.moved+below.paged+below.entered+len(below.typed) != 0 {
		t.Errorf("below: %+v", below)
	}
}

func TestCoverIsOnTopAndDropsAKeptEnter(t *testing.T) {
	d, cover := &form{}, &form{}
	s := New(clock.System(nil), false)
	s.PushRequested(d)
	admits(s, action.FormEnter)
	late := gateTimeoutMsg{s.gate}
	s.Cover(cover)
	s.Push(&form{})
	if s.Top() != cover {
		t.Error("something lies over the cover")
	}
	s.Uncover()
	if s.Update(late); d.entered != 0 {
		t.Error("enter is pressed after the cover was taken off")
	}
}

func TestDialogIsClosedOnce(t *testing.T) {
	a, b, c := &form{}, &form{}, &form{}
	s := New(clock.System(nil), false)
	s.Push(a)
	s.Push(c)
	s.InsertBelow(c, b)
	if got := slices.Collect(All[*form](s)); !slices.Equal(got, []*form{a, b, c}) {
		t.Errorf("%v", got)
	}
	if !s.Close(b) || s.Close(b) {
		t.Error("it was not closed once")
	}
	if found, _ := Find[*form](s); found != a {
		t.Error("the lowest is not found")
	}
}
