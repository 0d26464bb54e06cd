package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/charmbracelet/x/term"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/ui"
	"hdpadmin/ui/clipboard"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/profiles"
)

// tell writes a line before the console starts, if there is something to tell. It
// is there again once the console has left the screen.
func tell(stderr io.Writer, notice string) {
	if notice != "" {
		_, _ = fmt.Fprintln(stderr, "hdpadmin:", toPrintable(notice))
	}
}

// checkTerminal is for before anything is started that would need one.
func checkTerminal() error {
	if !term.IsTerminal(os.Stdout.Fd()) {
		return errors.New("the console needs a terminal on standard output")
	}
	if os.Getenv("TERM") == "dumb" {
		return errors.New("TERM=dumb is not supported: the console needs a terminal that can move its cursor")
	}
	return nil
}

// console is what the settings make of it.
type console struct {
	config.Settings
	profile  string // "" for none
	asciiSet bool   // that the setting is not the default
	log      *slog.Logger
}

// login is what to sign in with.
type login struct {
	user     string           // "" to ask for it
	password hdpclient.Secret // zero to ask for it
	from     string           // the source of the password, "" if it was typed
	expired  bool             // it is to be changed first
}

// open runs the console, with its record in file.
func (c console) open(ctx context.Context, client *hdpclient.Client, file string, as login, demo *ui.Demo, list func() ([]profiles.Profile, error)) (ui.Next, error) {
	now := func() time.Time {
		if t, known := client.Now(); known {
			return t
		}
		return time.Now()
	}
	writer, kept, err := newWriter(ctx, client, c.Settings, file, os.Stderr)
	if err != nil {
		return ui.Next{}, err
	}
	next, err := ui.Run(ctx, ui.Options{
		Client: client, Writer: writer, AuditLog: kept, ThemeFor: c.themeChooser(os.Getenv), Keys: bindings(c.Keys), Clock: clock.System(now), Zone: c.Zone(),
		Reason:  ui.ReasonRule{Required: c.RequireReason || c.ReasonPattern != "", Patterns: c.ReasonPatterns()},
		Profile: c.profile, Accent: c.Accent, Profiles: list,
		User: as.user, Password: as.password, PasswordFrom: as.from, Expired: as.expired, ReadOnly: c.ReadOnly, TypeName: c.Confirm == config.ConfirmTypeName, TypedPasswords: c.TypedPasswords, Insecure: c.Insecure, Demo: demo, Version: version(), Log: c.log,
		InMultiplexer: os.Getenv("TMUX") != "" || os.Getenv("STY") != "",
		Concurrency:   c.Concurrency, ExpiringWithin: time.Duration(c.ExpiringWithin) * 24 * time.Hour,
		NoTitle: isOldTerminal(os.Getenv),
		Between: clipboard.Detect(os.Getenv), ClipboardClear: c.ClipboardTimeout(), Synced: c.syncMode(),
		IdleLock: c.IdleTimeout(), SessionLimit: c.SessionTimeout(),
	})
	return next, errors.Join(err, flushAudit(kept))
}

func (c console) client() (*hdpclient.Client, error) {
	if err := checkProxy(c.Server, os.Getenv); err != nil {
		return nil, err
	}
	opts := []hdpclient.Option{
		hdpclient.WithUserAgent("hdpadmin/" + version()),
		hdpclient.WithLogger(c.log),
		// A list holds its place while it is read, and one more is for everything else.
		hdpclient.WithMaxInFlight(max(2, c.Concurrency)),
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
