package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
)

var errProblemsFound = codedError{errors.New("the items marked ! need attention"), found}

// doctorTimeout limits each section: servers, keyrings and network folders can hang.
const doctorTimeout = 10 * time.Second

func doctorCommand(f settingFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check the installation, settings and connection",
		Long: "doctor prints the version, the terminal, the settings and where they come from,\n" +
			"the files, the state of the audit log and the keyring, and each step of\n" +
			"connecting to the server. It does not sign in. It exits with 10 if something\n" +
			"is wrong.\n\n" +
			"Attach the output to a bug report: it contains no secrets, but it does contain\n" +
			"names of hosts, files and users.",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return examine(c.Context(), f, doctorTimeout)
		},
	}
	f.addAllTo(c.Flags())
	return c
}

// finding is one line of the report.
type finding struct {
	name, text string
	wrong      bool
}

type section struct {
	title   string
	inspect func(context.Context) []finding
}

// examine prints each section as soon as it is done, after at most limit.
func examine(ctx context.Context, f settingFlags, limit time.Duration) error {
	l, err := f.load()
	well := err == nil
	parts := []section{
		{"Program", programFindings},
		{"Terminal", f.terminalFindings},
		{"Settings", func(context.Context) []finding { return f.settingsFindings(l, err) }},
	}
	if well {
		s := l.Settings
		parts = append(parts,
			section{"Files", func(context.Context) []finding { return f.fileFindings(l) }},
			section{"Audit log", func(context.Context) []finding { return f.auditFindings(s) }},
			section{"Keyring", func(ctx context.Context) []finding { return keyringFindings(ctx, s) }},
			section{"Server", func(ctx context.Context) []finding { return f.serverFindings(ctx, s) }},
		)
	}
	for i, p := range parts {
		found := runLimited(ctx, limit, p.inspect)
		if i > 0 {
			p.title = "\n" + p.title
		}
		if err := writeFindings(f.stdout, p.title, found); err != nil {
			return err
		}
		well = well && !slices.ContainsFunc(found, func(f finding) bool { return f.wrong })
	}
	if !well {
		return errProblemsFound
	}
	return nil
}

// runLimited also limits calls that take no context.
func runLimited(ctx context.Context, limit time.Duration, look func(context.Context) []finding) []finding {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found := make(chan []finding, 1)
	go func() { found <- look(ctx) }()
	select {
	case f := <-found:
		return f
	case <-ctx.Done():
	}
	select { // inspect may end with the same context, and know more
	case f := <-found:
		return f
	case <-time.After(limit / 10):
		return []finding{{"", fmt.Sprintf("no result within %s", limit), true}}
	}
}

// writeFindings prints the findings under their title. A text without a name may have
// several lines.
func writeFindings(out io.Writer, title string, found []finding) error {
	lines := []string{title}
	for _, f := range found {
		mark := "  "
		if f.wrong {
			mark = "! "
		}
		if f.name != "" {
			mark += fmt.Sprintf("%-15s ", f.name)
		}
		for line := range strings.SplitSeq(f.text, "\n") {
			lines = append(lines, mark+hdpclient.Clean(line))
			mark = "  "
		}
	}
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}
