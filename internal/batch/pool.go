package batch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"hdpadmin/internal/panics"
)

// ErrStopped is why nothing more starts after Stop.
var ErrStopped = errors.New("stopped")

// errPanicked is why nothing more starts after a panic, which Next passes to its caller.
var errPanicked = errors.New("stopped by an internal error")

// Progress says how far the work is.
type Progress[T any] struct {
	// Changed are the rows that changed since the last Next, as they are now.
	Changed     []T
	Done, Total int           // rows that ended, and all that there are to do
	UnderWay    int           // rows that were started and have not ended
	Elapsed     time.Duration // without pauses
	Rate        float64       // recent rows per second, 0 while not known
	TimeLeft    time.Duration // at this rate, 0 while not known
	Paused      bool
	// Stopped is why nothing more starts, nil if it does.
	Stopped error
	// Ended: no row will change any more.
	Ended bool
}

// Pool works on several rows at once, for a [Preparation] or a [Run]. It does not need a reader.
// It is safe for concurrent use, except that Next has one reader.
type Pool[T any] struct {
	job  job[T]
	done chan struct{} // closed at the end

	mu          sync.Mutex
	wake        chan struct{} // closed and replaced at every news
	hasNews     bool          // not yet returned by Next
	rows        []T
	todo        []int // indexes of rows, in start order
	begun       int
	finished    int
	workers     int // still running
	paused      bool
	stopped     error
	ended       bool
	endReported bool // Next has reported the end
	panicked    string
	changed     []int
	isChanged   []bool // by index, whether it is in changed
	meter       rateMeter
}

// job says what is done to the rows.
type job[T any] struct {
	markStarted func(T) T // optional
	// process works on a row; after an error nothing more is started.
	process        func(context.Context, T) (T, error)
	markPanicked   func(T, error) T
	markNotStarted func(T, error) T // the error says why
	// finish is called once, after the last worker, and returns the rows it changed.
	finish func(rows []T, stopped error) map[int]T
}

// newPool works on the rows that todo names.
func newPool[T any](s settings, rows []T, todo []int, j job[T]) *Pool[T] {
	return &Pool[T]{
		job: j, done: make(chan struct{}), wake: make(chan struct{}),
		rows: rows, todo: todo, isChanged: make([]bool, len(rows)), meter: newRateMeter(s.now),
		workers: max(1, min(s.workers, len(todo))),
	}
}

// start starts the workers. Once ctx has ended, no further row starts.
func (p *Pool[T]) start(ctx context.Context) {
	release := context.AfterFunc(ctx, func() { p.stop(context.Cause(ctx)) })
	for range p.workers {
		go func() {
			if p.runWorker(ctx) {
				release()
				p.finish()
			}
		}()
	}
}

// runWorker processes rows until none is left. It reports whether it was the last to stop.
func (p *Pool[T]) runWorker(ctx context.Context) (last bool) {
	for {
		if ctx.Err() != nil {
			p.stop(context.Cause(ctx))
		}
		i, row, ok := p.nextRow()
		if !ok {
			break
		}
		done, stop := p.process(ctx, row)
		p.finishRow(i, done, stop)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.workers--
	return p.workers == 0
}

// nextRow waits for a row to start.
func (p *Pool[T]) nextRow() (i int, row T, ok bool) {
	for {
		p.mu.Lock()
		if p.stopped != nil || p.begun == len(p.todo) {
			p.mu.Unlock()
			return 0, row, false
		}
		if !p.paused {
			i = p.todo[p.begun]
			p.begun++
			if p.job.markStarted != nil {
				p.set(i, p.job.markStarted(p.rows[i]))
			}
			row = p.rows[i]
			p.mu.Unlock()
			return i, row, true
		}
		wake := p.wake
		p.mu.Unlock()
		<-wake
	}
}

func (p *Pool[T]) process(ctx context.Context, row T) (done T, stop error) {
	if broke := p.catchPanic(func() { done, stop = p.job.process(ctx, row) }); broke {
		return p.job.markPanicked(row, errPanicked), errPanicked
	}
	return done, stop
}

// catchPanic calls f and reports whether it panicked. The panic is kept for the reader, whose
// program may have to restore a terminal first.
func (p *Pool[T]) catchPanic(f func()) (broke bool) {
	report := panics.Catch(f)
	if report == "" {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.panicked = report
	return true
}

func (p *Pool[T]) finishRow(i int, row T, stop error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finished++
	p.meter.addRow()
	p.set(i, row)
	p.stopLocked(stop)
}

func (p *Pool[T]) hasPanicked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.panicked != ""
}

// finish runs after the last worker. It ends the pool even if the job's own finish panics.
func (p *Pool[T]) finish() {
	p.mu.Lock()
	rows, rest, stopped := slices.Clone(p.rows), p.todo[p.begun:], p.stopped
	p.mu.Unlock()

	var changed map[int]T
	broke := p.catchPanic(func() {
		for _, i := range rest {
			rows[i] = p.job.markNotStarted(rows[i], stopped)
		}
		changed = p.job.finish(rows, stopped)
	})

	p.mu.Lock()
	defer p.mu.Unlock()
	for _, i := range rest {
		p.set(i, rows[i])
	}
	for i, row := range changed {
		p.set(i, row)
	}
	if broke {
		p.stopLocked(errPanicked)
	}
	p.meter.pause()
	p.paused, p.ended = false, true
	p.notify()
	close(p.done)
}

// set requires mu.
func (p *Pool[T]) set(i int, row T) {
	p.rows[i] = row
	if !p.isChanged[i] {
		p.isChanged[i] = true
		p.changed = append(p.changed, i)
	}
	p.notify()
}

// notify requires mu.
func (p *Pool[T]) notify() {
	p.hasNews = true
	close(p.wake)
	p.wake = make(chan struct{})
}

// stopLocked keeps the first reason. It requires mu.
func (p *Pool[T]) stopLocked(why error) {
	if why == nil || p.stopped != nil || p.ended {
		return
	}
	p.stopped, p.paused = why, false
	p.notify()
}

func (p *Pool[T]) stop(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopLocked(why)
}

// Interrupt starts no further row, for a reason other than the operator's wish: the rest of a batch
// may be resumed.
func (p *Pool[T]) Interrupt(why error) { p.stop(why) }

// Stop starts no further row. It does not wait for the running ones, which finish.
func (p *Pool[T]) Stop() { p.stop(ErrStopped) }

// Pause starts no further row until Resume. Running rows finish.
func (p *Pool[T]) Pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped == nil && !p.ended && !p.paused {
		p.paused = true
		p.meter.pause()
		p.notify()
	}
}

// Resume continues after Pause.
func (p *Pool[T]) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused {
		p.paused = false
		p.meter.resume()
		p.notify()
	}
}

// Next waits until something has changed since its last call, and returns all of it at once. The
// last Progress is Ended; after it, and when ctx ends, Next returns false. If the work panicked,
// Next panics too.
func (p *Pool[T]) Next(ctx context.Context) (Progress[T], bool) {
	for {
		progress, wake, ok := p.take()
		if ok || wake == nil {
			return progress, ok
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return progress, false
		}
	}
}

// take returns what is new, or the channel to wait for, which is nil after the end.
func (p *Pool[T]) take() (progress Progress[T], wake <-chan struct{}, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.panicked != "" && p.ended {
		panic(p.panicked)
	}
	switch {
	case p.endReported:
		return p.progress(), nil, false
	case !p.hasNews:
		return p.progress(), p.wake, false
	}
	progress = p.progress()
	for _, i := range p.changed {
		progress.Changed = append(progress.Changed, p.rows[i])
		p.isChanged[i] = false
	}
	p.changed, p.hasNews, p.endReported = p.changed[:0], false, p.ended
	return progress, nil, true
}

// Progress returns the present progress without the rows, to refresh the time.
func (p *Pool[T]) Progress() Progress[T] {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.progress()
}

func (p *Pool[T]) progress() Progress[T] {
	progress := Progress[T]{
		Done: p.finished, Total: len(p.todo), UnderWay: p.begun - p.finished, Elapsed: p.meter.elapsed(), Rate: p.meter.rate(),
		Paused: p.paused, Stopped: p.stopped, Ended: p.ended,
	}
	if !p.ended {
		progress.TimeLeft = p.meter.timeLeft(len(p.todo) - p.finished)
	}
	return progress
}

// Rows returns every row as it is now.
func (p *Pool[T]) Rows() []T {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.rows)
}

// Done returns a channel that is closed at the end.
func (p *Pool[T]) Done() <-chan struct{} { return p.done }
