// Package stack manages the dialogs over a screen. A [Stack] knows which of them receives the keys,
// handles the keys that all of them share, and keeps keys from a dialog that has not been seen yet.
// The screen decides what to do about what a dialog asks for, and what closing it means.
package stack

import (
	"iter"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/clock"
)

// Stack holds the dialogs over a screen, the last on top.
type Stack struct {
	clock       clock.Clock
	multiplexed bool

	dialogs   []Dialog
	cover     Dialog
	gate      *gate // keeps keys from a dialog that has not been drawn yet
	closed    *gate // waits until the screen without a dialog that closed on its own has been drawn
	questions int   // for the terminal's attributes, not answered yet
}

// New returns an empty stack. multiplexed says that tmux or screen is between the program and the
// operator's terminal.
func New(c clock.Clock, multiplexed bool) *Stack {
	return &Stack{clock: c, multiplexed: multiplexed}
}

// Top returns the dialog that has the keys, or nil.
func (s *Stack) Top() Dialog {
	if s.cover != nil {
		return s.cover
	}
	if n := len(s.dialogs); n > 0 {
		return s.dialogs[n-1]
	}
	return nil
}

// TopAs returns the dialog that has the keys if it is of type D.
func TopAs[D any](s *Stack) (D, bool) {
	d, ok := s.Top().(D)
	return d, ok
}

// IsEmpty reports whether no dialog is open. The cover does not count.
func (s *Stack) IsEmpty() bool { return len(s.dialogs) == 0 }

// IsOpen reports whether the dialog is open.
func (s *Stack) IsOpen(d Dialog) bool { return slices.Contains(s.dialogs, d) }

// All returns the open dialogs of type D, the lowest first. The loop may close them.
func All[D any](s *Stack) iter.Seq[D] {
	return func(yield func(D) bool) {
		for _, d := range slices.Clone(s.dialogs) {
			if found, is := d.(D); is && !yield(found) {
				return
			}
		}
	}
}

// Find returns the lowest open dialog of type D.
func Find[D any](s *Stack) (D, bool) {
	for d := range All[D](s) {
		return d, true
	}
	var none D
	return none, false
}

// Push opens a dialog that takes keys at once.
func (s *Stack) Push(d Dialog) { s.dialogs, s.closed = append(s.dialogs, d), nil }

// PushGated opens a dialog that takes keys only once it has been drawn. The program must run the
// command that it returns, as every function that holds keys does.
func (s *Stack) PushGated(d Dialog) tea.Cmd {
	s.Push(d)
	return s.Hold(d)
}

// PushRequested opens a dialog that the operator asked for. Typed text goes into it at once;
// enter waits until it has been drawn, and confirms only if nothing in it must be read first.
func (s *Stack) PushRequested(d Dialog) tea.Cmd {
	s.Push(d)
	return s.HoldRequested(d)
}

// InsertBelow opens a dialog below another one.
func (s *Stack) InsertBelow(above, d Dialog) {
	s.dialogs = slices.Insert(s.dialogs, slices.Index(s.dialogs, above), d)
}

// Close closes the dialog and reports whether it was open, so that a request that arrives twice
// is handled once.
func (s *Stack) Close(d Dialog) bool {
	was := s.IsOpen(d)
	s.dialogs = slices.DeleteFunc(s.dialogs, func(o Dialog) bool { return o == d })
	return was
}

// CloseFinished closes a dialog that has nothing more to show, without a key of the operator. Until the
// screen without it has been drawn, an esc is late, see [Stack.IsLateEsc].
func (s *Stack) CloseFinished(d Dialog) tea.Cmd {
	if !s.Close(d) {
		return nil
	}
	s.closed = &gate{}
	return s.ask(s.closed)
}

// Cover puts a dialog on top of everything until Uncover. A kept enter is dropped.
func (s *Stack) Cover(d Dialog) { s.cover, s.gate, s.closed = d, nil, nil }

// Uncover takes the cover off.
func (s *Stack) Uncover() { s.cover = nil }

// Run carries out an action that every form or dialog has, on the one on top, and reports whether
// it is such an action. What the dialog asks for must be handled before the next key: as a message
// it would queue after keys of the same packet, although those are meant for what it opens.
func (s *Stack) Run(id action.ID) (asked tea.Cmd, ran bool) {
	switch id {
	case action.FormEnter, action.DialogEnter:
		return s.Top().Enter(), true
	case action.FormEsc, action.DialogEsc:
		return s.Top().Esc(), true
	case action.FormNext, action.DialogDown:
		s.move(1)
	case action.FormPrevious, action.DialogUp:
		s.move(-1)
	case action.DialogFirst:
		s.move(-toEnd)
	case action.DialogLast:
		s.move(toEnd)
	case action.FormPageDown, action.DialogPageDown:
		s.page(1)
	case action.FormPageUp, action.DialogPageUp:
		s.page(-1)
	default:
		return nil, false
	}
	return nil, true
}

// toEnd is more lines than any dialog has.
const toEnd = 1 << 20

func (s *Stack) move(by int) {
	if d, can := s.Top().(Mover); can {
		d.Move(by)
	}
}

func (s *Stack) page(by int) {
	if d, can := s.Top().(Pager); can {
		d.Page(by)
	}
}

// Type passes a typed key or pasted text to the form on top.
func (s *Stack) Type(text tea.Msg) {
	if d, can := s.Top().(Typer); can && s.Top().Place().IsWithin(action.Form) {
		d.Type(text)
	}
}
