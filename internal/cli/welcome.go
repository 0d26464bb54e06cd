package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/probe"
	"hdpadmin/ui"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/welcome"
)

// choose asks where to go, and returns what to go on with, nil for nothing.
func (s *session) choose(ctx context.Context, l *config.Loaded, log *slog.Logger) (*session, error) {
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	keys, err := ui.BindKeys(bindings(l.Keys)) //nolint:contextcheck // it is asked for keys alone, and does nothing
	if err != nil {
		return nil, err
	}
	if l.ReadOnly {
		keys = keys.ReadOnly()
	}
	at := newcomer{s.given, l, log}
	screen := welcome.New(asking, welcome.Options{
		Look: console{Settings: l.Settings, asciiSet: l.IsSet("ascii")}.look(os.Getenv), Keys: keys, Clock: clock.System(nil), Insecure: l.Insecure, Profiles: at.profiles(),
		Target: welcome.Target{Address: at.known(l.Server), User: at.known(l.User), CAFile: at.known(l.CAFile)}, Connect: s.connect,
		Probe: at.reach, CheckKeyring: at.keyring, ProposeName: at.propose, CheckName: at.checkName, Save: at.save,
	})
	if err := ui.Welcome(ctx, screen, log); err != nil {
		return nil, err
	}
	next := &session{given: s.given, environ: s.environ}
	switch r := screen.Result(); {
	case r.Demo:
		return nil, newDemo().run(ctx, s.given.onDemo())
	case r.ChangePassword: // no password that is found somewhere is tried
		next.given, next.environ, next.expired = s.given.to(*r.Target).with("password_file", ""), nothing, true
	case r.Target != nil: // with its profile, if it was saved
		next.given, next.password = s.given.to(*r.Target).with("profile", r.Profile), r.Target.Password
	case r.Profile != "":
		next.given = s.given.with("profile", r.Profile)
	default:
		return nil, nil
	}
	return next, nil
}

// newcomer is an operator on the way to a server that no profile is for yet.
type newcomer struct {
	given given
	*config.Loaded
	log *slog.Logger
}

// known is a value that a profile is not the source of: of the profile that was
// in use before, nothing is known of another server.
func (n newcomer) known(value string) string {
	if n.Profile != "" {
		return ""
	}
	return value
}

func (n newcomer) profiles() []welcome.Profile {
	var list []welcome.Profile
	for _, name := range n.Profiles {
		p := n.given.with("profile", name).profile(name)
		note := p.Server
		if p.User != "" && note != "" {
			note = p.User + " at " + note
		}
		if p.Problem != "" {
			note = p.Problem
		}
		list = append(list, welcome.Profile{Name: name, Note: hdpclient.TextOf(note).String(), Accent: p.Accent})
	}
	return list
}

// to is what was given, with a server as it was typed, and without any profile.
func (g given) to(t welcome.Target) given {
	ca := t.CAFile
	if rest, atHome := strings.CutPrefix(ca, "~/"); atHome {
		if home, err := os.UserHomeDir(); err == nil {
			ca = filepath.Join(home, rest)
		}
	}
	return g.with("profile", "").with("server", t.Address).with("user", t.User).with("ca_file", absolute(ca))
}

// absolute is a path that means the same in the settings file.
func absolute(path string) string {
	if path == "" {
		return ""
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// onDemo is what was given as far as the demo takes it.
func (g given) onDemo() given {
	kept := map[string]string{}
	for _, name := range ofConsole() {
		if value, is := g.onLine()[name]; is {
			kept[name] = value
		}
	}
	return given{flags: kept}
}

func (n newcomer) load(t welcome.Target) (*config.Loaded, error) {
	l, err := n.given.to(t).load()
	var wrong config.Problems
	if errors.As(err, &wrong) {
		var what []string
		for _, p := range wrong { // it was typed into a field, and not after a flag
			what = append(what, p.What)
		}
		err := errors.New(strings.Join(what, "; "))
		fields := map[string]welcome.Field{"--server": welcome.Address, "--user": welcome.User, "--ca-file": welcome.CAFile}
		if field, is := fields[wrong[0].Where]; is {
			err = &welcome.FieldError{Field: field, Err: err}
		}
		return nil, err
	}
	return l, err
}

func (n newcomer) reach(t welcome.Target) ([]probe.Step, func(), error) {
	l, err := n.load(t)
	if err != nil {
		return nil, nil, err
	}
	client, err := console{Settings: l.Settings, log: n.log}.client()
	switch {
	case errors.Is(err, hdpclient.ErrRootCAs):
		// The field says already what kind of file it is.
		why := errors.New(strings.TrimPrefix(cause(err).Error(), hdpclient.ErrRootCAs.Error()+": "))
		return nil, nil, &welcome.FieldError{Field: welcome.CAFile, Err: why}
	case err != nil:
		return nil, nil, err
	}
	steps := probe.Steps(client, hdpclient.Credentials{User: t.User, Password: t.Password})
	return steps, func() { client.ClearCredentials(); client.Close() }, nil
}

// cause is what the system said of a file, without the call that it was asked by.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w", at.Path, at.Err)
	}
	return err
}

// keyring reports whether there is one that answers.
func (n newcomer) keyring(ctx context.Context, t welcome.Target) error {
	l, err := n.load(t)
	if err != nil {
		return err
	}
	if _, err := config.InKeyring(ctx, config.Account(l.User, l.Server)); !errors.Is(err, config.ErrNotInKeyring) {
		return err
	}
	return nil
}

func (n newcomer) propose(t welcome.Target) string {
	l, err := n.load(t)
	if err != nil {
		return ""
	}
	u, err := url.Parse(l.Server)
	if err != nil {
		return ""
	}
	return proposed(u.Hostname(), n.Profiles)
}

func (n newcomer) checkName(name string) string {
	if err := config.CheckProfileName(name, n.Profiles); err != nil {
		return err.Error()
	}
	return ""
}

// save writes the profile, with what the connection was made with. The keyring
// comes first: a profile that counts on it must not be there without.
func (n newcomer) save(ctx context.Context, t welcome.Target, name string, keyring bool) error {
	l, err := n.load(t)
	if err != nil {
		return err
	}
	s := config.Defaults()
	s.Server, s.User, s.CAFile, s.Keyring = l.Server, l.User, l.CAFile, keyring
	s.ClientCert, s.ServerName, s.AllowHTTP = absolute(l.ClientCert), l.ServerName, l.AllowHTTP
	if l.ClientKey != l.ClientCert {
		s.ClientKey = absolute(l.ClientKey)
	}
	account := config.Account(l.User, l.Server)
	if keyring {
		if err := config.PutInKeyring(ctx, account, t.Password.Reveal()); err != nil {
			return err
		}
	}
	home, _ := os.UserHomeDir() // without one, ~ is a folder of that name
	if err := config.AddProfile(l.File, home, name, s); err != nil {
		if keyring {
			err = errors.Join(err, config.RemoveFromKeyring(ctx, account))
		}
		return err
	}
	return nil
}
