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
	LastProfile string            // the profile to use where several could be, "" for none

	// Earlier are the flags that were given for another profile, which the operator has
	// gone on from; so was the environment. Nil: there was none.
	Earlier map[string]string

	// WrongKeys says what is wrong with bindings, by their actions. Nil: they are not
	// looked at.
	WrongKeys func([]Binding) map[string]string

	// CurrentAction returns the name of an action that older versions called otherwise,
	// "" for any other name. Nil: no action was renamed.
	CurrentAction func(string) string
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
	named = firstEntry("config", layers...)
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

	currentAction func(string) string // may be nil
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
		// Of a file that cannot be read, and a profile that was refused, it is not known.
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

// carryOver returns what counts once the operator has gone on to another profile, of what
// flags and environment gave before and what this profile has.
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

// firstEntry is the entry of the first layer that has one.
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
		s, known := findSetting(all, strings.ToLower(key))
		switch {
		case known && s.Env() == name:
			value, err := s.parseText(text)
			if err != nil {
				wrong = append(wrong, Problem{name, err.Error()})
				continue
			}
			read[s.Name] = entry{value, Origin{fromEnv, name}}
		case key == "PASSWORD":
			wrong = append(wrong, Problem{name, "put the password in " + PasswordEnv})
		case known && s.where&inEnv == 0 && s.Flag() != "":
			wrong = append(wrong, Problem{name, fmt.Sprintf("applies to a single run; use --%s", s.Flag())})
		default:
			near := ""
			if s, is := findSetting(all, nearest(key, settingNames(all, inEnv))); is {
				near = "; did you mean " + s.Env() + "?"
			}
			wrong = append(wrong, Problem{clean(name), "unknown setting" + near})
		}
	}
	return read, wrong
}

// declaresProfile reports whether the file has such a profile, good or not.
func (d *document) declaresProfile(name string) bool {
	return d.lines[joinPath([]string{"profiles", name})] > 0
}

func (d *document) unknownProfile(name string) string {
	text := "unknown profile " + quote(name)
	list := d.profileNames()
	if len(list) == 0 {
		return text + "; " + d.path + " has no profiles"
	}
	return fmt.Sprintf("%s; there are %s%s", text, strings.Join(list, ", "), Suggest(name, list))
}

// checkCombined holds the settings against each other.
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

// problemWith is one with a setting in the words of its source.
func (l *Loaded) problemWith(name, what string) Problem {
	o := l.Origin(name)
	if o.rank == fromTop || o.rank == fromProfile {
		what = name + ": " + what
	}
	return Problem{o.String(), what}
}

// applyDerived does what follows from the settings, and says what is worth knowing.
func (l *Loaded) applyDerived(profile, top layer) {
	if l.ClientKey == "" {
		l.ClientKey = l.ClientCert
	}
	if l.Concurrency >= RiskyConcurrency {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: concurrency is %d: if your password changes during a batch, that many sign-ins fail at once, "+
			"and HDP locks you out after three, unless it is configured otherwise", l.Origin("concurrency"), l.Concurrency))
	}
	if space := credential.EdgeSpace(l.User); space != "" {
		l.Notices = append(l.Notices, fmt.Sprintf("%s: the login %s", l.Origin("user"), space))
	}
	l.dropForeignCommand(profile, top)
}

// dropForeignCommand keeps the file's password_command from an account that it is not
// for: with a wrong password an attempt at somebody's account is lost, and with
// the right one another server gets it.
func (l *Loaded) dropForeignCommand(profile, top layer) {
	from := l.Origin("password_command")
	if len(l.PasswordCommand) == 0 || from.rank >= fromEnv {
		return
	}
	for _, name := range []string{"server", "user"} {
		written := firstEntry(name, profile, top)
		if written.value == nil || written.value == l.values[name].value {
			continue
		}
		l.Notices = append(l.Notices, fmt.Sprintf("%s: password_command is not run: it belongs to the %s at %s, and %s sets another",
			from, name, written.origin, l.Origin(name)))
		l.PasswordCommand = nil
		return
	}
}

// Origin is where the value of a setting came from.
func (l *Loaded) Origin(name string) Origin { return l.values[name].origin }

// IsSet reports whether a setting was set anywhere, if only to its default.
func (l *Loaded) IsSet(name string) bool { return l.Origin(name).rank != byDefault }
