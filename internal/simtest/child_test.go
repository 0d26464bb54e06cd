//go:build linux || darwin

package simtest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

const childEnv = "HDPADMIN_SIMTEST_CHILD"

// child prepares another console, which ends with the test: the test binary itself.
func child(t *testing.T, how ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childEnv+"="+strings.Join(how, "|"))
	return cmd
}

func runChild(how string) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	what := strings.Split(how, "|")
	id, err := strconv.ParseInt(what[3], 10, 64)
	if err != nil {
		return err
	}
	url, path, who := what[1], what[2], change.Subject{ID: id, Name: hdpclient.TextOf("alice.smith")}
	switch what[0] {
	case "die":
		return childDies(ctx, url, path, who, what[4], what[5])
	case "race":
		return childRaces(ctx, url, path, who, what[4], what[5])
	case "panic":
		return childPanics(ctx, url, path, who)
	}
	return fmt.Errorf("unknown child %q", what)
}

// killable kills its own process at a named point of a write.
type killable struct {
	change.API
	change.AuditLog
	point string
}

func (m *killable) dieAt(point string) {
	if m.point == point {
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err == nil {
			select {}
		}
	}
}

func (m *killable) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	m.dieAt(beforePut)
	defer m.dieAt(afterPut)
	return m.API.UpdateStatusInfo(ctx, id, s)
}

func (m *killable) UpdatePasswordInfo(ctx context.Context, id int64, s hdpclient.PasswordInfo) (hdpclient.Opt[hdpclient.PasswordInfo], error) {
	m.dieAt(beforePut)
	defer m.dieAt(afterPut)
	return m.API.UpdatePasswordInfo(ctx, id, s)
}

func (m *killable) ResetPassword(ctx context.Context, id int64, s hdpclient.Secret) error {
	m.dieAt(beforePut)
	defer m.dieAt(afterPut)
	return m.API.ResetPassword(ctx, id, s)
}

func (m *killable) LogIntent(i change.Intent) (change.LogOutcome, error) {
	m.dieAt(beforeIntent)
	record, err := m.AuditLog.LogIntent(i)
	m.dieAt(afterIntent)
	return func(o change.Outcome) error {
		m.dieAt(beforeOutcome)
		defer m.dieAt(afterOutcome)
		return record(o)
	}, err
}

func childDies(ctx context.Context, url, path string, who change.Subject, op, point string) error {
	m := &killable{point: point}
	c, err := newConsole(ctx, url, path, setup{
		api: func(a change.API) change.API { m.API = a; return m },
		log: func(l change.AuditLog) change.AuditLog { m.AuditLog = l; return m },
	})
	if err != nil {
		return err
	}
	switch op {
	case "unlock":
		s, err := c.client.StatusInfo(ctx, who.ID)
		if err != nil {
			return err
		}
		c.writer.Apply(ctx, change.PlanStatus(who, s, change.Unlock(s)))
	case "force":
		p, err := c.client.PasswordInfo(ctx, who.ID)
		if err != nil {
			return err
		}
		c.writer.Apply(ctx, change.PlanPassword(who, p, change.ForceChange(p)))
	case "reset":
		c.writer.ResetPassword(ctx, change.PlanReset(who), hdpclient.SecretOf("Tmp-Kite93!"))
	}
	return fmt.Errorf("still alive after %s", point)
}
