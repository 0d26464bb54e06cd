package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/ui"
	"hdpadmin/ui/action"
)

// settingFlags holds the flags that were given, by the names of their settings.
type settingFlags struct {
	*process
	values  map[string]string
	earlier map[string]string // the command line's flags, after the operator has switched profiles

	// The flags of all settings. Commands share them: to make them for each of some 35 commands took
	// longer than anything else at startup.
	shown, hidden *pflag.FlagSet
}

// newSettingFlags returns the flags of a command line.
func newSettingFlags(p *process) settingFlags {
	f := settingFlags{process: p, values: map[string]string{}, shown: new(pflag.FlagSet), hidden: new(pflag.FlagSet)}
	for _, s := range config.All() {
		if s.Flag() == "" {
			continue
		}
		shown := f.shown.VarPF(&flagValue{f.values, s}, s.Flag(), "", s.Use)
		shown.DefValue = s.Default
		shown.Hidden = p.served != nil && !p.served.mayGive(s)
		if s.Kind == config.Switch {
			shown.NoOptDefVal, shown.DefValue = "true", "false"
		}
		hidden := *shown
		hidden.Hidden = true
		f.hidden.AddFlag(&hidden)
	}
	return f
}

// addTo adds the flags of these settings to those of a command.
func (f settingFlags) addTo(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		flags.AddFlag(f.shown.Lookup(flagName(name)))
	}
}

// addAllTo adds the flags of all settings, besides those that every command has and the ones named.
func (f settingFlags) addAllTo(flags *pflag.FlagSet, besides ...string) {
	besides = append(globalSettings(), besides...)
	f.shown.VisitAll(func(flag *pflag.Flag) {
		if !slices.Contains(besides, strings.ReplaceAll(flag.Name, "-", "_")) {
			flags.AddFlag(flag)
		}
	})
}

// addForChangesTo is like addAllTo, for a command that changes accounts: its --confirm takes a name, so the
// setting comes only from the file or the environment.
func (f settingFlags) addForChangesTo(flags *pflag.FlagSet) { f.addAllTo(flags, "confirm") }

func flagName(setting string) string { return strings.ReplaceAll(setting, "_", "-") }

// acceptSettings makes every command below c accept all settings as flags, so that an alias such as
// hdpadmin --profile prod works with each of them. A flag that the command has no use for is hidden.
func (f settingFlags) acceptSettings(c *cobra.Command) {
	for _, below := range c.Commands() {
		f.hidden.VisitAll(func(flag *pflag.Flag) {
			if below.Flag(flag.Name) == nil {
				below.Flags().AddFlag(flag)
			}
		})
		f.acceptSettings(below)
	}
}

// flagValue stores the text of a flag. It is checked later, together with all other
// settings.
type flagValue struct {
	values  map[string]string
	setting config.Setting
}

// String returns the text. pflag also calls it on a zero value.
func (v *flagValue) String() string { return v.values[v.setting.Name] }

// Set stores the text.
func (v *flagValue) Set(text string) error {
	v.values[v.setting.Name] = text
	return nil
}

// Type returns the name of the type for pflag.
func (v *flagValue) Type() string {
	if v.setting.Kind == config.Switch {
		return "bool"
	}
	return "setting"
}

// load combines the flags with the environment and the settings file.
func (f settingFlags) load() (*config.Loaded, error) {
	if f.served != nil {
		return f.served.load(f.values)
	}
	l, err := config.Load(config.Sources{
		Flags: f.values, Earlier: f.earlier, Environ: f.environ, DefaultFile: f.paths.settings, Home: f.home,
		LastProfile: config.LastProfile(f.paths.lastProfile), WrongKeys: checkKeys, CurrentAction: currentAction,
	})
	switch {
	case err == nil && f.auditFile(l.Settings) == "":
		err = errNoHome
	case err == nil && l.Server != "":
		err = hdpclient.CheckAddress(l.Server)
	}
	return l, usage(err)
}

// namesAuditFile reports whether the command line names the audit log. A log that does not exist is
// then a typing error, and not a log without entries.
func (f settingFlags) namesAuditFile() bool { return f.values["audit_file"] != "" }

func checkKeys(keys []config.Binding) map[string][]string {
	wrong := map[string][]string{}
	for _, w := range ui.CheckKeys(bindings(keys)) {
		wrong[string(w.ID)] = append(wrong[string(w.ID)], w.Text+config.Suggest(w.Name, w.Known))
	}
	return wrong
}

func currentAction(name string) string { return string(ui.CurrentName(action.ID(name))) }

func bindings(keys []config.Binding) []action.Binding {
	bound := make([]action.Binding, len(keys))
	for i, k := range keys {
		bound[i] = action.Binding{ID: action.ID(k.Action), Keys: k.Keys}
	}
	return bound
}

// loadForDemo ignores the environment, the settings file, and the flags that are about another server.
func (f settingFlags) loadForDemo() (*config.Loaded, error) {
	own := maps.Clone(f.values)
	for _, name := range notForDemo() {
		delete(own, name)
	}
	l, err := config.Load(config.Sources{Flags: own})
	return l, usage(err)
}

// globalSettings returns the settings that are flags of every command.
func globalSettings() []string { return append(selectingSettings(), "audit_file") }

func selectingSettings() []string { return []string{"config", "profile"} }

// notForDemo returns the settings that the demo ignores.
func notForDemo() []string { return append(selectingSettings(), serverSettings()...) }

// consoleSettings returns all settings that are neither global nor about the server.
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
