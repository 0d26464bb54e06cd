package access

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // for machines without a time zone database

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/credential"
	"hdpadmin/internal/tomlfile"
)

// Options says what the operators file may use of the rest of the configuration.
type Options struct {
	Verbs        []string // every verb that exists; nil: names of verbs are not checked
	DefaultVerbs []string // for operators without verbs; nil: all
}

// Read reads the operators file. Either everything in it applies, or the error, of the type
// [tomlfile.Problems], lists everything that is wrong.
func Read(path string, opts Options) (*Operators, error) {
	return parse(tomlfile.Read(path), opts)
}

// Parse is [Read] for the content of a file, whose owner and mode it cannot check.
func Parse(path string, raw []byte, opts Options) (*Operators, error) {
	return parse(tomlfile.Parse(path, raw), opts)
}

// The names of tables and keys.
const (
	operatorsTable = "operators"
	caTable        = "ca"
	revokedKeys    = "revoked_keys"
	revokedSerials = "revoked_serials"
)

func operatorKeys() []string {
	return []string{"keys", "principals", "from", "expires", "login", "attribution", "password_command", "time_zone", "verbs"}
}

// parser builds Operators from a document, and remembers where keys and names are.
type parser struct {
	*tomlfile.Document
	opts  Options
	made  *Operators
	owner map[string]use // of keys
}

// use says who has a key, and where.
type use struct {
	who  string
	line int
}

func parse(d *tomlfile.Document, opts Options) (*Operators, error) {
	p := parser{d, opts, &Operators{keys: map[string]int{}, revoked: map[string]bool{}}, map[string]use{}}
	p.readAll()
	if err := d.Err(); err != nil {
		return nil, err
	}
	return p.made, nil
}

func (p *parser) readAll() {
	for _, name := range p.Keys(p.Content) {
		value := p.Content[name]
		switch name {
		case operatorsTable, caTable: // CAs are read before operators, who name them
		case revokedKeys:
			for i, text := range p.list(value, "fingerprints or keys", name) {
				if fingerprint, err := parseFingerprint(text); err != nil {
					p.Reportf(p.Line(name, tomlfile.Index(i)), "%s: %s", name, err)
				} else {
					p.made.revoked[fingerprint] = true
				}
			}
		default:
			p.ReportUnknown(p.Line(name), name, []string{operatorsTable, caTable, revokedKeys})
		}
	}
	p.eachTable(caTable, p.readCA)
	p.eachTable(operatorsTable, p.readOperator)
	slices.SortFunc(p.made.all, func(a, b Operator) int { return strings.Compare(a.Name, b.Name) })
	for i, o := range p.made.all {
		for _, k := range o.keys {
			p.made.keys[string(k.key.Marshal())] = i
			if p.made.revoked[k.fingerprint] {
				p.made.Notices = append(p.made.Notices, fmt.Sprintf("%s:%d: this key of %s is in revoked_keys, so it cannot sign in", p.Path, k.line, o.Name))
			}
		}
	}
	p.compareOperators()
}

// eachTable calls read for each table below [name], such as [operators.bob].
func (p *parser) eachTable(name string, read func(table map[string]any, path ...string)) {
	content, some := p.Content[name]
	if !some {
		return
	}
	tables, is := content.(map[string]any)
	if !is {
		p.Reportf(p.Line(name), "%s: must be tables such as [%s.bob]", name, name)
		return
	}
	for _, one := range p.Keys(tables, name) {
		line := p.Line(name, one)
		table, is := tables[one].(map[string]any)
		switch {
		case !is:
			p.Reportf(line, "%s: %q must be a table such as [%s.bob]", name, one, name)
		case !isName(one):
			p.Reportf(line, "%s: %q is not a valid name: use up to %d ASCII letters, digits, and . _ - @", name, one, longestName)
		default:
			read(table, name, one)
		}
	}
}

const longestName = 64

// isName accepts names that cannot be confused in a log.
func isName(name string) bool {
	return name != "" && len(name) <= longestName && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-@", r)
	})
}

func (p *parser) readCA(table map[string]any, path ...string) {
	ca := authority{name: path[1], serials: map[uint64]bool{}}
	for _, key := range p.Keys(table, path...) {
		at := append(slices.Clip(path), key)
		switch key {
		case "keys":
			ca.keys = p.keyList(table[key], "the CA "+ca.name, at...)
		case revokedSerials:
			p.readSerials(ca, table[key], at...)
		case revokedKeys:
			p.Reportf(p.Line(at...), "%s: belongs at the top of the file: a revoked key signs in nowhere", key)
		default:
			p.ReportUnknown(p.Line(at...), key, []string{"keys", revokedSerials})
		}
	}
	if _, some := table["keys"]; !some {
		p.Reportf(p.Line(path...), "the CA %s has no keys: add keys = [\"ssh-ed25519 AAAA…\"]", ca.name)
	}
	p.made.cas = append(p.made.cas, ca)
}

// readSerials also accepts text, because TOML has no numbers from 2⁶³ on.
func (p *parser) readSerials(ca authority, value any, path ...string) {
	list, is := value.([]any)
	if !is {
		p.Reportf(p.Line(path...), "%s: must be a list of numbers such as [4711]", revokedSerials)
		return
	}
	for i, v := range list {
		serial, err := strconv.ParseUint(fmt.Sprint(v), 10, 64)
		if err != nil {
			p.Reportf(p.Line(append(slices.Clip(path), tomlfile.Index(i))...), "%s: must be a list of numbers such as [4711]", revokedSerials)
			continue
		}
		ca.serials[serial] = true
	}
}

// keyList reads a list of keys. Every key of the file has one owner, so that it stands for one
// operator, and is revoked in one place.
func (p *parser) keyList(value any, owner string, path ...string) (keys []listed) {
	for i, text := range p.list(value, "keys", path...) {
		line := p.Line(append(slices.Clip(path), tomlfile.Index(i))...)
		key, err := parseKey(text)
		if err != nil {
			for what := range strings.SplitSeq(err.Error(), "\n") {
				p.Report(line, what)
			}
			continue
		}
		name := string(key.Marshal())
		if first, twice := p.owner[name]; twice {
			p.Reportf(line, "this key of %s is also the key of %s in line %d: each key belongs to one operator or CA", owner, first.who, first.line)
			continue
		}
		p.owner[name] = use{owner, line}
		keys = append(keys, listed{key, ssh.FingerprintSHA256(key), line})
	}
	return keys
}

func (p *parser) readOperator(table map[string]any, path ...string) {
	o := Operator{Name: path[1], line: p.Line(path...), Verbs: p.opts.DefaultVerbs}
	for _, key := range p.Keys(table, path...) {
		at := append(slices.Clip(path), key)
		p.readField(&o, key, table[key], at...)
	}
	if expires, some := table["expires"]; some { // after the time zone
		o.Expires = p.expiry(expires, o.TimeZone, append(slices.Clip(path), "expires")...)
	}
	hasKey, hasPrincipal := table["keys"] != nil, table["principals"] != nil
	switch {
	case !hasKey && !hasPrincipal:
		p.Reportf(o.line, "%s cannot sign in without keys or principals: add them", o.Name)
	case o.PasswordCommand != nil && o.Login == "":
		p.Reportf(p.Line(append(slices.Clip(path), "password_command")...), "password_command: needs login, the HDP login that the password is for")
	}
	if o.Attribution == Service {
		line := p.Line(append(slices.Clip(path), "attribution")...)
		if o.Login == "" {
			p.Report(line, "attribution: a service login needs login")
		}
		if o.Verbs == nil {
			p.Report(line, "attribution: a service login needs verbs, to limit what can be done with it")
		}
	}
	p.made.all = append(p.made.all, o)
}

func (p *parser) readField(o *Operator, key string, value any, path ...string) {
	line := p.Line(path...)
	switch key {
	case "keys":
		o.keys = p.keyList(value, o.Name, path...)
	case "principals":
		o.principals = p.principalLists(value, path...)
	case "from":
		o.From = []netip.Prefix{}
		for i, text := range p.list(value, "networks", path...) {
			network, err := parseNetwork(text)
			if err != nil {
				p.Reportf(p.Line(append(slices.Clip(path), tomlfile.Index(i))...), "from: %s", err)
			}
			o.From = append(o.From, network)
		}
	case "expires":
	case "login":
		text, ok := p.text(value, path...)
		login, err := credential.CleanLogin(text)
		switch {
		case ok && err != nil:
			p.Reportf(line, "login: %s", err)
		case ok && login == "":
			p.Report(line, "login: is empty: leave it out, and the session asks for it")
		}
		o.Login = login
	case "attribution":
		if text, ok := p.text(value, path...); ok && text != Service {
			p.Reportf(line, "attribution: %q is not known: write \"service\" for an HDP login that several operators share, or leave it out", text)
		} else {
			o.Attribution = text
		}
	case "password_command":
		o.PasswordCommand = p.command(value, line)
	case "time_zone":
		text, ok := p.text(value, path...)
		zone, err := time.LoadLocation(text)
		if ok && (err != nil || text == "") {
			p.Reportf(line, "time_zone: %q is not a time zone: use a name such as Europe/Berlin or UTC", text)
		} else if zone != time.Local {
			o.TimeZone = zone
		}
	case "verbs":
		o.Verbs = p.verbs(value, path...)
	default:
		p.ReportUnknown(line, key, operatorKeys())
	}
}

func (p *parser) verbs(value any, path ...string) []string {
	verbs := []string{}
	for i, verb := range p.list(value, "verbs", path...) {
		if p.opts.Verbs != nil && !slices.Contains(p.opts.Verbs, verb) {
			p.Reportf(p.Line(append(slices.Clip(path), tomlfile.Index(i))...), "verbs: %q is not a verb%s (%s)", verb, tomlfile.Suggest(verb, p.opts.Verbs), strings.Join(p.opts.Verbs, ", "))
		}
		verbs = append(verbs, verb)
	}
	return verbs
}

// principalLists reads a table such as { helpdesk = ["bob"] }.
func (p *parser) principalLists(value any, path ...string) (all []principal) {
	table, is := value.(map[string]any)
	if !is {
		p.Report(p.Line(path...), `principals: must be a table of lists such as { helpdesk = ["bob"] }, where helpdesk is a table [ca.helpdesk]`)
		return nil
	}
	if len(table) == 0 {
		p.Report(p.Line(path...), "principals: is empty: leave it out")
	}
	for _, ca := range p.Keys(table, path...) {
		at := append(slices.Clip(path), ca)
		if _, known := p.made.findCA(ca); !known {
			p.Reportf(p.Line(at...), "principals: there is no table [ca.%s]%s", clip(ca), tomlfile.Suggest(ca, p.caNames()))
		}
		for i, name := range p.list(table[ca], "principals", at...) {
			line := p.Line(append(slices.Clip(at), tomlfile.Index(i))...)
			if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(",*?!", r) }) {
				p.Reportf(line, "principals: %q is not a principal: spaces, commas and wildcards are not allowed", name)
				continue
			}
			all = append(all, principal{ca, name, line})
		}
	}
	return all
}

func (p *parser) caNames() []string {
	var names []string
	for _, ca := range p.made.cas {
		names = append(names, ca.name)
	}
	return names
}

// expiry accepts a date, whose whole day still counts, or a time with its zone.
func (p *parser) expiry(value any, zone *time.Location, path ...string) time.Time {
	if zone == nil {
		zone = time.Local
	}
	switch v := value.(type) {
	case time.Time:
		return v
	case toml.LocalDate:
		return time.Date(v.Year, time.Month(v.Month), v.Day+1, 0, 0, 0, 0, zone)
	case toml.LocalDateTime:
		p.Report(p.Line(path...), "expires: a time needs its zone, such as 2027-01-31T18:00:00+01:00")
	default:
		p.Report(p.Line(path...), "expires: must be a date such as 2027-01-31 or a time such as 2027-01-31T18:00:00+01:00, without quotes")
	}
	return time.Time{}
}

// text returns a string that is one line, and whether it is one.
func (p *parser) text(value any, path ...string) (string, bool) {
	text, is := value.(string)
	if !is {
		p.Reportf(p.Line(path...), "%s: must be a string in quotes", path[len(path)-1])
	}
	return text, is
}

// list returns a list of strings, none of them empty. An empty list is an error: it could mean nothing
// or everything.
func (p *parser) list(value any, what string, path ...string) []string {
	name := path[len(path)-1]
	list, is := value.([]any)
	if !is {
		p.Reportf(p.Line(path...), "%s: must be a list of %s", clip(name), what)
		return nil
	}
	if len(list) == 0 {
		p.Reportf(p.Line(path...), "%s: the list is empty: leave it out", clip(name))
	}
	texts := make([]string, len(list))
	for i, v := range list {
		text, is := v.(string)
		if !is || text == "" {
			p.Reportf(p.Line(append(slices.Clip(path), tomlfile.Index(i))...), "%s: must be a list of %s, each a string in quotes", clip(name), what)
			return nil
		}
		texts[i] = text
	}
	return texts
}

// command quotes nothing in its errors: an argument may be a secret.
func (p *parser) command(value any, line int) []string {
	const wrong = `password_command: must be a list of strings such as ["pass", "show", "hdp/bob"]`
	list, is := value.([]any)
	if !is || len(list) == 0 {
		p.Report(line, wrong)
		return nil
	}
	argv := make([]string, len(list))
	for i, v := range list {
		text, is := v.(string)
		if !is || strings.ContainsRune(text, 0) || i == 0 && text == "" {
			p.Report(line, wrong)
			return nil
		}
		argv[i] = text
	}
	return argv
}

// compareOperators reports what two operators must not share.
func (p *parser) compareOperators() {
	names, principals, logins := map[string]Operator{}, map[principal]use{}, map[string]Operator{}
	inOrder := slices.SortedFunc(slices.Values(p.made.all), func(a, b Operator) int { return a.line - b.line })
	for _, o := range inOrder {
		lower := strings.ToLower(o.Name)
		if first, twice := names[lower]; twice {
			p.Reportf(o.line, "%s differs from %s in line %d only in case", o.Name, first.Name, first.line)
		} else {
			names[lower] = o
		}
		for _, one := range o.principals {
			key := principal{ca: one.ca, name: one.name}
			if first, twice := principals[key]; twice {
				p.Reportf(one.line, "the principal %q of %s already belongs to %s in line %d: it must belong to one operator", one.name, clip(one.ca), first.who, first.line)
			} else {
				principals[key] = use{o.Name, one.line}
			}
		}
		if o.Login == "" {
			continue
		}
		login := strings.ToLower(o.Login)
		first, twice := logins[login]
		switch {
		case !twice:
			logins[login] = o
		case first.Attribution != Service || o.Attribution != Service:
			p.Reportf(p.Line(operatorsTable, o.Name, "login"), "the HDP login %q already belongs to %s in line %d: all operators who share a login need attribution = \"service\"", o.Login, first.Name, p.Line(operatorsTable, first.Name, "login"))
		}
	}
}

// clip quotes a key of the file if it is not a plain name.
func clip(name string) string {
	if isName(name) {
		return name
	}
	return strconv.Quote(name)
}
