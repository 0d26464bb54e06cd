package config

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"hdpadmin/internal/credential"
	"hdpadmin/internal/tomlfile"
)

// Sources lists where settings come from.
type Sources struct {
	Flags       map[string]string // the flags that were given, by the name of the setting
	Environ     []string          // NAME=value, as from os.Environ
	DefaultFile string            // the settings file if none is named; it need not exist
	Home        string            // the folder that ~ stands for in the file; may be ""
	LastProfile string            // the profile to use if there are several; "" for none

	// Service replaces the settings file. Nil: there is a file.
	Service *ServiceTable

	// Earlier holds the flags that were given before the operator switched profiles. They,
	// and the environment, were for the first profile. Nil before a switch.
	Earlier map[string]string

	// WrongKeys returns what is wrong with bindings, by action. Nil skips the check.
	WrongKeys func([]Binding) map[string][]string

	// CurrentAction returns the current name of a renamed action, "" for any other name. Nil
	// if no action was renamed.
	CurrentAction func(string) string
}

// ServiceTable is a table with settings in the file of a service.
type ServiceTable struct {
	File    *tomlfile.Document
	Name    string
	Refused map[string]string // settings that the service has no use for, and why
}

// File returns the path of the settings file, which need not exist.
func (src Sources) File() string {
	onLine, _ := readFlags(All(), src.Flags)
	environment, _ := readEnv(All(), src.Environ)
	file, _ := src.file(onLine, environment)
	return file
}

func (src Sources) file(layers ...layer) (path string, named entry) {
	named = firstEntry("config", layers...)
	if path, is := named.value.(string); is && path != "" {
		return path, named
	}
	return src.DefaultFile, entry{}
}

// rank is a kind of source. A higher rank overrides a lower one.
type rank uint8

const (
	byDefault rank = iota
	fromTop
	fromProfile
	fromEnv
	fromFlag
)

// origin says where a value came from.
type origin struct {
	rank  rank
	where string // --flag, VARIABLE, or file:line
}

// String returns the flag, the variable, file:line, or "default".
func (o origin) String() string {
	if o.rank == byDefault {
		return "default"
	}
	return o.where
}

// layer holds the values of one source, by the names of the settings.
type layer map[string]entry

type entry struct {
	value  any
	origin origin
}

// Loaded holds the settings and where they came from.
type Loaded struct {
	Settings
	File     string // path of the settings file, which exists only if FileRead
	FileRead bool
	Profile  string   // profile in use, "" for none
	Profiles []string // all profiles of the file
	Notices  []string // what the operator should know before the console starts, one line each

	values layer // value of every setting
	all    []Setting

	currentAction func(string) string // may be nil
}

// Load combines the sources, highest precedence first: flags, environment, profile, top of
// the file, defaults. If settings are wrong, the error is [Problems] and lists all of them,
// in every source and every profile.
func Load(src Sources) (*Loaded, error) {
	all := All()
	onLine, wrongFlags := readFlags(all, src.Flags)
	environment, wrongEnv := readEnv(all, src.Environ)
	earlier, _ := readFlags(all, src.Earlier) // they were checked when they were given
	l := &Loaded{all: all}
	path, named := src.file(onLine, earlier, environment)
	doc, err := &document{}, error(nil)
	switch {
	case src.Service != nil:
		path, named, doc = src.Service.File.Path, entry{}, src.Service.read(src.Home, all)
	case path != "":
		doc, err = readDocument(path, src.Home, all)
	}
	l.File = path
	switch {
	case err == nil:
		l.FileRead = path != ""
	case named.value == nil && errors.Is(err, fs.ErrNotExist):
		doc = &document{path: l.File}
	case named.value == nil:
		return nil, err
	default:
		return nil, fmt.Errorf("%s: %w", named.origin, err)
	}
	l.Profiles = doc.profileNames()
	l.Keys, l.currentAction = doc.keys, src.CurrentAction
	doc.checkKeys(src.WrongKeys)
	wrong := slices.Concat(doc.problems, wrongEnv, wrongFlags)
	asked := firstEntry("profile", onLine, environment)
	if asked.value == nil {
		asked = firstEntry("default_profile", doc.top)
	}
	switch name, is := asked.value.(string); {
	case is && name == "":
	case is && doc.profiles[name] == nil:
		// Unknown if the file is broken, and wrong if the profile exists but has an error.
		if !doc.broken && !doc.declaresProfile(name) {
			wrong = append(wrong, Problem{asked.origin.where, doc.unknownProfile(name)})
		}
	case is:
		l.Profile = name
	case len(l.Profiles) == 1:
		l.Profile = l.Profiles[0]
	case doc.profiles[src.LastProfile] != nil && firstEntry("server", onLine, environment, doc.top).value == nil:
		l.Profile = src.LastProfile
	}
	profile := doc.profiles[l.Profile]
	l.values = layer{}
	for _, s := range all {
		if s.field == nil {
			continue
		}
		e := firstEntry(s.Name, onLine, environment, profile, doc.top)
		if src.Earlier != nil {
			e = s.carryOver(earlier, environment, firstEntry(s.Name, onLine, profile, doc.top), &l.Settings)
		}
		if e.value == nil {
			e.value = s.defaultValue()
		}
		l.values[s.Name] = e
		s.store(&l.Settings, e.value)
	}
	if len(wrong) == 0 {
		wrong = l.checkCombined()
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	l.applyDerived(profile, doc.top)
	return l, nil
}

// carryOver chooses, after a switch of profiles, between the value that flags and
// environment gave before and the new profile's own.
func (s Setting) carryOver(flags, environment layer, own entry, all *Settings) entry {
	before := firstEntry(s.Name, flags, environment)
	compared := own.value
	if compared == nil {
		compared = s.defaultValue()
	}
	switch {
	case before.value == nil:
	case s.personal, s.isStricter != nil && s.isStricter(before.value, compared):
		return before
	case s.addEarlier != nil && before.value != compared:
		s.addEarlier(all, before.value)
	case s.isStricter == nil && own.value == nil && !s.Secret:
		return firstEntry(s.Name, environment)
	}
	return own
}

func firstEntry(name string, layers ...layer) entry {
	for _, l := range layers {
		if e, has := l[name]; has {
			return e
		}
	}
	return entry{}
}

func readFlags(all []Setting, given map[string]string) (layer, Problems) {
	read, wrong := layer{}, Problems(nil)
	for _, s := range all {
		text, is := given[s.Name]
		if !is {
			continue
		}
		value, err := s.parseText(text)
		if err != nil {
			wrong = append(wrong, Problem{"--" + s.Flag(), err.Error()})
			continue
		}
		read[s.Name] = entry{value, origin{fromFlag, "--" + s.Flag()}}
	}
	return read, wrong
}

// readEnv treats an empty variable as not set.
func readEnv(all []Setting, environ []string) (layer, Problems) {
	read, wrong := layer{}, Problems(nil)
	for _, variable := range slices.Sorted(slices.Values(environ)) {
		name, text, _ := strings.Cut(variable, "=")
		key, ours := strings.CutPrefix(name, EnvPrefix)
		if !ours || text == "" || name == NoInputEnv {
			continue
		}
		s, known := findSetting(all, strings.ToLower(key))
		switch {
		case known && s.Env() == name:
			value, err := s.parseText(text)
			if err != nil {
				wrong = append(wrong, Problem{name, err.Error()})
				continue
			}
			read[s.Name] = entry{value, origin{fromEnv, name}}
		case key == "PASSWORD":
			wrong = append(wrong, Problem{name, "put the password in " + PasswordEnv})
		case known && s.where&inEnv == 0 && s.Flag() != "":
			wrong = append(wrong, Problem{name, fmt.Sprintf("applies to a single run; use --%s", s.Flag())})
		default:
			near := ""
			if s, is := findSetting(all, tomlfile.Nearest(key, settingNames(all, inEnv))); is {
				near = "; did you mean " + s.Env() + "?"
			}
			wrong = append(wrong, Problem{clean(name), "unknown setting" + near})
		}
	}
	return read, wrong
}

// declaresProfile also finds profiles with errors.
func (d *document) declaresProfile(name string) bool {
	return d.lines.Has("profiles", name)
}

func (d *document) unknownProfile(name string) string {
	text := "unknown profile " + quote(name)
	list := d.profileNames()
	if len(list) == 0 {
		return text + "; " + d.path + " has no profiles"
	}
	return fmt.Sprintf("%s; choose from %s%s", text, strings.Join(list, ", "), Suggest(name, list))
}

// checkCombined checks settings that depend on each other.
func (l *Loaded) checkCombined() Problems {
	var wrong Problems
	if err := l.checkScheme(); err != nil {
		wrong = append(wrong, l.problemWith("server", err.Error()))
	}
	if l.ClientKey != "" && l.ClientCert == "" {
		wrong = append(wrong, l.problemWith("client_key", "needs client_cert, which is not set"))
	}
	if l.Debug && l.LogFile == "" {
		wrong = append(wrong, l.problemWith("debug", "needs log_file, which is not set"))
	}
	return wrong
}

func (l *Loaded) problemWith(name, what string) Problem {
	o := l.origin(name)
	if o.rank == fromTop || o.rank == fromProfile {
		what = name + ": " + what
	}
	return Problem{o.String(), what}
}

// applyDerived fills in values that follow from others, and adds the notices.
func (l *Loaded) applyDerived(profile, top layer) {
	if l.ClientKey == "" {
		l.ClientKey = l.ClientCert
	}
	if l.Concurrency >= riskyConcurrency {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: concurrency is %d: if your password changes during a batch, that many sign-ins fail at once, "+
			"and HDP locks you out after three, unless it is configured otherwise", l.origin("concurrency"), l.Concurrency))
	}
	if space := credential.EdgeSpace(l.User); space != "" {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: the user name %s", l.origin("user"), space))
	}
	l.dropForeignCommand(profile, top)
}

// dropForeignCommand drops the file's password_command if it is for another login or
// server: a wrong password costs that account an attempt, and a right one would be sent
// to the wrong server.
func (l *Loaded) dropForeignCommand(profile, top layer) {
	from := l.origin("password_command")
	if len(l.PasswordCommand) == 0 || from.rank >= fromEnv {
		return
	}
	for _, name := range []string{"server", "user"} {
		written := firstEntry(name, profile, top)
		if written.value == nil || written.value == l.values[name].value {
			continue
		}
		l.Notices = append(l.Notices, fmt.Sprintf("%s: password_command is not run: it is for the %s at %s, and %s sets another",
			from, name, written.origin, l.origin(name)))
		l.PasswordCommand = nil
		return
	}
}

// origin returns where the value of a setting came from.
func (l *Loaded) origin(name string) origin { return l.values[name].origin }

// IsSet reports whether a setting was set anywhere, even to its default.
func (l *Loaded) IsSet(name string) bool { return l.origin(name).rank != byDefault }
