package panics_test

import (
	"strings"
	"testing"

	"hdpadmin/internal/panics"
)

func TestCatch(t *testing.T) {
	called := false
	if got := panics.Catch(func() { called = true }); got != "" || !called {
		t.Errorf("without a panic: %q, called: %t", got, called)
	}
	if got := panics.Catch(burst); !strings.HasPrefix(got, "burst\n\n") || !strings.Contains(got, "panics_test.burst") {
		t.Errorf("the report lacks the value or the place: %s", got)
	}
}

func TestWaitHandsAPanicOn(t *testing.T) {
	called := false
	task := panics.Go(func() { called = true })
	task.Wait()
	<-task.Done()
	if !called {
		t.Error("it was not called")
	}
	task = panics.Go(burst)
	<-task.Done()
	if got := panics.Catch(task.Wait); !strings.HasPrefix(got, "burst\n\n") || !strings.Contains(got, "panics_test.burst") {
		t.Errorf("the report lacks the value or the place: %s", got)
	}
}

func burst() { panic("burst") }
