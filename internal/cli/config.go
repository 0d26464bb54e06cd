package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"hdpadmin/config"
)

func configCommand(f settingFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Show the settings or create a settings file",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("config needs a subcommand: show, init or path"))
		},
	}
	c.AddCommand(
		configShowCommand(f),
		&cobra.Command{
			Use: "init", Short: "Create a settings file that explains every setting and sets none", Args: noArgs,
			RunE: func(c *cobra.Command, _ []string) error {
				file, err := f.settingsFile()
				if err == nil {
					err = config.Create(file)
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(c.OutOrStdout(), "Created", file)
				return err
			},
		},
		&cobra.Command{
			Use: "path", Short: "Print the path of the settings file", Args: noArgs,
			RunE: func(c *cobra.Command, _ []string) error {
				file, err := f.settingsFile()
				if err == nil {
					_, err = fmt.Fprintln(c.OutOrStdout(), file)
				}
				return err
			},
		},
	)
	return c
}

func configShowCommand(f settingFlags) *cobra.Command {
	origins := false
	c := &cobra.Command{
		Use:   "show",
		Short: "Print the settings in use, without secrets",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := f.load()
			if err != nil {
				return err
			}
			for _, n := range l.Notices {
				tell(c.ErrOrStderr(), n)
			}
			if err := l.Show(c.OutOrStdout(), origins); err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), "# password:", passwordSources(l.Settings, nil, f.lookupEnv))
			return err
		},
	}
	c.Flags().BoolVar(&origins, "origin", false, "also print where each value comes from: flag, variable, line of the file, or default")
	f.addAllTo(c.Flags())
	return c
}

// settingsFile does not read the file, which may be missing or wrong.
func (f settingFlags) settingsFile() (string, error) {
	file := config.Sources{Flags: f.values, Environ: f.environ, DefaultFile: f.paths.settings}.File()
	if file == "" {
		return "", usage(errors.New("no home folder found for the settings file: set HOME, or use --config"))
	}
	return file, nil
}
