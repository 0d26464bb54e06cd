package cli

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/ui"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/theme"
)

// consoleFlags are the flags of the commands that open the console.
type consoleFlags struct {
	config.Settings
	passwordFile string
	trail        trailFlags
	reason       reasonFlags
}

func (f *consoleFlags) server(flags *pflag.FlagSet) {
	flags.StringVar(&f.Server, "server", "", "`address` of the server, https://host:port")
	flags.StringVar(&f.User, "user", "", "`login` of the acting administrator or operator")
	flags.StringVar(&f.passwordFile, "password-file", "", "`file` whose first line is the password, - for standard input; without one, "+
		config.PasswordEnv+" in the environment; else it is asked for")
	flags.StringVar(&f.CAFile, "ca-file", "", "PEM `file` of the certificate authorities to trust")
	flags.BoolVar(&f.AllowHTTP, "allow-http", false, "allow plain HTTP to another machine: everybody on the way can read the password")
	flags.BoolVar(&f.Insecure, "insecure", false, "do not check the server's certificate: anybody on the way can pose as the server")
}

func (f *consoleFlags) look(flags *pflag.FlagSet) {
	flags.BoolVar(&f.ReadOnly, "read-only", false, "leave out everything that changes an account")
	flags.StringVar(&f.Theme, "theme", config.Themes()[0], "`name` of the colours: "+strings.Join(config.Themes(), ", "))
	flags.BoolVar(&f.ASCII, "ascii", false, "draw borders and signs in ASCII")
}

var errNoServer = errors.New(`which server? Give its address and your login:
    hdpadmin --server https://hdp.example.com:8443 --user jdoe
or try the console on a server of its own:
    hdpadmin demo`)

// run opens the console on the server of the settings. The password comes last:
// nothing is read from a pipe that is not going to be used.
func (f *consoleFlags) run(ctx context.Context, stdin *os.File) error {
	if f.Server == "" {
		return usage(errNoServer)
	}
	if err := errors.Join(f.Check(), f.reason.check()); err != nil {
		return usage(err)
	}
	client, err := f.client()
	if err != nil {
		return usage(err)
	}
	if err := checkTerminal(); err != nil {
		return err
	}
	if f.passwordFile == "-" && term.IsTerminal(stdin.Fd()) {
		return usage(errors.New("--password-file -: standard input is a terminal, which shows what is typed: leave the flag out to be asked for the password"))
	}
	password, err := config.Password(os.LookupEnv, f.passwordFile, stdin)
	if err != nil {
		return usage(err)
	}
	return f.open(ctx, client, f.trail.path(), f.User, hdpclient.SecretOf(password), nil)
}

// checkTerminal is for before anything is started that would need one.
func checkTerminal() error {
	if !term.IsTerminal(os.Stdout.Fd()) {
		return errors.New("the console needs a terminal on standard output")
	}
	if os.Getenv("TERM") == "dumb" {
		return errors.New("the console needs a terminal that can place its cursor, and TERM says that this one is dumb")
	}
	return nil
}

// open runs the console, with its record in file.
func (f *consoleFlags) open(ctx context.Context, client *hdpclient.Client, file, user string, password hdpclient.Secret, demo *ui.Demo) error {
	now := func() time.Time {
		if t, known := client.Now(); known {
			return t
		}
		return time.Now()
	}
	writer, kept, err := f.trail.writer(ctx, client, file)
	if err != nil {
		return err
	}
	err = ui.Run(ctx, ui.Options{
		Client: client, Writer: writer, Trail: kept, Reason: f.reason.rule(), Theme: f.theme(), Clock: clock.System(now), Zone: time.Local,
		User: user, Password: password, ReadOnly: f.ReadOnly, Insecure: f.Insecure, Demo: demo, Version: version(),
	})
	return errors.Join(err, flush(kept))
}

func (f *consoleFlags) client() (*hdpclient.Client, error) {
	opts := []hdpclient.Option{hdpclient.WithUserAgent("hdpadmin/" + version())}
	if f.AllowHTTP {
		opts = append(opts, hdpclient.WithAllowHTTP())
	}
	if f.ReadOnly {
		opts = append(opts, hdpclient.WithReadOnly())
	}
	if f.Insecure {
		opts = append(opts, hdpclient.WithInsecureSkipVerify())
	}
	if f.CAFile != "" {
		opts = append(opts, hdpclient.WithRootCAFile(f.CAFile))
	}
	return hdpclient.New(f.Server, opts...)
}

// theme is the look that the settings ask for. NO_COLOR counts whatever its
// value is, as long as it has one (no-color.org).
func (f *consoleFlags) theme() theme.Theme {
	t := theme.Dark()
	switch f.Theme {
	case "light":
		t = theme.Light()
	case "high-contrast":
		t = theme.HighContrast()
	case "mono":
		t = theme.Mono()
	}
	if os.Getenv("NO_COLOR") != "" {
		t = theme.Mono()
	}
	if f.ASCII {
		t = theme.ASCII(t)
	}
	return t
}
