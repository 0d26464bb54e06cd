package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/probe"
)

func programFindings(context.Context) []finding {
	found := []finding{
		{name: "hdpadmin", text: version()},
		{name: "built with", text: runtime.Version() + " for " + runtime.GOOS + "/" + runtime.GOARCH},
	}
	if info, known := debug.ReadBuildInfo(); known {
		for _, s := range info.Settings {
			if strings.HasPrefix(s.Key, "vcs.") {
				found = append(found, finding{name: s.Key, text: s.Value})
			}
		}
	}
	return found
}

func (p *process) terminalFindings(context.Context) []finding {
	found := p.envFindings("TERM", "COLORTERM", "TERM_PROGRAM", "LC_ALL", "LC_CTYPE", "LANG", "TZ", "NO_COLOR")
	for _, name := range []string{"TMUX", "STY", "SSH_CONNECTION"} {
		if p.getenv(name) != "" {
			found = append(found, finding{name: name, text: "set"})
		}
	}
	found = append(found, finding{name: "colours", text: colorprofile.Detect(unchecked(p.stdout), p.environ).String()})
	width, height, err := term.GetSize(descriptor(p.stdout))
	if err != nil {
		return append(found, finding{name: "output", text: "not a terminal"})
	}
	return append(found, finding{name: "output", text: fmt.Sprintf("terminal, %d×%d cells", width, height), wrong: p.getenv("TERM") == "dumb"})
}

func (p *process) envFindings(names ...string) []finding {
	var found []finding
	for _, name := range names {
		if value, set := p.lookupEnv(name); set {
			found = append(found, finding{name: name, text: value})
		}
	}
	return found
}

func (p *process) settingsFindings(l *config.Loaded, err error) []finding {
	if err != nil {
		return []finding{{"", err.Error(), true}}
	}
	var b strings.Builder
	_ = l.Show(&b, true) // a Builder never fails
	found := []finding{{text: strings.TrimSuffix(b.String(), "\n")}, {text: "# password: " + passwordSources(l.Settings, nil, p.lookupEnv).String()}}
	for _, n := range l.Notices {
		found = append(found, finding{text: "# " + n})
	}
	return found
}

func (p *process) fileFindings(l *config.Loaded) []finding {
	var found []finding
	for _, f := range []struct{ name, path string }{
		{"settings", l.File},
		{"audit log", p.auditFile(l.Settings)},
		{"its folder", filepath.Dir(p.auditFile(l.Settings))},
		{"log", l.LogFile},
		{"ca_file", l.CAFile},
		{"client_cert", l.ClientCert},
		{"client_key", l.ClientKey},
	} {
		if f.path == "" {
			continue
		}
		info, err := os.Stat(f.path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			found = append(found, finding{name: f.name, text: f.path + ": does not exist"})
		case err != nil:
			found = append(found, finding{f.name, err.Error(), true})
		default:
			found = append(found, finding{name: f.name, text: fmt.Sprintf("%s: %s, %d bytes", f.path, info.Mode(), info.Size())})
		}
	}
	return found
}

func (p *process) auditFindings(s config.Settings) []finding {
	report, err := file.Verify(p.auditFile(s))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []finding{{text: "no entries yet"}}
	case err != nil:
		return []finding{{"", err.Error(), true}}
	}
	verdict, _, _ := strings.Cut(report.String(), "\n")
	return []finding{
		{"", verdict, !report.OK()},
		{text: fmt.Sprintf("files: %d, lines cut short by a crash: %d, changes without an outcome: %d", len(report.Files), len(report.Torn), len(report.OpenIntents))},
	}
}

// keyringFindings opens the keyring only if the settings use it, because a locked keyring
// asks its user.
func keyringFindings(ctx context.Context, s config.Settings) []finding {
	if !s.Keyring || s.User == "" {
		return []finding{{text: "not used"}}
	}
	account := config.KeyringAccount(s.User, s.Server)
	_, err := config.GetFromKeyring(ctx, account)
	switch {
	case err == nil:
		return []finding{{text: "holds the password of " + account}}
	case errors.Is(err, config.ErrNotInKeyring):
		return []finding{{text: "available, but has no password for " + account}}
	}
	return []finding{{"", err.Error(), true}}
}

func explainStep(err error) string {
	p := explain.Unreachable(err)
	if e, is := errors.AsType[*hdpclient.Error](err); is && e.Status != 0 { // the server has replied
		p = explain.Error(err)
	}
	return strings.TrimSpace(p.Lead + " " + nextStep(p))
}

// serverFindings tries the steps that need no login.
func (p *process) serverFindings(ctx context.Context, s config.Settings) []finding {
	if s.Server == "" {
		return []finding{{text: "not set"}}
	}
	client, err := console{process: p, Settings: s, log: slog.New(slog.DiscardHandler)}.client()
	if err != nil {
		return []finding{{"", err.Error(), true}}
	}
	defer client.Close()
	var found []finding
	for _, step := range probe.Steps(client, hdpclient.Credentials{})[:3] { // the next step signs in
		what, err := step.Try(ctx)
		if err != nil {
			return append(found, finding{step.Name, explainStep(err), true})
		}
		found = append(found, finding{name: step.Name, text: what})
	}
	return found
}
