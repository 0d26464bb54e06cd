package cli

import (
	"context"
	"io"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/ui"
)

// run is one console on one server. It passes nothing from one server to the next.
type run struct {
	flags     settingFlags
	lookupEnv func(string) (string, bool) // where to look for the password
	password  hdpclient.Secret            // if it was just typed and accepted
	from      string                      // source of the password, "" if it was typed
	connect   bool                        // connect to a server without a profile
	expired   bool                        // the password must be changed before signing in
}

// runConsole opens one console after another until the operator quits.
func runConsole(ctx context.Context, f settingFlags) error {
	for r := (&run{flags: f, lookupEnv: f.lookupEnv}); r != nil; {
		next, err := r.start(ctx)
		if err != nil {
			return err
		}
		r = next
	}
	return nil
}

// start opens the console, or asks for a server if the settings name none. It returns the
// next run, or nil. It reads the password last, so that a pipe is read only if needed.
func (r *run) start(ctx context.Context) (*run, error) {
	p := r.flags.process
	l, err := r.flags.load()
	if err != nil {
		return nil, err
	}
	nowhere := l.Server == "" || r.connect
	if nowhere && p.checkTerminal() != nil {
		return nil, usage(noServerError(l))
	}
	log, end, err := p.openLog(ctx, l.Settings)
	if err != nil {
		return nil, err
	}
	defer end()
	if nowhere {
		return r.chooseServer(ctx, l, log)
	}
	c := console{p, l.Settings, l.Profile, l.IsSet("ascii"), log}
	client, err := c.client()
	if err != nil {
		return nil, usage(err)
	}
	if err := p.checkTerminal(); err != nil {
		return nil, err
	}
	for _, n := range l.Notices {
		tell(p.stderr, n)
	}
	if r.password.IsZero() && !r.expired {
		if err := r.findPassword(ctx, l, p.stderr); err != nil {
			return nil, err
		}
	}
	if file := p.paths.lastProfile; l.Profile != "" && file != "" {
		if err := config.RememberProfile(file, l.Profile); err != nil {
			tell(p.stderr, err.Error())
		}
	}
	next, err := c.open(ctx, client, p.auditFile(l.Settings), login{l.User, r.password, r.from, r.expired}, nil, r.flags.listProfiles)
	if err != nil || next == (ui.Next{}) {
		return nil, err
	}
	if isTerminal(p.stdin) {
		_ = discardTyped(descriptor(p.stdin)) // it was typed for the console that has just closed
	}
	return &run{flags: r.flags.forProfile(next.Profile), lookupEnv: noEnv, connect: next.Connect}, nil
}

// noEnv hides the environment's password, which is for the first server only.
func noEnv(string) (string, bool) { return "", false }

// findPassword leaves the password empty if there is none; the console then asks for it.
func (r *run) findPassword(ctx context.Context, l *config.Loaded, stderr io.Writer) error {
	piped := r.flags.stdin
	if isTerminal(piped) {
		piped = nil
	}
	sources := passwordSources(l.Settings, piped, r.lookupEnv)
	sources.Waiting = func() { tell(stderr, "waiting for the keyring; it may be asking you to unlock it") }
	found, err := sources.Find(ctx)
	if err != nil && l.PasswordFile != "" {
		return usage(err)
	}
	if err != nil && ctx.Err() == nil {
		return codedError{err, notSignedIn}
	}
	if err != nil {
		return err
	}
	tell(stderr, found.Notice)
	r.password, r.from = hdpclient.SecretOf(found.Password), found.From
	if found.Space != "" {
		r.from += ", and " + found.Space // shown if the server refuses the password
	}
	return nil
}

// passwordSources uses the keyring only with a login, because it stores passwords by login.
func passwordSources(s config.Settings, stdin io.Reader, environ func(string) (string, bool)) config.PasswordSources {
	from := config.PasswordSources{File: s.PasswordFile, Stdin: stdin, LookupEnv: environ, Command: s.PasswordCommand}
	if s.Keyring && s.User != "" {
		from.Keyring = config.KeyringAccount(s.User, s.Server)
	}
	return from
}
