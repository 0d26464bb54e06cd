package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/probe"
	"hdpadmin/ui"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/terminal"
	"hdpadmin/ui/welcome"
)

// chooseServer shows the welcome screen. It returns the next run, or nil if the operator
// quit.
func (r *run) chooseServer(ctx context.Context, l *config.Loaded, log *slog.Logger) (*run, error) {
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	keys, err := ui.BindKeys(bindings(l.Keys)) //nolint:contextcheck // it only returns keys and runs nothing
	if err != nil {
		return nil, err
	}
	if l.ReadOnly {
		keys = keys.ReadOnly()
	}
	c := connector{r.flags, l, log}
	screen := welcome.New(asking, welcome.Options{
		ThemeFor: console{Settings: l.Settings, asciiSet: l.IsSet("ascii")}.themeChooser(r.flags.getenv), Keys: keys, Clock: clock.System(nil), Insecure: l.Insecure, InMultiplexer: isMultiplexed(r.flags.getenv), Profiles: c.listProfiles(),
		Target: welcome.Target{Address: c.unlessFromProfile(l.Server), User: c.unlessFromProfile(l.User), CAFile: c.unlessFromProfile(l.CAFile)}, Connect: r.connect,
		Probe: c.probeSteps, CheckKeyring: c.checkKeyring, ProposeName: c.proposeName, CheckName: c.checkName, Save: c.save,
	})
	if err := terminal.Run(ctx, screen, terminal.Options{Log: log}); err != nil {
		return nil, err
	}
	next := &run{flags: r.flags, lookupEnv: r.lookupEnv}
	switch result := screen.Result(); {
	case result.Demo:
		return nil, defaultDemo().run(ctx, r.flags.forDemo())
	case result.ChangePassword: // do not try a password from any source
		next.flags, next.lookupEnv, next.expired = r.flags.forTarget(*result.Target).with("password_file", ""), noEnv, true
	case result.Target != nil: // with its profile, if one was saved
		next.flags, next.password = r.flags.forTarget(*result.Target).with("profile", result.Profile), result.Target.Password
	case result.Profile != "":
		next.flags = r.flags.with("profile", result.Profile)
	default:
		return nil, nil
	}
	return next, nil
}

// connector serves the welcome screen, which connects to servers that have no profile yet.
type connector struct {
	flags settingFlags
	*config.Loaded
	log *slog.Logger
}

// unlessFromProfile drops a value of the profile in use, which says nothing about another
// server.
func (c connector) unlessFromProfile(value string) string {
	if c.Profile != "" {
		return ""
	}
	return value
}

func (c connector) listProfiles() []welcome.Profile {
	var list []welcome.Profile
	for _, name := range c.Profiles {
		p := c.flags.with("profile", name).describeProfile(name)
		note := p.Server
		if p.User != "" && note != "" {
			note = p.User + " at " + note
		}
		if p.Problem != "" {
			note = p.Problem
		}
		list = append(list, welcome.Profile{Name: name, Note: hdpclient.Clean(note), Accent: p.Accent})
	}
	return list
}

// forTarget returns the flags for a server that was typed in, without a profile.
func (f settingFlags) forTarget(t welcome.Target) settingFlags {
	ca := t.CAFile
	if rest, atHome := strings.CutPrefix(ca, "~/"); atHome {
		if f.home != "" {
			ca = filepath.Join(f.home, rest)
		}
	}
	return f.with("profile", "").with("server", t.Address).with("user", t.User).with("ca_file", toAbsolute(ca))
}

// toAbsolute makes a path valid in the settings file, where paths are relative to the file.
func toAbsolute(path string) string {
	if path == "" {
		return ""
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// forDemo returns the flags that the demo accepts.
func (f settingFlags) forDemo() settingFlags {
	kept := map[string]string{}
	for _, name := range consoleSettings() {
		if value, is := f.fromCommandLine()[name]; is {
			kept[name] = value
		}
	}
	return settingFlags{process: f.process, values: kept}
}

func (c connector) load(t welcome.Target) (*config.Loaded, error) {
	l, err := c.flags.forTarget(t).load()
	var wrong config.Problems
	if errors.As(err, &wrong) {
		var what []string
		for _, p := range wrong { // omit Where: the value was typed into a field and is not a flag's
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

func (c connector) probeSteps(t welcome.Target) ([]probe.Step, func(), error) {
	l, err := c.load(t)
	if err != nil {
		return nil, nil, err
	}
	client, err := console{process: c.flags.process, Settings: l.Settings, log: c.log}.client()
	switch {
	case errors.Is(err, hdpclient.ErrRootCAs):
		// The field already says what kind of file it is.
		why := errors.New(strings.TrimPrefix(fileCause(err).Error(), hdpclient.ErrRootCAs.Error()+": "))
		return nil, nil, &welcome.FieldError{Field: welcome.CAFile, Err: why}
	case err != nil:
		return nil, nil, err
	}
	steps := probe.Steps(client, hdpclient.Credentials{User: t.User, Password: t.Password})
	return steps, func() { client.ClearCredentials(); client.Close() }, nil
}

// fileCause drops the name of the system call from a file error.
func fileCause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w", at.Path, at.Err)
	}
	return err
}

// checkKeyring returns nil if the keyring works, with or without a password for the login.
func (c connector) checkKeyring(ctx context.Context, t welcome.Target) error {
	l, err := c.load(t)
	if err != nil {
		return err
	}
	if _, err := config.GetFromKeyring(ctx, config.KeyringAccount(l.User, l.Server)); !errors.Is(err, config.ErrNotInKeyring) {
		return err
	}
	return nil
}

func (c connector) proposeName(t welcome.Target) string {
	l, err := c.load(t)
	if err != nil {
		return ""
	}
	u, err := url.Parse(l.Server)
	if err != nil {
		return ""
	}
	return proposeName(u.Hostname(), c.Profiles)
}

func (c connector) checkName(name string) string {
	if err := config.CheckProfileName(name, c.Profiles); err != nil {
		return err.Error()
	}
	return ""
}

// save writes the profile with the settings of the connection. It saves the password first:
// a profile with keyring = true must not exist without it.
func (c connector) save(ctx context.Context, t welcome.Target, name string, keyring bool) error {
	l, err := c.load(t)
	if err != nil {
		return err
	}
	s := config.Defaults()
	s.Server, s.User, s.CAFile, s.Keyring = l.Server, l.User, l.CAFile, keyring
	s.ClientCert, s.ServerName, s.AllowHTTP = toAbsolute(l.ClientCert), l.ServerName, l.AllowHTTP
	if l.ClientKey != l.ClientCert {
		s.ClientKey = toAbsolute(l.ClientKey)
	}
	account := config.KeyringAccount(l.User, l.Server)
	if keyring {
		if err := config.PutInKeyring(ctx, account, t.Password.Reveal()); err != nil {
			return err
		}
	}
	if err := config.AddProfile(l.File, c.flags.home, name, s); err != nil {
		if keyring {
			err = errors.Join(err, config.RemoveFromKeyring(ctx, account))
		}
		return err
	}
	return nil
}
