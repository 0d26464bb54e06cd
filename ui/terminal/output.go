package terminal

import (
	"bytes"
	"io"
	"sync"
)

// output writes to the client of a session. It takes one frame at a time and queues nothing, so that a
// client that reads slowly holds up its own program and costs no memory. Once abandoned, it drops
// everything, and nobody waits for the client any more.
type output struct {
	to        io.Writer
	frames    chan []byte
	written   chan struct{}
	abandoned chan struct{}
	failed    chan struct{} // closed at the first write that fails
	once      sync.Once
}

func newOutput(to io.Writer) *output {
	o := &output{
		to: to, frames: make(chan []byte), written: make(chan struct{}, 1),
		abandoned: make(chan struct{}), failed: make(chan struct{}),
	}
	go o.copy()
	return o
}

// Write waits until the client's terminal has taken p, or the output is abandoned. It never fails: the
// renderer would keep what was not written, and add to it with every frame.
func (o *output) Write(p []byte) (int, error) {
	select {
	case o.frames <- bytes.Clone(p): // its write may outlast this call
		select {
		case <-o.written:
		case <-o.abandoned:
		}
	case <-o.abandoned:
	}
	return len(p), nil
}

func (o *output) copy() {
	ok := true
	for {
		select {
		case frame := <-o.frames:
			if ok {
				if _, err := o.to.Write(frame); err != nil {
					ok = false
					close(o.failed)
				}
			}
			o.written <- struct{}{}
		case <-o.abandoned:
			return
		}
	}
}

// abandon drops everything from now on. A write in progress lasts until the client's terminal is closed.
func (o *output) abandon() { o.once.Do(func() { close(o.abandoned) }) }
