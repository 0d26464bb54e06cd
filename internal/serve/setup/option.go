package setup

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hdpadmin/config"
	"hdpadmin/internal/serve"
	"hdpadmin/internal/tomlfile"
)

// option is one entry in the table of serve.toml.
type option struct {
	name, table string // table is "" for the top of the file
	use         string
	example     string // in the file's syntax
	standard    string // the default in words, if it is not the example
	byDefault   func(parser)
	read        func(parser, any) error
}

func options() []option {
	l := func(p parser) *serve.Limits { return &p.made.Limits }
	return []option{
		{
			name: "listen", example: `[":2222"]`, use: "addresses to listen on; with socket activation, those of the socket unit count instead",
			byDefault: func(p parser) { p.made.Listen = []string{":2222"} },
			read:      readListen,
		},
		path("host_key", "private key of the service; created at the first start, with mode 0600", "host_key", stateFolder(), func(p parser) *string { return &p.made.HostKey }),
		path("operators", "file that says who may sign in", "operators.toml", ownFolder(), func(p parser) *string { return &p.made.Operators }),
		path("control", "Unix socket for hdpadmin serve sessions, with mode 0600", "control.sock", runFolder(), func(p parser) *string { return &p.made.Control }),
		{
			name: "health", example: `"127.0.0.1:9222"`, standard: "none", use: "loopback address, or path of a Unix socket, for /livez, /readyz and /metrics",
			byDefault: func(parser) {}, read: readHealth,
		},
		{
			name: "verbs", example: `["console", "find", "show", "why", "unlock"]`, standard: "all", use: "commands and changes that operators without verbs of their own may use; console opens the console",
			byDefault: func(parser) {}, read: readVerbs,
		},
		duration("handshake", "time that a client has to sign in after connecting", 10*time.Second, time.Second, time.Minute, func(p parser) *time.Duration { return &l(p).Handshake }),
		duration("start", "time after which a connection without a session is closed", 10*time.Second, time.Second, time.Minute, func(p parser) *time.Duration { return &l(p).Start }),
		duration("keepalive", "how often the service checks that a client still answers", 30*time.Second, 5*time.Second, 10*time.Minute, func(p parser) *time.Duration { return &l(p).KeepAlive }),
		duration("idle_end", "time without a key after which a console is closed; idle_lock in [settings] locks it before", 30*time.Minute, time.Minute, 24*time.Hour, func(p parser) *time.Duration { return &l(p).Idle }),
		duration("longest_session", "longest time that a session may last", 12*time.Hour, time.Minute, 7*24*time.Hour, func(p parser) *time.Duration { return &l(p).Longest }),
		duration("drain", "time that sessions have to finish when the service stops", time.Minute, time.Second, 10*time.Minute, func(p parser) *time.Duration { return &l(p).Drain }),
		number("sessions", "sessions at a time, of all operators", 100, 10_000, func(p parser) *int { return &l(p).Sessions }),
		number("sessions_per_operator", "sessions at a time, of one operator", 10, 1000, func(p parser) *int { return &l(p).SessionsPerOperator }),
		number("commands_per_connection", "commands at a time on one connection, besides one console", 4, 100, func(p parser) *int { return &l(p).Commands }),
		number("unauthenticated", "connections that have not signed in yet", 100, 10_000, func(p parser) *int { return &l(p).Arriving }),
		number("unauthenticated_per_address", "the same, from one address or one IPv6 /64 network", 25, 10_000, func(p parser) *int { return &l(p).ArrivingPerAddress }),
	}
}

func find(table, name string) (option, bool) {
	i := slices.IndexFunc(options(), func(o option) bool { return o.table == table && o.name == name })
	if i < 0 {
		return option{}, false
	}
	return options()[i], true
}

func isOption(name string) bool {
	return slices.ContainsFunc(options(), func(o option) bool { return o.name == name })
}

// isSetting reports whether the name belongs in [settings], or is refused there with a reason.
func isSetting(name string) bool {
	_, refused := refusedSettings()[name]
	return refused || slices.ContainsFunc(config.All(), func(s config.Setting) bool { return s.Name == name })
}

func placeOf(name string) string {
	if _, atTop := find("", name); atTop {
		return "at the top of the file"
	}
	return "in the table [" + limitsTable + "]"
}

// folder says where a file is if the configuration does not name it.
type folder struct {
	words string
	of    func(parser) string
}

func stateFolder() folder {
	return folder{"the state folder", func(p parser) string { return p.folders.State }}
}

func runFolder() folder {
	return folder{"the folder for sockets", func(p parser) string { return p.folders.Run }}
}

func ownFolder() folder {
	return folder{"the folder of serve.toml", func(p parser) string { return filepath.Dir(p.Path) }}
}

func path(name, use, file string, where folder, field func(parser) *string) option {
	return option{
		name: name, use: use, example: strconv.Quote(filepath.Join("/etc/hdpadmin", file)), standard: file + " in " + where.words,
		byDefault: func(p parser) {
			if at := where.of(p); at != "" {
				*field(p) = filepath.Join(at, file)
			}
		},
		read: func(p parser, value any) error {
			text, is := value.(string)
			if !is || text == "" || strings.ContainsRune(text, 0) {
				return errors.New("must be a file path in quotes")
			}
			*field(p) = config.ResolvePath(text, filepath.Dir(p.Path), p.folders.Home)
			if name == "control" {
				return checkSocket(*field(p))
			}
			return nil
		},
	}
}

// longestSocket is what the address of a Unix socket has room for, on every system.
const longestSocket = 103

func checkSocket(path string) error {
	if len(path) > longestSocket {
		return fmt.Errorf("the path of a Unix socket has at most %d bytes, and this one has %d", longestSocket, len(path))
	}
	return nil
}

func duration(name, use string, standard, least, most time.Duration, field func(parser) *time.Duration) option {
	return option{
		name: name, table: limitsTable, use: fmt.Sprintf("%s (%s to %s)", use, short(least), short(most)), example: strconv.Quote(short(standard)),
		byDefault: func(p parser) { *field(p) = standard },
		read: func(p parser, value any) error {
			text, is := value.(string)
			d, err := time.ParseDuration(text)
			if !is || err != nil || d < least || d > most {
				return fmt.Errorf("must be %s to %s, in quotes, such as %q", short(least), short(most), short(standard))
			}
			*field(p) = d
			return nil
		},
	}
}

// short writes 10m instead of 10m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func number(name, use string, standard, most int, field func(parser) *int) option {
	const least = 1
	return option{
		name: name, table: limitsTable, use: fmt.Sprintf("%s (%d to %d)", use, least, most), example: strconv.Itoa(standard),
		byDefault: func(p parser) { *field(p) = standard },
		read: func(p parser, value any) error {
			n, is := value.(int64)
			if !is || n < least || n > int64(most) {
				return fmt.Errorf("must be a number from %d to %d", least, most)
			}
			*field(p) = int(n)
			return nil
		},
	}
}

// readStrings returns a list of strings, none of them empty.
func readStrings(value any, what string) ([]string, error) {
	list, is := value.([]any)
	if !is {
		return nil, fmt.Errorf("must be a list of %s", what)
	}
	if len(list) == 0 {
		return nil, errors.New("the list is empty: leave it out for the default")
	}
	texts := make([]string, len(list))
	for i, v := range list {
		if texts[i], is = v.(string); !is || texts[i] == "" {
			return nil, fmt.Errorf("must be a list of %s, each a string in quotes", what)
		}
	}
	return texts, nil
}

func readListen(p parser, value any) error {
	list, err := readStrings(value, "addresses")
	if err != nil {
		return err
	}
	var wrong []error
	for i, text := range list {
		host, err := splitAddress(text)
		if err == nil && host != "" && host != "localhost" {
			if _, no := netip.ParseAddr(host); no != nil {
				err = fmt.Errorf("%q: use the IP address of this host, or none for all of them, such as \":2222\"", text)
			}
		}
		if err == nil && slices.Contains(list[:i], text) {
			err = fmt.Errorf("%q is listed twice", text)
		}
		wrong = append(wrong, err)
	}
	p.made.Listen = list
	return errors.Join(wrong...)
}

// splitAddress returns the host of an address with a port.
func splitAddress(text string) (string, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", fmt.Errorf("%q is not an address with a port, such as \"10.0.0.5:2222\" or \":2222\"", text)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("%q: %q is not a port from 0 to 65535", text, port)
	}
	return host, nil
}

// readHealth refuses an address that others could reach, because nothing asks who reads there.
func readHealth(p parser, value any) error {
	text, is := value.(string)
	if !is || text == "" || strings.ContainsRune(text, 0) {
		return errors.New("must be an address such as \"127.0.0.1:9222\" or the path of a Unix socket")
	}
	if strings.Contains(text, "/") {
		p.made.Health = config.ResolvePath(text, filepath.Dir(p.Path), p.folders.Home)
		return checkSocket(p.made.Health)
	}
	host, err := splitAddress(text)
	if err != nil {
		return err
	}
	if !config.IsLoopback(host) {
		return fmt.Errorf("%q can be reached from other hosts, and anyone there could read it: use 127.0.0.1, [::1] or the path of a Unix socket", text)
	}
	p.made.Health = text
	return nil
}

func readVerbs(p parser, value any) error {
	list, err := readStrings(value, "verbs")
	if err != nil {
		return err
	}
	var wrong []error
	for _, verb := range list {
		if p.verbs != nil && !slices.Contains(p.verbs, verb) {
			wrong = append(wrong, fmt.Errorf("%q is not a verb%s (%s)", verb, tomlfile.Suggest(verb, p.verbs), strings.Join(p.verbs, ", ")))
		}
	}
	p.made.Verbs = list
	return errors.Join(wrong...)
}
