package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"hdpadmin/config"
	"hdpadmin/ui/profiles"
)

var errNoServer = errors.New(`which server? Give its address and your login:
    hdpadmin --server https://hdp.example.com:8443 --user jdoe
or try the console on a server of its own:
    hdpadmin demo`)

// noServer asks for one, and names the profiles where there are several.
func noServer(l *config.Loaded) error {
	if len(l.Profiles) == 0 || l.Profile != "" {
		return errNoServer
	}
	return fmt.Errorf("which server? %s has the profiles %s:\n    hdpadmin --profile %s\n"+
		"or try the console on a server of its own:\n    hdpadmin demo", l.File, strings.Join(l.Profiles, ", "), l.Profiles[0])
}

// with is what was given, and that.
func (g given) with(name, value string) given {
	g.flags = maps.Clone(g.flags)
	g.flags[name] = value
	return g
}

// onTo is what was given, for another profile.
func (g given) onTo(profile string) given {
	return given{flags: map[string]string{"profile": profile}, earlier: g.onLine()}
}

// onLine are the flags of the command line.
func (g given) onLine() map[string]string {
	if g.earlier != nil {
		return g.earlier
	}
	return g.flags
}

// profiles are those of the settings file as it is now, each as it would be used.
func (g given) profiles() ([]profiles.Profile, error) {
	l, err := g.load()
	if err != nil {
		return nil, err
	}
	var list []profiles.Profile
	for _, name := range l.Profiles {
		list = append(list, g.onTo(name).profile(name))
	}
	return list, nil
}

func (g given) profile(name string) profiles.Profile {
	p := profiles.Profile{Name: name}
	l, err := g.load()
	if err != nil {
		p.Problem = err.Error()
		return p
	}
	p.User, p.Accent, p.ReadOnly = l.User, l.Accent, l.ReadOnly
	if l.Server == "" {
		p.Problem = "it names no server"
		return p
	}
	client, err := console{Settings: l.Settings, log: slog.New(slog.DiscardHandler)}.client()
	if err != nil {
		p.Problem = err.Error()
		return p
	}
	p.Server = client.BaseURL().Host
	client.Close()
	return p
}

// proposed is a name for a new profile, from a server's, that none has yet.
func proposed(host string, taken []string) string {
	label, _, _ := strings.Cut(host, ".")
	if label == "" || strings.Trim(label, "0123456789:[]") == "" || config.CheckProfileName(label, nil) != nil {
		label = "server"
	}
	name := label
	for n := 2; slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, name) }); n++ {
		name = fmt.Sprintf("%s-%d", label, n)
	}
	return name
}
