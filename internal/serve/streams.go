package serve

import (
	"io"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// streams carry bytes between a channel and a session. Writing to a channel waits for the client for
// as long as the client likes, so the session never does it itself: it can be freed.
type streams interface {
	start(s *Server, x *Session)
	resize(Size) error
	// finish returns when everything that the session has written is sent, or when forced is closed.
	finish(forced <-chan struct{})
	// cut frees everybody who waits in the streams.
	cut()
}

// pipes are the streams of a command without a terminal.
type pipes struct {
	channel        ssh.Channel
	stdin          *io.PipeReader
	stdout, stderr *io.PipeWriter
	typed          *io.PipeWriter
	printed        [2]*io.PipeReader
	sending        sync.WaitGroup
}

func newPipes(ch ssh.Channel) *pipes {
	p := &pipes{channel: ch}
	p.stdin, p.typed = io.Pipe()
	p.printed[0], p.stdout = io.Pipe()
	p.printed[1], p.stderr = io.Pipe()
	return p
}

func (p *pipes) start(s *Server, _ *Session) {
	s.run("input", func() {
		_, err := io.Copy(p.typed, p.channel)
		_ = p.typed.CloseWithError(err)
	})
	for i, to := range []io.Writer{p.channel, p.channel.Stderr()} {
		p.sending.Add(1)
		s.run("output", func() {
			defer p.sending.Done()
			_, _ = io.Copy(to, p.printed[i])
			_ = p.printed[i].CloseWithError(syscall.EPIPE)
		})
	}
}

func (p *pipes) resize(Size) error { return nil }

func (p *pipes) finish(forced <-chan struct{}) {
	_, _ = p.stdout.Close(), p.stderr.Close()
	sent := make(chan struct{})
	go func() {
		p.sending.Wait()
		close(sent)
	}()
	select {
	case <-sent:
	case <-forced:
	}
}

func (p *pipes) cut() {
	_ = p.stdin.CloseWithError(io.EOF)
	for _, r := range p.printed {
		_ = r.CloseWithError(syscall.EPIPE)
	}
}

// terminalStreams are the streams of a session with a terminal.
type terminalStreams struct {
	*terminal
	channel ssh.Channel
	over    chan struct{} // closed when nothing more is written to the terminal
	sent    chan struct{} // closed when all of it is sent
}

// lastOutput is how long output may take through the kernel once the session has written it.
const lastOutput = time.Second

func (t *terminalStreams) start(s *Server, x *Session) {
	s.run("input", func() { t.copyInput(x) })
	s.run("output", t.copyOutput)
}

func (t *terminalStreams) copyInput(x *Session) {
	keys := make([]byte, 4<<10)
	for {
		n, err := t.channel.Read(keys)
		if n > 0 {
			x.keyPressed()
			for _, sig := range t.signals(keys[:n]) {
				x.signal(sig)
			}
			if _, err := t.master.Write(keys[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// copyOutput reads on when the client is gone, so that the session can finish what it does.
func (t *terminalStreams) copyOutput() {
	defer close(t.sent)
	output := make([]byte, 8<<10)
	gone := false
	for {
		select {
		case <-t.over:
			_ = t.master.SetReadDeadline(time.Now().Add(lastOutput))
		default:
		}
		n, err := t.master.Read(output)
		if n > 0 && !gone {
			_, failed := t.channel.Write(output[:n])
			gone = failed != nil
		}
		if err != nil { // the other end is closed, or silent for longer than lastOutput
			return
		}
	}
}

func (t *terminalStreams) finish(forced <-chan struct{}) {
	_ = t.slave.Close()
	close(t.over)
	// If the program has left a reader behind, the slave stays open, and no end comes.
	_ = t.master.SetReadDeadline(time.Now().Add(lastOutput))
	select {
	case <-t.sent:
	case <-forced:
	}
}

// cut ends the slave's readers too.
func (t *terminalStreams) cut() { _ = t.master.Close() }
