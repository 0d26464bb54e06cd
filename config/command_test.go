//go:build unix

package config_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/config"
)

// command returns a password_command that runs this binary in the role as.
func command(t *testing.T, as string, args ...string) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(role, as)
	return append([]string{exe}, args...)
}

func TestPasswordFromACommand(t *testing.T) {
	for name, c := range map[string]struct {
		role    string
		args    []string
		want    string
		refused string
	}{
		"the first line":              {role: "good", want: "geheim\n"},
		"no shell runs it":            {role: "arguments", args: []string{"$HOME", "*", "; echo geheim", ""}, want: "$HOME|*|; echo geheim|\n"},
		"its standard input is empty": {role: "input", want: "read 0, <nil>\n"},
		"it prints nothing":           {role: "silent"},
		"it fails":                    {role: "failing", refused: "exit status 3"},
		"it prints without end":       {role: "endless", refused: "its output is too long for a password"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.RunCommand(t.Context(), command(t, c.role, c.args...), time.Minute)
			check(t, err, c.refused)
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), "geheim") || !strings.HasPrefix(err.Error(), "password")) {
				t.Errorf("the error quotes the output, or lacks the command: %q", err)
			}
		})
	}
}

func TestACommandThatHangs(t *testing.T) {
	_, err := config.RunCommand(t.Context(), command(t, "hanging"), 50*time.Millisecond)
	check(t, err, "not finished within 50ms")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = config.RunCommand(ctx, command(t, "hanging"), time.Minute); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestACommandThatLeavesAChildBehind(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	got, err := config.RunCommand(t.Context(), command(t, "parent", pipe), time.Minute)
	if err != nil || got != "geheim\n" {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.WriteFile(pipe, nil, 0o600); err != nil { // once the child has opened it
		t.Error(err)
	}
}

func TestACommandThatCannotBeStarted(t *testing.T) {
	_, err := config.RunCommand(t.Context(), []string{filepath.Join(t.TempDir(), "none"), "geheim"}, time.Minute)
	check(t, err, "no such file")
	_, err = config.RunCommand(t.Context(), []string{write(t, "#!/bin/sh\n", 0o600)}, time.Minute)
	check(t, err, "permission denied")
	_, err = config.RunCommand(t.Context(), []string{"no-such-program-anywhere"}, time.Minute)
	check(t, err, "not found")
}
