package cli

import (
	"context"
	"io"
	"time"

	"hdpadmin/config"
)

// For tests that do not start a process.
var (
	Execute  = execute
	Report   = report
	ExitCode = exitCode
	Root     = rootCommand
	SetHome  = setHome
	HintText = hintText
	InJSON   = inJSON

	ErrUnchanged error = errUnchanged
)

// Examine runs the doctor with these flags.
func Examine(ctx context.Context, flags map[string]string, out io.Writer, limit time.Duration) error {
	return examine(ctx, settingFlags{values: flags}, out, limit)
}

func ProposeName(host string, taken ...string) string { return proposeName(host, taken) }

// AuditFile returns the default audit log.
func AuditFile() string { return auditFile(config.Settings{}) }
