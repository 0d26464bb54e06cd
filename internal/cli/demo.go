package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
)

// demoFlags holds the flags that only the demo has.
type demoFlags struct {
	accounts int
	latency  time.Duration
	seed     uint64
	listen   string
	user     string
	trouble  []string
}

func defaultDemo() *demoFlags { return &demoFlags{accounts: 2000, seed: 1, listen: "127.0.0.1:0"} }

func demoCommand(f settingFlags) *cobra.Command {
	d := defaultDemo()
	c := &cobra.Command{
		Use:   "demo",
		Short: "Try the console with a built-in demo server",
		Long: "demo starts a Hybrid Data Pipeline server inside this process, with accounts in\n" +
			"every state, and opens the console on it. Only this machine can reach the server.\n" +
			"The server and its data are gone when you quit.",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return d.run(c.Context(), f) },
	}
	c.Flags().IntVar(&d.accounts, "accounts", d.accounts, "`number` of accounts on the server")
	c.Flags().DurationVar(&d.latency, "latency", d.latency, "delay every response by this `time`, such as 200ms")
	c.Flags().Uint64Var(&d.seed, "seed", d.seed, "`number` that determines which accounts are generated")
	c.Flags().StringVar(&d.listen, "listen", d.listen, "loopback `address` to listen on; port 0 picks a free port")
	c.Flags().StringVar(&d.user, "user", "", "user `name` to start with; press ? in the console for a list")
	for _, name := range selectingSettings() { // they are ignored
		c.Flags().AddFlag(f.hidden.Lookup(name))
	}
	c.Flags().StringSliceVar(&d.trouble, "trouble", nil, "inject `faults`, to see how the console handles them: "+joinTroubles(hdptest.Troubles()))
	return c
}

func joinTroubles(all []hdptest.Trouble) string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

func (d *demoFlags) parseTroubles() ([]hdptest.Trouble, error) {
	var all []hdptest.Trouble
	for _, name := range d.trouble {
		t := hdptest.Trouble(name)
		if !slices.Contains(hdptest.Troubles(), t) {
			return nil, fmt.Errorf("--trouble %s: unknown fault; choose from %s", name, joinTroubles(hdptest.Troubles()))
		}
		all = append(all, t)
	}
	return all, nil
}

// check reports everything that is wrong with the flags at once.
func (d *demoFlags) check() error {
	var errs []error
	if d.accounts < 0 {
		errs = append(errs, fmt.Errorf("--accounts %d: must not be negative", d.accounts))
	}
	if d.latency < 0 {
		errs = append(errs, fmt.Errorf("--latency %s: must not be negative", d.latency))
	}
	host, _, err := net.SplitHostPort(d.listen)
	switch {
	case err != nil:
		errs = append(errs, fmt.Errorf("--listen %s: must be host:port, such as 127.0.0.1:8080", d.listen))
	case !config.IsLoopback(host):
		errs = append(errs, fmt.Errorf("--listen %s: use a loopback address (127.0.0.1, [::1] or localhost), because the demo's passwords are public", d.listen))
	}
	return errors.Join(errs...)
}

// run uses only flags and no other settings, so that the demo is the same everywhere and
// writes to nobody's audit log.
func (d *demoFlags) run(ctx context.Context, f settingFlags) error {
	l, err := f.loadForDemo()
	troubles, unknown := d.parseTroubles()
	if err := errors.Join(d.check(), unknown, err); err != nil {
		return usage(err)
	}
	if err := f.checkTerminal(); err != nil {
		return err
	}
	f.tellIgnored()
	server, err := hdptest.Start(
		hdptest.WithAccounts(d.accounts), hdptest.WithSeed(d.seed), hdptest.WithLatency(d.latency), hdptest.WithAddress(d.listen),
		hdptest.WithTroubles(troubles...))
	if err != nil {
		return fmt.Errorf("cannot start the demo server: %w", err)
	}
	defer server.Close()
	start, err := d.findLogin(server.Logins())
	if err != nil {
		return usage(err)
	}
	l.Server = server.URL
	log, end, err := f.openLog(ctx, l.Settings)
	if err != nil {
		return err
	}
	defer end()
	c := console{f.process, l.Settings, "", l.IsSet("ascii"), log}
	client, err := c.client()
	if err != nil {
		return err
	}
	demo := &ui.Demo{Address: server.URL}
	for _, l := range server.Logins() {
		demo.Logins = append(demo.Logins, ui.DemoLogin{User: l.User, Password: l.Password, Role: l.Role})
	}
	file, remove := l.AuditFile, func() error { return nil }
	if file == "" {
		if file, remove, err = makeDemoFolder(); err != nil {
			return err
		}
	}
	_, err = c.open(ctx, client, file, login{user: start.User, password: hdpclient.SecretOf(start.Password)}, demo, nil)
	return errors.Join(err, remove())
}

// tellIgnored names the flags that are about another server, so that nobody takes the demo for it.
func (f settingFlags) tellIgnored() {
	var ignored []string
	for _, name := range notForDemo() {
		if _, given := f.values[name]; given {
			ignored = append(ignored, "--"+flagName(name))
		}
	}
	if len(ignored) > 0 {
		tell(f.stderr, "the demo has its own server and reads no settings file; ignored: "+strings.Join(ignored, ", "))
	}
}

func (d *demoFlags) findLogin(all []hdptest.Login) (hdptest.Login, error) {
	var names []string
	for _, l := range all {
		if l.User == d.user || d.user == "" {
			return l, nil
		}
		names = append(names, l.User)
	}
	return hdptest.Login{}, fmt.Errorf("--user %s: the demo has no such user; choose from %s", d.user, strings.Join(names, ", "))
}
