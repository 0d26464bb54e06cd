package cli

import (
	"context"
	"io"
	"time"

	"hdpadmin/config"
)

// What the tests call without the process around it.
var (
	Execute  = execute
	Report   = report
	ExitCode = exitCode
	Root     = rootCommand
	SetHome  = setHome
)

// Examine is the doctor with these flags.
func Examine(ctx context.Context, flags map[string]string, out io.Writer, limit time.Duration) error {
	return examine(ctx, settingFlags{values: flags}, out, limit)
}

// ProposeName is the name that a new profile for the host is to have.
func ProposeName(host string, taken ...string) string { return proposeName(host, taken) }

// AuditFile is the audit log that no setting names.
func AuditFile() string { return auditFile(config.Settings{}) }
