package cli

import (
	"context"
	"io"
	"os"

	"github.com/charmbracelet/x/term"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/ui"
)

// run is one console on one server. Of one, nothing goes into the next.
type run struct {
	flags     settingFlags
	lookupEnv func(string) (string, bool) // where the password may be
	password  hdpclient.Secret            // if it has just been typed, and accepted
	from      string                      // where the password is from, "" if it was typed
	connect   bool                        // to a server that no profile is for yet
	expired   bool                        // the password is to be changed before there is a login
}

// runConsole opens the console on the server of the settings, and on every other
// that the operator goes on to.
func runConsole(ctx context.Context, f settingFlags, stdin *os.File, stderr io.Writer) error {
	for r := (&run{flags: f, lookupEnv: os.LookupEnv}); r != nil; {
		next, err := r.start(ctx, stdin, stderr)
		if err != nil {
			return err
		}
		r = next
	}
	return nil
}

// start opens the console, or asks where to go where the settings do not say, and
// returns what to go on with, nil for nothing. The password comes last: nothing is
// read from a pipe that is not going to be used.
func (r *run) start(ctx context.Context, stdin *os.File, stderr io.Writer) (*run, error) {
	l, err := r.flags.load()
	if err != nil {
		return nil, err
	}
	nowhere := l.Server == "" || r.connect
	if nowhere && checkTerminal() != nil {
		return nil, usage(noServerError(l))
	}
	log, end, err := openLog(ctx, l.Settings)
	if err != nil {
		return nil, err
	}
	defer end()
	if nowhere {
		return r.chooseServer(ctx, l, log)
	}
	c := console{l.Settings, l.Profile, l.IsSet("ascii"), log}
	client, err := c.client()
	if err != nil {
		return nil, usage(err)
	}
	if err := checkTerminal(); err != nil {
		return nil, err
	}
	for _, n := range l.Notices {
		tell(stderr, n)
	}
	if r.password.IsZero() && !r.expired {
		if err := r.findPassword(ctx, l, stdin, stderr); err != nil {
			return nil, err
		}
	}
	if file := lastProfileFile(); l.Profile != "" && file != "" {
		if err := config.RememberProfile(file, l.Profile); err != nil {
			tell(stderr, err.Error())
		}
	}
	next, err := c.open(ctx, client, auditFile(l.Settings), login{l.User, r.password, r.from, r.expired}, nil, r.flags.listProfiles)
	if err != nil || next == (ui.Next{}) {
		return nil, err
	}
	if term.IsTerminal(stdin.Fd()) {
		_ = discardTyped(stdin.Fd()) // it was meant for the console that was left
	}
	return &run{flags: r.flags.forProfile(next.Profile), lookupEnv: noEnv, connect: next.Connect}, nil
}

// noEnv is an environment in which there is no password: the one that is there
// was for the server of the start.
func noEnv(string) (string, bool) { return "", false }

// findPassword looks where the settings say. Without one it is asked for.
func (r *run) findPassword(ctx context.Context, l *config.Loaded, stdin *os.File, stderr io.Writer) error {
	var piped io.Reader = stdin
	if term.IsTerminal(stdin.Fd()) {
		piped = nil
	}
	sources := passwordSources(l.Settings, piped, r.lookupEnv)
	sources.Waiting = func() { tell(stderr, "waiting for the keyring; it may be asking you to unlock it") }
	found, err := sources.Find(ctx)
	if err != nil && l.PasswordFile != "" {
		return usage(err)
	}
	if err != nil {
		return err
	}
	tell(stderr, found.Notice)
	r.password, r.from = hdpclient.SecretOf(found.Password), found.From
	if found.Space != "" {
		r.from += ", and " + found.Space // for when it is refused
	}
	return nil
}

// passwordSources are those of the settings. The keyring knows passwords by their
// login: without one it is not asked.
func passwordSources(s config.Settings, stdin io.Reader, environ func(string) (string, bool)) config.PasswordSources {
	from := config.PasswordSources{File: s.PasswordFile, Stdin: stdin, LookupEnv: environ, Command: s.PasswordCommand}
	if s.Keyring && s.User != "" {
		from.Keyring = config.KeyringAccount(s.User, s.Server)
	}
	return from
}
