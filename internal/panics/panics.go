// Package panics hands a panic on from one goroutine to another. A panic that nobody catches
// would end the process with the terminal in disorder.
package panics

import (
	"fmt"
	"runtime/debug"
)

// Catch calls f. It returns the value and the stack if f panics, and "" if it does not.
func Catch(f func()) (report string) {
	defer func() {
		if v := recover(); v != nil {
			report = fmt.Sprintf("%v\n\n%s", v, debug.Stack())
		}
	}()
	f()
	return ""
}

// Task is a call in a goroutine of its own.
type Task struct {
	done   chan struct{}
	report string
}

// Go calls f in a goroutine. Call Wait in the one that a panic of f should reach.
func Go(f func()) *Task {
	t := &Task{done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.report = Catch(f)
	}()
	return t
}

// Done is closed once the call has ended.
func (t *Task) Done() <-chan struct{} { return t.done }

// Wait waits for the call, and panics if it did.
func (t *Task) Wait() {
	<-t.done
	if t.report != "" {
		panic(t.report)
	}
}
