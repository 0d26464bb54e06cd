package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	json "github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/timeinput"
	"hdpadmin/internal/words"
)

func auditCommand(f settingFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "audit",
		Short: "Show and verify the audit log",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("audit needs a subcommand: verify or show"))
		},
	}
	c.AddCommand(verifyCommand(f), showCommand(f))
	return c
}

func verifyCommand(f settingFlags) *cobra.Command {
	var heads []string
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check the audit log for tampering",
		Long: "verify follows the hash chain of the audit log and names the first line that\n" +
			"does not fit. It tells a line that a crash left incomplete from one that was\n" +
			"tampered with, and says what it cannot detect. It exits with 10 if the chain is\n" +
			"broken, and with 1 if it cannot read the log. To detect that the end was cut\n" +
			"off, keep a head of the log elsewhere.",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var anchored []file.Head
			for _, s := range heads {
				h, err := file.ParseHead(s)
				if err != nil {
					return usage(fmt.Errorf("--head: %w", err))
				}
				anchored = append(anchored, h)
			}
			l, err := f.load()
			if err != nil {
				return err
			}
			path := f.auditFile(l.Settings)
			report, err := file.Verify(path, anchored...)
			switch {
			case errors.Is(err, fs.ErrNotExist) && len(anchored) > 0:
				return codedError{fmt.Errorf("the audit log is gone: %s does not exist, but you gave a head of it", path), found}
			case errors.Is(err, fs.ErrNotExist) && f.namesAuditFile():
				return fmt.Errorf("cannot read the audit log: %s does not exist", path)
			case errors.Is(err, fs.ErrNotExist):
				_, err = fmt.Fprintln(c.OutOrStdout(), "The audit log is empty:", toPrintable(noEntriesYet(path)))
				return err
			case err != nil:
				return fmt.Errorf("cannot %w", err)
			}
			if _, err := fmt.Fprintln(c.OutOrStdout(), toPrintable(strings.TrimRight(report.String(), "\n"))); err != nil {
				return err
			}
			if err := report.Err(); err != nil {
				return codedError{err, found}
			}
			return nil
		},
	}
	c.Flags().StringArrayVar(&heads, "head", nil, "`head` of the log that you kept elsewhere, such as \"812:…\" in the syslog; may be repeated")
	return c
}

// showFlags selects the entries to show and their format.
type showFlags struct {
	account string
	since   string
	json    bool
}

func showCommand(f settingFlags) *cobra.Command {
	var s showFlags
	c := &cobra.Command{
		Use:   "show",
		Short: "Show the audit log, oldest entry first",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := f.load()
			if err != nil {
				return err
			}
			shown, err := s.show(c.OutOrStdout(), f.auditFile(l.Settings), time.Now())
			switch {
			case errors.Is(err, fs.ErrNotExist) && f.namesAuditFile():
				return fmt.Errorf("cannot read the audit log: %s does not exist", f.auditFile(l.Settings))
			case err != nil && !errors.Is(err, fs.ErrNotExist):
				return err
			case shown == 0:
				tell(c.ErrOrStderr(), s.emptyNotice(f.auditFile(l.Settings)))
			}
			return nil
		},
	}
	c.Flags().StringVar(&s.account, "account", "", "show only entries about the account with this `id or name`")
	c.Flags().StringVar(&s.since, "since", "", "show only entries since this `time`: a date (2026-12-01) or an age (7d, 12h)")
	c.Flags().BoolVar(&s.json, "json", false, "print JSON Lines, one entry per line")
	return c
}

// show prints the selected entries and counts them.
func (s *showFlags) show(out io.Writer, path string, now time.Time) (shown int, err error) {
	since, err := s.parseSince(now)
	if err != nil {
		return 0, usage(err)
	}
	var bad *file.LineError
	for r, err := range file.Read(path) {
		switch {
		case errors.As(err, &bad):
			_, err = fmt.Fprintf(out, "%s, line %d is not a valid entry; run hdpadmin audit verify for details\n", toPrintable(bad.File), bad.Line)
		case err != nil:
			return shown, fmt.Errorf("cannot %w", err)
		case !s.matches(r, since):
			continue
		default:
			err = s.print(out, r)
		}
		if err != nil {
			return shown, err
		}
		shown++
	}
	return shown, nil
}

func (s *showFlags) emptyNotice(path string) string {
	var asked string
	if s.account != "" {
		asked += fmt.Sprintf(" for account %q", s.account)
	}
	if s.since != "" {
		asked += " since " + s.since
	}
	if asked == "" {
		return noEntriesYet(path)
	}
	return "no entries" + asked + " in " + path
}

func noEntriesYet(path string) string { return "no entries yet in " + path }

func (s *showFlags) parseSince(now time.Time) (time.Time, error) {
	if s.since == "" {
		return time.Time{}, nil
	}
	if ahead, err := timeinput.Parse("+"+strings.TrimPrefix(s.since, "-"), now); err == nil {
		return now.Add(-ahead.Time.Sub(now.Truncate(time.Second))), nil
	}
	in, err := timeinput.Parse(s.since, now)
	if err != nil || in.Never {
		return time.Time{}, fmt.Errorf("--since %s: use a date (2026-12-01) or an age (7d, 12h)", s.since)
	}
	return in.Time, nil
}

func (s *showFlags) matches(r file.Entry, since time.Time) bool {
	return !r.Time.Before(since) &&
		(s.account == "" || s.account == strconv.FormatInt(r.AccountID, 10) || strings.EqualFold(s.account, r.AccountName))
}

func (s *showFlags) print(out io.Writer, r file.Entry) error {
	if s.json {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, escapeJSON(line))
		return err
	}
	_, err := fmt.Fprintln(out, strings.Join(entryColumns(r), "  "))
	return err
}

// escapeJSON escapes every invisible character: the output is read on terminals, and anyone who
// can write the log can choose its text.
func escapeJSON(line []byte) string {
	var b strings.Builder
	for _, r := range string(line) {
		// A combining mark is visible on the letter before it.
		if s := "x" + string(r); hdpclient.Clean(s) == s {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// entryColumns cleans all text, which comes from the server or from anyone who can write the log.
func entryColumns(r file.Entry) []string {
	line := []string{words.Times{}.Second(r.Time), hdpclient.Clean(whoOf(r)), hdpclient.Clean(string(r.Kind))}
	if r.AccountID != 0 {
		line = append(line, fmt.Sprintf("%s (%d)", hdpclient.Clean(r.AccountName), r.AccountID))
	}
	if r.Plan != "" {
		line = append(line, fmt.Sprintf("plan %s by %s", hdpclient.Clean(r.Plan), hdpclient.Clean(r.Author)))
	}
	if r.Insecure {
		line = append(line, "certificate not checked")
	}
	for _, part := range []string{r.Operation, string(r.Outcome), r.Reason, r.Message} {
		if part != "" {
			line = append(line, hdpclient.Clean(part))
		}
	}
	return append(line, sessionColumns(r)...)
}

// whoOf names the operator, and the login if that is another name.
func whoOf(r file.Entry) string {
	switch {
	case r.Operator == "" && r.Kind == file.KindSessionRefused:
		return "unknown"
	case r.Operator == "":
		return r.Login
	case r.Login == "" || r.Login == r.Operator:
		return r.Operator
	case r.Attribution == file.AttributionService:
		return r.Operator + " as " + r.Login + " (shared)"
	}
	return r.Operator + " as " + r.Login
}

// sessionColumns says what is known of a session of the SSH service, for the entries about it.
func sessionColumns(r file.Entry) []string {
	switch r.Kind {
	case file.KindSessionStarted, file.KindSessionRefused, file.KindSessionEnded:
	default:
		return nil
	}
	var line []string
	for _, part := range []struct{ name, value string }{{"from", r.Address}, {"with", r.Key}, {"session", r.Session}} {
		if part.value != "" {
			line = append(line, part.name+" "+hdpclient.Clean(part.value))
		}
	}
	if r.ExitCode != nil {
		line = append(line, fmt.Sprintf("exit code %d", *r.ExitCode), "after "+words.Duration(time.Duration(r.DurationMS)*time.Millisecond))
	}
	if r.Count > 0 {
		line = append(line, fmt.Sprintf("%d more refused before it", r.Count))
	}
	return line
}
