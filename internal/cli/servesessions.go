package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/setup"
	"hdpadmin/internal/shell"
)

func serveSessionsCommand(f settingFlags) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "sessions",
		Short: "List who is signed in to the service",
		Long: "sessions lists the consoles and commands that operators have open: who, since when,\n" +
			"from which address, and on which account. It asks the running service through the\n" +
			"control socket of its configuration, which only root and the user of the service\n" +
			"can open.",
		Example: "  sudo hdpadmin serve sessions --config /etc/hdpadmin/serve.toml",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return o.listSessions(c.Context(), f.process) },
	}
	o.addTo(c)
	c.AddCommand(serveSessionsEndCommand(f))
	return c
}

func serveSessionsEndCommand(f settingFlags) *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "end ID",
		Short: "End a session",
		Long: "end asks a session to end. It starts nothing new, but may finish a change that it\n" +
			"has sent, so that the outcome is known and in the audit log. The operator can sign\n" +
			"in again: to prevent that, remove them from the operators file first.",
		Example: "  sudo hdpadmin serve sessions end 83afc2 --config /etc/hdpadmin/serve.toml",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("end takes the ID of a session, which hdpadmin serve sessions lists")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return o.endSession(c.Context(), f.process, args[0]) },
	}
	o.addTo(c)
	return c
}

// controlSocket returns the socket of the configuration, even if something else in it is wrong: the
// service may run with what it read before.
func (o *serveOptions) controlSocket(p *process) (string, error) {
	path, folders, err := o.file(p)
	if err != nil {
		return "", err
	}
	if f, err := os.Open(path); err != nil {
		return "", err
	} else if err := f.Close(); err != nil {
		return "", err
	}
	s, _ := setup.Inspect(path, folders, nil)
	return s.Control, nil
}

func (o *serveOptions) listSessions(ctx context.Context, p *process) error {
	socket, err := o.controlSocket(p)
	if err != nil {
		return err
	}
	all, err := serve.ListSessions(ctx, socket)
	if err != nil {
		return o.orHow(err)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(p.stderr, "Nobody is signed in.")
		return err
	}
	rows := [][]string{{"ID", "OPERATOR", "SINCE", "FROM", "RUNS", "ACCOUNT"}}
	for _, s := range all {
		runs := s.Command
		if runs == "" {
			runs = consoleVerb
		}
		if s.Ending {
			runs += " (ending)"
		}
		rows = append(rows, []string{s.ID, s.Operator, s.Since.Local().Format(time.DateTime + " MST"), s.Address.Addr().String(), runs, s.Account})
	}
	_, err = fmt.Fprint(p.stdout, alignRows(rows))
	return err
}

// alignRows makes a table. Its last column, which may have text from HDP, needs no padding.
func alignRows(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(toPrintable(row[i]), "\n", " ")
			widths[i] = max(widths[i], cellWidth(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, text := range row {
			line += text + strings.Repeat(" ", widths[i]-cellWidth(text)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func (o *serveOptions) endSession(ctx context.Context, p *process, id string) error {
	socket, err := o.controlSocket(p)
	if err != nil {
		return err
	}
	err = serve.EndSession(ctx, socket, id)
	switch {
	case errors.Is(err, serve.ErrNoSession):
		return fmt.Errorf("there is no session %q; hdpadmin serve sessions%s lists them", id, o.asFlag())
	case err != nil:
		return o.orHow(err)
	}
	_, err = fmt.Fprintf(p.stdout, "Asked session %s to end.\n", toPrintable(id))
	return err
}

// orHow adds the next step to an error.
func (o *serveOptions) orHow(err error) error {
	if errors.Is(err, serve.ErrNotRunning) {
		return fmt.Errorf("%w. Use --config if its configuration is another file, or start it with hdpadmin serve%s", err, o.asFlag())
	}
	return err
}

func (o *serveOptions) asFlag() string {
	if o.config == "" {
		return ""
	}
	return " --config " + shell.QuotePath(o.config)
}
