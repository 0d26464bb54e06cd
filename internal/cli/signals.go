package cli

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"hdpadmin/internal/change"
	"hdpadmin/internal/panics"
	"hdpadmin/ui/terminal"
)

// caught holds the signals that a command received.
type caught struct {
	first  atomic.Int64  // 0: none
	came   chan struct{} // closed at the first signal
	again  chan struct{} // closed at the second one
	cancel context.CancelFunc
	end    func()
}

// catchSignals returns a context that SIGINT, SIGTERM or SIGHUP cancels, so that nothing new is
// started. After the second signal, a third one ends the process at once.
func (f factory) catchSignals(ctx context.Context) (context.Context, *caught) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	done := make(chan struct{})
	c := &caught{came: make(chan struct{}), again: make(chan struct{}), cancel: cancel}
	stop, stopPipes := f.notify(signals), f.keepPipes()
	c.end = func() { stop(); stopPipes(); close(done) }
	go func() {
		select {
		case s := <-signals:
			n, _ := s.(syscall.Signal)
			c.first.Store(int64(n))
			close(c.came)
			cancel()
		case <-done:
			return
		}
		select {
		case <-signals:
			stop()
			close(c.again)
		case <-done:
		}
	}()
	return ctx, c
}

func (c *caught) stop() {
	c.end()
	c.cancel()
}

// untilDone returns the outcome of a write. After a signal it waits only a while for the answer to
// a write that was sent, and not at all after a second one.
func (c *caught) untilDone(w *change.Writer, write func() change.Outcome) (o change.Outcome) {
	writing := panics.Go(func() { o = write() })
	c.shutDownUnless(writing.Done(), w)
	writing.Wait()
	return o
}

// shutDownUnless waits until done is closed. After a signal it shuts the writer down meanwhile.
func (c *caught) shutDownUnless(done <-chan struct{}, w *change.Writer) {
	select {
	case <-done:
		return
	case <-c.came:
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-c.again:
			w.HurryShutdown()
		case <-ended:
		}
	}()
	w.Shutdown(writeGrace)
}

// untilSignal opens and reads a file, which may be a pipe that nobody writes to or that never ends, and
// does not wait for it after the end of ctx.
func untilSignal[T any](ctx context.Context, read func() (T, error)) (v T, err error) {
	var got T
	var wrong error
	reading := panics.Go(func() { got, wrong = read() })
	select {
	case <-reading.Done():
		reading.Wait()
		return got, wrong
	case <-ctx.Done():
		return v, context.Cause(ctx)
	}
}

// orError returns err, with the exit code of a signal if one came.
func (c *caught) orError(err error) error {
	s := syscall.Signal(c.first.Load())
	if s == 0 {
		return err
	}
	switch {
	case err == nil:
		return silentError(128 + int(s))
	case errors.Is(err, context.Canceled):
		err = nil // the signal says why
	}
	return terminal.Signalled{Signal: s, Err: err}
}

// writeGrace is how long a command waits for the answer to its write after a signal.
const writeGrace = 10 * time.Second
