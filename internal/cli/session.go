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

// session is one console on one server. Of one, nothing goes into the next.
type session struct {
	given    given
	environ  func(string) (string, bool) // where the password may be
	password hdpclient.Secret            // if it has just been typed, and accepted
	from     string                      // where the password is from, "" if it was typed
	connect  bool                        // to a server that no profile is for yet
	expired  bool                        // the password is to be changed before there is a login
}

// runConsole opens the console on the server of the settings, and on every other
// that the operator goes on to.
func runConsole(ctx context.Context, g given, stdin *os.File, stderr io.Writer) error {
	for s := (&session{given: g, environ: os.LookupEnv}); s != nil; {
		next, err := s.run(ctx, stdin, stderr)
		if err != nil {
			return err
		}
		s = next
	}
	return nil
}

// run opens the console, or asks where to go where the settings do not say, and
// returns what to go on with, nil for nothing. The password comes last: nothing is
// read from a pipe that is not going to be used.
func (s *session) run(ctx context.Context, stdin *os.File, stderr io.Writer) (*session, error) {
	l, err := s.given.load()
	if err != nil {
		return nil, err
	}
	nowhere := l.Server == "" || s.connect
	if nowhere && checkTerminal() != nil {
		return nil, usage(noServer(l))
	}
	log, end, err := openLog(ctx, l.Settings)
	if err != nil {
		return nil, err
	}
	defer end()
	if nowhere {
		return s.choose(ctx, l, log)
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
	if s.password.IsZero() && !s.expired {
		if err := s.findPassword(ctx, l, stdin, stderr); err != nil {
			return nil, err
		}
	}
	if file := lastProfile(); l.Profile != "" && file != "" {
		if err := config.RememberProfile(file, l.Profile); err != nil {
			tell(stderr, err.Error())
		}
	}
	next, err := c.open(ctx, client, recordFile(l.Settings), login{l.User, s.password, s.from, s.expired}, nil, s.given.profiles)
	if err != nil || next == (ui.Next{}) {
		return nil, err
	}
	if term.IsTerminal(stdin.Fd()) {
		_ = discardTyped(stdin.Fd()) // it was meant for the console that was left
	}
	return &session{given: s.given.onTo(next.Profile), environ: nothing, connect: next.Connect}, nil
}

// nothing is an environment in which there is no password: the one that is there
// was for the server of the start.
func nothing(string) (string, bool) { return "", false }

// findPassword looks where the settings say. Without one it is asked for.
func (s *session) findPassword(ctx context.Context, l *config.Loaded, stdin *os.File, stderr io.Writer) error {
	var piped io.Reader = stdin
	if term.IsTerminal(stdin.Fd()) {
		piped = nil
	}
	sources := passwordSources(l.Settings, piped, s.environ)
	sources.Waiting = func() { tell(stderr, "waiting for the keyring, which may have asked you to unlock it") }
	found, err := sources.Find(ctx)
	if err != nil && l.PasswordFile != "" {
		return usage(err)
	}
	if err != nil {
		return err
	}
	tell(stderr, found.Notice)
	s.password, s.from = hdpclient.SecretOf(found.Password), found.From
	if found.Space != "" {
		s.from += ", and " + found.Space // for when it is refused
	}
	return nil
}

// passwordSources are those of the settings. The keyring knows passwords by their
// login: without one it is not asked.
func passwordSources(s config.Settings, stdin io.Reader, environ func(string) (string, bool)) config.PasswordSources {
	from := config.PasswordSources{File: s.PasswordFile, Stdin: stdin, Environ: environ, Command: s.PasswordCommand}
	if s.Keyring && s.User != "" {
		from.Keyring = config.Account(s.User, s.Server)
	}
	return from
}
