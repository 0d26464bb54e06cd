package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
)

// demoFlags are the flags of the demo beside those of the console.
type demoFlags struct {
	accounts int
	latency  time.Duration
	seed     uint64
	listen   string
	user     string
}

func demoCommand(f *consoleFlags) *cobra.Command {
	var d demoFlags
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run the console against a server of its own",
		Long: "demo starts a Hybrid Data Pipeline server inside this process, on this machine alone, with accounts in every\n" +
			"state there is, and opens the console on it. Nothing outlives the console.",
		Args: func(c *cobra.Command, args []string) error { return usage(cobra.NoArgs(c, args)) },
		RunE: func(c *cobra.Command, _ []string) error { return d.run(c.Context(), f) },
	}
	c.Flags().IntVar(&d.accounts, "accounts", 2000, "how many accounts the server has")
	c.Flags().DurationVar(&d.latency, "latency", 0, "how long every answer takes longer, such as 200ms")
	c.Flags().Uint64Var(&d.seed, "seed", 1, "another number makes other accounts")
	c.Flags().StringVar(&d.listen, "listen", "127.0.0.1:0", "address to listen on, of this machine alone; port 0 takes a free one")
	c.Flags().StringVar(&d.user, "user", "", "login to start with; ? in the console lists them")
	return c
}

func (d *demoFlags) run(ctx context.Context, f *consoleFlags) error {
	server, err := hdptest.Start(
		hdptest.Accounts(d.accounts), hdptest.Seed(d.seed), hdptest.Latency(d.latency), hdptest.ListenOn(d.listen))
	if err != nil {
		return fmt.Errorf("demo server: %w", err)
	}
	defer server.Close()
	logins := server.Logins()
	demo := &ui.Demo{Address: server.URL}
	start := logins[0]
	for _, l := range logins {
		demo.Logins = append(demo.Logins, ui.DemoLogin{User: l.User, Password: l.Password, Role: l.Role})
		if l.User == d.user {
			start = l
		}
	}
	if d.user != "" && start.User != d.user {
		return usage(fmt.Errorf("the demo has no login %q", d.user))
	}
	f.Settings.Server = server.URL
	if err := (config.Settings{Server: server.URL, Theme: f.Theme}).Check(); err != nil {
		return usage(err)
	}
	return f.open(ctx, start.User, hdpclient.SecretOf(start.Password), demo)
}
