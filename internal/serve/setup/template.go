package setup

import (
	"fmt"
	"strings"
)

// Reference returns the options as a table in Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString("| option | default | what it sets |\n|---|---|---|\n")
	for _, o := range options() {
		name := o.name
		if o.table != "" {
			name = o.table + "." + name
		}
		standard := o.standard
		if standard == "" {
			standard = "`" + o.example + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, standard, o.use)
	}
	return b.String()
}

// Template returns a configuration that explains every option and sets none. It lacks the server, which
// has no default.
func Template(f Folders) string {
	var b strings.Builder
	b.WriteString("# Configuration of hdpadmin serve. Nothing is set yet: remove the # before a line to set it.\n" +
		"# After a change, run hdpadmin serve check, and restart the service.\n")
	table := ""
	for _, o := range options() {
		if o.table != table {
			table = o.table
			fmt.Fprintf(&b, "\n[%s]\n", table)
		}
		example := o.example
		if strings.HasPrefix(example, `"/etc/hdpadmin/`) {
			example = strings.Replace(example, "/etc/hdpadmin/", folderInTemplate(o, f), 1)
		}
		use := o.use
		if o.standard == "none" || o.standard == "all" {
			use += "; default: " + o.standard
		}
		fmt.Fprintf(&b, "\n%s\n# %s = %s\n", wrap(use), o.name, example)
	}
	b.WriteString("\n# The settings of hdpadmin for all sessions, such as ca_file, read_only, require_reason and\n# idle_lock; docs/settings.md lists them.\n[settings]\n# server = \"https://hdp.example.com:8443\"\n")
	return b.String()
}

func folderInTemplate(o option, f Folders) string {
	switch o.name {
	case "host_key":
		return f.State + "/"
	case "control":
		return f.Run + "/"
	}
	return ""
}

// OperatorsTemplate returns an operators file without operators.
func OperatorsTemplate() string {
	return `# Who may sign in to hdpadmin serve. A change takes effect within seconds, without a restart. If
# something in this file is wrong, the version before it stays in force: run hdpadmin serve check.
#
# revoked_keys = ["SHA256:…"]                # keys that never sign in; keep it at the top
#
# [operators.bob]
# keys = ["ssh-ed25519 AAAA… bob@laptop"]    # lines of .pub files
# login = "bob"                              # HDP login; without it, bob is asked
# time_zone = "Europe/Berlin"                # of the times shown; by default the host's
# from = ["10.0.0.0/8"]                      # networks to sign in from; by default any
# expires = 2027-01-31                       # the last day, or a time with its zone
# verbs = ["console", "find", "unlock"]      # commands and changes; by default all
# password_command = ["pass", "show", "bob"] # prints the HDP password; without it, bob is asked
# principals = { helpdesk = ["bob"] }        # names in certificates of [ca.helpdesk]
#
# [ca.helpdesk]
# keys = ["ssh-ed25519 AAAA… helpdesk CA"]
# revoked_serials = [4711]
`
}

func wrap(text string) string {
	const width = 96
	var lines []string
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = "#"
		}
		line += " " + word
	}
	return strings.Join(append(lines, line), "\n")
}
