package ui

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestAPanicWhileTheListIsReadReachesTheConsole(t *testing.T) {
	m := console(t, 0)
	f := &feed{steps: make(chan listStep)}
	m.list.feed = f
	// No client: the first use of it panics.
	go f.run(context.WithoutCancel(t.Context()), nil, time.Now)
	step := <-f.steps
	defer func() {
		p, _ := recover().(string)
		if !strings.Contains(p, "nil pointer") || !strings.Contains(p, "list.go") {
			t.Errorf("the console was handed %q", p)
		}
	}()
	m.Update(step)
	t.Error("the console went on")
}
