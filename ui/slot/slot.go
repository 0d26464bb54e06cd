// Package slot holds what an asynchronous call is to bring: one place on the
// screen, one call at a time, and never the answer to an older question. A pane
// keeps a Slot a thing it reads; the call runs in a tea.Cmd.
package slot

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Slot is the state of one asynchronous read. The zero Slot is empty. Loading
// again cancels the call under way and makes its answer unwanted.
type Slot[T any] struct {
	token  *token
	cancel context.CancelFunc

	value T
	has   bool
	err   error
	since time.Time
}

// token is the identity of one call: its answer carries it back.
type token struct{ _ byte } // not empty: two empty values may share an address

// ResultMsg is the message in which a call's result comes back. It belongs to
// exactly one Load.
type ResultMsg[T any] struct {
	Value T
	Err   error
	token *token
}

// Load starts fn and keeps what the slot holds in view until the answer comes.
// The context given to fn ends with ctx, or when the answer is no longer wanted.
func (s *Slot[T]) Load(ctx context.Context, now time.Time, fn func(context.Context) (T, error)) tea.Cmd {
	s.Cancel()
	ctx, cancel := context.WithCancel(ctx)
	t := new(token)
	s.token, s.cancel, s.since = t, cancel, now
	return func() tea.Msg {
		defer cancel()
		v, err := fn(ctx)
		return ResultMsg[T]{Value: v, Err: err, token: t}
	}
}

// Accept takes the answer if it is the one waited for, and reports whether it
// was. An error leaves the value of an earlier call in place.
func (s *Slot[T]) Accept(a ResultMsg[T]) bool {
	if s.token == nil || a.token != s.token {
		return false
	}
	s.token, s.cancel, s.err = nil, nil, a.Err
	if a.Err == nil {
		s.value, s.has = a.Value, true
	}
	return true
}

// Cancel ends the call under way, if any. Its answer will not be accepted.
func (s *Slot[T]) Cancel() {
	if s.cancel != nil {
		s.cancel()
	}
	s.token, s.cancel = nil, nil
}

// Clear cancels and forgets.
func (s *Slot[T]) Clear() {
	s.Cancel()
	*s = Slot[T]{}
}

// Amend replaces the value that is held, and leaves a call under way alone.
func (s *Slot[T]) Amend(v T) {
	if s.has {
		s.value = v
	}
}

// Get returns what the last successful call brought.
func (s *Slot[T]) Get() (T, bool) { return s.value, s.has }

// Err is the error of the last call that was answered, nil if it succeeded.
func (s *Slot[T]) Err() error { return s.err }

// Loading reports whether a call is under way, and since when.
func (s *Slot[T]) Loading() (time.Time, bool) { return s.since, s.token != nil }
