package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"
	"strconv"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
	"hdpadmin/internal/serve/access"
)

// maxAuditSize is the size at which the log continues in a new file.
const maxAuditSize = 64 << 20

func auditOptions(s config.Settings) ([]file.Option, error) {
	opts := []file.Option{file.WithMaxSize(maxAuditSize)}
	if s.AuditGroup != "" {
		gid, err := groupID(s.AuditGroup)
		if err != nil {
			return nil, usage(err)
		}
		opts = append(opts, file.WithGroup(gid))
	}
	if s.AuditSyslog {
		send, err := openSyslog()
		if err != nil {
			return nil, fmt.Errorf("audit_syslog: cannot open the syslog: %w", err)
		}
		opts = append(opts, file.WithAnchor(send))
	}
	return opts, nil
}

func groupID(name string) (int, error) {
	g, err := user.LookupGroup(name)
	if err != nil {
		return 0, fmt.Errorf("audit_group %s: no such group on this machine", name)
	}
	return strconv.Atoi(g.Gid)
}

// newWriter returns a writer and its audit log in path. A read-only console needs no log: if the
// file cannot be opened, it gets a notice and a nil log.
func (p *process) newWriter(ctx context.Context, client *hdpclient.Client, s config.Settings, path string, stderr io.Writer) (*change.Writer, *audit.Log, error) {
	w, log, err := p.newAuditedWriter(ctx, client, s, path)
	if err != nil && s.ReadOnly && !errors.As(err, new(usageError)) {
		tell(stderr, "running read-only, without an audit log: "+err.Error())
		return change.NewWriter(ctx, client, p.writerOptions(client, s)...), nil, nil
	}
	return w, log, err
}

// writerOptions makes a writer demand what the settings say, and in a session of the SSH service allow
// what the operator may do.
func (p *process) writerOptions(client *hdpclient.Client, s config.Settings) []change.Option {
	rules := change.Rules{
		Reason:   change.ReasonRule{Required: s.RequireReason || s.ReasonPattern != "", Patterns: s.ReasonPatterns()},
		TypeName: s.Confirm == config.ConfirmTypeName,
	}
	var opts []change.Option
	if p.clock != nil {
		opts = append(opts, change.WithClock(p.clock))
	}
	if p.served == nil {
		return append(opts, change.WithRules(rules))
	}
	rules.Verbs = allowedChanges(p.served.operator)
	if p.served.operator.Attribution == access.Service {
		rules.SharedLogin = p.served.operator.Login
	}
	return append(opts, change.WithRules(rules), change.WithLocks(p.served.locks, client.BaseURL().String(), p.served.operator.Name))
}

func (p *process) newAuditedWriter(ctx context.Context, client *hdpclient.Client, s config.Settings, path string) (*change.Writer, *audit.Log, error) {
	opts, err := auditOptions(s)
	if err != nil {
		return nil, nil, err
	}
	var logOpts []audit.Option
	if p.served != nil {
		opts = append(opts, file.WithSession(p.served.auditID))
		logOpts = append(logOpts, audit.WithTurn(p.served.settling))
	}
	id := p.identity // as a rule without the login, which is known only after the sign-in
	id.Server, id.Insecure = client.BaseURL().String(), s.Insecure
	logFile, err := file.Open(path, id, opts...)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot write the audit log: %w", err)
	}
	var w *change.Writer
	log, err := audit.New(logFile, id, func(o change.Outcome) change.Outcome { return w.CheckAgain(ctx, o) }, logOpts...)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot %w", err)
	}
	w = change.NewWriter(ctx, client, append(p.writerOptions(client, s), change.WithAuditLog(log))...)
	return w, log, nil
}

func flushAudit(log *audit.Log) error {
	if log == nil {
		return nil
	}
	defer log.Close()
	if err := log.Flush(); err != nil {
		return errors.Join(errors.New("some entries could not be written to the audit log"), err)
	}
	return nil
}

func (p *process) auditFile(s config.Settings) string { return cmp.Or(s.AuditFile, p.paths.auditLog) }

var errNoHome = errors.New("no home folder found for the audit log: HOME is not set, and the user database has none. " +
	"Set HOME, or use --audit-file")
