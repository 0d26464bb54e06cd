package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/credential"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/serve/access"
	"hdpadmin/ui/terminal"
)

// served is the session of the SSH service that a command runs in. The host's files, variables and
// processes are not the operator's to use.
type served struct {
	operator access.Operator
	// settings returns the settings of the service, with these flags.
	settings func(flags map[string]string) (*config.Loaded, error)
	locks    *change.Locks     // shared by all sessions
	lists    *desk.Lists       // shared by all sessions; nil: each reads its own
	gate     *hdpclient.Gate   // shared by all sessions
	auditID  string            // in entries of the audit log
	settling *sync.Mutex       // shared by all sessions, see audit.WithTurn
	screen   *terminal.Session // of the console, nil for a command

	// hasAbandoned reports whether the audit log has writes without an outcome that nobody runs any more.
	hasAbandoned func() bool
	// onAccount is called with the name of an account that the operator opens; may be nil.
	onAccount func(name string)
	log       *slog.Logger // of the service, for what is not for the operator
}

// allowedChanges returns the operator's verbs as the rules of a writer have them.
func allowedChanges(o access.Operator) []change.Verb {
	if o.Verbs == nil {
		return nil
	}
	allowed := []change.Verb{}
	for _, v := range change.Verbs() {
		if o.May(string(v)) {
			allowed = append(allowed, v)
		}
	}
	return allowed
}

// servedRoot returns the commands of a session.
func servedRoot(p *process) *cobra.Command {
	f := newSettingFlags(p)
	root := newRoot(p)
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: servedName}
	root.Long = "This service runs hdpadmin, which manages the accounts of a Hybrid Data Pipeline\n" +
		"server: find a user, see why they cannot sign in, and fix it. ssh HOST without a\n" +
		"command opens the console.\n\n" +
		"A command reads your HDP password from the first line of standard input. To be\n" +
		"asked for it, use ssh -t. Put quotes around a command that has quotes itself:\n" +
		servedName + ` "find 'tenant:sales locked:yes'"`
	root.Example = ""
	root.RunE = func(c *cobra.Command, _ []string) error { return runServed(c.Context(), f) }
	f.addTo(root.PersistentFlags(), globalSettings()...)
	root.AddCommand(findCommand(f), listCommand(f), showAccountCommand(f), whyCommand(f), whoamiCommand(f), versionCommand(), exitCodesTopic())
	for _, v := range verbs() {
		root.AddCommand(modifyCommand(f, v))
	}
	root.AddCommand(planCommand(f), applyCommand(f), resetCommand(f), undoCommand(f))
	for _, c := range root.Commands() {
		adaptToService(c)
	}
	addHelp(root)
	groupCommands(root)
	f.acceptSettings(root)
	for name, why := range notServed() {
		root.AddCommand(notServedCommand(name, why))
	}
	return root
}

// needsNoVerb reports whether every operator may use a command.
func needsNoVerb(c *cobra.Command) bool {
	return slices.Contains([]string{"version", "help", "exit-codes"}, c.Name())
}

// servedName is how the operator runs hdpadmin in a session.
const servedName = "ssh HOST"

// inSession names the commands in a text as the operator of a session runs them.
func (p *process) inSession(text string) string {
	if p.served == nil {
		return text
	}
	text = strings.NewReplacer(", or run hdpadmin doctor to see which step fails", "", "; run hdpadmin audit verify", "").Replace(text)
	return commandInText.ReplaceAllString(text, servedName+" $1")
}

// commandInText finds the commands in a text, but not hdpadmin as the subject of a sentence.
var commandInText = regexp.MustCompile(`\bhdpadmin (help|find|list|show|why|whoami|plan|apply|undo|reset|unlock|activate|deactivate|expire|force-change|forgive-change)\b`)

// adaptToService changes the help of a command and those below it.
func adaptToService(c *cobra.Command) {
	c.Example = "" // the shell of the operator removes the quotes, and files are on the wrong side
	c.Long = commandInText.ReplaceAllString(c.Long, servedName+" $1")
	for name, usage := range map[string]string{
		"from":        "change the accounts that standard input lists; the only value is -",
		"output":      "write the plan to standard output; the only value is -",
		"password-to": "write the password, and nothing else, to standard output; the only value is -",
	} {
		if flag := c.Flag(name); flag != nil {
			flag.Usage = usage
		}
	}
	if flag := c.Flag("jq"); flag != nil {
		flag.Hidden = true
	}
	c.Use = strings.Replace(c.Use, " FILE", " -", 1)
	for _, below := range c.Commands() {
		adaptToService(below)
	}
}

// notServed returns the commands that a session does not have, and why.
func notServed() map[string]string {
	const host = "it uses files of the host"
	return map[string]string{
		"audit": host, "config": host, "doctor": host, "keyring": host, "man": host, "serve": host,
		"completion": "completion works only where hdpadmin is installed",
		"demo":       "it starts a server on the host",
		"plain":      "hdpadmin has no line mode",
		"console":    "ssh HOST without a command opens the console",
	}
}

// notServedCommand says why there is no such command.
func notServedCommand(name, why string) *cobra.Command {
	refuse := func(*cobra.Command, []string) error {
		return fmt.Errorf("%s is not available over SSH: %s", name, why)
	}
	c := &cobra.Command{Use: name, Hidden: true, DisableFlagParsing: true, Args: refuse, RunE: refuse}
	c.SetHelpFunc(func(c *cobra.Command, _ []string) { _, _ = fmt.Fprintln(c.OutOrStdout(), refuse(nil, nil)) })
	return c
}

// refuses returns why a command with these flags and arguments may not run in this session.
func (s *served) refuses(c *cobra.Command, args []string) error {
	top := c
	for top.HasParent() && top.Parent().HasParent() {
		top = top.Parent()
	}
	verb := top.Name()
	switch {
	case strings.HasPrefix(verb, cobra.ShellCompRequestCmd): // after a flag, cobra finds it on its own
		return usage(notServedCommand("completion", notServed()["completion"]).RunE(nil, nil))
	case needsNoVerb(top):
		return nil
	case !top.HasParent():
		verb = consoleVerb
	}
	if !s.operator.May(verb) {
		return codedError{fmt.Errorf("you may not use %s here; you may use: %s", verb, cmp.Or(strings.Join(s.operator.Verbs, ", "), "nothing")), refused}
	}
	var wrong error
	c.Flags().Visit(func(flag *pflag.Flag) { wrong = cmp.Or(wrong, s.refusesFlag(flag)) })
	if wrong == nil && strings.HasSuffix(c.Use, " -") && args[0] != "-" {
		wrong = fmt.Errorf("%s: %s", hdpclient.Clean(args[0]), noFiles)
	}
	return usage(wrong)
}

// consoleVerb allows the console.
const consoleVerb = "console"

const noFiles = "the service cannot read or write your files: use - and redirect standard input or output on your side"

func (s *served) refusesFlag(flag *pflag.Flag) error {
	v, is := flag.Value.(*flagValue)
	switch {
	case !is:
	case !s.mayGive(v.setting):
		return fmt.Errorf("--%s cannot be used over SSH: the configuration of the service decides", flag.Name)
	case v.setting.Kind == config.Switch && v.String() != "true":
		return fmt.Errorf("--%s can only be switched on over SSH: the configuration of the service decides", flag.Name)
	}
	switch flag.Name {
	case "jq": // a short expression can take all memory of the service
		return errors.New("--jq cannot be used over SSH: use --json, and run jq on your side")
	case "from", "output", "password-to":
		if flag.Value.String() != "-" {
			return fmt.Errorf("--%s %s: %s", flag.Name, hdpclient.Clean(flag.Value.String()), noFiles)
		}
	}
	return nil
}

// mayGive reports whether the operator may give a setting: one that changes only what they see, or
// that makes the session stricter.
func (s *served) mayGive(setting config.Setting) bool {
	switch setting.Name {
	case "expiring_within", "read_only", "require_reason", "time_zone":
		return true
	case "user":
		return s.operator.Login == ""
	}
	return false
}

// load returns the settings of the service for its operator.
func (s *served) load(flags map[string]string) (*config.Loaded, error) {
	given := map[string]string{}
	for name, value := range flags {
		if name != "user" {
			given[name] = value
		}
	}
	l, err := s.settings(given)
	if err != nil {
		return nil, err
	}
	l.User = s.operator.Login
	if l.User == "" && flags["user"] != "" {
		if l.User, err = credential.CleanLogin(flags["user"]); err != nil {
			return nil, usage(fmt.Errorf("--user: the user name %w", err))
		}
	}
	l.PasswordFile, l.PasswordCommand, l.Keyring, l.CompletionCache = "", s.operator.PasswordCommand, false, false
	if s.operator.TimeZone != nil && flags["time_zone"] == "" {
		l.TimeZone = s.operator.TimeZone.String()
	}
	return l, nil
}

// nameLogin returns the HDP login of a session whose operator has none of their own in the
// operators file.
func (f factory) nameLogin(ctx context.Context) (string, error) {
	const missing = "no HDP user name: use --user"
	if !f.mayAsk() {
		return "", codedError{errors.New(missing + ", or ask the administrator of the service to set login in the operators file"), notSignedIn}
	}
	typed, err := f.ask(ctx, "HDP user name: ")
	if err != nil {
		return "", err
	}
	name, err := credential.CleanLogin(typed)
	switch {
	case err != nil:
		return "", codedError{fmt.Errorf("the user name %w", err), notSignedIn}
	case name == "":
		return "", codedError{errors.New(missing), notSignedIn}
	}
	return name, nil
}

// findsPasswordElsewhere returns an error if a session would need standard input for its password and
// for something else.
func (f factory) findsPasswordElsewhere(flag string) error {
	if f.served == nil || len(f.served.operator.PasswordCommand) > 0 {
		return nil
	}
	return codedError{fmt.Errorf("%s needs standard input, which has your HDP password: ask the administrator of the service for a password_command in the operators file", flag), notSignedIn}
}

// passwordWait is how long a session waits for a password before it says so.
const passwordWait = 2 * time.Second

// servedPassword returns the password from the operator's program or the first line of standard input,
// or asks for it on the terminal.
func (f factory) servedPassword(ctx context.Context, l *config.Loaded) (hdpclient.Secret, error) {
	sources := config.PasswordSources{LookupEnv: noEnv, Command: l.PasswordCommand}
	switch {
	case len(sources.Command) > 0:
	case f.mayAsk():
		return f.askPassword(l)
	case isTerminal(f.stdin):
		return hdpclient.Secret{}, codedError{errors.New("hdpadmin cannot ask for your HDP password with --json or --ndjson: leave out -t, and put the password on the first line of standard input"), notSignedIn}
	default:
		sources.File, sources.Stdin = "-", f.stdin
		defer time.AfterFunc(passwordWait, func() {
			tell(f.notices(), "waiting for your HDP password on the first line of standard input. To type it without showing it, press ctrl+c and use ssh -t")
		}).Stop()
	}
	found, err := sources.Find(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return hdpclient.Secret{}, err
	case err != nil:
		return hdpclient.Secret{}, codedError{fmt.Errorf("no HDP password: %w", err), notSignedIn}
	}
	tell(f.notices(), found.Notice)
	return hdpclient.SecretOf(found.Password), nil
}

// settleWait is how long a command waits at its end for what it looks up for others.
const settleWait = 2 * time.Second

// settle looks up the writes that a service that was killed has left without an outcome: the service has
// no login, so the commands after its start do. A command does that after its output, since it could
// not finish while a short one runs, and a session that has ended must send nothing.
func (f factory) settle(ctx context.Context, c session) {
	if f.served == nil || !c.client.Proven() || ctx.Err() != nil || !f.served.hasAbandoned() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	p := *f.process
	p.identity.Login = c.client.ProvenLogin()
	w, log, err := p.newAuditedWriter(ctx, c.client, c.settings.Settings, f.auditFile(c.settings.Settings))
	if err == nil {
		err = log.SettleAbandoned(ctx)
		w.Shutdown(0)
		err = errors.Join(err, flushAudit(log))
	}
	if err != nil {
		f.served.log.Warn("changes without an outcome were not all looked up; a later session tries again", "error", err)
	}
}

// runServed opens the console of a session.
func runServed(ctx context.Context, f settingFlags) error {
	if f.served.screen == nil {
		return usage(errors.New("to open the console, run ssh HOST without a command"))
	}
	l, err := f.load()
	if err != nil {
		return err
	}
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
	as := login{user: l.User}
	if len(l.PasswordCommand) > 0 {
		found, err := config.PasswordSources{LookupEnv: noEnv, Command: l.PasswordCommand}.Find(ctx)
		if err != nil {
			client.Close()
			return codedError{err, notSignedIn}
		}
		as.password, as.from = hdpclient.SecretOf(found.Password), found.From
	}
	_, err = c.open(ctx, client, f.auditFile(l.Settings), as, nil, nil)
	return err
}
