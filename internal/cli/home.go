package cli

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"

	"github.com/adrg/xdg"

	"hdpadmin/config"
)

// setHome takes a missing HOME, as in some services and containers, from the user
// database. Otherwise the settings and the audit log would be searched for in the root
// folder.
func setHome(current func() (*user.User, error)) {
	if hasHome() {
		return
	}
	if u, err := current(); err == nil && filepath.IsAbs(u.HomeDir) {
		_ = os.Setenv("HOME", u.HomeDir) // it accepts any value
		xdg.Reload()
	}
}

func hasHome() bool {
	home, err := os.UserHomeDir()
	return err == nil && home != ""
}

// pathInHome returns "" if neither the home nor the variable, which replaces the folder in
// it, is known.
func pathInHome(folder, variable, file string) string {
	if !hasHome() && os.Getenv(variable) == "" {
		return ""
	}
	return filepath.Join(folder, "hdpadmin", file)
}

func defaultSettingsFile() string {
	return pathInHome(xdg.ConfigHome, "XDG_CONFIG_HOME", "config.toml")
}

func lastProfileFile() string { return pathInHome(xdg.StateHome, "XDG_STATE_HOME", "last-profile") }

func auditFile(s config.Settings) string {
	if s.AuditFile != "" {
		return s.AuditFile
	}
	return pathInHome(xdg.StateHome, "XDG_STATE_HOME", "audit.jsonl")
}

var errNoHome = errors.New("no home folder found for the audit log: HOME is not set, and the user database has none. " +
	"Set HOME, or use --audit-file")
