package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
	"hdpadmin/internal/serve/setup"
)

func serveCheckCommand(f settingFlags) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "check",
		Short: "Report what is wrong in the configuration of the service",
		Long: "check reads serve.toml, the operators file, the host key, the audit log and the\n" +
			"files that the settings name, and reports everything that is wrong, with file and\n" +
			"line. It opens no port and sends nothing. It exits with 1 if something is wrong.\n\n" +
			"Run it as the user of the service, because it checks whether that user can read\n" +
			"the files.",
		Example: "  sudo -u hdpadmin hdpadmin serve check --config /etc/hdpadmin/serve.toml",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return o.check(f.process) },
	}
	o.addTo(c)
	return c
}

func (o *serveOptions) check(p *process) error {
	path, folders, err := o.file(p)
	if err != nil {
		return err
	}
	verbs := servedVerbs(p)
	s, wrong := setup.Inspect(path, folders, verbs)
	well := true
	for _, part := range []struct {
		title string
		found []finding
	}{
		{"Configuration", configurationFindings(s, wrong)},
		{"\nOperators", operatorFindings(s, verbs)},
		{"\nHost key", hostKeyFindings(s)},
		{"\nAudit log", p.servedAuditFindings(s)},
		{"\nHDP server", p.servedServerFindings(s)},
	} {
		if err := writeFindings(p.stdout, part.title, part.found); err != nil {
			return err
		}
		well = well && !slices.ContainsFunc(part.found, func(f finding) bool { return f.wrong })
	}
	if !well {
		return errors.New("the items marked ! need attention")
	}
	return nil
}

// problemFindings returns a finding for each problem.
func problemFindings(err error) []finding {
	var found []finding
	for line := range strings.SplitSeq(err.Error(), "\n") {
		found = append(found, finding{text: line, wrong: true})
	}
	return found
}

func configurationFindings(s *setup.Setup, wrong error) []finding {
	if wrong != nil {
		found := problemFindings(wrong)
		if _, err := os.Stat(s.Path); errors.Is(err, fs.ErrNotExist) {
			found = append(found, finding{text: "hdpadmin serve init creates one"})
		}
		return found
	}
	found := []finding{
		{name: "file", text: s.Path},
		{name: "listens on", text: strings.Join(s.Listen, ", ")},
		{name: "control", text: s.Control},
	}
	if s.Health != "" {
		found = append(found, finding{name: "health", text: s.Health})
	}
	return found
}

func operatorFindings(s *setup.Setup, verbs []string) []finding {
	operators, err := access.Read(s.Operators, s.AccessOptions(verbs))
	if err != nil {
		return problemFindings(err)
	}
	if operators.Len() == 0 {
		return []finding{{text: s.Operators + ": has no operators, and the service does not start without one: add a table such as [operators.bob]", wrong: true}}
	}
	found := []finding{{name: "file", text: s.Operators}}
	for _, one := range operators.All() {
		text := one.String()
		if !one.Expires.IsZero() && !time.Now().Before(one.Expires) {
			text += "; expired"
		}
		found = append(found, finding{text: text})
	}
	for _, n := range operators.Notices {
		found = append(found, finding{text: n})
	}
	return found
}

func hostKeyFindings(s *setup.Setup) []finding {
	key, err := serve.ReadHostKey(s.HostKey)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []finding{{text: s.HostKey + " does not exist yet; the service creates it at its first start"}}
	case err != nil:
		return []finding{{text: err.Error(), wrong: true}}
	}
	return []finding{{name: "file", text: s.HostKey}, {name: "fingerprint", text: serve.Fingerprint(key)}}
}

// servedAuditFindings does not repeat what is wrong with the settings.
func (p *process) servedAuditFindings(s *setup.Setup) []finding {
	l, err := s.Settings(nil)
	if err != nil {
		return []finding{{text: "not checked: fix the configuration first"}}
	}
	return append([]finding{{name: "file", text: p.auditFile(l.Settings)}}, p.auditFindings(l.Settings)...)
}

func (p *process) servedServerFindings(s *setup.Setup) []finding {
	l, err := s.Settings(nil)
	if err != nil || l.Server == "" {
		return []finding{{text: "not checked: fix the configuration first"}}
	}
	found := []finding{{name: "address", text: l.Server}}
	client, err := console{process: p, Settings: l.Settings, log: slog.New(slog.DiscardHandler)}.client()
	if err != nil {
		return append(found, finding{text: hdpclient.Clean(err.Error()), wrong: true})
	}
	client.Close()
	for _, n := range l.Notices {
		found = append(found, finding{text: n})
	}
	return append(found, finding{text: fmt.Sprintf("not contacted; to try it, run hdpadmin doctor --server %s", l.Server)})
}
