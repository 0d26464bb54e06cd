package serve

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"hdpadmin/internal/panics"
	"hdpadmin/internal/serve/access"
)

// Session is a console or a command of an operator.
type Session struct {
	ID     string // short, unique among the sessions of the service
	Grant  access.Grant
	Remote netip.AddrPort
	Since  time.Time
	Args   []string // nil: the console, which always has a terminal

	// Environ has LANG, LC_*, TERM, COLORTERM, NO_COLOR and ACCESSIBLE as far as the client has set
	// them, and SSH_CONNECTION and SSH_TTY as OpenSSH sets them.
	Environ []string

	// With PTY all three are the session's terminal, an *os.File. Without it, writes fail with
	// syscall.EPIPE once the client is gone.
	In       io.Reader
	Out, Err io.Writer
	PTY      bool

	// Sizes are those of the terminal: the first is there at once, and only the latest is kept. It is
	// nil without PTY.
	Sizes <-chan Size
	// Signals has SIGHUP once the client is gone or may not stay, and SIGTERM once the service stops.
	// The session then has Limits.Grace or Limits.Drain to finish. Other signals are the client's.
	Signals <-chan syscall.Signal

	channel *channel
	streams streams
	sizes   chan Size
	signals chan syscall.Signal
	forced  chan struct{} // closed when the session has had its time to finish
	force   func()

	mu      sync.Mutex
	account string
	ended   cause // why the service asked it to end
	over    bool
	idle    *time.Timer
	timers  []*time.Timer
}

// newSession prepares a session, which does not run before it is admitted and recorded.
func newSession(ch *channel, words []string) (*Session, error) {
	x := &Session{
		Grant: ch.grant, Remote: ch.remote, Since: time.Now(), Args: words, PTY: ch.asked != nil,
		channel: ch, signals: make(chan syscall.Signal, signalBuffer), forced: make(chan struct{}),
	}
	x.Signals = x.signals
	ch.variables.put("SSH_CONNECTION", fmt.Sprintf("%s %d %s %d", ch.remote.Addr(), ch.remote.Port(), ch.local.Addr(), ch.local.Port()))
	if x.PTY {
		t, err := openTerminal(*ch.asked)
		if err != nil {
			return nil, err
		}
		x.In, x.Out, x.Err = t.slave, t.slave, t.slave
		x.streams = &terminalStreams{terminal: t, channel: ch.Channel, over: make(chan struct{}), sent: make(chan struct{})}
		x.sizes = make(chan Size, 1)
		x.sizes <- ch.asked.size
		x.Sizes = x.sizes
		ch.variables.put("TERM", ch.asked.term)
		ch.variables.put("SSH_TTY", t.name())
	} else {
		p := newPipes(ch.Channel)
		x.In, x.Out, x.Err = p.stdin, p.stdout, p.stderr
		x.streams = p
	}
	x.Environ = ch.variables
	x.force = sync.OnceFunc(func() {
		close(x.forced)
		x.streams.cut()
	})
	return x, nil
}

func newID() string {
	raw := make([]byte, 3)
	_, _ = rand.Read(raw) // never fails
	return hex.EncodeToString(raw)
}

func (x *Session) isConsole() bool { return x.Args == nil }

// SetAccount says at which account the operator is. The administrator of the service sees it.
func (x *Session) SetAccount(name string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.account = name
}

func (x *Session) event(kind EventKind) Event {
	e := Event{Kind: kind, Session: x.ID, Operator: x.Grant.Operator.Name, Key: x.Grant.Key(), Address: x.Remote, Since: x.Since}
	if !x.isConsole() {
		e.Command = forLog(x.Args[0])
	}
	return e
}

// run runs the program of the session, from the answer to the client's request to the exit code.
func (x *Session) run(ctx context.Context) {
	s := x.channel.server
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-x.forced:
			cancel()
		case <-ctx.Done():
		}
	}()
	s.log.Info("session started", x.forLog()...)
	x.limit()
	x.streams.start(s, x)
	code := x.call(ctx)
	why := x.finish()

	s.metrics.ended(x, why)
	s.log.Info("session ended", append(x.forLog(), "exit", code, "reason", why.String())...)
	end := x.event(Ended)
	end.ExitCode, end.Reason = code, why.String()
	if err := s.options.Record(ctx, end); err != nil {
		s.metrics.unrecorded.Inc()
		s.log.Error("cannot write the end of a session to the audit log", "session", x.ID, "error", err)
	}
	x.channel.dismiss(x)
	x.channel.exit(code)
	x.force()
}

func (x *Session) forLog() []any {
	what := "console"
	if !x.isConsole() {
		what = forLog(x.Args[0])
	}
	return []any{"session", x.ID, "operator", x.Grant.Operator.Name, "key", x.Grant.Key(), "address", x.Remote.Addr().String(), "runs", what}
}

// limit ends the session when its time is over.
func (x *Session) limit() {
	limits := x.channel.server.limits
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.isConsole() {
		x.idle = x.after(limits.Idle, noKey)
	}
	x.after(limits.Longest, tooLong)
	if !x.Grant.Until.IsZero() {
		x.after(time.Until(x.Grant.Until), notAllowed)
	}
}

// after is called with x.mu held.
func (x *Session) after(d time.Duration, why cause) *time.Timer {
	t := time.AfterFunc(d, func() { x.end(syscall.SIGHUP, why) })
	x.timers = append(x.timers, t)
	return t
}

// keyPressed is called for input from the client alone: what the session prints keeps no one signed in.
func (x *Session) keyPressed() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.idle != nil && !x.over && x.ended == itself {
		x.idle.Reset(x.channel.server.limits.Idle)
	}
}

// call calls the program. A panic in it ends the session and no other.
func (x *Session) call(ctx context.Context) int {
	s := x.channel.server
	program, code := s.options.Command, exitFailed
	if x.isConsole() {
		program = s.options.Console
	}
	if report := panics.Catch(func() { code = program(ctx, x) }); report != "" {
		s.metrics.panics.Inc()
		s.log.Error("panic in a session", append(x.forLog(), "report", report)...)
		if x.PTY {
			_, _ = io.WriteString(x.Out, resetTerminal)
		}
		x.say("An internal error ended this session. The log of the service has the details.")
	}
	return code
}

// resetTerminal undoes what a program that draws may have done to a terminal: the alternate screen, a
// hidden cursor, bracketed paste, reports of the mouse and the focus, keyboard modes, colours.
const resetTerminal = "\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[>4;0m\x1b[0m\r\n"

func (x *Session) say(text string) { _, _ = io.WriteString(x.Err, "hdpadmin: "+text+"\r\n") }

// finish sends what is left to the client, if it takes it in time, and returns why the service asked
// the session to end.
func (x *Session) finish() cause {
	x.mu.Lock()
	x.over = true
	for _, t := range x.timers {
		t.Stop()
	}
	why := x.ended
	x.mu.Unlock()
	late := time.AfterFunc(x.channel.server.limits.Grace, x.force)
	defer late.Stop()
	if why != itself && why != clientGone && x.isConsole() {
		x.say(why.String())
	}
	x.streams.finish(x.forced)
	return why
}

// end asks the session to end, and gives it a while.
func (x *Session) end(sig syscall.Signal, why cause) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended != itself || x.over {
		return
	}
	x.ended = why
	grace := x.channel.server.limits.Grace
	if sig == syscall.SIGTERM {
		grace = x.channel.server.limits.Drain
	}
	x.timers = append(x.timers, time.AfterFunc(grace, x.force))
	select {
	case x.signals <- sig:
	default: // cannot be: the client's signals leave room
	}
}

// signal passes on a signal of the client, as long as the session takes them.
func (x *Session) signal(sig syscall.Signal) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ended != itself || len(x.signals) >= signalBuffer-1 {
		return false
	}
	x.signals <- sig
	return true
}

// resize replaces a size that the session has not taken yet.
func (x *Session) resize(size Size) {
	if x.sizes == nil {
		return
	}
	_ = x.streams.resize(size)
	select {
	case <-x.sizes:
	default:
	}
	x.sizes <- size
}
