package cli

import (
	"maps"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/ui"
	"hdpadmin/ui/action"
)

// given are flags of settings, by the names of their settings.
type given struct {
	flags   map[string]string
	earlier map[string]string // those of the command line, once the operator has gone on from its profile
}

// add adds the flags of these settings.
func (g given) add(flags *pflag.FlagSet, names ...string) {
	for _, s := range config.All() {
		if !slices.Contains(names, s.Name) {
			continue
		}
		f := flags.VarPF(&flagValue{g, s}, s.Flag(), "", s.Use)
		f.DefValue = s.Default
		if s.Kind == config.Switch {
			f.NoOptDefVal, f.DefValue = "true", "false"
		}
	}
}

// flagValue keeps what was typed. It is judged later, together with everything
// else that is set.
type flagValue struct {
	given   given
	setting config.Setting
}

// String is what was typed. pflag calls it on a zero value, too.
func (v *flagValue) String() string { return v.given.flags[v.setting.Name] }

// Set keeps it.
func (v *flagValue) Set(text string) error {
	v.given.flags[v.setting.Name] = text
	return nil
}

// Type is what pflag calls it.
func (v *flagValue) Type() string {
	if v.setting.Kind == config.Switch {
		return "bool"
	}
	return "setting"
}

// load puts together what was given with the environment and the settings file.
func (g given) load() (*config.Loaded, error) {
	home, _ := os.UserHomeDir() // without one, ~ is a folder of that name
	l, err := config.Load(config.Sources{
		Flags: g.flags, Earlier: g.earlier, Environ: os.Environ(), DefaultFile: settingsFile(), Home: home,
		LastUsed: config.LastUsed(lastProfile()), WrongKeys: wrongKeys,
	})
	if err == nil && recordFile(l.Settings) == "" {
		err = errHomeless
	}
	return l, usage(err)
}

// wrongKeys asks the console what is wrong with the keys that it is to have.
func wrongKeys(keys []config.Binding) map[string]string {
	said := map[string]string{}
	for _, w := range ui.CheckKeys(bindings(keys)) {
		if said[string(w.ID)] == "" {
			said[string(w.ID)] = w.Text + config.Meant(w.Name, w.Known)
		}
	}
	return said
}

func bindings(keys []config.Binding) []action.Binding {
	bound := make([]action.Binding, len(keys))
	for i, k := range keys {
		bound[i] = action.Binding{ID: action.ID(k.Action), Keys: k.Keys}
	}
	return bound
}

// loadAlone leaves the environment and the settings file out.
func (g given) loadAlone() (*config.Loaded, error) {
	alone := maps.Clone(g.flags)
	for _, name := range ofSettings() {
		delete(alone, name)
	}
	l, err := config.Load(config.Sources{Flags: alone})
	return l, usage(err)
}

// The settings that commands take as flags. The file of the record, the settings
// file and the profile are flags of all of them.
func ofEveryCommand() []string { return append(ofSettings(), "audit_file") }

func ofSettings() []string { return []string{"config", "profile"} }

// ofConsole are all the others.
func ofConsole() []string {
	var names []string
	for _, s := range config.All() {
		if s.Flag() != "" && !slices.Contains(slices.Concat(ofEveryCommand(), ofServer()), s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}

func ofServer() []string {
	return []string{
		"server", "user", "ca_file", "client_cert", "client_key", "server_name", "allow_http", "insecure",
		"password_file", "keyring",
	}
}
