package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/theme"
)

// consoleFlags are the flags of the commands that open the console.
type consoleFlags struct {
	config.Settings
	passwordFile string
}

func (f *consoleFlags) server(flags *pflag.FlagSet) {
	flags.StringVar(&f.Server, "server", "", "address of the server, https://host:port")
	flags.StringVar(&f.User, "user", "", "login of the acting administrator or operator")
	flags.StringVar(&f.passwordFile, "password-file", "", "file whose first line is the password, - for standard input; else "+config.PasswordEnv+", else it is asked for")
	flags.StringVar(&f.CAFile, "ca-file", "", "PEM file of the certificate authorities to trust")
	flags.BoolVar(&f.AllowHTTP, "allow-http", false, "allow plain HTTP to another machine: everybody on the way can read the password")
	flags.BoolVar(&f.Insecure, "insecure", false, "do not check the server's certificate: anybody on the way can pose as the server")
}

func (f *consoleFlags) look(flags *pflag.FlagSet) {
	flags.BoolVar(&f.ReadOnly, "read-only", false, "leave out everything that changes an account")
	flags.StringVar(&f.Theme, "theme", config.Themes()[0], "dark, light, high-contrast or mono")
	flags.BoolVar(&f.ASCII, "ascii", false, "draw borders and signs in ASCII")
}

// run opens the console on the server of the settings.
func (f *consoleFlags) run(ctx context.Context, stdin io.Reader) error {
	if err := f.Check(); err != nil {
		return usage(err)
	}
	password, err := config.Password(os.LookupEnv, f.passwordFile, stdin)
	if err != nil {
		return usage(err)
	}
	return f.open(ctx, f.User, hdpclient.SecretOf(password), nil)
}

func (f *consoleFlags) open(ctx context.Context, user string, password hdpclient.Secret, demo *ui.Demo) error {
	if !term.IsTerminal(os.Stdout.Fd()) {
		return errors.New("the console needs a terminal on standard output")
	}
	client, err := f.client()
	if err != nil {
		return usage(err)
	}
	now := func() time.Time {
		if t, known := client.Now(); known {
			return t
		}
		return time.Now()
	}
	return ui.Run(ctx, ui.Options{
		Client: client, Writer: change.NewWriter(ctx, client), Theme: f.theme(), Clock: clock.System(now), Zone: time.Local,
		User: user, Password: password, ReadOnly: f.ReadOnly, Insecure: f.Insecure, Demo: demo,
	})
}

func (f *consoleFlags) client() (*hdpclient.Client, error) {
	opts := []hdpclient.Option{hdpclient.WithUserAgent("hdpadmin/" + version())}
	if f.AllowHTTP {
		opts = append(opts, hdpclient.WithAllowHTTP())
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
