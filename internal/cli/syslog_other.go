//go:build !unix

package cli

import (
	"errors"

	"hdpadmin/internal/audit/file"
)

// openSyslog says that there is no syslog here.
func openSyslog() (func(file.Head) error, error) {
	return nil, errors.New("this system has no syslog")
}
