// Package setup reads serve.toml, the configuration of the SSH service. One table defines its options,
// their reference, and the file that hdpadmin serve init writes.
package setup

import (
	"cmp"
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
	"hdpadmin/internal/tomlfile"
)

// Setup is the configuration of the service.
type Setup struct {
	Path      string
	Listen    []string     // addresses with ports
	HostKey   string       // path of the private key
	Operators string       // path of the operators file
	Control   string       // path of the Unix socket for hdpadmin serve sessions
	Health    string       // loopback address with port, or path of a Unix socket; "": none
	Verbs     []string     // for operators without verbs of their own; nil: all
	Limits    serve.Limits // every option is set, the others have their defaults

	settings func(flags map[string]string) (*config.Loaded, error)
}

// Settings combines the settings of the service with the flags of one session.
func (s *Setup) Settings(flags map[string]string) (*config.Loaded, error) {
	if s.settings == nil {
		return nil, errors.New("the configuration cannot be read")
	}
	return s.settings(flags)
}

// Folders are the places of files that serve.toml does not name.
type Folders struct {
	State string // host key and audit log
	Run   string // sockets
	Home  string // the folder that ~ stands for; may be ""
}

// FoldersOf returns the folders for a configuration at path. A configuration below /etc is a system
// service's: its folders do not depend on who reads it. state is the folder for all others.
func FoldersOf(path, state, home string) Folders {
	if strings.HasPrefix(absolute(path), "/etc/") {
		return Folders{State: "/var/lib/hdpadmin", Run: "/run/hdpadmin", Home: home}
	}
	return Folders{State: state, Run: state, Home: home}
}

// Read reads the configuration. Either everything in it applies, or the error, of the type
// [tomlfile.Problems], lists everything that is wrong. verbs are all that exist; nil: they are not
// checked.
func Read(path string, f Folders, verbs []string) (*Setup, error) {
	return whole(Inspect(path, f, verbs))
}

// Inspect is [Read] for a report: it also returns what is right in a configuration with problems. An
// option that is wrong or cannot be read has its default, and there may be no settings.
func Inspect(path string, f Folders, verbs []string) (*Setup, error) {
	return parse(tomlfile.Read(absolute(path)), f, verbs)
}

// absolute keeps the paths in the file from depending on the folder that the service was started in.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// Parse is [Read] for the content of a file, whose owner and mode it cannot check.
func Parse(path string, raw []byte, f Folders, verbs []string) (*Setup, error) {
	return whole(parse(tomlfile.Parse(path, raw), f, verbs))
}

func whole(s *Setup, err error) (*Setup, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

const (
	limitsTable   = "limits"
	settingsTable = "settings"
)

// parser reads a document into a Setup.
type parser struct {
	*tomlfile.Document
	folders Folders
	verbs   []string // that exist
	made    *Setup
}

func parse(d *tomlfile.Document, f Folders, verbs []string) (*Setup, error) {
	p := parser{d, f, verbs, &Setup{Path: d.Path}}
	for _, o := range options() {
		o.byDefault(p)
	}
	if d.Content == nil {
		return p.made, d.Err()
	}
	p.readTable("", d.Content)
	if limits, is := p.table(limitsTable); is {
		p.readTable(limitsTable, limits, limitsTable)
	}
	p.readSettings()
	p.checkTogether()
	return p.made, d.Err()
}

func (p parser) table(name string) (map[string]any, bool) {
	content, some := p.Content[name]
	table, is := content.(map[string]any)
	if some && !is {
		p.Reportf(p.Line(name), "%s: must be a table, written [%s]", name, name)
	}
	return table, is
}

func (p parser) readTable(name string, content map[string]any, path ...string) {
	var known []string
	for _, o := range options() {
		if o.table == name {
			known = append(known, o.name)
		}
	}
	if name == "" {
		known = append(known, limitsTable, settingsTable)
	}
	for _, key := range p.Keys(content, path...) {
		line := p.Line(append(path, key)...)
		o, is := find(name, key)
		switch {
		case is:
			if err := o.read(p, content[key]); err != nil {
				for what := range strings.SplitSeq(err.Error(), "\n") {
					p.Reportf(line, "%s: %s", key, what)
				}
			}
		case name == "" && (key == limitsTable || key == settingsTable):
		case name == "" && isSetting(key):
			p.Reportf(line, "%s: belongs in the table [%s]", key, settingsTable)
		case isOption(key):
			p.Reportf(line, "%s: belongs %s", key, placeOf(key))
		default:
			p.ReportUnknown(line, key, known)
		}
	}
}

// refusedSettings returns the settings that make no sense in a service, and why.
func refusedSettings() map[string]string {
	const perOperator = "set it for each operator in the operators file"
	return map[string]string{
		"user":             "operators have their own: " + strings.Replace(perOperator, "it", "login", 1),
		"password_command": "the password belongs to an operator: " + perOperator,
		"password_file":    "the password belongs to an operator: set password_command in the operators file",
		"password":         "passwords are not accepted here: operators type theirs, or have a password_command in the operators file",
		"keyring":          "the service has no desktop keyring: set password_command in the operators file",
		"completion_cache": "a session has no shell that could complete names",
		"insecure":         "the service always checks the server's certificate: use ca_file",
		"config":           "a session reads no settings file",
		"profile":          "the service has one server and no profiles",
		"profiles":         "the service has one server and no profiles",
		"default_profile":  "the service has one server and no profiles",
		"keys":             "operators of the service share the keys in docs/keys.md",
		"clipboard_clear":  "the service cannot clear the clipboard of the operator's terminal",
	}
}

// readSettings reads [settings] as config does, and lets the sessions do the same.
func (p parser) readSettings() {
	state := p.folders.State
	table := p.Document
	if settings, is := p.Content[settingsTable].(map[string]any); is && settings["audit_file"] == nil && state != "" {
		settings["audit_file"] = filepath.Join(state, "audit.jsonl")
	}
	service := &config.ServiceTable{File: table, Name: settingsTable, Refused: refusedSettings()}
	p.made.settings = func(flags map[string]string) (*config.Loaded, error) {
		l, err := config.Load(config.Sources{Flags: flags, Service: service, Home: p.folders.Home})
		if err == nil && l.Server != "" {
			err = hdpclient.CheckAddress(l.Server)
		}
		return l, err
	}
	l, err := p.made.Settings(nil)
	line := p.Line(settingsTable)
	if err != nil {
		problems, are := errors.AsType[config.Problems](err)
		if !are {
			p.Reportf(p.Line(settingsTable, "server"), "server: %s", err)
		}
		for _, one := range problems {
			at, _ := strconv.Atoi(strings.TrimPrefix(one.Where, p.Path+":"))
			p.Report(cmp.Or(at, line), one.What)
		}
		return
	}
	if l.Server == "" {
		p.Reportf(line, "[%s] has no server: add server = \"https://hdp.example.com:8443\"", settingsTable)
	}
	if lock := l.IdleTimeout(); lock > 0 && p.made.Limits.Idle <= lock {
		p.Reportf(p.Line(limitsTable, "idle_end"), "idle_end is %s, and idle_lock is %s: a session must lock before it ends", short(p.made.Limits.Idle), short(lock))
	}
}

// checkTogether checks options that depend on each other.
func (p parser) checkTogether() {
	l := p.made.Limits
	if l.SessionsPerOperator > l.Sessions {
		p.Reportf(p.Line(limitsTable, "sessions_per_operator"), "sessions_per_operator is %d, but all operators together have only %d sessions", l.SessionsPerOperator, l.Sessions)
	}
	if l.ArrivingPerAddress > l.Arriving {
		p.Reportf(p.Line(limitsTable, "unauthenticated_per_address"), "unauthenticated_per_address is %d, but all addresses together have only %d", l.ArrivingPerAddress, l.Arriving)
	}
	if l.Idle > l.Longest {
		p.Reportf(p.Line(limitsTable, "idle_end"), "idle_end is %s, but no session is longer than %s", short(l.Idle), short(l.Longest))
	}
	if p.made.Health != "" && p.made.Health == p.made.Control {
		p.Report(p.Line("health"), "health: this is already the socket of control: use another path")
	}
}

// AccessOptions returns how to read the operators file with this configuration. verbs are all that
// exist; nil: they are not checked.
func (s *Setup) AccessOptions(verbs []string) access.Options {
	return access.Options{Verbs: verbs, DefaultVerbs: s.Verbs}
}
