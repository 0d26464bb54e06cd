package slot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"hdpadmin/ui/slot"
)

func TestAnswerOfASupersededCallIsDropped(t *testing.T) {
	var s slot.Slot[string]
	first := s.Load(t.Context(), time.Time{}, func(context.Context) (string, error) { return "first", nil })
	second := s.Load(t.Context(), time.Time{}, func(context.Context) (string, error) { return "second", nil })

	if s.Accept(first().(slot.ResultMsg[string])) {
		t.Error("the slot accepted the answer of the call it had superseded")
	}
	if !s.Accept(second().(slot.ResultMsg[string])) {
		t.Error("the slot refused the answer it waited for")
	}
	if v, _ := s.Get(); v != "second" {
		t.Errorf("the slot holds %q", v)
	}
}

func TestAnswerIsAcceptedOnce(t *testing.T) {
	var s slot.Slot[int]
	answer := s.Load(t.Context(), time.Time{}, func(context.Context) (int, error) { return 1, nil })().(slot.ResultMsg[int])
	if !s.Accept(answer) || s.Accept(answer) {
		t.Error("want the first accepted and the second not")
	}
}

func TestLoadingAgainCancelsTheRunningCall(t *testing.T) {
	var s slot.Slot[int]
	var ctx context.Context
	cmd := s.Load(t.Context(), time.Time{}, func(c context.Context) (int, error) {
		ctx = c
		<-c.Done()
		return 0, c.Err()
	})
	answered := make(chan slot.ResultMsg[int])
	go func() { answered <- cmd().(slot.ResultMsg[int]) }()
	s.Load(t.Context(), time.Time{}, func(context.Context) (int, error) { return 0, nil })
	if a := <-answered; !errors.Is(a.Err, context.Canceled) || ctx.Err() == nil {
		t.Errorf("the superseded call ended with %v", a.Err)
	}
}

func TestErrorKeepsTheOlderValue(t *testing.T) {
	var s slot.Slot[int]
	s.Accept(s.Load(t.Context(), time.Time{}, func(context.Context) (int, error) { return 7, nil })().(slot.ResultMsg[int]))
	lost := errors.New("lost")
	s.Accept(s.Load(t.Context(), time.Time{}, func(context.Context) (int, error) { return 0, lost })().(slot.ResultMsg[int]))
	if v, ok := s.Get(); v != 7 || !ok || !errors.Is(s.Err(), lost) {
		t.Errorf("value %d, %v, error %v", v, ok, s.Err())
	}
	if _, loading := s.Loading(); loading {
		t.Error("still loading after the answer")
	}
}
