package setup_test

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
	"hdpadmin/internal/serve/setup"
	"hdpadmin/internal/tomlfile"
)

const server = "[settings]\nserver = \"https://hdp.example.com:8443\"\n"

func folders() setup.Folders {
	return setup.Folders{State: "/state", Run: "/run", Home: "/home/jdoe"}
}

func verbs() []string { return []string{"console", "find", "unlock"} }

func parse(t *testing.T, content string) *setup.Setup {
	t.Helper()
	s, err := setup.Parse("/conf/serve.toml", []byte(content), folders(), verbs())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDefaults(t *testing.T) {
	s := parse(t, server)
	l, err := s.Settings(nil)
	if err != nil || l.Server != "https://hdp.example.com:8443" || l.AuditFile != "/state/audit.jsonl" || l.Concurrency != 2 {
		t.Errorf("%+v, %v", l, err)
	}
	want := serve.Limits{
		Handshake: 10 * time.Second, Start: 10 * time.Second, KeepAlive: 30 * time.Second, Idle: 30 * time.Minute, Longest: 12 * time.Hour, Drain: time.Minute,
		Sessions: 100, SessionsPerOperator: 10, Commands: 4, Arriving: 100, ArrivingPerAddress: 25,
	}
	if s.Limits != want {
		t.Errorf("%+v", s.Limits)
	}
	if s.HostKey != "/state/host_key" || s.Operators != "/conf/operators.toml" || s.Control != "/run/control.sock" || s.Health != "" || s.Verbs != nil || !reflect.DeepEqual(s.Listen, []string{":2222"}) {
		t.Errorf("%+v", s)
	}
}

func TestEveryOption(t *testing.T) {
	s := parse(t, `listen = ["10.0.0.5:22", "[::1]:0"]
host_key = "key"
operators = "~/ops.toml"
control = "/x/control.sock"
health = "localhost:9222"
verbs = ["console", "find"]
[limits]
handshake = "5s"
start = "6s"
keepalive = "1m"
idle_end = "15m"
longest_session = "24h"
drain = "2m"
sessions = 50
sessions_per_operator = 5
commands_per_connection = 2
unauthenticated = 10
unauthenticated_per_address = 3
[settings]
server = "hdp.example.com"
ca_file = "ca.pem"
audit_file = "/var/log/audit.jsonl"
require_reason = true
confirm = "type-name"
read_only = true
idle_lock = "5m"
time_zone = "Europe/Berlin"
`)
	want := serve.Limits{
		Handshake: 5 * time.Second, Start: 6 * time.Second, KeepAlive: time.Minute, Idle: 15 * time.Minute, Longest: 24 * time.Hour, Drain: 2 * time.Minute,
		Sessions: 50, SessionsPerOperator: 5, Commands: 2, Arriving: 10, ArrivingPerAddress: 3,
	}
	if s.Limits != want {
		t.Errorf("%+v", s.Limits)
	}
	if s.HostKey != "/conf/key" || s.Operators != "/home/jdoe/ops.toml" || s.Control != "/x/control.sock" || s.Health != "localhost:9222" || !reflect.DeepEqual(s.Verbs, []string{"console", "find"}) {
		t.Errorf("%+v", s)
	}
	l, err := s.Settings(map[string]string{"theme": "mono", "ca_file": ""})
	if err != nil {
		t.Fatal(err)
	}
	if l.Server != "https://hdp.example.com" || l.CAFile != "" || l.Theme != "mono" || !l.ReadOnly || !l.RequireReason || l.AuditFile != "/var/log/audit.jsonl" {
		t.Errorf("%+v", l.Settings)
	}
	if l, err := s.Settings(nil); err != nil || l.CAFile != "/conf/ca.pem" {
		t.Errorf("the flags of one session change another: %+v, %v", l, err)
	}
	if opts := s.AccessOptions(verbs()); !reflect.DeepEqual(opts, access.Options{Verbs: verbs(), DefaultVerbs: s.Verbs}) {
		t.Errorf("%+v", opts)
	}
	for _, health := range []string{"127.0.0.1:9222", "[::1]:9222", "/run/health.sock", "127.1.2.3:1"} {
		if s := parse(t, "health = \""+health+"\"\n"+server); s.Health != health {
			t.Errorf("%s: %q", health, s.Health)
		}
	}
}

// TestProblems checks what is refused in serve.toml, with its line.
func TestProblems(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    []string // each is the beginning of a line of the error
	}{
		"empty":                        {"", []string{"1: [settings] has no server: add server ="}},
		"not TOML":                     {"listen = \n", []string{"1: is not valid TOML"}},
		"an unknown option":            {"listn = [\":1\"]\n" + server, []string{`1: unknown key "listn"; did you mean listen?`}},
		"an unknown limit":             {"[limits]\nsession = 1\n" + server, []string{`2: unknown key "session"; did you mean sessions?`}},
		"an unknown table":             {"[limit]\nsessions = 1\n" + server, []string{`1: unknown key "limit"; did you mean limits?`}},
		"a limit at the top":           {"drain = \"1m\"\n" + server, []string{"1: drain: belongs in the table [limits]"}},
		"an option among the limits":   {"[limits]\nlisten = [\":1\"]\n" + server, []string{"2: listen: belongs at the top of the file"}},
		"a setting at the top":         {"server = \"https://hdp.example.com\"\n" + server, []string{"1: server: belongs in the table [settings]"}},
		"a refused setting at the top": {"password = \"geheim\"\n" + server, []string{"1: password: belongs in the table [settings]"}},
		"limits in one value":          {"limits = 1\n" + server, []string{"1: limits: must be a table, written [limits]"}},
		"settings in one value":        {"settings = 1\n", []string{"1: settings: must be a table, written [settings]"}},
		"one address":                  {"listen = \":2222\"\n" + server, []string{"1: listen: must be a list of addresses"}},
		"no address":                   {"listen = []\n" + server, []string{"1: listen: the list is empty"}},
		"a port alone":                 {"listen = [\"2222\"]\n" + server, []string{`1: listen: "2222" is not an address with a port`}},
		"a port by name":               {"listen = [\":ssh\"]\n" + server, []string{`1: listen: ":ssh": "ssh" is not a port`}},
		"a large port":                 {"listen = [\":65536\"]\n" + server, []string{`1: listen: ":65536": "65536" is not a port`}},
		"a host by name":               {"listen = [\"jump:22\"]\n" + server, []string{`1: listen: "jump:22": use the IP address of this host`}},
		"an address twice":             {"listen = [\":1\", \":1\"]\n" + server, []string{`1: listen: ":1" is listed twice`}},
		"two wrong addresses":          {"listen = [\"a:1\", \"b\"]\n" + server, []string{`1: listen: "a:1"`, `1: listen: "b"`}},
		"a number for a path":          {"host_key = 1\n" + server, []string{"1: host_key: must be a file path in quotes"}},
		"an empty path":                {"operators = \"\"\n" + server, []string{"1: operators: must be a file path in quotes"}},
		"a long socket":                {"control = \"/" + strings.Repeat("x", 103) + "\"\n" + server, []string{"1: control: the path of a Unix socket has at most 103 bytes, and this one has 104"}},
		"public metrics":               {"health = \":9222\"\n" + server, []string{`1: health: ":9222" can be reached from other hosts`}},
		"metrics for all hosts":        {"health = \"0.0.0.0:9222\"\n" + server, []string{`1: health: "0.0.0.0:9222" can be reached from other hosts`}},
		"metrics for all IPv6 hosts":   {"health = \"[::]:9222\"\n" + server, []string{`1: health: "[::]:9222" can be reached from other hosts`}},
		"metrics at an address":        {"health = \"10.0.0.5:9222\"\n" + server, []string{`1: health: "10.0.0.5:9222" can be reached`}},
		"metrics at a name":            {"health = \"jump:9222\"\n" + server, []string{`1: health: "jump:9222" can be reached`}},
		"metrics without a port":       {"health = \"127.0.0.1\"\n" + server, []string{`1: health: "127.0.0.1" is not an address with a port`}},
		"one socket for both":          {"control = \"/x/s\"\nhealth = \"/x/s\"\n" + server, []string{"2: health: this is already the socket of control: use another path"}},
		"an unknown verb":              {"verbs = [\"unlok\", \"fnd\"]\n" + server, []string{`1: verbs: "unlok" is not a verb; did you mean unlock?`, `1: verbs: "fnd" is not a verb; did you mean find?`}},
		"a duration without quotes":    {"[limits]\ndrain = 60\n" + server, []string{"2: drain: must be 1s to 10m, in quotes, such as \"1m\""}},
		"a long duration":              {"[limits]\nlongest_session = \"1000h\"\n" + server, []string{"2: longest_session: must be 1m to 168h, in quotes, such as \"12h\""}},
		"no sessions":                  {"[limits]\nsessions = 0\n" + server, []string{"2: sessions: must be a number from 1 to 10000"}},
		"many for one operator":        {"[limits]\nsessions = 5\n" + server, []string{"1: sessions_per_operator is 10, but all operators together have only 5"}},
		"many from one address":        {"[limits]\nunauthenticated_per_address = 200\n" + server, []string{"2: unauthenticated_per_address is 200, but all"}},
		"idle for longer than allowed": {"[limits]\nlongest_session = \"20m\"\n" + server, []string{"1: idle_end is 30m, but no session is longer than 20m"}},
		"ends before it locks":         {"[limits]\nidle_end = \"10m\"\n" + server, []string{"2: idle_end is 10m, and idle_lock is 10m: a session must lock before it ends"}},
		"an unknown setting":           {server + "read_onyl = true\n", []string{`3: unknown setting "read_onyl"; did you mean read_only?`}},
		"a wrong setting":              {server + "concurrency = 99\n", []string{"3: concurrency: 99 is not a number from 1 to 16"}},
		"plain HTTP":                   {"[settings]\nserver = \"http://hdp.example.com\"\n", []string{"2: server: plain HTTP would send the password"}},
		"not an address of a server":   {"[settings]\nserver = \"https://a b\"\n", []string{"2: server: the address is not of the form"}},
		"a key without a certificate":  {server + "client_key = \"k\"\n", []string{"3: client_key: needs client_cert"}},
		"several": {"x = 1\nhealth = \":1\"\n[limits]\ndrain = 1\n[settings]\nread_only = 1\n", []string{
			`1: unknown key "x"`, `2: health: ":1"`, "4: drain: must", "6: read_only: must be true or false, not a number",
		}},
	} {
		t.Run(name, func(t *testing.T) { checkProblems(t, c.content, c.want) })
	}
	for _, name := range []string{"user", "password_command", "password_file", "password", "keyring", "completion_cache", "insecure", "config", "profile", "default_profile", "clipboard_clear"} {
		t.Run(name, func(t *testing.T) {
			value := map[string]string{"password_command": `["geheim"]`, "keyring": "true", "completion_cache": "true", "insecure": "true", "clipboard_clear": `"10s"`}[name]
			checkProblems(t, server+name+" = "+cmp.Or(value, `"geheim"`)+"\n", []string{"3: " + name + ": "})
		})
	}
	for _, name := range []string{"profiles.prod", "keys"} {
		t.Run(name, func(t *testing.T) {
			table, _, _ := strings.Cut(name, ".")
			checkProblems(t, server+"[settings."+name+"]\nuser = \"x\"\n", []string{"3: " + table + ": "})
		})
	}
}

func checkProblems(t *testing.T, content string, want []string) {
	t.Helper()
	s, err := setup.Parse("serve.toml", []byte(content), folders(), verbs())
	if _, are := errors.AsType[tomlfile.Problems](err); !are || s != nil {
		t.Fatalf("%+v, %v", s, err)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d problems, want %d:\n%v", len(lines), len(want), err)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], "serve.toml:"+want[i]) || strings.Contains(lines[i], "geheim") {
			t.Errorf("%s\nwant serve.toml:%s", lines[i], want[i])
		}
	}
}

func TestASystemServiceHasItsOwnFolders(t *testing.T) {
	t.Chdir("/etc")
	if f := setup.FoldersOf("hdpadmin/serve.toml", "/state", ""); f.State != "/var/lib/hdpadmin" {
		t.Errorf("%+v", f)
	}
	if f := setup.FoldersOf("/etc/hdpadmin/serve.toml", "/home/jdoe/.local/state/hdpadmin", "/home/jdoe"); f.State != "/var/lib/hdpadmin" || f.Run != "/run/hdpadmin" {
		t.Errorf("%+v", f)
	}
	if f := setup.FoldersOf("/home/jdoe/etc/serve.toml", "/state", ""); f.State != "/state" || f.Run != "/state" {
		t.Errorf("%+v", f)
	}
}

// TestTemplates checks that the files of serve init are valid, and that every line in them is when its
// # is removed.
func TestTemplates(t *testing.T) {
	template := setup.Template(folders())
	if _, err := setup.Parse("/conf/serve.toml", []byte(template), folders(), nil); err == nil || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), "[settings] has no server") {
		t.Errorf("%v", err)
	}
	defaults := parse(t, server)
	everything, err := setup.Parse("/conf/serve.toml", []byte(uncomment(template)), folders(), nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, uncomment(template))
	}
	if everything.Limits != defaults.Limits || everything.HostKey != defaults.HostKey || everything.Operators != defaults.Operators || everything.Control != defaults.Control || !reflect.DeepEqual(everything.Listen, defaults.Listen) {
		t.Errorf("the lines are not the defaults: %+v", everything)
	}
	if everything.Health != "127.0.0.1:9222" {
		t.Errorf("%+v", everything)
	}

	ops := setup.OperatorsTemplate()
	if o, err := access.Parse("operators.toml", []byte(ops), access.Options{}); err != nil || o.Len() != 0 {
		t.Errorf("%v", err)
	}
	const bob = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
	const ca = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA"
	ops = strings.NewReplacer("ssh-ed25519 AAAA… bob", bob+" bob", "ssh-ed25519 AAAA… helpdesk", ca+" helpdesk", "SHA256:…", "SHA256:"+strings.Repeat("a", 43)).Replace(ops)
	o, err := access.Parse("operators.toml", []byte(uncomment(ops)), access.Options{})
	if err != nil || o.Len() != 1 {
		t.Errorf("%v\n%s", err, uncomment(ops))
	}
}

// uncomment removes the # in front of lines of TOML.
func uncomment(text string) string {
	return regexp.MustCompile(`(?m)^# ([a-z_]+ = |\[)`).ReplaceAllString(text, "$1")
}

func TestTheFileIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "serve.toml")
	if _, err := setup.Read(path, folders(), nil); err == nil || !strings.HasPrefix(err.Error(), path+": cannot be read: ") {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(path, []byte(server), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(path))
	for _, name := range []string{path, "serve.toml"} {
		if s, err := setup.Read(name, folders(), nil); err != nil || s.Path != path || s.Operators != filepath.Join(filepath.Dir(path), "operators.toml") {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

// FuzzSetup parses any file. Either every problem has its line and nothing applies, or the metrics are
// private and the settings can be read.
func FuzzSetup(f *testing.F) {
	for _, content := range []string{"", server, "listen = [\":22\", \"x\"]\nhealth = \"[::]:1\"\n" + server, "[limits]\ndrain = \"1s\"\nsessions = 1\n" + server, "[settings]\nserver = 1\nkeys.a = \"b\"\n", "settings = [1]\n", "\x00", "health = \"./a\"\n" + server, uncomment(setup.Template(folders()))} {
		f.Add([]byte(content))
	}
	where := regexp.MustCompile(`^/conf/serve\.toml:[1-9][0-9]*: `)
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := setup.Parse("/conf/serve.toml", content, folders(), verbs())
		if err != nil {
			wrong, are := errors.AsType[tomlfile.Problems](err)
			if !are || len(wrong) == 0 || s != nil {
				t.Fatalf("%v, %v", s, err)
			}
			for _, one := range wrong {
				if text := one.Error(); !where.MatchString(text) || strings.ContainsFunc(text, unicode.IsControl) {
					t.Errorf("%q", text)
				}
			}
			return
		}
		if !strings.Contains(s.Health, "/") && s.Health != "" && !regexp.MustCompile(`^(127\.|localhost:|\[::1\]:|\[::ffff:(127|7f)|\[0)`).MatchString(strings.ToLower(s.Health)) {
			t.Errorf("health at %q", s.Health)
		}
		if l, err := s.Settings(nil); err != nil || l.Server == "" || l.User != "" || l.Insecure || len(l.PasswordCommand) > 0 {
			t.Errorf("%+v, %v", l, err)
		}
		if s.Limits.Idle <= 0 || s.Limits.Sessions <= 0 {
			t.Errorf("%+v", s.Limits)
		}
	})
}
