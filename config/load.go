package config

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"hdpadmin/internal/credential"
)

// Sources is where settings come from.
type Sources struct {
	Flags       map[string]string // those that were given, by the name of their setting
	Environ     []string          // NAME=value, as of os.Environ
	DefaultFile string            // the settings file where none is named; it need not exist
	Home        string            // the folder that ~ is in paths of the file; may be ""
	LastUsed    string            // the profile to use where several could be, "" for none

	// Earlier are the flags that were given for another profile, which the operator has
	// gone on from; so was the environment. Nil: there was none.
	Earlier map[string]string

	// WrongKeys says what is wrong with bindings, by their actions. Nil: they are not
	// looked at.
	WrongKeys func([]Binding) map[string]string
}

// File is the settings file, which need not exist.
func (src Sources) File() string {
	onLine, _ := readFlags(All(), src.Flags)
	environment, _ := readEnv(All(), src.Environ)
	file, _ := src.file(onLine, environment)
	return file
}

// file is the settings file, and where it was named, if it was.
func (src Sources) file(layers ...layer) (path string, named entry) {
	named = first("config", layers...)
	if path, is := named.value.(string); is && path != "" {
		return path, named
	}
	return src.DefaultFile, entry{}
}

// rank is a kind of source. What is in a later one goes before what is in an
// earlier one.
type rank uint8

const (
	byDefault rank = iota
	fromTop
	fromProfile
	fromEnv
	fromFlag
)

// Origin is where a value came from.
type Origin struct {
	rank  rank
	where string // --flag, VARIABLE, or file:line
}

// String is the flag, the variable, file:line, or the word "default".
func (o Origin) String() string {
	if o.rank == byDefault {
		return "default"
	}
	return o.where
}

// layer is what one source gives, by the names of the settings.
type layer map[string]entry

type entry struct {
	value  any
	origin Origin
}

// Loaded are the settings with where they came from.
type Loaded struct {
	Settings
	File     string // the settings file, which exists only if FileRead
	FileRead bool
	Profile  string   // the one in use, "" for none
	Profiles []string // those there are
	Notices  []string // what the operator should know before it starts, a line each

	values layer // of every setting
	all    []Setting
}

// Load puts the settings together: flags go before the environment, that before
// the profile, that before the top of the file, and that before the defaults. The
// error is Problems where settings are wrong: all of them, in every source and in
// every profile.
func Load(src Sources) (*Loaded, error) {
	all := All()
	onLine, wrongFlags := readFlags(all, src.Flags)
	environment, wrongEnv := readEnv(all, src.Environ)
	earlier, _ := readFlags(all, src.Earlier) // they were right when they were given
	l := &Loaded{all: all}
	path, named := src.file(onLine, earlier, environment)
	l.File = path
	doc, err := &document{}, error(nil)
	if path != "" {
		doc, err = readDocument(path, src.Home, all)
	}
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
	l.Profiles = doc.names()
	l.Keys = doc.keys
	doc.checkKeys(src.WrongKeys)
	wrong := slices.Concat(doc.wrong, wrongEnv, wrongFlags)
	asked := first("profile", onLine, environment)
	if asked.value == nil {
		asked = first("default_profile", doc.top)
	}
	switch name, is := asked.value.(string); {
	case is && name == "":
	case is && doc.profiles[name] == nil:
		// Of a file that cannot be read, and a profile that was refused, it is not known.
		if !doc.broken && !doc.declares(name) {
			wrong = append(wrong, Problem{asked.origin.where, doc.noProfile(name)})
		}
	case is:
		l.Profile = name
	case len(l.Profiles) == 1:
		l.Profile = l.Profiles[0]
	case doc.profiles[src.LastUsed] != nil && first("server", onLine, environment, doc.top).value == nil:
		l.Profile = src.LastUsed
	}
	profile := doc.profiles[l.Profile]
	l.values = layer{}
	for _, s := range all {
		if s.field == nil {
			continue
		}
		e := first(s.Name, onLine, environment, profile, doc.top)
		if src.Earlier != nil {
			e = s.goneOn(earlier, environment, first(s.Name, onLine, profile, doc.top), &l.Settings)
		}
		if e.value == nil {
			e.value = s.initial()
		}
		l.values[s.Name] = e
		s.put(&l.Settings, e.value)
	}
	if len(wrong) == 0 {
		wrong = l.together()
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	l.settle(profile, doc.top)
	return l, nil
}

// goneOn returns what counts once the operator has gone on to another profile, of what
// flags and environment gave before and what this profile has.
func (s Setting) goneOn(flags, environment layer, own entry, all *Settings) entry {
	before := first(s.Name, flags, environment)
	compared := own.value
	if compared == nil {
		compared = s.initial()
	}
	switch {
	case before.value == nil:
	case s.kept, s.stricter != nil && s.stricter(before.value, compared):
		return before
	case s.besides != nil && before.value != compared:
		s.besides(all, before.value)
	case s.stricter == nil && own.value == nil && !s.Secret:
		return first(s.Name, environment)
	}
	return own
}

// first is the entry of the first layer that has one.
func first(name string, layers ...layer) entry {
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
		value, err := s.fromText(text)
		if err != nil {
			wrong = append(wrong, Problem{"--" + s.Flag(), err.Error()})
			continue
		}
		read[s.Name] = entry{value, Origin{fromFlag, "--" + s.Flag()}}
	}
	return read, wrong
}

// readEnv takes an empty variable for one that is not set.
func readEnv(all []Setting, environ []string) (layer, Problems) {
	read, wrong := layer{}, Problems(nil)
	for _, variable := range slices.Sorted(slices.Values(environ)) {
		name, text, _ := strings.Cut(variable, "=")
		key, ours := strings.CutPrefix(name, EnvPrefix)
		if !ours || text == "" {
			continue
		}
		s, known := find(all, strings.ToLower(key))
		switch {
		case known && s.Env() == name:
			value, err := s.fromText(text)
			if err != nil {
				wrong = append(wrong, Problem{name, err.Error()})
				continue
			}
			read[s.Name] = entry{value, Origin{fromEnv, name}}
		case key == "PASSWORD":
			wrong = append(wrong, Problem{name, "the password is in " + PasswordEnv})
		case known && s.where&inEnv == 0 && s.Flag() != "":
			wrong = append(wrong, Problem{name, fmt.Sprintf("is for one run alone: give --%s to the command", s.Flag())})
		default:
			near := ""
			if s, is := find(all, nearest(key, names(all, inEnv))); is {
				near = "; did you mean " + s.Env() + "?"
			}
			wrong = append(wrong, Problem{clean(name), "is no setting" + near})
		}
	}
	return read, wrong
}

// declares reports whether the file has such a profile, good or not.
func (d *document) declares(name string) bool { return d.lines[joined([]string{"profiles", name})] > 0 }

func (d *document) noProfile(name string) string {
	text := "there is no profile " + quote(name)
	list := d.names()
	if len(list) == 0 {
		return text + ", and none at all in " + d.path
	}
	return fmt.Sprintf("%s among %s%s", text, strings.Join(list, ", "), Meant(name, list))
}

// together holds the settings against each other.
func (l *Loaded) together() Problems {
	var wrong Problems
	if err := l.checkScheme(); err != nil {
		wrong = append(wrong, l.problem("server", err.Error()))
	}
	if l.ClientKey != "" && l.ClientCert == "" {
		wrong = append(wrong, l.problem("client_key", "is the key to no certificate: client_cert is not set"))
	}
	if l.Debug && l.LogFile == "" {
		wrong = append(wrong, l.problem("debug", "there is no log: log_file is not set"))
	}
	return wrong
}

// problem is one with a setting in the words of its source.
func (l *Loaded) problem(name, what string) Problem {
	o := l.Origin(name)
	if o.rank == fromTop || o.rank == fromProfile {
		what = name + ": " + what
	}
	return Problem{o.String(), what}
}

// settle does what follows from the settings, and says what is worth knowing.
func (l *Loaded) settle(profile, top layer) {
	if l.ClientKey == "" {
		l.ClientKey = l.ClientCert
	}
	if l.Concurrency >= RiskyConcurrency {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: concurrency is %d: if your password is changed while a batch runs, that many sign-ins fail at once, "+
			"and HDP locks you out after three unless it was told otherwise", l.Origin("concurrency"), l.Concurrency))
	}
	if space := credential.EdgeSpace(l.User); space != "" {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: the login %s", l.Origin("user"), space))
	}
	l.holdCommand(profile, top)
}

// holdCommand keeps the file's password_command from an account that it is not
// for: with a wrong password an attempt at somebody's account is lost, and with
// the right one another server gets it.
func (l *Loaded) holdCommand(profile, top layer) {
	from := l.Origin("password_command")
	if len(l.PasswordCommand) == 0 || from.rank >= fromEnv {
		return
	}
	for _, name := range []string{"server", "user"} {
		written := first(name, profile, top)
		if written.value == nil || written.value == l.values[name].value {
			continue
		}
		l.Notices = append(l.Notices, fmt.Sprintf("%s: password_command is not run: it is for the %s of %s, and %s gives another",
			from, name, written.origin, l.Origin(name)))
		l.PasswordCommand = nil
		return
	}
}

// Origin is where the value of a setting came from.
func (l *Loaded) Origin(name string) Origin { return l.values[name].origin }

// IsSet reports whether a setting was set anywhere, if only to its default.
func (l *Loaded) IsSet(name string) bool { return l.Origin(name).rank != byDefault }
