//go:build unix

package cli

import (
	"log/syslog"

	"hdpadmin/internal/audit/file"
)

// openSyslog returns a function that sends heads of the audit log to the local syslog.
func openSyslog() (func(file.Head) error, error) {
	log, err := syslog.New(syslog.LOG_NOTICE|syslog.LOG_AUTHPRIV, "hdpadmin")
	if err != nil {
		return nil, err
	}
	return func(h file.Head) error { return log.Notice("audit head " + h.String()) }, nil
}
