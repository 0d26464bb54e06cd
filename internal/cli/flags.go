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

// settingFlags are flags of settings, by the names of their settings.
type settingFlags struct {
	values  map[string]string
	earlier map[string]string // those of the command line, once the operator has gone on from its profile
}

// addTo adds the flags of these settings.
func (f settingFlags) addTo(flags *pflag.FlagSet, names ...string) {
	for _, s := range config.All() {
		if !slices.Contains(names, s.Name) {
			continue
		}
		added := flags.VarPF(&flagValue{f, s}, s.Flag(), "", s.Use)
		added.DefValue = s.Default
		if s.Kind == config.Switch {
			added.NoOptDefVal, added.DefValue = "true", "false"
		}
	}
}

// flagValue keeps what was typed. It is judged later, together with everything
// else that is set.
type flagValue struct {
	flags   settingFlags
	setting config.Setting
}

// String is what was typed. pflag calls it on a zero value, too.
func (v *flagValue) String() string { return v.flags.values[v.setting.Name] }

// Set keeps it.
func (v *flagValue) Set(text string) error {
	v.flags.values[v.setting.Name] = text
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
func (f settingFlags) load() (*config.Loaded, error) {
	home, _ := os.UserHomeDir() // without one, ~ is a folder of that name
	l, err := config.Load(config.Sources{
		Flags: f.values, Earlier: f.earlier, Environ: os.Environ(), DefaultFile: defaultSettingsFile(), Home: home,
		LastProfile: config.LastProfile(lastProfileFile()), WrongKeys: checkKeys, CurrentAction: currentAction,
	})
	if err == nil && auditFile(l.Settings) == "" {
		err = errNoHome
	}
	return l, usage(err)
}

// checkKeys asks the console what is wrong with the keys that it is to have.
func checkKeys(keys []config.Binding) map[string]string {
	said := map[string]string{}
	for _, w := range ui.CheckKeys(bindings(keys)) {
		if said[string(w.ID)] == "" {
			said[string(w.ID)] = w.Text + config.Suggest(w.Name, w.Known)
		}
	}
	return said
}

func currentAction(name string) string { return string(ui.CurrentName(action.ID(name))) }

func bindings(keys []config.Binding) []action.Binding {
	bound := make([]action.Binding, len(keys))
	for i, k := range keys {
		bound[i] = action.Binding{ID: action.ID(k.Action), Keys: k.Keys}
	}
	return bound
}

// loadForDemo leaves the environment and the settings file out.
func (f settingFlags) loadForDemo() (*config.Loaded, error) {
	alone := maps.Clone(f.values)
	for _, name := range selectingSettings() {
		delete(alone, name)
	}
	l, err := config.Load(config.Sources{Flags: alone})
	return l, usage(err)
}

// The settings that commands take as flags. The file of the record, the settings
// file and the profile are flags of all of them.
func globalSettings() []string { return append(selectingSettings(), "audit_file") }

func selectingSettings() []string { return []string{"config", "profile"} }

// consoleSettings are all the others.
func consoleSettings() []string {
	var names []string
	for _, s := range config.All() {
		if s.Flag() != "" && !slices.Contains(slices.Concat(globalSettings(), serverSettings()), s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}

func serverSettings() []string {
	return []string{
		"server", "user", "ca_file", "client_cert", "client_key", "server_name", "allow_http", "insecure",
		"password_file", "keyring",
	}
}
