package cli

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"

	"github.com/adrg/xdg"

	"hdpadmin/config"
)

// setHome sets HOME to the home of the user database where it is missing, as in some
// services and containers. Without it, settings and audit log would be looked for
// below the root folder.
func setHome(current func() (*user.User, error)) {
	if hasHome() {
		return
	}
	if u, err := current(); err == nil && filepath.IsAbs(u.HomeDir) {
		_ = os.Setenv("HOME", u.HomeDir) // it takes any name
		xdg.Reload()
	}
}

func hasHome() bool {
	home, err := os.UserHomeDir()
	return err == nil && home != ""
}

// pathInHome is the file in the folder that is below the home unless the variable says
// otherwise, "" where neither is known.
func pathInHome(folder, variable, file string) string {
	if !hasHome() && os.Getenv(variable) == "" {
		return ""
	}
	return filepath.Join(folder, "hdpadmin", file)
}

// defaultSettingsFile is the one of this user.
func defaultSettingsFile() string {
	return pathInHome(xdg.ConfigHome, "XDG_CONFIG_HOME", "config.toml")
}

// lastProfileFile is the file that remembers which profile was used last.
func lastProfileFile() string { return pathInHome(xdg.StateHome, "XDG_STATE_HOME", "last-profile") }

// auditFile is where the record is kept: the file of the settings, or the one of
// this user.
func auditFile(s config.Settings) string {
	if s.AuditFile != "" {
		return s.AuditFile
	}
	return pathInHome(xdg.StateHome, "XDG_STATE_HOME", "audit.jsonl")
}

var errNoHome = errors.New("no home folder found for the audit log: HOME is not set, and the user database has none. " +
	"Set HOME, or use --audit-file")
