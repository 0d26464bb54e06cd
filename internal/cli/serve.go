package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"hdpadmin/internal/change"
	"hdpadmin/internal/serve/setup"
)

func serveCommand(f settingFlags) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "Let a team sign in with SSH",
		Long: "serve runs an SSH service on this host. Operators need only ssh: ssh HOST opens the\n" +
			"console, and ssh -t HOST unlock alice.smith runs a command. They get no shell and\n" +
			"no access to this host's files.\n\n" +
			"The configuration says where to listen and which HDP server to use. The\n" +
			"operators file says who may sign in, with which keys, and what they may do.\n" +
			"The service reads it again when it changes, and on SIGHUP. On SIGTERM, the service\n" +
			"starts nothing new, waits for the changes already sent, and exits.",
		Example: "  hdpadmin serve init\n  hdpadmin serve check\n  hdpadmin serve",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			for name := range f.values {
				return usage(fmt.Errorf("serve does not take --%s: set %s in the configuration of the service", flagName(name), name))
			}
			path, folders, err := o.file(f.process)
			if err != nil {
				return err
			}
			return f.runService(c.Context(), path, folders)
		},
	}
	o.addTo(c)
	c.AddCommand(serveInitCommand(f), serveCheckCommand(f), serveSessionsCommand(f), serveUnitCommand(f))
	return c
}

// serveOptions are the flags of serve and its subcommands.
type serveOptions struct {
	config string // "" for the default
}

func (o *serveOptions) addTo(c *cobra.Command) {
	c.Flags().StringVar(&o.config, "config", "", "configuration `file` of the service, instead of serve.toml next to the settings file")
}

// file returns the path of serve.toml and the folders of what it does not name. The path is absolute:
// other paths are relative to it.
func (o *serveOptions) file(p *process) (string, setup.Folders, error) {
	path := o.config
	if path == "" && p.paths.settings != "" {
		path = filepath.Join(filepath.Dir(p.paths.settings), "serve.toml")
	}
	if path == "" {
		return "", setup.Folders{}, usage(errors.New("no home folder found for serve.toml: set HOME, or use --config"))
	}
	path, err := filepath.Abs(path)
	state := ""
	if p.paths.auditLog != "" {
		state = filepath.Dir(p.paths.auditLog)
	}
	return path, setup.FoldersOf(path, state, p.home), err
}

// servedVerbs returns every verb that the operators file may allow: the console, the commands of a
// session, and the changes of the console.
func servedVerbs(p *process) []string {
	session := *p
	session.served = &served{}
	verbs := []string{consoleVerb}
	for _, c := range rootCommand(&session).Commands() {
		if c.IsAvailableCommand() && c.Name() != "version" {
			verbs = append(verbs, c.Name())
		}
	}
	for _, v := range change.Verbs() {
		if !slices.Contains(verbs, string(v)) {
			verbs = append(verbs, string(v))
		}
	}
	return verbs
}
