package serve

import (
	"context"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// Exit codes of what is refused before a program runs.
const (
	exitFailed = 1
	exitMisuse = 2
)

// channel is one for a session: first the requests that prepare it, then the program.
type channel struct {
	*connection
	ssh.Channel
	variables variables
	asked     *terminalRequest
	decided   bool     // by a request that asked for something to run
	then      func()   // runs once that request has been answered
	session   *Session // nil if it was refused
}

func newChannel(c *connection, ch ssh.Channel) *channel { return &channel{connection: c, Channel: ch} }

// serve handles the requests of a channel until the client has closed it, and never waits for
// anything else.
func (ch *channel) serve(ctx context.Context, requests <-chan *ssh.Request) {
	unused := time.NewTimer(ch.server.limits.Start)
	defer unused.Stop()
	for {
		select {
		case <-unused.C:
			if !ch.decided {
				_ = ch.Close()
			}
		case r, open := <-requests:
			if !open {
				if ch.session != nil {
					ch.session.end(syscall.SIGHUP, clientGone)
				}
				return
			}
			_ = r.Reply(ch.handle(ctx, r), nil)
			if ch.then != nil {
				ch.server.run("session", ch.then)
				ch.then = nil
			}
		}
	}
}

func (ch *channel) handle(ctx context.Context, r *ssh.Request) bool {
	if ch.decided {
		return ch.session != nil && ch.handleRunning(r)
	}
	switch r.Type {
	case "env":
		return ch.variables.set(r.Payload)
	case "pty-req":
		asked, ok := parseTerminal(r.Payload)
		if ok && ch.asked == nil {
			ch.asked = &asked
			return true
		}
		return false
	case "window-change":
		return ch.resize(r.Payload)
	case "shell":
		return ch.begin(ctx, nil)
	case "exec":
		var msg struct{ Line string }
		if ssh.Unmarshal(r.Payload, &msg) != nil {
			return false
		}
		words, err := splitWords(msg.Line)
		switch {
		case err != nil:
			return ch.refuse(fmt.Sprintf("hdpadmin: %v.", err), exitMisuse)
		case len(words) == 0:
			return ch.begin(ctx, nil)
		case copiesFiles(words[0]):
			return ch.refuse(noFiles, exitMisuse)
		}
		return ch.begin(ctx, words)
	case "subsystem":
		return ch.refuse(noFiles, exitMisuse)
	}
	return false
}

const noFiles = "hdpadmin: this service copies no files. Redirect the output of a command instead: ssh HOST list --csv >FILE"

func copiesFiles(program string) bool {
	name := program[strings.LastIndexByte(program, '/')+1:]
	return name == "scp" || name == "sftp-server" || name == "rsync"
}

func (ch *channel) handleRunning(r *ssh.Request) bool {
	switch r.Type {
	case "window-change":
		return ch.resize(r.Payload)
	case "signal":
		sig := parseSignal(r.Payload)
		return sig != 0 && ch.session.signal(sig)
	}
	return false
}

func (ch *channel) resize(payload []byte) bool {
	if ch.asked == nil {
		return false
	}
	size, ok := parseSize(ch.asked.size, payload)
	ch.asked.size = size
	if ok && ch.session != nil {
		ch.session.resize(size)
	}
	return ok
}

// begin prepares a console, or a command if there are words.
func (ch *channel) begin(ctx context.Context, words []string) bool {
	if words == nil && ch.asked == nil {
		return ch.refuse("hdpadmin: the console needs a terminal, and this connection has none. To list the commands, run ssh HOST help.", exitMisuse)
	}
	x, err := newSession(ch, words)
	if err != nil {
		ch.server.log.Error("cannot start a session", "operator", ch.grant.Operator.Name, "error", err)
		return ch.refuse("hdpadmin: the service cannot start a session. Ask its administrator: the reason is in its log.", exitFailed)
	}
	if reason := ch.admit(x); reason != "" {
		x.force()
		ch.server.metrics.refused.WithLabelValues(refusedSession).Inc()
		ch.server.log.Warn("refused a session", "operator", x.Grant.Operator.Name, "address", ch.remote.Addr().String(), "reason", reason)
		return ch.refuse("hdpadmin: "+reason, exitFailed)
	}
	if err := ch.server.options.Record(ctx, x.event(Began)); err != nil {
		x.force()
		ch.dismiss(x)
		ch.server.metrics.unrecorded.Inc()
		ch.server.log.Error("cannot write the start of a session to the audit log", "operator", x.Grant.Operator.Name, "error", err)
		return ch.refuse("hdpadmin: the service cannot write its audit log, so no session can start. Tell its administrator.", exitFailed)
	}
	ch.server.metrics.began.WithLabelValues(x.kind()).Inc()
	ch.decided, ch.session = true, x
	ch.then = func() { x.run(ctx) }
	return true
}

// refuse accepts a request only to say why nothing runs: ssh shows no reason for a refused one.
func (ch *channel) refuse(text string, code int) bool {
	ch.decided = true
	ch.then = func() { ch.sayAndClose(text, code) }
	return true
}

func (ch *channel) sayAndClose(text string, code int) {
	to := ch.Stderr()
	if ch.asked != nil {
		to = ch.Channel
	}
	_, _ = io.WriteString(to, text+"\r\n")
	ch.exit(code)
}

// exit tells the client the exit code and closes the channel.
func (ch *channel) exit(code int) {
	_, _ = ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{uint32(code & 0xff)}))
	_ = ch.CloseWrite()
	_ = ch.Close()
}
