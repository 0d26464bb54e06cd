package config

import (
	"slices"
	"strings"

	"hdpadmin/internal/credential"
)

// EnvPrefix begins the names of all our environment variables. An unknown variable with
// it is an error: a misspelt HDPADMIN_READ_ONLY would let writes through.
const EnvPrefix = "HDPADMIN_"

// Kind is the type of a setting's value.
type Kind uint8

// Kinds of settings.
const (
	Text    Kind = iota
	File         // a path; in the settings file also "~/" and relative to the file's folder
	Choice       // one of Setting.Choices
	Switch       // true or false
	Number       // from Setting.Least to Setting.Most
	Command      // a program with arguments
)

// place is a bit set of where a setting is allowed.
type place uint8

const (
	atTop place = 1 << iota
	inProfile
	inEnv
	onLine // on the command line

	inFile     = atTop | inProfile
	everywhere = inFile | inEnv | onLine
)

// Setting is one entry in the table of settings.
type Setting struct {
	Name    string // name in the file; the flag and the variable are derived from it
	Kind    Kind
	Use     string // help text; the `placeholder` for its value is in backquotes
	Default string // as text; "" for empty or false
	Example string // example in the file's syntax, for settings without a default
	Choices []string
	Least   int
	Most    int
	Secret  bool // never show its value

	where place

	// What happens to a flag or variable when the operator switches profiles. With none of
	// these it was for the first server: the flag is dropped, and the variable gives way to
	// the file, or is dropped too if it is a Secret.
	personal   bool                 // keep it: it is about this machine or this operator
	isStricter func(a, b any) bool  // the stricter of both values wins
	addEarlier func(*Settings, any) // keep both values: both must be met

	read  func(text string) (string, error) // for Text only: parses the value; nil takes the text unchanged
	field func(*Settings) any               // nil for settings that select the file or the profile
}

// All returns the table of settings, in the order of the reference.
func All() []Setting {
	return []Setting{
		{Name: "config", Kind: File, where: inEnv | onLine, personal: true, Use: "settings `file` to use instead of hdpadmin/config.toml in the XDG config folder"},
		{
			Name: "profile", Kind: Text, where: inEnv | onLine,
			Use: "`name` of the profile to use; without it: default_profile, else the only profile, else the one used last",
		},
		{Name: "default_profile", Kind: Text, where: atTop, Example: `"prod"`, Use: "profile to use unless another is named"},

		{
			Name: "server", Kind: Text, where: everywhere, Example: `"https://hdp.example.com:8443"`, Use: "`address` of the server, https://host:port; https:// may be omitted",
			read: parseServer, field: func(s *Settings) any { return &s.Server },
		},
		{
			Name: "user", Kind: Text, where: everywhere, Example: `"jdoe"`, Use: "user `name` to sign in with",
			read: credential.CleanLogin, field: func(s *Settings) any { return &s.User },
		},
		{
			Name: "ca_file", Kind: File, where: everywhere, Example: `"ca.pem"`, Use: "PEM or DER `file` with the certificate authorities to trust",
			field: func(s *Settings) any { return &s.CAFile },
		},
		{
			Name: "client_cert", Kind: File, where: everywhere, Example: `"~/.hdp/jdoe.pem"`, Use: "PEM `file` with your certificate, for a server that asks for one",
			field: func(s *Settings) any { return &s.ClientCert },
		},
		{
			Name: "client_key", Kind: File, where: everywhere, Example: `"~/.hdp/jdoe.key"`,
			Use:   "PEM `file` with its private key, without a passphrase; by default, the file of client_cert",
			field: func(s *Settings) any { return &s.ClientKey },
		},
		{
			Name: "server_name", Kind: Text, where: everywhere, Example: `"hdp.example.com"`, Use: "`name` in the server's certificate, if it differs from the host in the address",
			field: func(s *Settings) any { return &s.ServerName },
		},
		{
			Name: "allow_http", Kind: Switch, where: everywhere, Use: "allow plain HTTP to another machine: anyone on the network can read your password",
			isStricter: offIsStricter, field: func(s *Settings) any { return &s.AllowHTTP },
		},
		{
			Name: "insecure", Kind: Switch, where: onLine, Use: "do not check the server's certificate: anyone on the network can impersonate the server",
			isStricter: offIsStricter, field: func(s *Settings) any { return &s.Insecure },
		},

		{
			Name: "password_file", Kind: File, where: onLine, Use: "read the password from the first line of this `file`, - for standard input; " + PasswordEnv +
				" in the environment takes precedence; without both: password_command, the keyring, or hdpadmin asks you",
			field: func(s *Settings) any { return &s.PasswordFile },
		},
		{
			Name: "password_command", Kind: Command, where: inFile | inEnv, Secret: true, Example: `["pass", "show", "hdp/jdoe"]`,
			Use:   "program, with its arguments, that prints the password as its first line; run without a shell",
			field: func(s *Settings) any { return &s.PasswordCommand },
		},
		{
			Name: "keyring", Kind: Switch, where: everywhere, Use: "use the password that hdpadmin keyring set has saved in the desktop keyring",
			personal: true, field: func(s *Settings) any { return &s.Keyring },
		},

		{
			Name: "read_only", Kind: Switch, where: everywhere, Use: "disable everything that changes an account",
			isStricter: onIsStricter, field: func(s *Settings) any { return &s.ReadOnly },
		},
		{
			Name: "require_reason", Kind: Switch, where: everywhere, Use: "require a reason for every change",
			isStricter: onIsStricter, field: func(s *Settings) any { return &s.RequireReason },
		},
		{
			Name: "reason_pattern", Kind: Text, where: everywhere, Example: `"INC-[0-9]+"`, Use: "regular `expression` that every reason must match, such as \"INC-[0-9]+\"; implies require_reason",
			read: allowEmpty(checkPattern), isStricter: setIsStricter, addEarlier: func(s *Settings, v any) { s.earlierReason, _ = v.(string) }, field: func(s *Settings) any { return &s.ReasonPattern },
		},
		{
			Name: "confirm", Kind: Choice, where: everywhere, Default: confirms()[0], Choices: confirms(), Example: `"type-name"`,
			Use:        "`how` to confirm a change: enter, or type-name (type the name of the account first, or the number of accounts in a batch)",
			isStricter: typingIsStricter, field: func(s *Settings) any { return &s.Confirm },
		},
		{
			Name: "typed_passwords", Kind: Switch, where: everywhere, Use: "allow typing a temporary password instead of generating it",
			isStricter: offIsStricter, field: func(s *Settings) any { return &s.TypedPasswords },
		},
		{
			Name: "concurrency", Kind: Number, where: everywhere, Default: "2", Least: 1, Most: 16,
			Use:        "`number` of accounts that a batch works on at once; above 2, a change of your password during the batch can lock you out",
			isStricter: fewerIsStricter, field: func(s *Settings) any { return &s.Concurrency },
		},
		{
			Name: "expiring_within", Kind: Number, where: everywhere, Default: "14", Least: 1, Most: 3650, Use: "the view Expiring shows passwords that expire within this many `days`",
			personal: true, field: func(s *Settings) any { return &s.ExpiringWithin },
		},

		{
			Name: "idle_lock", Kind: Text, where: everywhere, Default: "10m",
			Use:  "lock the console and ask for the password after this `time` without a key, 10s to 8h (such as 10m) or off",
			read: readChecked(checkLimit), isStricter: shorterIsStricter, field: func(s *Settings) any { return &s.IdleLock },
		},
		{
			Name: "session_limit", Kind: Text, where: everywhere, Default: "off",
			Use:  "lock the console this `time` after signing in, even if it is in use, 10s to 8h or off",
			read: readChecked(checkLimit), isStricter: shorterIsStricter, field: func(s *Settings) any { return &s.SessionLimit },
		},

		{
			Name: "audit_file", Kind: File, where: everywhere, Example: `"/var/log/hdpadmin/audit.jsonl"`,
			Use:      "`file` of the audit log, instead of hdpadmin/audit.jsonl in the XDG state folder",
			personal: true, field: func(s *Settings) any { return &s.AuditFile },
		},
		{
			Name: "audit_group", Kind: Text, where: everywhere, Example: `"helpdesk"`, Use: "`group` whose members share the audit log",
			personal: true, field: func(s *Settings) any { return &s.AuditGroup },
		},
		{
			Name: "audit_syslog", Kind: Switch, where: everywhere, Use: "also send the audit log's head (its last checksum) to the syslog, so that truncation can be detected",
			isStricter: onIsStricter, field: func(s *Settings) any { return &s.AuditSyslog },
		},

		{
			Name: "completion_cache", Kind: Switch, where: everywhere, Use: "keep the names and ids of accounts for 10 minutes in a private file in the XDG cache folder, so that the shell can complete them",
			isStricter: offIsStricter, field: func(s *Settings) any { return &s.CompletionCache },
		},

		{
			Name: "log_file", Kind: File, where: everywhere, Example: `"~/hdpadmin.log"`,
			Use:      "`file` to log every request to: method, path, status, time and size, but no passwords and no content",
			personal: true, field: func(s *Settings) any { return &s.LogFile },
		},
		{
			Name: "debug", Kind: Switch, where: everywhere, Use: "also log the types of the console's internal messages, except keys; needs log_file",
			personal: true, field: func(s *Settings) any { return &s.Debug },
		},

		{
			Name: "theme", Kind: Choice, where: everywhere, Default: themes()[0], Choices: themes(), Use: "`name` of the colour theme: " + strings.Join(themes(), ", ") + "; auto follows the terminal's background",
			personal: true, field: func(s *Settings) any { return &s.Theme },
		},
		{
			Name: "accent", Kind: Choice, where: everywhere, Default: accents()[0], Choices: accents(), Example: `"red"`,
			Use:   "background `colour` of the profile's name in the header, or of the server's without a profile: " + strings.Join(accents(), ", "),
			field: func(s *Settings) any { return &s.Accent },
		},
		{
			Name: "ascii", Kind: Switch, where: everywhere, Use: "always draw borders and symbols in ASCII; false: never; unset: if the terminal or the locale needs it",
			personal: true, field: func(s *Settings) any { return &s.ASCII },
		},
		{
			Name: "clipboard_clear", Kind: Text, where: everywhere, Default: "45s",
			Use:  "clear a copied password from the clipboard after this `time`, 10s to 8h or off",
			read: readChecked(checkLimit), isStricter: shorterIsStricter, field: func(s *Settings) any { return &s.ClipboardClear },
		},
		{
			Name: "sync_output", Kind: Choice, where: everywhere, Default: syncOutputs()[0], Choices: syncOutputs(),
			Use:      "`when` to use synchronized output, which avoids half-drawn frames: auto (if the terminal supports it, and not over SSH), on or off",
			personal: true, field: func(s *Settings) any { return &s.SyncOutput },
		},
		{
			Name: "time_zone", Kind: Text, where: everywhere, Default: "Local", Use: "time `zone` of the times on the screen, such as Europe/Berlin",
			read: readChecked(checkZone), personal: true, field: func(s *Settings) any { return &s.TimeZone },
		},
	}
}

// Functions for Setting.isStricter: whether a is stricter than b.

func onIsStricter(a, b any) bool { return a == true && b != true }

func offIsStricter(a, b any) bool { return a == false && b != false }

func typingIsStricter(a, b any) bool { return a == ConfirmTypeName && b != ConfirmTypeName }

func setIsStricter(a, b any) bool { return a != "" && b == "" }

func fewerIsStricter(a, b any) bool {
	x, _ := a.(int)
	y, _ := b.(int)
	return x < y
}

func shorterIsStricter(a, b any) bool {
	x, _ := a.(string)
	y, _ := b.(string)
	return parseLimit(x) > 0 && (parseLimit(y) == 0 || parseLimit(x) < parseLimit(y))
}

func readChecked(check func(string) error) func(string) (string, error) {
	return func(text string) (string, error) { return text, check(text) }
}

// allowEmpty also accepts an empty value, which unsets the setting.
func allowEmpty(check func(string) error) func(string) (string, error) {
	return readChecked(func(text string) error {
		if text == "" {
			return nil
		}
		return check(text)
	})
}

// Flag returns the name on the command line, without dashes; "" if it has none.
func (s Setting) Flag() string {
	if s.where&onLine == 0 {
		return ""
	}
	return strings.ReplaceAll(s.Name, "_", "-")
}

// Env returns the name in the environment; "" if it has none.
func (s Setting) Env() string {
	if s.where&inEnv == 0 {
		return ""
	}
	return EnvPrefix + strings.ToUpper(s.Name)
}

// PlainUse returns Use without the backquotes.
func (s Setting) PlainUse() string { return strings.ReplaceAll(s.Use, "`", "") }

func findSetting(all []Setting, name string) (Setting, bool) {
	if i := slices.IndexFunc(all, func(s Setting) bool { return s.Name == name }); i >= 0 {
		return all[i], true
	}
	return Setting{}, false
}

func settingNames(all []Setting, there place) []string {
	var list []string
	for _, s := range all {
		if s.where&there != 0 {
			list = append(list, s.Name)
		}
	}
	return list
}
