package change_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// rowTexts formats the rows of an outcome, one per line.
func rowTexts(o change.Outcome) []string {
	var out []string
	for _, r := range o.Rows {
		line := fmt.Sprintf("%s: saw %s, wanted %s, now %s", r.Name, r.Saw, r.Wanted, r.Now)
		if r.Why != change.WhyNotKnown {
			line += fmt.Sprintf(" (%s, echo %s)", r.Why, r.Echo)
		}
		out = append(out, line)
	}
	return out
}

func inactive() hdpclient.StatusInfo { return change.Deactivate(lockedAccount()) }

func unlocked() hdpclient.StatusInfo { return change.Unlock(lockedAccount()) }

func lockedAgain() hdpclient.StatusInfo {
	s := lockedAccount()
	s.AccountLockedAt = hdpclient.Some(at("13:58:00"))
	s.AccountLockedUntil = hdpclient.Some(at("14:28:00"))
	return s
}

// The table has a row for every way a write can go. The account is locked and the plan unlocks it.
func TestApply(t *testing.T) {
	onRead := func(n int, do func(*fake) error) func(*fake) {
		return func(f *fake) {
			f.read = func(m int) error {
				if m == n {
					return do(f)
				}
				return nil
			}
		}
	}
	fromRead := func(n int, err error) func(*fake) {
		return func(f *fake) {
			f.read = func(m int) error {
				if m >= n {
					return err
				}
				return nil
			}
		}
	}
	becomes := func(s hdpclient.StatusInfo) func(*fake) error {
		return func(f *fake) error { f.status = s; return nil }
	}
	answer := func(err error) func(*fake) {
		return func(f *fake) { f.write = func(func()) error { return err } }
	}
	storedBut := func(err error) func(*fake) {
		return func(f *fake) { f.write = func(store func()) error { store(); return err } }
	}
	both := func(setups ...func(*fake)) func(*fake) {
		return func(f *fake) {
			for _, setup := range setups {
				setup(f)
			}
		}
	}
	all := []string{
		"accountLocked: saw true, wanted false, now true",
		"accountLockedAt: saw 2026-11-22 13:45:11, wanted , now 2026-11-22 13:45:11",
		"accountLockedUntil: saw 2026-11-22 14:15:11, wanted , now 2026-11-22 14:15:11",
	}

	for _, c := range []struct {
		name         string
		setup        func(*fake)
		kind         change.Kind
		seen         change.Seen
		puts         int
		rows         []string
		byReading    bool
		lockMoved    bool
		err, readErr error
	}{
		{
			name: "applied", setup: func(*fake) {},
			kind: change.Applied, seen: change.SeenWanted, puts: 1,
		},
		{
			name: "applied, without an echo", setup: func(f *fake) { f.noEcho = true },
			kind: change.Applied, seen: change.SeenWanted, puts: 1,
		},
		{
			name: "the recheck cannot read the account", setup: fromRead(1, errDown),
			kind: change.NotSent, err: errDown,
		},
		{
			name: "the account is gone", setup: fromRead(1, hdpclient.ErrNotFound),
			kind: change.NotSent, err: hdpclient.ErrNotFound,
		},

		{
			name: "another administrator was there first", setup: onRead(1, becomes(inactive())),
			kind: change.Conflict, seen: change.SeenOther,
			rows: []string{"status: saw 1, wanted 1, now 0"},
		},
		{
			name: "it is already unlocked", setup: onRead(1, becomes(unlocked())),
			kind: change.Conflict, seen: change.SeenWanted, rows: []string{
				"accountLocked: saw true, wanted false, now false",
				"accountLockedAt: saw 2026-11-22 13:45:11, wanted , now ",
				"accountLockedUntil: saw 2026-11-22 14:15:11, wanted , now ",
			},
		},
		{
			name: "the user tried to sign in again", setup: onRead(1, becomes(lockedAgain())),
			kind: change.Conflict, seen: change.SeenOther, lockMoved: true, rows: []string{
				"accountLockedAt: saw 2026-11-22 13:45:11, wanted , now 2026-11-22 13:58:00",
				"accountLockedUntil: saw 2026-11-22 14:15:11, wanted , now 2026-11-22 14:28:00",
			},
		},

		{
			name: "refused", setup: answer(errNo),
			kind: change.Refused, seen: change.SeenBefore, puts: 1, err: errNo,
		},
		{
			name: "never left", setup: answer(hdpclient.ErrNotSent),
			kind: change.NotSent, seen: change.SeenBefore, puts: 1, err: hdpclient.ErrNotSent,
		},

		{
			name: "the server ignored it", setup: answer(nil),
			kind: change.Differs, seen: change.SeenBefore, puts: 1, rows: []string{
				"accountLocked: saw true, wanted false, now true (ignored, echo true)",
				"accountLockedAt: saw 2026-11-22 13:45:11, wanted , now 2026-11-22 13:45:11 (ignored, echo 2026-11-22 13:45:11)",
				"accountLockedUntil: saw 2026-11-22 14:15:11, wanted , now 2026-11-22 14:15:11 (ignored, echo 2026-11-22 14:15:11)",
			},
		},
		{
			name: "it changed since", setup: onRead(2, becomes(inactive())),
			kind: change.Differs, seen: change.SeenOther, puts: 1, rows: []string{
				"status: saw 1, wanted 1, now 0 (changed, echo 1)",
				"accountLocked: saw true, wanted false, now true (as before, echo false)",
				"accountLockedAt: saw 2026-11-22 13:45:11, wanted , now 2026-11-22 13:45:11 (as before, echo )",
				"accountLockedUntil: saw 2026-11-22 14:15:11, wanted , now 2026-11-22 14:15:11 (as before, echo )",
			},
		},
		{
			name: "ignored, without an echo that says so", setup: both(answer(nil), func(f *fake) { f.noEcho = true }),
			kind: change.Unknown, seen: change.SeenBefore, puts: 1, rows: all,
		},
		{
			name: "confirmed, but a read finds everything as before", setup: func(f *fake) {
				f.echo, f.write = new(unlocked()), func(func()) error { return nil }
			},
			kind: change.Unknown, seen: change.SeenBefore, puts: 1, rows: []string{
				"accountLocked: saw true, wanted false, now true (as before, echo false)",
				"accountLockedAt: saw 2026-11-22 13:45:11, wanted , now 2026-11-22 13:45:11 (as before, echo )",
				"accountLockedUntil: saw 2026-11-22 14:15:11, wanted , now 2026-11-22 14:15:11 (as before, echo )",
			},
		},
		{
			name: "confirmed, but locked again", setup: onRead(2, becomes(lockedAgain())),
			kind: change.Differs, seen: change.SeenOther, puts: 1, rows: []string{
				"accountLocked: saw true, wanted false, now true (as before, echo false)",
				"accountLockedAt: saw 2026-11-22 13:45:11, wanted , now 2026-11-22 13:58:00 (changed, echo )",
				"accountLockedUntil: saw 2026-11-22 14:15:11, wanted , now 2026-11-22 14:28:00 (changed, echo )",
			},
		},
		{
			name: "stored, whatever the echo says", setup: func(f *fake) { f.echo = new(change.Deactivate(unlocked())) },
			kind: change.Differs, seen: change.SeenWanted, puts: 1, rows: []string{
				"status: saw 1, wanted 1, now 1 (only echoed, echo 0)",
			},
		},
		{
			name: "a 2xx that cannot be read back", setup: fromRead(2, errDown),
			kind: change.Unknown, puts: 1, readErr: errDown,
		},
		{
			name: "a 2xx that can be read back at the second try", setup: onRead(2, func(*fake) error { return errDown }),
			kind: change.Applied, seen: change.SeenWanted, puts: 1,
		},

		{
			name: "the answer was lost, but it is stored", setup: storedBut(errLost),
			kind: change.Applied, seen: change.SeenWanted, puts: 1, byReading: true, err: errLost,
		},
		{
			name: "the answer was lost, and it is not stored", setup: answer(errLost),
			kind: change.Unknown, seen: change.SeenBefore, puts: 1, rows: all, err: errLost,
		},
		{
			name: "an unknown error proves nothing either", setup: answer(errDown),
			kind: change.Unknown, seen: change.SeenBefore, puts: 1, rows: all, err: errDown,
		},
		{
			name: "the answer was lost, and something else is stored", setup: both(answer(errLost), onRead(2, becomes(inactive()))),
			kind: change.Unknown, seen: change.SeenOther, puts: 1, err: errLost,
			rows: append([]string{"status: saw 1, wanted 1, now 0"}, all...),
		},
		{
			name: "the answer was lost, and nothing can be read", setup: both(storedBut(errLost), fromRead(2, errDown)),
			kind: change.Unknown, puts: 1, err: errLost, readErr: errDown,
		},
		{
			name: "a read still counts if later ones fail", setup: both(answer(errLost), fromRead(4, errDown)),
			kind: change.Unknown, seen: change.SeenBefore, puts: 1, rows: all, err: errLost, readErr: errDown,
		},
		{
			name: "the login was refused without an envelope", setup: storedBut(hdpclient.ErrUnauthorized),
			kind: change.Unknown, puts: 1, err: hdpclient.ErrUnauthorized,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{status: lockedAccount(), time: noon}
			c.setup(f)
			w := change.NewWriter(t.Context(), f, change.WithClock(newClock()))
			o := w.Apply(t.Context(), unlockPlan())
			if o.Kind != c.kind || o.Seen != c.seen || o.ByReading != c.byReading || o.LockMoved != c.lockMoved {
				t.Errorf("%s, seen %q, by reading %v, lock moved %v", o.Kind, o.Seen, o.ByReading, o.LockMoved)
			}
			if !errors.Is(o.Err, c.err) || !errors.Is(o.ReadErr, c.readErr) {
				t.Errorf("errors %v and %v, want %v and %v", o.Err, o.ReadErr, c.err, c.readErr)
			}
			if got := rowTexts(o); !slices.Equal(got, c.rows) {
				t.Errorf("rows\n%q, want\n%q", got, c.rows)
			}
			if _, known := o.StatusInfo(); known != (o.Seen != change.NotSeen) || known == o.At.IsZero() {
				t.Errorf("the stored value is known: %v, as of %v, seen %q", known, o.At, o.Seen)
			}
			puts := 0
			for i, call := range f.calls() {
				if call == "PUT statusinfo 307" {
					puts++
					if i != 1 {
						t.Errorf("the PUT does not directly follow the re-read: %q", f.calls())
					}
				}
			}
			if puts != c.puts {
				t.Errorf("%d PUTs, want %d: %q", puts, c.puts, f.calls())
			}
			if left := w.InFlight(); len(left) > 0 {
				t.Errorf("still in flight: %v", left)
			}
		})
	}
}

func TestUnchangedPropertiesAreSentAsLastRead(t *testing.T) {
	f := &fake{status: status(t, `{"status":1,"accountLocked":true,"accountLockedAt":null,"\u0078":{"b":1, "a":1}}`)}
	before := status(t, `{"status":1,"accountLocked":true,"x":{"a":1.0,"b":1}}`)
	change.NewWriter(t.Context(), f).Apply(t.Context(), change.PlanStatus(alice, before, change.Deactivate(before)))
	if got := fmt.Sprint(f.status.AccountLockedAt.IsNull(), " ", string(f.status.Extra)); got != `true {"\u0078":{"b":1,"a":1}}` {
		t.Errorf("sent back %s", got)
	}
}

func TestAContextStopsAWriteOnlyBeforeItIsSent(t *testing.T) {
	why := errors.New("superseded")
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		f := &fake{status: lockedAccount()}
		f.read = func(int) error { cancel(why); return nil }
		o := change.NewWriter(t.Context(), f).Apply(ctx, unlockPlan())
		if o.Kind != change.NotSent || !errors.Is(o.Err, why) || len(f.calls()) != 1 {
			t.Errorf("%s %v %q", o.Kind, o.Err, f.calls())
		}
	})
	t.Run("while it is sent", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		f := &fake{status: lockedAccount()}
		f.write = func(store func()) error { cancel(why); store(); return nil }
		if o := change.NewWriter(t.Context(), f).Apply(ctx, unlockPlan()); o.Kind != change.Applied {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
	})
	t.Run("the context of NewWriter never stops it", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		w := change.NewWriter(ctx, &fake{status: lockedAccount()})
		cancel(why)
		if o := w.Apply(t.Context(), unlockPlan()); o.Kind != change.Applied {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
	})
}

func TestAnEmptyPlanIsNotSent(t *testing.T) {
	f := &fake{status: lockedAccount()}
	for _, p := range []change.Plan{{}, change.PlanReset(alice), change.PlanStatus(alice, lockedAccount(), lockedAccount())} {
		if o := change.NewWriter(t.Context(), f).Apply(t.Context(), p); o.Kind != change.NotSent || !errors.Is(o.Err, change.ErrEmpty) {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
	}
	if len(f.calls()) > 0 {
		t.Errorf("calls %q", f.calls())
	}
}
