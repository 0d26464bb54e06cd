// Package slot holds the result of an asynchronous read: one read at a time, and never the answer
// to an older one. A pane keeps one Slot for each thing it reads; the read runs in a tea.Cmd.
package slot

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Slot is the state of one asynchronous read. The zero Slot is empty. Loading again cancels the
// read that is running and ignores its answer.
type Slot[T any] struct {
	token  *token
	cancel context.CancelFunc

	value T
	has   bool
	err   error
	since time.Time
}

// token identifies one call; its answer carries the same token.
type token struct{ _ byte } // not empty: two empty values may share an address

// ResultMsg carries the result of exactly one Load.
type ResultMsg[T any] struct {
	Value T
	Err   error
	token *token
}

// Load starts fn and keeps the old value until the answer comes. fn's context ends with ctx, or
// when the answer is no longer needed.
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

// Accept stores the answer if it belongs to the current Load, and reports whether it does. An
// error leaves the older value in place.
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

// Cancel stops the read that is running, if any. Its answer will not be accepted.
func (s *Slot[T]) Cancel() {
	if s.cancel != nil {
		s.cancel()
	}
	s.token, s.cancel = nil, nil
}

// Clear cancels the read and empties the slot.
func (s *Slot[T]) Clear() {
	s.Cancel()
	*s = Slot[T]{}
}

// Amend replaces the value, if there is one. It does not affect a read that is running.
func (s *Slot[T]) Amend(v T) {
	if s.has {
		s.value = v
	}
}

// Get returns the value of the last successful read, false if there is none.
func (s *Slot[T]) Get() (T, bool) { return s.value, s.has }

// Err returns the error of the last finished read, nil if it succeeded.
func (s *Slot[T]) Err() error { return s.err }

// Loading reports whether a read is running, and since when.
func (s *Slot[T]) Loading() (time.Time, bool) { return s.since, s.token != nil }
