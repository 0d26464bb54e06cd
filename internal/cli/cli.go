// Package cli is the command line: it turns arguments, environment and files into
// settings, and settings into a wired console. Here and in main alone the process
// is looked at; every other package is handed what it needs of it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

// The exit codes, beside those of signals.
const (
	ok     = 0
	failed = 1
	misuse = 2
)

// Main runs the command line args, without the program's name, and returns the
// exit code.
func Main(ctx context.Context, args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	err := fang.Execute(ctx, root, fang.WithVersion(version()), fang.WithoutManpage())
	return exitCode(err)
}

// exitCode tells a shell how it went: what a signal ended, what was called
// wrongly, what went wrong.
func exitCode(err error) int {
	var signalled interface{ ExitCode() int }
	var usage usageError
	switch {
	case err == nil:
		return ok
	case errors.As(err, &signalled):
		return signalled.ExitCode()
	case errors.As(err, &usage):
		return misuse
	}
	return failed
}

// usageError is a mistake in the arguments or settings.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

func rootCommand() *cobra.Command {
	var f consoleFlags
	root := &cobra.Command{
		Use:   "hdpadmin",
		Short: "Look after the accounts of a Hybrid Data Pipeline server",
		Long: "hdpadmin is a terminal console for the accounts of a Progress DataDirect Hybrid Data Pipeline server:\n" +
			"find a user, see why the user cannot sign in, and put it right.",
		Example: "# try it: a server of its own, nothing to set up\nhdpadmin demo\n\n" +
			"# your server; the password is asked for\nhdpadmin --server https://hdp.example.com:8443 --user jdoe",
		Args:          func(c *cobra.Command, args []string) error { return usage(cobra.NoArgs(c, args)) },
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, _ []string) error { return f.run(c.Context(), os.Stdin) },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	f.server(root.Flags())
	f.look(root.PersistentFlags())
	root.AddCommand(demoCommand(&f), versionCommand())
	return root
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: func(c *cobra.Command, args []string) error { return usage(cobra.NoArgs(c, args)) },
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "hdpadmin", version())
			return err
		},
	}
}

// version is the module's version as the build recorded it.
func version() string {
	info, known := debug.ReadBuildInfo()
	if !known || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
