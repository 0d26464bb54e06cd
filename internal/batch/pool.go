package batch

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// ErrStopped is why nothing more is begun after Stop.
var ErrStopped = errors.New("stopped")

// errPanicked is why nothing more is begun after a panic, which the reader gets.
var errPanicked = errors.New("broken off")

// Progress is how far a piece of work is.
type Progress[T any] struct {
	// Changed are the rows that changed since the last Next, as they are now.
	Changed     []T
	Done, Total int           // rows that ended, and all that there are to do
	UnderWay    int           // rows that were begun and have not ended
	Elapsed     time.Duration // without pauses
	Rate        float64       // rows a second of late, 0 while not known
	TimeLeft    time.Duration // until the end at this rate, 0 while not known
	Paused      bool
	// Stopped is why nothing more is begun, nil as long as it is.
	Stopped error
	// Ended: no row will change any more.
	Ended bool
}

// Pool is rows being worked on, several at once: a [Drafting] or a [Run]. It goes
// on whether anybody reads it or not. It is safe for use by many goroutines at
// once, but for Next, which has one reader.
type Pool[T any] struct {
	job  job[T]
	done chan struct{} // closed at the end

	mu          sync.Mutex
	wake        chan struct{} // closed and replaced whenever there is something new
	hasNews     bool          // not told by Next yet
	rows        []T
	todo        []int // indexes of rows, in the order they are begun
	begun       int
	finished    int
	workers     int // at work
	paused      bool
	stopped     error
	ended       bool
	endReported bool // Next has told that it ended
	panicked    string
	changed     []int
	isChanged   []bool // by index, whether it is in changed
	meter       rateMeter
}

// job is what is done to the rows.
type job[T any] struct {
	markStarted func(T) T // marks a row as begun
	// process works on a row; an error is why nothing more is to be begun.
	process        func(context.Context, T) (T, error)
	markPanicked   func(T, error) T // marks a row in whose midst do panicked
	markNotStarted func(T, error) T // marks a row that was not begun, and why
	// finish is called once, when no hand is at work, and returns the rows it changed.
	finish func(rows []T, stopped error) map[int]T
}

// newPool is work on the rows that todo names.
func newPool[T any](s settings, rows []T, todo []int, j job[T]) *Pool[T] {
	return &Pool[T]{
		job: j, done: make(chan struct{}), wake: make(chan struct{}),
		rows: rows, todo: todo, isChanged: make([]bool, len(rows)), meter: newRateMeter(s.now),
		workers: max(1, min(s.workers, len(todo))),
	}
}

// start sets the hands to work. Nothing more is begun once ctx has ended.
func (w *Pool[T]) start(ctx context.Context) {
	release := context.AfterFunc(ctx, func() { w.stop(context.Cause(ctx)) })
	for range w.workers {
		go func() {
			if w.runWorker(ctx) {
				release()
				w.finish()
			}
		}()
	}
}

// runWorker works until there is nothing more to begin, and reports whether it was
// the last.
func (w *Pool[T]) runWorker(ctx context.Context) (last bool) {
	for {
		if ctx.Err() != nil {
			w.stop(context.Cause(ctx))
		}
		i, row, ok := w.nextRow()
		if !ok {
			break
		}
		done, stop := w.process(ctx, row)
		w.finishRow(i, done, stop)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.workers--
	return w.workers == 0
}

// nextRow waits for a row to begin.
func (w *Pool[T]) nextRow() (i int, row T, ok bool) {
	for {
		w.mu.Lock()
		if w.stopped != nil || w.begun == len(w.todo) {
			w.mu.Unlock()
			return 0, row, false
		}
		if !w.paused {
			i = w.todo[w.begun]
			w.begun++
			if w.job.markStarted != nil {
				w.set(i, w.job.markStarted(w.rows[i]))
			}
			row = w.rows[i]
			w.mu.Unlock()
			return i, row, true
		}
		wake := w.wake
		w.mu.Unlock()
		<-wake
	}
}

// process does the work on a row.
func (w *Pool[T]) process(ctx context.Context, row T) (done T, stop error) {
	if broke := w.catchPanic(func() { done, stop = w.job.process(ctx, row) }); broke {
		return w.job.markPanicked(row, errPanicked), errPanicked
	}
	return done, stop
}

// catchPanic calls f and reports whether it panicked. The panic is kept for the
// reader, whose program may have a terminal to put right first.
func (w *Pool[T]) catchPanic(f func()) (broke bool) {
	defer func() {
		if p := recover(); p != nil {
			broke = true
			w.mu.Lock()
			defer w.mu.Unlock()
			w.panicked = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
		}
	}()
	f()
	return false
}

func (w *Pool[T]) finishRow(i int, row T, stop error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.finished++
	w.meter.addRow()
	w.set(i, row)
	w.stopLocked(stop)
}

func (w *Pool[T]) hasPanicked() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.panicked != ""
}

// finish is what the last hand does. It ends also where what is left to do then
// panics.
func (w *Pool[T]) finish() {
	w.mu.Lock()
	rows, rest, stopped := slices.Clone(w.rows), w.todo[w.begun:], w.stopped
	w.mu.Unlock()

	var changed map[int]T
	broke := w.catchPanic(func() {
		for _, i := range rest {
			rows[i] = w.job.markNotStarted(rows[i], stopped)
		}
		changed = w.job.finish(rows, stopped)
	})

	w.mu.Lock()
	defer w.mu.Unlock()
	for _, i := range rest {
		w.set(i, rows[i])
	}
	for i, row := range changed {
		w.set(i, row)
	}
	if broke {
		w.stopLocked(errPanicked)
	}
	w.meter.pause()
	w.paused, w.ended = false, true
	w.notify()
	close(w.done)
}

// set changes a row. Call it with mu held.
func (w *Pool[T]) set(i int, row T) {
	w.rows[i] = row
	if !w.isChanged[i] {
		w.isChanged[i] = true
		w.changed = append(w.changed, i)
	}
	w.notify()
}

// notify wakes whoever waits for something new. Call it with mu held.
func (w *Pool[T]) notify() {
	w.hasNews = true
	close(w.wake)
	w.wake = make(chan struct{})
}

// stopLocked begins nothing more, for the first reason that is given. Call it with mu
// held.
func (w *Pool[T]) stopLocked(why error) {
	if why == nil || w.stopped != nil || w.ended {
		return
	}
	w.stopped, w.paused = why, false
	w.notify()
}

func (w *Pool[T]) stop(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopLocked(why)
}

// Interrupt begins nothing more, for a reason other than the operator's wish: the rest of a batch
// may be resumed.
func (w *Pool[T]) Interrupt(why error) { w.stop(why) }

// Stop begins nothing more. What is in flight comes to its end; it is not waited
// for.
func (w *Pool[T]) Stop() { w.stop(ErrStopped) }

// Pause begins nothing more until Resume. What is in flight comes to its end.
func (w *Pool[T]) Pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped == nil && !w.ended && !w.paused {
		w.paused = true
		w.meter.pause()
		w.notify()
	}
}

// Resume goes on after Pause.
func (w *Pool[T]) Resume() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.paused {
		w.paused = false
		w.meter.resume()
		w.notify()
	}
}

// Next waits until something has changed since it was last called, and tells
// what, however many rows that are. The last Progress is Ended; after it, and
// when ctx ends, it returns false. It panics with what the work panicked with.
func (w *Pool[T]) Next(ctx context.Context) (Progress[T], bool) {
	for {
		p, wake, ok := w.take()
		if ok || wake == nil {
			return p, ok
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return p, false
		}
	}
}

// take returns what is new, or the channel to wait for, nil after the end.
func (w *Pool[T]) take() (p Progress[T], wake <-chan struct{}, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.panicked != "" && w.ended {
		panic(w.panicked)
	}
	switch {
	case w.endReported:
		return w.progress(), nil, false
	case !w.hasNews:
		return w.progress(), w.wake, false
	}
	p = w.progress()
	for _, i := range w.changed {
		p.Changed = append(p.Changed, w.rows[i])
		w.isChanged[i] = false
	}
	w.changed, w.hasNews, w.endReported = w.changed[:0], false, w.ended
	return p, nil, true
}

// Progress is how far it is now, without the rows: for a redraw while nothing
// changes but the time.
func (w *Pool[T]) Progress() Progress[T] {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.progress()
}

func (w *Pool[T]) progress() Progress[T] {
	p := Progress[T]{
		Done: w.finished, Total: len(w.todo), UnderWay: w.begun - w.finished, Elapsed: w.meter.elapsed(), Rate: w.meter.rate(),
		Paused: w.paused, Stopped: w.stopped, Ended: w.ended,
	}
	if !w.ended {
		p.TimeLeft = w.meter.timeLeft(len(w.todo) - w.finished)
	}
	return p
}

// Rows returns every row as it is now.
func (w *Pool[T]) Rows() []T {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.rows)
}

// Done is closed when it has ended.
func (w *Pool[T]) Done() <-chan struct{} { return w.done }
