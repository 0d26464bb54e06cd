package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/serve/access"
)

// For tests that do not start a process.
var (
	ExitCode = exitCode
	SetHome  = setHome
	HintText = hintText

	ExitCodes = exitCodes

	OpenDescriptor = openDescriptor

	ErrUnchanged error = errUnchanged
)

// Execute runs the command line args in this process.
func Execute(ctx context.Context, args []string) error { return thisProcess().execute(ctx, args) }

// Report prints the error of a command, if any, and returns the exit code.
func Report(err error) int { return thisProcess().report(err) }

// InJSON prints an error as JSON.
func InJSON(stderr io.Writer, err error) error {
	return thisProcess().withOutput(io.Discard, stderr).inJSON(err)
}

// Root returns the command tree.
func Root() *cobra.Command { return rootCommand(thisProcess()) }

// Run runs a command in this process. The clock may be nil.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer, clock change.Clock) error {
	p := thisProcess().withOutput(stdout, stderr)
	p.clock = clock
	root := rootCommand(p)
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// MainWith runs a command in this process like one with this environment, and without a terminal. The
// clock may be nil.
func MainWith(ctx context.Context, args, environ []string, stdout, stderr io.Writer, clock change.Clock) int {
	p := thisProcess().withOutput(stdout, stderr)
	p.stdin, p.environ, p.clock = strings.NewReader(""), environ, clock
	p.lookupEnv = func(name string) (value string, set bool) {
		for _, v := range environ {
			if n, val, _ := strings.Cut(v, "="); n == name {
				value, set = val, true
			}
		}
		return value, set
	}
	return p.report(p.execute(ctx, args))
}

// Examine runs the doctor with these flags.
func Examine(ctx context.Context, flags map[string]string, out io.Writer, limit time.Duration) error {
	return examine(ctx, settingFlags{process: thisProcess().withOutput(out, io.Discard), values: flags}, limit)
}

func ProposeName(host string, taken ...string) string { return proposeName(host, taken) }

// Groups returns the titles of the groups of commands by their ids, and the names of the commands in
// order.
func Groups() (titles map[string]string, order []string) {
	titles = map[string]string{}
	for _, g := range commandGroups() {
		titles[g.id] = g.title
		order = append(order, g.commands...)
	}
	return titles, order
}

// IsSetting reports whether the flag is that of a setting.
func IsSetting(f *pflag.Flag) bool {
	_, is := f.Value.(*flagValue)
	return is
}

// AuditFile returns the default audit log.
func AuditFile() string { return thisProcess().auditFile(config.Settings{}) }

// ReadLines reads a list of accounts and returns its lines with their numbers.
func ReadLines(r io.Reader) (string, error) {
	lines, err := readLines(r)
	var texts []string
	for _, l := range lines {
		text := fmt.Sprintf("%d %s", l.number, l.text)
		if l.literal != "" {
			text += " or " + l.literal
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", "), err
}

// ReadFrom reads the file of --from and of a plan.
func ReadFrom(ctx context.Context, name string) (from, plan error) {
	_, from = (&accountArgs{from: name}).lines(ctx, nil)
	_, plan = factory{}.readPlan(ctx, name)
	return from, plan
}

// WriteTable prints accounts for people.
func WriteTable(w io.Writer, now time.Time, accounts ...account.Account) error {
	return writeTable(w, listing{accounts: accounts, now: now})
}

// BatchCode returns the exit code and outcome of a batch whose rows have these outcomes and codes, such
// as "refused 5".
func BatchCode(rows ...string) string {
	var all []row
	for _, text := range rows {
		var r row
		_, _ = fmt.Sscan(text, &r.outcome, &r.code)
		r.changed = r.outcome == "applied" || r.outcome == "differs"
		all = append(all, r)
	}
	code := batchCode(all)
	return fmt.Sprint(batchOutcome(all, code), " ", code)
}

// ServedSession is a session of the SSH service without a terminal.
type ServedSession struct {
	Login                  string // of the operator bob, "" if he names it
	PasswordCommand, Verbs []string
	Server, AuditFile      string
	Lists                  *desk.Lists // shared with other sessions; may be nil
	Stdin                  io.Reader
	Stdout, Stderr         io.Writer
}

// Run runs a command in the session and returns its exit code.
func (s ServedSession) Run(ctx context.Context, args ...string) int {
	p := &process{
		stdin: s.Stdin, stdout: s.Stdout, stderr: s.Stderr,
		lookupEnv: func(string) (string, bool) { return "", false },
		notify:    func(chan<- os.Signal) func() { return func() {} }, keepPipes: func() func() { return func() {} },
		served: &served{
			operator: access.Operator{Name: "bob", Login: s.Login, PasswordCommand: s.PasswordCommand, Verbs: s.Verbs},
			settings: func(flags map[string]string) (*config.Loaded, error) {
				flags["server"], flags["audit_file"] = s.Server, s.AuditFile
				return config.Load(config.Sources{Flags: flags})
			},
			locks: change.NewLocks(), auditID: "S1",
			lists: s.Lists, gate: hdpclient.NewGate(),
			settling: new(sync.Mutex), hasAbandoned: func() bool { return false }, log: slog.New(slog.DiscardHandler),
		},
		identity: file.Identity{Operator: "bob"},
		log:      slog.New(slog.DiscardHandler),
	}
	return p.report(p.execute(ctx, args))
}

// Ask asks a question that in answers.
func Ask(ctx context.Context, in io.Reader) (string, error) {
	return newFactory(settingFlags{process: &process{stdin: in, stderr: io.Discard}}, output{}).ask(ctx, "?")
}
