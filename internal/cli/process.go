package cli

import (
	"cmp"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"syscall"

	"github.com/adrg/xdg"
	"github.com/charmbracelet/x/term"

	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// process is what a command uses of the process that it runs in. This file alone uses the real one.
type process struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string // NAME=value
	lookupEnv      func(string) (value string, set bool)
	home           string // the folder that ~ stands for, "" if there is none
	paths          paths
	identity       file.Identity // for audit entries: who runs the command, and where
	clock          change.Clock  // for how long a lost answer is looked for; nil: the machine's
	served         *served       // nil: not a session of the SSH service
	log            *slog.Logger  // nil: the settings say where to log

	// notify relays the signals that end a command, until stop is called.
	notify func(chan<- os.Signal) (stop func())
	// keepPipes makes a write to a closed pipe return an error, instead of a signal, until stop is
	// called.
	keepPipes func() (stop func())
}

// paths are the default places of files, "" for one that is not known.
type paths struct{ settings, lastProfile, auditLog, names string }

// thisProcess returns the process that hdpadmin was started as.
func thisProcess() *process {
	home, _ := os.UserHomeDir() // without a home, ~ is an ordinary folder name
	p := &process{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(), lookupEnv: os.LookupEnv, home: home,
		paths: paths{
			settings:    pathInHome(home, xdg.ConfigHome, "XDG_CONFIG_HOME", "config.toml"),
			lastProfile: pathInHome(home, xdg.StateHome, "XDG_STATE_HOME", "last-profile"),
			auditLog:    pathInHome(home, xdg.StateHome, "XDG_STATE_HOME", "audit.jsonl"),
			names:       pathInHome(home, xdg.CacheHome, "XDG_CACHE_HOME", "names"),
		},
		identity: file.Identity{PID: os.Getpid(), SSH: os.Getenv("SSH_CONNECTION"), Version: version()},
		notify:   notify, keepPipes: keepPipes,
	}
	// Missing either is not worth an error.
	p.identity.Host, _ = os.Hostname()
	if u, err := user.Current(); err == nil {
		p.identity.OSUser = u.Username
	}
	return p
}

// pathInHome returns "" if neither the home nor the variable, which replaces the folder in
// it, is known.
func pathInHome(home, folder, variable, file string) string {
	if cmp.Or(home, os.Getenv(variable)) == "" {
		return ""
	}
	return filepath.Join(folder, "hdpadmin", file)
}

// setHome takes a missing HOME, as in some services and containers, from the user
// database. Otherwise the settings and the audit log would be searched for in the root
// folder.
func setHome(current func() (*user.User, error)) {
	if home, err := os.UserHomeDir(); err == nil && home != "" {
		return
	}
	if u, err := current(); err == nil && filepath.IsAbs(u.HomeDir) {
		_ = os.Setenv("HOME", u.HomeDir) // it accepts any value
		xdg.Reload()
	}
}

func notify(to chan<- os.Signal) (stop func()) {
	signal.Notify(to, syscall.SIGINT, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup ignores it, so that the command outlives the terminal
		signal.Notify(to, syscall.SIGHUP)
	}
	return func() { signal.Stop(to) }
}

func keepPipes() (stop func()) {
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	return func() { signal.Stop(pipe) }
}

// getenv returns the value of a variable, "" if it is not set.
func (p *process) getenv(name string) string {
	value, _ := p.lookupEnv(name)
	return value
}

// withOutput returns a copy of p with other output streams.
func (p *process) withOutput(stdout, stderr io.Writer) *process {
	other := *p
	other.stdout, other.stderr = stdout, stderr
	return &other
}

// unchecked returns the stream below a checkedWriter.
func unchecked(stream io.Writer) io.Writer {
	if o, is := stream.(*checkedWriter); is {
		return o.to
	}
	return stream
}

// descriptor returns the descriptor of a stream, or an invalid one if it has none.
func descriptor(stream any) uintptr {
	if w, is := stream.(io.Writer); is {
		stream = unchecked(w)
	}
	if f, is := stream.(interface{ Fd() uintptr }); is {
		return f.Fd()
	}
	return ^uintptr(0)
}

func isTerminal(stream any) bool { return term.IsTerminal(descriptor(stream)) }
