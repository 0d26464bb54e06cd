// Package cli implements the commands: it turns arguments, environment and files into
// settings, and settings into a running console. Only main, process.go and ui/terminal use
// the process (os, signals); everything else gets what it needs passed in.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
)

// Main runs the command line args, which exclude the program's name, and returns the
// exit code. It prints an error to standard error exactly once.
func Main(ctx context.Context, args []string) int {
	setHome(user.Current)
	p := thisProcess()
	return p.report(p.execute(ctx, args))
}

func (p *process) execute(ctx context.Context, args []string) error {
	out := &checkedWriter{to: p.stdout}
	root := rootCommand(p.withOutput(out, p.stderr), args...) //nolint:contextcheck // cobra passes the context to the command
	if p.served != nil && len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		args = []string{"completion"} // cobra would complete
	}
	root.SetArgs(append([]string{}, args...)) // for nil, cobra would take those of the process
	running := false
	root.PersistentPreRunE = func(c *cobra.Command, words []string) error {
		running = true
		if p.served == nil {
			return nil
		}
		err := p.served.refuses(c, words)
		if asksForJSON(args) {
			err = p.inJSON(err)
		}
		return err
	}
	c, err := root.ExecuteContextC(ctx)
	if out.err != nil && (err == nil || !running) {
		return out.err
	}
	if err != nil && !running { // an error of cobra's: wrong arguments
		if asksForJSON(args) {
			return p.inJSON(usage(err))
		}
		return usage(fmt.Errorf("%w\nRun %s for usage", err, howToHelp(c)))
	}
	return err
}

// howToHelp returns the command line that prints the help of c. "ssh HOST --help" is not one, since ssh
// takes the flag for its own.
func howToHelp(c *cobra.Command) string {
	if root := c.Root(); root.DisplayName() == servedName && (c == root || c.Hidden) {
		return servedName + " help"
	}
	return c.CommandPath() + " --help"
}

// toPrintable makes text safe for a terminal and keeps its line breaks and tabs.
func toPrintable(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		parts := strings.Split(line, "\t")
		for j, part := range parts {
			parts[j] = hdpclient.Clean(part)
		}
		lines[i] = strings.Join(parts, "\t")
	}
	return strings.Join(lines, "\n")
}

// checkedWriter remembers a failed write, because cobra ignores write errors when it
// prints help.
type checkedWriter struct {
	to  io.Writer
	err error
}

func (o *checkedWriter) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		err = errPipeClosed
	}
	if err != nil {
		o.err = err
	}
	return n, err
}

// errPipeClosed says that nobody reads standard output any more, as after | head. The command ends
// quietly, as if by SIGPIPE.
const errPipeClosed = silentError(128 + int(syscall.SIGPIPE))

func (p *process) report(err error) int {
	if err != nil && err.Error() != "" {
		_, _ = fmt.Fprintln(p.stderr, "hdpadmin:", p.inSession(toPrintable(err.Error())))
	}
	return exitCode(err)
}

// rootCommand uses plain cobra: packages that style the help ask the terminal for its
// background, and a late reply would end up in the shell as typed text.
func rootCommand(p *process, args ...string) *cobra.Command {
	if p.served != nil {
		return servedRoot(p)
	}
	f := newSettingFlags(p)
	root := newRoot(p)
	root.RunE = func(c *cobra.Command, _ []string) error { return runConsole(c.Context(), f) }
	f.addTo(root.PersistentFlags(), globalSettings()...)
	f.addAllTo(root.Flags())
	demo := demoCommand(f)
	f.addTo(demo.Flags(), consoleSettings()...)
	root.AddCommand(demo, findCommand(f), listCommand(f), showAccountCommand(f), whyCommand(f), whoamiCommand(f), auditCommand(f), configCommand(f), doctorCommand(f), keyringCommand(f), serveCommand(f), versionCommand(), manCommand(), exitCodesTopic())
	for _, v := range verbs() {
		root.AddCommand(modifyCommand(f, v))
	}
	root.AddCommand(planCommand(f), applyCommand(f))
	root.AddCommand(resetCommand(f), undoCommand(f))
	// By default, cobra prints help for an unknown shell and exits with 0.
	root.InitDefaultCompletionCmd()
	if c, _, err := root.Find([]string{"completion"}); err == nil {
		c.Args = noArgs
		c.Short = "Print the completion script for a shell"
		c.Long = completionHelp
		c.Example = "  # bash, with the package bash-completion\n  echo 'source <(hdpadmin completion bash)' >>~/.bashrc\n\n" +
			"  # zsh\n  hdpadmin completion zsh >\"${fpath[1]}/_hdpadmin\"\n\n" +
			"  # fish\n  hdpadmin completion fish >~/.config/fish/completions/hdpadmin.fish\n\n" +
			"  # PowerShell: add the line to $PROFILE\n  hdpadmin completion powershell | Out-String | Invoke-Expression"
		c.RunE = func(*cobra.Command, []string) error {
			return usage(errors.New("completion needs a shell: bash, zsh, fish or powershell"))
		}
	}
	addHelp(root)
	groupCommands(root)
	f.acceptSettings(root)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) { // it takes a while
		registerCompletions(root, f)
	}
	return root
}

// newRoot returns the root without its commands.
func newRoot(p *process) *cobra.Command {
	root := &cobra.Command{
		Use:   "hdpadmin",
		Short: "Manage the accounts of a Hybrid Data Pipeline server",
		Long: "hdpadmin manages the accounts of a Progress DataDirect Hybrid Data Pipeline\n" +
			"server: find a user, see why they cannot sign in, and fix it. Without a command,\n" +
			"it opens the console. The commands do the same work in a shell or script.",
		Example: "  # try it with a built-in demo server, nothing to set up\n  hdpadmin demo\n\n" +
			"  # connect to your server; hdpadmin asks for the password\n  hdpadmin --server https://hdp.example.com:8443 --user jdoe\n\n" +
			"  # unlock an account without opening the console\n  hdpadmin unlock alice.smith --reason INC-4711\n\n" +
			"  # create a settings file that explains every setting\n  hdpadmin config init",
		Version:                    version(),
		Args:                       noArgs,
		SilenceUsage:               true,
		SilenceErrors:              true,
		SuggestionsMinimumDistance: 2,
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetVersionTemplate("hdpadmin {{.Version}}\n")
	root.SetUsageFunc(printUsage)
	root.SetFlagErrorFunc(flagError)
	return root
}

// addHelp adds cobra's help command, which would print help for an unknown command and exit with 0.
func addHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	if c, _, err := root.Find([]string{"help"}); err == nil {
		c.Run, c.RunE = nil, func(_ *cobra.Command, args []string) error {
			command, rest, _ := root.Find(args) // rest is the part that is not a command
			if err := noArgs(command, rest); err != nil {
				return usage(err)
			}
			command.InitDefaultHelpFlag()
			return command.Help()
		}
	}
}

// noArgs refuses arguments. If the command has subcommands, it suggests one.
func noArgs(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case !c.HasAvailableSubCommands():
		return fmt.Errorf("unexpected argument %q for %s", args[0], c.CommandPath())
	}
	text := fmt.Sprintf("unknown command %q for %s", args[0], c.CommandPath())
	if meant := c.SuggestionsFor(args[0]); len(meant) > 0 {
		text += "; did you mean " + strings.Join(meant, " or ") + "?"
	}
	return errors.New(text)
}

// flagError keeps passwords out of the message: pflag quotes everything after an unknown
// shorthand, as in -pSecret.
func flagError(c *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	takes := map[string]string{"int": "a whole number", "uint64": "a whole number of 0 or more", "duration": "a duration such as 200ms"}
	if errors.As(err, &invalid) && takes[invalid.GetFlag().Value.Type()] != "" {
		f := invalid.GetFlag()
		return fmt.Errorf("--%s: %q is not %s", f.Name, invalid.GetValue(), takes[f.Value.Type()])
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	switch name := unknown.GetSpecifiedName(); {
	case name == "password", unknown.GetSpecifiedShortnames() != "" && name == "p":
		return errors.New("passwords are not accepted on the command line, where other users of this machine could read them: " +
			"omit it and hdpadmin asks you, or use --password-file")
	case unknown.GetSpecifiedShortnames() != "":
		return fmt.Errorf("unknown flag: -%s", name)
	default:
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
		return fmt.Errorf("%w%s", err, config.Suggest("--"+name, known))
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "hdpadmin", version())
			return err
		},
	}
}

func version() string {
	info, known := debug.ReadBuildInfo()
	if !known || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
