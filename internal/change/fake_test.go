package change_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestMain(m *testing.M) {
	// Rapid's default is 100. A value on the command line is set later and overrides this.
	if err := flag.Set("rapid.checks", "600"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

var (
	errLost = fmt.Errorf("connection reset: %w", hdpclient.ErrOutcomeUnknown)
	errDown = errors.New("connection refused")
	errNo   = fmt.Errorf("no: %w", hdpclient.ErrRefused)
)

// fake is a server with one account. A test can set read and write to act in place of an answer.
type fake struct {
	mu       sync.Mutex
	time     time.Time // zero: not known
	status   hdpclient.StatusInfo
	password hdpclient.PasswordInfo
	secret   string
	log      []string

	// read is called before the n-th read, counted from 1, and may change what is read.
	read func(n int) error
	// write answers a PUT. store does what a PUT does.
	write func(store func()) error
	// echo answers a PUT instead of what is stored; with noEcho, a 2xx has no body.
	echo   *hdpclient.StatusInfo
	noEcho bool

	reads int
}

func (f *fake) called(ctx context.Context, what string, id int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, fmt.Sprintf("%s %d", what, id))
	return ctx.Err()
}

func (f *fake) calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.log...)
}

func (f *fake) reading(ctx context.Context, what string, id int64) error {
	if err := f.called(ctx, what, id); err != nil {
		return err
	}
	f.mu.Lock()
	f.reads++
	reads := f.reads
	f.mu.Unlock()
	if f.read != nil {
		return f.read(reads)
	}
	return nil
}

func (f *fake) writing(ctx context.Context, what string, id int64, store func()) error {
	if err := f.called(ctx, what, id); err != nil {
		return fmt.Errorf("%w: %w", hdpclient.ErrNotSent, err)
	}
	if f.write != nil {
		return f.write(store)
	}
	store()
	return nil
}

func (f *fake) Reserve(context.Context) (*hdpclient.Reservation, error) {
	return new(hdpclient.Reservation), nil
}

func (f *fake) StatusInfo(ctx context.Context, id int64) (hdpclient.StatusInfo, error) {
	err := f.reading(ctx, "GET statusinfo", id)
	return f.status, err
}

func (f *fake) UpdateStatusInfo(ctx context.Context, id int64, s hdpclient.StatusInfo) (hdpclient.Opt[hdpclient.StatusInfo], error) {
	var echo hdpclient.Opt[hdpclient.StatusInfo]
	if err := f.writing(ctx, "PUT statusinfo", id, func() { f.status = s }); err != nil {
		return echo, err
	}
	switch {
	case f.noEcho:
		return echo, nil
	case f.echo != nil:
		return hdpclient.Some(*f.echo), nil
	}
	return hdpclient.Some(f.status), nil
}

func (f *fake) PasswordInfo(ctx context.Context, id int64) (hdpclient.PasswordInfo, error) {
	err := f.reading(ctx, "GET passwordinfo", id)
	return f.password, err
}

func (f *fake) UpdatePasswordInfo(ctx context.Context, id int64, p hdpclient.PasswordInfo) (hdpclient.Opt[hdpclient.PasswordInfo], error) {
	var echo hdpclient.Opt[hdpclient.PasswordInfo]
	if err := f.writing(ctx, "PUT passwordinfo", id, func() { f.password = p }); err != nil {
		return echo, err
	}
	if f.noEcho {
		return echo, nil
	}
	return hdpclient.Some(f.password), nil
}

func (f *fake) ResetPassword(ctx context.Context, id int64, s hdpclient.Secret) error {
	return f.writing(ctx, "PUT resetpassword", id, func() {
		f.secret, f.password.PasswordStatus = s.Reveal(), hdpclient.PasswordMustChange
	})
}

func (f *fake) Now() (time.Time, bool) { return f.time, !f.time.IsZero() }

// clock advances instead of waiting.
type clock struct {
	mu    sync.Mutex
	time  time.Time
	waits []time.Duration
	// tick is called at the end of each wait, with the time since start.
	start time.Time
	tick  func(since time.Duration)
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newClock() *clock { return &clock{time: noon, start: noon} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	c.time = c.time.Add(d)
	c.waits = append(c.waits, d)
	now := c.time
	c.mu.Unlock()
	if c.tick != nil {
		c.tick(now.Sub(c.start))
	}
	fired := make(chan time.Time, 1)
	fired <- now
	return fired
}

var alice = change.Subject{ID: 307, Name: hdpclient.TextOf("alice.smith")}

func at(clock string) hdpclient.Timestamp {
	t, err := time.Parse(time.DateTime, "2026-11-22 "+clock)
	if err != nil {
		panic(err)
	}
	return hdpclient.At(t)
}

// lockedAccount returns an active account that was locked at 13:45:11.
func lockedAccount() hdpclient.StatusInfo {
	return hdpclient.StatusInfo{
		Status:             hdpclient.Active,
		AccountLocked:      hdpclient.Some(true),
		AccountLockedAt:    hdpclient.Some(at("13:45:11")),
		AccountLockedUntil: hdpclient.Some(at("14:15:11")),
	}
}

func unlockPlan() change.Plan {
	return change.PlanStatus(alice, lockedAccount(), change.Unlock(lockedAccount()))
}

// propertyTexts formats the rows of a request as a form shows them.
func propertyTexts(p change.Plan) []string {
	var out []string
	for _, row := range p.Properties() {
		line := fmt.Sprintf("%s %s %s", row.Kind, row.Name, row.Before)
		if row.Kind != change.Kept {
			line += " → " + row.After.String()
		}
		out = append(out, line)
	}
	return out
}
