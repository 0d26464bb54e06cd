//go:build !unix

package cli

import (
	"errors"

	"hdpadmin/internal/audit/file"
)

func openSyslog() (func(file.Head) error, error) {
	return nil, errors.New("this system has no syslog")
}
