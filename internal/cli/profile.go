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

var errNoServer = errors.New(`no server is set. Give its address and your user name:
    hdpadmin --server https://hdp.example.com:8443 --user jdoe
or try the built-in demo:
    hdpadmin demo`)

func noServerError(l *config.Loaded) error {
	if len(l.Profiles) == 0 || l.Profile != "" {
		return errNoServer
	}
	return fmt.Errorf("no server is set. Choose a profile from %s (%s):\n    hdpadmin --profile %s\n"+
		"or try the built-in demo:\n    hdpadmin demo", l.File, strings.Join(l.Profiles, ", "), l.Profiles[0])
}

// with returns a copy of the flags with one more.
func (f settingFlags) with(name, value string) settingFlags {
	f.values = maps.Clone(f.values)
	f.values[name] = value
	return f
}

// forProfile returns the flags for switching to another profile.
func (f settingFlags) forProfile(profile string) settingFlags {
	return settingFlags{process: f.process, values: map[string]string{"profile": profile}, earlier: f.fromCommandLine()}
}

// fromCommandLine returns the flags of the command line, even after a switch of profiles.
func (f settingFlags) fromCommandLine() map[string]string {
	if f.earlier != nil {
		return f.earlier
	}
	return f.values
}

// listProfiles reads the settings file again and checks each profile in it.
func (f settingFlags) listProfiles() ([]profiles.Profile, error) {
	l, err := f.load()
	if err != nil {
		return nil, err
	}
	var list []profiles.Profile
	for _, name := range l.Profiles {
		list = append(list, f.forProfile(name).describeProfile(name))
	}
	return list, nil
}

func (f settingFlags) describeProfile(name string) profiles.Profile {
	p := profiles.Profile{Name: name}
	l, err := f.load()
	if err != nil {
		p.Problem = err.Error()
		return p
	}
	p.User, p.Accent, p.ReadOnly = l.User, l.Accent, l.ReadOnly
	if l.Server == "" {
		p.Problem = "no server is set"
		return p
	}
	client, err := console{process: f.process, Settings: l.Settings, log: slog.New(slog.DiscardHandler)}.client()
	if err != nil {
		p.Problem = err.Error()
		return p
	}
	p.Server = client.BaseURL().Host
	client.Close()
	return p
}

// proposeName makes a free profile name from the server's host name.
func proposeName(host string, taken []string) string {
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
