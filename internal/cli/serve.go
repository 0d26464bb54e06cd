package cli

import (
	"errors"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"hdpadmin/internal/change"
	"hdpadmin/internal/serve/setup"
)

func serveCommand(f settingFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Set up the SSH service for a team",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("serve needs a subcommand: init, check, sessions or unit"))
		},
	}
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
