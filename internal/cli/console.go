package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/serve/access"
	"hdpadmin/ui"
	"hdpadmin/ui/clipboard"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/profiles"
	"hdpadmin/ui/terminal"
)

// tell prints a notice, if any, before the console starts or after it. What was printed before
// is visible again after the console has left the alternate screen.
func tell(stderr io.Writer, notice string) {
	if notice != "" {
		_, _ = fmt.Fprintln(stderr, "hdpadmin:", toPrintable(notice))
	}
}

// checkTerminal is called before anything that needs a terminal is started.
func (p *process) checkTerminal() error {
	if !isTerminal(p.stdout) {
		return usage(errors.New("the console needs a terminal on standard output"))
	}
	if p.getenv("TERM") == "dumb" {
		return usage(errors.New("TERM=dumb is not supported: the console needs a terminal that can move its cursor"))
	}
	return nil
}

// console holds the settings of one console.
type console struct {
	*process
	config.Settings
	profile  string // "" without one
	asciiSet bool   // whether ascii was set explicitly
	log      *slog.Logger
}

// login holds the credentials to start with.
type login struct {
	user     string           // "" to ask for it
	password hdpclient.Secret // zero to ask for it
	from     string           // source of the password, "" if it was typed
	expired  bool             // the password must be changed before signing in
}

// open runs the console and writes its audit log to file.
func (c console) open(ctx context.Context, client *hdpclient.Client, file string, as login, demo *ui.Demo, list func() ([]profiles.Profile, error)) (ui.Next, error) {
	now := func() time.Time {
		if t, known := client.Now(); known {
			return t
		}
		return time.Now()
	}
	writer, log, err := c.newWriter(ctx, client, c.Settings, file, c.stderr)
	if err != nil {
		return ui.Next{}, err
	}
	var d *desk.Desk
	if demo == nil {
		d = c.newDesk(c.Settings, client, writer)
		defer d.Close()
	}
	ended := make(chan struct{})
	defer close(ended)
	opts := ui.Options{
		Client: client, Writer: writer, Desk: d, AuditLog: log, ThemeFor: c.themeChooser(c.getenv), Keys: bindings(c.Keys), Clock: clock.SystemUntil(ended, now), Zone: c.Zone(),
		Profile: c.profile, Accent: c.Accent, Profiles: list,
		User: as.user, Password: as.password, PasswordFrom: as.from, Expired: as.expired, ReadOnly: c.ReadOnly, TypedPasswords: c.TypedPasswords, Insecure: c.Insecure, Demo: demo, Version: version(), Log: c.log,
		InMultiplexer: isMultiplexed(c.getenv),
		Concurrency:   c.Concurrency, ExpiringWithin: time.Duration(c.ExpiringWithin) * 24 * time.Hour,
		NoTitle: isOldTerminal(c.getenv),
		Between: clipboard.Detect(c.getenv), ClipboardClear: c.ClipboardTimeout(), Synced: c.syncMode(),
		IdleLock: c.IdleTimeout(), SessionLimit: c.SessionTimeout(),
		Tell: func(notice string) { tell(c.stderr, notice) },
	}
	if c.served != nil {
		opts.Session, opts.Served = c.served.screen, &ui.Served{Operator: c.served.operator.Name, Login: c.served.operator.Login, OnAccount: c.served.onAccount}
		if c.served.operator.Attribution == access.Service {
			opts.Served.SharedLogin = c.served.operator.Login
		}
	}
	next, err := ui.Run(ctx, opts)
	if left, is := errors.AsType[terminal.Signalled](err); is && left.AtOnce {
		return next, err // the log may hang, and writes that still run need it
	}
	return next, errors.Join(err, flushAudit(log))
}

func (c console) client() (*hdpclient.Client, error) {
	if c.served == nil { // the environment of a session does not reach net/http
		if err := checkProxy(c.Server, c.getenv); err != nil {
			return nil, err
		}
	}
	opts := []hdpclient.Option{
		hdpclient.WithUserAgent("hdpadmin/" + version()),
		hdpclient.WithLogger(c.log),
		// Loading the list keeps one connection busy; everything else needs another one.
		hdpclient.WithMaxInFlight(max(2, c.Concurrency)),
	}
	if c.served != nil {
		opts = append(opts, hdpclient.WithGate(c.served.gate, c.served.operator.Name))
	}
	if c.AllowHTTP {
		opts = append(opts, hdpclient.WithAllowHTTP())
	}
	if c.ReadOnly {
		opts = append(opts, hdpclient.WithReadOnly())
	}
	if c.Insecure {
		opts = append(opts, hdpclient.WithInsecureSkipVerify())
	}
	if c.CAFile != "" {
		opts = append(opts, hdpclient.WithRootCAFile(c.CAFile))
	}
	if c.ClientCert != "" {
		opts = append(opts, hdpclient.WithClientCertificate(c.ClientCert, c.ClientKey))
	}
	if c.ServerName != "" {
		opts = append(opts, hdpclient.WithServerName(c.ServerName))
	}
	return hdpclient.New(c.Server, opts...)
}

// isMultiplexed reports whether tmux or screen is between the program and the operator's
// terminal.
func isMultiplexed(getenv func(string) string) bool {
	return getenv("TMUX") != "" || getenv("STY") != ""
}
