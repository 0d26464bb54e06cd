package cli

import (
	"context"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
)

// What the tests call without the process around it.
var (
	Execute  = execute
	Report   = report
	ExitCode = exitCode
	Root     = rootCommand
	Examine  = examine
)

// OnTo is what was given as far as it still holds for another profile.
func OnTo(g map[string]string, profile string) map[string]string { return given(g).onTo(profile) }

// Proposed is the name that a new profile for the host is to have.
func Proposed(host string, taken ...string) string { return proposed(host, taken) }

// Words is a record as audit show prints it.
var Words = words

// OpenLog makes what changes accounts, with its log in file.
func OpenLog(ctx context.Context, client *hdpclient.Client, file string) error {
	_, _, err := newWriter(ctx, client, config.Settings{}, file)
	return err
}
