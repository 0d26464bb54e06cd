package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/panics"
	"hdpadmin/internal/words"
)

// factory creates what a command needs: settings, a client, the operator's desk.
type factory struct {
	*process
	flags settingFlags
	lines *bufio.Reader // of stdin, for answers
	output
	signals *caught

	stdinRead bool // standard input is read for something other than answers
}

func newFactory(f settingFlags, o output) factory {
	return factory{process: f.process, flags: f, lines: bufio.NewReader(f.stdin), output: o}
}

// notices returns where to print what is not an error: nowhere with --json or --ndjson, where standard
// error has one JSON object or nothing.
func (f factory) notices() io.Writer {
	if f.isJSON() {
		return io.Discard
	}
	return f.stderr
}

// session is the desk of a signed-in operator while a command runs.
type session struct {
	*desk.Desk
	client    *hdpclient.Client
	settings  *config.Loaded
	onAccount func(name string) // may be nil
}

// Resolve finds the account that text names, and tells the SSH service of it if there is one.
func (c session) Resolve(ctx context.Context, text string) (account.Account, error) {
	a, err := c.Desk.Resolve(ctx, text)
	if err == nil && c.onAccount != nil {
		c.onAccount(a.Name.String())
	}
	return a, err
}

// now returns the server's time, or this machine's if the server has not sent it.
func (c session) now() time.Time {
	if c.client == nil { // the command needs no server
		return time.Now()
	}
	if t, known := c.client.Now(); known {
		return t
	}
	return time.Now()
}

// localNow returns the same in the operator's zone, for words such as today.
func (c session) localNow() time.Time { return c.now().In(c.settings.Zone()) }

// times formats times for the operator.
func (c session) times() words.Times { return words.Times{Zone: c.settings.Zone(), Now: c.now} }

// open returns the operator's desk at the configured server, and a function that closes it.
// Nothing has been sent yet: the first request tries the login, and none follows a refusal.
func (f factory) open(ctx context.Context) (session, func(), error) {
	l, err := f.flags.load()
	if err != nil {
		return session{}, nil, err
	}
	if l.Server == "" {
		return session{}, nil, usage(noServerError(l))
	}
	if l.User == "" && f.served != nil {
		if l.User, err = f.nameLogin(ctx); err != nil {
			return session{}, nil, err
		}
	}
	if l.User == "" {
		return session{}, nil, codedError{errors.New("no user name is set: set user in the settings, or use --user"), notSignedIn}
	}
	log, end, err := f.openLog(ctx, l.Settings)
	if err != nil {
		return session{}, nil, err
	}
	client, err := console{Settings: l.Settings, process: f.process, log: log}.client()
	if err != nil {
		end()
		return session{}, nil, usage(err)
	}
	for _, n := range l.Notices {
		tell(f.notices(), n)
	}
	password, err := f.password(ctx, l)
	if err != nil {
		client.Close()
		end()
		return session{}, nil, err
	}
	client.SetCredentials(hdpclient.Credentials{User: l.User, Password: password})
	password.Wipe() // the client has its own copy
	d := f.newDesk(l.Settings, client, change.NewWriter(ctx, client, f.writerOptions(client, l.Settings)...))
	c := session{Desk: d, client: client, settings: l}
	if f.served != nil {
		c.onAccount = f.served.onAccount
	}
	return c, func() {
		f.settle(ctx, c)
		d.Close()
		client.ClearCredentials()
		client.Close()
		end()
	}, nil
}

// openForChanges is like open, but the desk can change accounts, and logs its changes. Closing does
// not wait for writes, because the caller already has.
func (f factory) openForChanges(ctx context.Context) (writeSession, func() error, error) {
	if l, err := f.flags.load(); err == nil && l.ReadOnly {
		return writeSession{}, nil, codedError{errors.New("read_only is set: nothing may be changed"), refused}
	}
	c, end, err := f.open(ctx)
	if err != nil {
		return writeSession{}, nil, err
	}
	w, log, err := f.newWriter(ctx, c.client, c.settings.Settings, f.auditFile(c.settings.Settings), f.notices())
	if err != nil {
		end()
		return writeSession{}, nil, err
	}
	c.Desk = f.newDesk(c.settings.Settings, c.client, w)
	return writeSession{c, w, log}, func() error {
		w.Shutdown(0)
		err := flushAudit(log)
		c.Close()
		end()
		return err
	}, nil
}

// writeSession is a session that can change accounts and logs that.
type writeSession struct {
	session
	writer *change.Writer
	log    *audit.Log
}

// password returns the password from the first source that is set, or asks for it if standard input
// and standard error are terminals.
func (f factory) password(ctx context.Context, l *config.Loaded) (hdpclient.Secret, error) {
	if f.served != nil {
		return f.servedPassword(ctx, l)
	}
	r := run{flags: f.flags, lookupEnv: f.lookupEnv}
	if err := r.findPassword(ctx, l, f.notices()); err != nil {
		return hdpclient.Secret{}, err
	}
	if !r.password.IsZero() {
		return r.password, nil
	}
	if !f.mayAsk() {
		message := "no password: set " + config.PasswordEnv + ", password_file or password_command, store it with hdpadmin keyring set, or run the command in a terminal"
		if f.isJSON() {
			message += ", without --json or --ndjson"
		}
		return hdpclient.Secret{}, codedError{errors.New(message), notSignedIn}
	}
	return f.askPassword(l)
}

// askPassword lets the operator type the password.
func (f factory) askPassword(l *config.Loaded) (hdpclient.Secret, error) {
	typed, err := f.promptHidden(fmt.Sprintf("Password for %s at %s: ", l.User, l.Server))
	if errors.Is(err, errNothingTyped) || errors.Is(err, errNotText) {
		return hdpclient.Secret{}, codedError{errors.New("no password was entered"), notSignedIn}
	}
	if err != nil {
		return hdpclient.Secret{}, err
	}
	return hdpclient.SecretOf(typed[0]), nil
}

// ask prints a question and returns the line that is typed, or an error if ctx ends first, as it
// does on ctrl+c.
func (f factory) ask(ctx context.Context, question string) (string, error) {
	_, _ = fmt.Fprint(f.stderr, question)
	var typed string
	reading := panics.Go(func() { typed, _ = f.lines.ReadString('\n') })
	select {
	case <-reading.Done():
		reading.Wait()
		return strings.TrimSpace(typed), nil
	case <-ctx.Done():
		_, _ = fmt.Fprintln(f.stderr)
		return "", errors.New("interrupted; nothing was sent")
	}
}

// takeStdin returns f for a command that reads something other than answers from standard input, which
// has one reader. flag is the flag or argument that asks for it.
func (f factory) takeStdin(what, flag string) (factory, error) {
	l, err := f.flags.load()
	if err == nil && isStdin(l.PasswordFile) {
		err = usage(fmt.Errorf("standard input cannot hold both %s and the password: %s and --password-file - exclude each other", what, flag))
	}
	f.stdinRead = true
	return f, err
}

// isStdin reports whether the name of a file means standard input.
func isStdin(name string) bool {
	return name == "-" || slices.Contains([]string{"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}, filepath.Clean(name))
}

// mayAsk reports whether anyone is there to answer a question.
func (f factory) mayAsk() bool {
	return !f.stdinRead && !f.isJSON() && isTerminal(f.stdin) && isTerminal(f.stderr) && f.getenv("CI") == "" && f.getenv(config.NoInputEnv) == ""
}
