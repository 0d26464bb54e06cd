package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hdpadmin/internal/serve/setup"
)

// unitOptions are the flags of serve unit.
type unitOptions struct {
	config, program, user string
}

func serveUnitCommand(f settingFlags) *cobra.Command {
	var o unitOptions
	c := &cobra.Command{
		Use:   "unit [FOLDER]",
		Short: "Print a systemd unit and a socket file, or write them to a folder",
		Long: "unit prints hdpadmin.service and hdpadmin.socket, or writes both to a folder. The\n" +
			"addresses and the drain time come from the configuration, if there is one. Files\n" +
			"that exist are kept.\n\n" +
			"With the socket enabled, systemd opens the port, and clients wait while the\n" +
			"service restarts. Without it, the service opens the port.",
		Example: "  sudo hdpadmin serve unit /etc/systemd/system\n  sudo systemctl daemon-reload",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errors.New("unit takes one argument: the folder to write to")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return o.print(f.process)
			}
			return o.write(f.process, args[0])
		},
	}
	c.Flags().StringVar(&o.config, "config", "/etc/hdpadmin/serve.toml", "configuration `file` of the service")
	c.Flags().StringVar(&o.program, "program", "/usr/bin/hdpadmin", "`path` of the program")
	c.Flags().StringVar(&o.user, "user", "hdpadmin", "`name` of the system user that runs the service")
	return c
}

// unitFile is one file of systemd's.
type unitFile struct{ name, text string }

func (o unitOptions) files(p *process) ([]unitFile, error) {
	for _, text := range []string{o.config, o.program} {
		if !filepath.IsAbs(text) || strings.ContainsFunc(text, needsQuotes) {
			return nil, usage(fmt.Errorf("%q must be an absolute path without spaces, quotes, %% and $", text))
		}
	}
	if o.user == "" || strings.ContainsFunc(o.user, needsQuotes) {
		return nil, usage(fmt.Errorf("%q is not the name of a user", o.user))
	}
	s, _ := setup.Inspect(o.config, setup.FoldersOf(o.config, filepath.Dir(p.paths.auditLog), p.home), nil)
	var listen strings.Builder
	for _, address := range s.Listen {
		// systemd takes a port without an address for every address.
		fmt.Fprintf(&listen, "ListenStream=%s\n", strings.TrimPrefix(address, ":"))
	}
	fill := strings.NewReplacer("CONFIG", o.config, "PROGRAM", o.program, "USER", o.user, "STOP", fmt.Sprint(int((s.Limits.Drain + 30*time.Second).Seconds())), "LISTEN\n", listen.String())
	return []unitFile{{"hdpadmin.service", fill.Replace(serviceUnit)}, {"hdpadmin.socket", fill.Replace(socketUnit)}}, nil
}

func needsQuotes(r rune) bool { return r <= ' ' || strings.ContainsRune("\"'\\%$;", r) || r == 0x7f }

func (o unitOptions) print(p *process) error {
	files, err := o.files(p)
	for i, f := range files {
		if err == nil {
			_, err = fmt.Fprintf(p.stdout, "%s# %s\n%s", strings.Repeat("\n", min(i, 1)), f.name, f.text)
		}
	}
	return err
}

func (o unitOptions) write(p *process, folder string) error {
	files, err := o.files(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for _, f := range files {
		if err := createFile(p.stdout, filepath.Join(folder, f.name), f.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// serviceUnit runs the service without access to anything but its own folders and the network. The main
// process alone gets SIGTERM, so that a program that prints a password is not killed first.
const serviceUnit = `[Unit]
Description=hdpadmin SSH service
Documentation=man:hdpadmin-serve(1)
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=notify
ExecStart=PROGRAM serve --config CONFIG
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
WatchdogSec=30
KillMode=mixed
TimeoutStopSec=STOP

User=USER
StateDirectory=hdpadmin
StateDirectoryMode=0700
RuntimeDirectory=hdpadmin
RuntimeDirectoryMode=0700
UMask=0077

# For a port below 1024, enable hdpadmin.socket: the service itself may not open one.
CapabilityBoundingSet=
NoNewPrivileges=yes
LimitCORE=0
LockPersonality=yes
MemoryDenyWriteExecute=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`

const socketUnit = `[Unit]
Description=hdpadmin SSH service socket

[Socket]
LISTEN
[Install]
WantedBy=sockets.target
`
