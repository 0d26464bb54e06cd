package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
	"hdpadmin/internal/serve/setup"
	"hdpadmin/internal/shell"
	"hdpadmin/ui/terminal"
)

// runService runs the SSH service with the configuration at path until a signal ends it.
func (p *process) runService(ctx context.Context, path string, folders setup.Folders) error {
	s, err := p.newService(ctx, path, folders)
	if err != nil {
		return err
	}
	return errors.Join(s.run(ctx), s.close())
}

// service is the SSH service.
type service struct {
	host      *process
	log       *slog.Logger
	setup     *setup.Setup
	operators *access.File
	server    *serve.Server
	audit     *audit.Service
	locks     *change.Locks
	lists     *desk.Lists
	gate      *hdpclient.Gate
	settling  sync.Mutex   // see audit.WithTurn
	requests  *slog.Logger // of the sessions to HDP
	closeLog  func()
}

// newService reads everything that the service needs. It fails if a session could not work.
func (p *process) newService(ctx context.Context, path string, folders setup.Folders) (*service, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist; hdpadmin serve init --config %s creates it", path, shell.QuotePath(path))
	}
	s := &service{host: p, log: slog.New(slog.NewTextHandler(p.stderr, nil)), locks: change.NewLocks(), lists: desk.NewLists(), gate: hdpclient.NewGate()}
	verbs := servedVerbs(p) //nolint:contextcheck // it only returns names and runs nothing
	var err error
	if s.setup, err = setup.Read(path, folders, verbs); err != nil {
		return nil, err
	}
	if s.operators, err = access.OpenFile(s.setup.Operators, s.setup.AccessOptions(verbs)); err != nil {
		return nil, err
	}
	for _, n := range s.operators.Operators().Notices {
		s.log.Warn("operators file", "notice", n)
	}
	l, err := s.setup.Settings(nil)
	if err != nil {
		return nil, err
	}
	client, err := console{process: p, Settings: l.Settings, log: slog.New(slog.DiscardHandler)}.client()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer client.Close()
	if s.audit, err = p.openServiceAudit(l.Settings, client.BaseURL().String()); err != nil {
		return nil, err
	}
	s.nameAbandoned()
	s.requests, s.closeLog, err = p.openLog(ctx, l.Settings)
	return s, err
}

// maxNamed is how many writes without an outcome the service names when it starts.
const maxNamed = 20

// nameAbandoned logs the writes whose outcome nobody knows, as after the service was killed.
func (s *service) nameAbandoned() {
	all, err := s.audit.Abandoned()
	if err != nil {
		s.log.Error("the audit log cannot be searched for changes without an outcome", "error", err)
	}
	for i, e := range all {
		if i == maxNamed {
			s.log.Warn("there are more changes without an outcome", "changes", len(all)-maxNamed)
			break
		}
		s.log.Warn("a change has no known outcome; the next command that signs in to HDP looks it up",
			"account", hdpclient.Clean(e.AccountName), "id", e.AccountID, "operation", hdpclient.Clean(e.Operation),
			"operator", hdpclient.Clean(e.Who()), "at", e.Time)
	}
}

// hasAbandoned reports whether there are such writes now. If the log cannot be read, a session could
// log nothing either.
func (s *service) hasAbandoned() bool {
	all, err := s.audit.Abandoned()
	return err == nil && len(all) > 0
}

func (p *process) openServiceAudit(s config.Settings, server string) (*audit.Service, error) {
	opts, err := auditOptions(s)
	if err != nil {
		return nil, err
	}
	path := p.auditFile(s)
	if path == "" {
		return nil, errNoHome
	}
	id := p.identity
	id.Server, id.Insecure = server, s.Insecure
	log, err := file.Open(path, id, opts...)
	if err != nil {
		return nil, fmt.Errorf("cannot write the audit log: %w", err)
	}
	return audit.NewService(log), nil
}

// run serves until a signal ends the service, and then until its sessions have ended.
func (s *service) run(ctx context.Context) error {
	// Before anything says that the service is ready: a signal that nobody listens to kills it.
	signals := make(chan os.Signal, 2)
	unlisten := sync.OnceFunc(s.host.notify(signals))
	defer unlisten()
	key, made, err := serve.OpenHostKey(s.setup.HostKey)
	if err != nil {
		return err
	}
	s.server, err = serve.New(serve.Options{
		Console: s.runConsole, Command: s.runCommand, Operators: func() serve.Operators { return s.operators.Operators() },
		HostKey: key, Limits: s.setup.Limits, Log: s.log, Record: s.record,
	})
	if err != nil {
		return err
	}
	control, err := serve.OpenControl(s.setup.Control)
	if err != nil {
		return err
	}
	listeners, health, err := s.listen(ctx)
	if err == nil {
		err = s.announce(key, made, listeners)
	}
	if err != nil {
		return errors.Join(err, control.Close())
	}
	var tasks sync.WaitGroup
	ctx, end := context.WithCancel(ctx)
	answer := func(socket string, until func() error) {
		tasks.Go(func() {
			if err := until(); err != nil {
				s.log.Error("a socket no longer answers", "socket", socket, "error", err)
			}
		})
	}
	answer("control", func() error { return control.Serve(ctx, s.server) })
	if health != nil {
		answer("health", func() error { return s.server.ServeHealth(ctx, health, s.operators.Err, s.auditIsWritable) })
	}
	accepting, stop := context.WithCancel(ctx)
	tasks.Go(func() { s.server.Report(accepting) })
	tasks.Go(func() {
		defer unlisten() // the next signal kills the service
		s.watch(accepting, stop, signals)
	})
	err = s.server.Serve(accepting, listeners...)
	end()
	tasks.Wait()
	return err
}

// auditIsWritable writes the entries that could not be written before. While it cannot, nothing is changed.
func (s *service) auditIsWritable() error {
	if err := s.audit.Flush(); err != nil {
		return fmt.Errorf("the audit log cannot be written: %w", err)
	}
	return nil
}

// listen opens the addresses of the configuration, all or none, and the one for health checks if there
// is one. If systemd has opened sockets for the service, those replace the addresses.
func (s *service) listen(ctx context.Context) (all []net.Listener, health net.Listener, err error) {
	defer func() {
		if err != nil {
			for _, l := range all {
				_ = l.Close()
			}
		}
	}()
	if all, err = serve.ActivatedListeners(); err != nil {
		return all, nil, err
	}
	addresses := s.setup.Listen
	if len(all) > 0 {
		addresses = nil
	}
	for _, address := range addresses {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			return all, nil, fmt.Errorf("cannot listen on %s: another program uses it; stop it, or change listen in %s", address, s.setup.Path)
		case err != nil:
			return all, nil, fmt.Errorf("cannot listen on %s: %w; change listen in %s", address, err, s.setup.Path)
		}
		all = append(all, l)
	}
	if at := s.setup.Health; at != "" {
		health, err = serve.ListenHealth(ctx, at)
	}
	return all, health, err
}

// announce prints where the service is, and by what clients recognize it.
func (s *service) announce(key ssh.Signer, made bool, listeners []net.Listener) error {
	var lines []string
	for _, l := range listeners {
		lines = append(lines, "Listening on "+l.Addr().String()+".")
	}
	if made {
		lines = append(lines, "Created the host key "+s.setup.HostKey+".")
	}
	lines = append(lines, "Host key: "+key.PublicKey().Type()+" "+serve.Fingerprint(key))
	_, err := fmt.Fprintln(s.host.stdout, strings.Join(lines, "\n"))
	return err
}

// operatorsCheck is how often the operators file is looked at.
const operatorsCheck = 2 * time.Second

// watch reads the operators file again when it changes, and on SIGHUP. Any other signal stops the
// service.
func (s *service) watch(ctx context.Context, stop func(), signals <-chan os.Signal) {
	ticker := time.NewTicker(operatorsCheck)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if changed, err := s.operators.Refresh(); changed {
				s.reloaded(err)
			}
		case sig := <-signals:
			if sig == syscall.SIGHUP {
				serve.Reloading(func() { s.reloaded(s.operators.Reload()) })
				continue
			}
			s.log.Info("shutting down", "signal", sig.String())
			stop()
			return
		}
	}
}

func (s *service) reloaded(err error) {
	if err != nil {
		s.log.Error("the operators file is wrong; the last good version stays in force", "error", err)
		return
	}
	s.log.Info("read the operators file", "operators", s.operators.Operators().Len())
	for _, n := range s.operators.Operators().Notices {
		s.log.Warn("operators file", "notice", n)
	}
	s.server.Recheck()
}

// record writes an event of the service to the audit log.
func (s *service) record(_ context.Context, e serve.Event) error {
	of := audit.Session{ID: e.Session, Operator: e.Operator, Key: e.Key, Address: e.Address.String()}
	switch e.Kind {
	case serve.Refused:
		return s.audit.SessionRefused(of, e.Reason)
	case serve.Ended:
		return s.audit.SessionEnded(of, e.Reason, time.Since(e.Since), e.ExitCode)
	case serve.Began:
	}
	return s.audit.SessionStarted(of, cmp.Or(e.Command, consoleVerb))
}

// close writes what is left to the audit log.
func (s *service) close() error {
	s.closeLog()
	if err := s.audit.Flush(); err != nil {
		return fmt.Errorf("some entries could not be written to the audit log: %w", err)
	}
	return nil
}

// runCommand runs the command of a session.
func (s *service) runCommand(ctx context.Context, x *serve.Session) int {
	p := s.processOf(x)
	relayed := newRelay(x.Signals)
	defer relayed.end()
	p.notify = relayed.notify
	return p.report(p.execute(ctx, x.Args))
}

// runConsole runs the console of a session.
func (s *service) runConsole(ctx context.Context, x *serve.Session) int {
	p := s.processOf(x)
	p.served.screen = &terminal.Session{In: x.In, Out: x.Out, Environ: x.Environ, Sizes: x.Sizes, Signals: x.Signals}
	err := p.execute(ctx, nil)
	if crash, is := errors.AsType[*terminal.Crash](err); is { // the terminal is in order again
		s.log.Error("panic in a session", "session", x.ID, "operator", x.Grant.Operator.Name, "report", crash.Error())
		return p.report(errors.New("an internal error ended the console. The log of the service has the details"))
	}
	if left, is := errors.AsType[terminal.Signalled](err); is {
		_ = p.report(left.Err) // the service itself says why the session ends
		return left.ExitCode()
	}
	return p.report(err)
}

// processOf returns what a session sees instead of the process of the service.
func (s *service) processOf(x *serve.Session) *process {
	o := x.Grant.Operator
	id := s.host.identity
	id.SSH, id.Operator, id.Key, id.Address, id.Attribution = "", o.Name, x.Grant.Key(), x.Remote.String(), o.Attribution
	in := x.In
	if !x.PTY {
		in = &boundedInput{from: x.In, left: maxInput}
	}
	return &process{
		stdin: in, stdout: x.Out, stderr: x.Err, environ: x.Environ, lookupEnv: lookupIn(x.Environ), identity: id,
		keepPipes: func() func() { return func() {} },
		served: &served{
			operator: o, settings: s.setup.Settings, locks: s.locks, lists: s.lists, gate: s.gate, auditID: s.audit.SessionID(x.ID),
			settling: &s.settling, hasAbandoned: s.hasAbandoned, onAccount: x.SetAccount,
			log: s.log.With("session", x.ID, "operator", o.Name),
		},
		log: s.requests.With("session", x.ID),
	}
}

// maxInput is the longest standard input of a session. All of it may be in memory several times, and so
// may that of every other session.
const maxInput = 16 << 20

// boundedInput fails for a client that sends more than a command may keep.
type boundedInput struct {
	from io.Reader
	left int
}

func (b *boundedInput) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("a session accepts no more than %d MiB", maxInput>>20)
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func lookupIn(environ []string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, v := range environ {
			if n, value, _ := strings.Cut(v, "="); n == name {
				return value, true
			}
		}
		return "", false
	}
}

// relay hands the signals of a session on to all who listen, as the kernel does for a process. Who
// listens late still gets the last one.
type relay struct {
	over chan struct{}

	mu   sync.Mutex
	to   map[chan<- os.Signal]bool
	last os.Signal
}

func newRelay(signals <-chan syscall.Signal) *relay {
	r := &relay{over: make(chan struct{}), to: map[chan<- os.Signal]bool{}}
	go func() {
		for {
			select {
			case sig, more := <-signals:
				if !more {
					return
				}
				r.send(sig)
			case <-r.over:
				return
			}
		}
	}()
	return r
}

func (r *relay) send(sig os.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = sig
	for to := range r.to {
		select {
		case to <- sig:
		default: // as for a process, a listener that is behind misses it
		}
	}
}

func (r *relay) notify(to chan<- os.Signal) (stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.to[to] = true
	if r.last != nil {
		select {
		case to <- r.last:
		default:
		}
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.to, to)
	}
}

func (r *relay) end() { close(r.over) }
